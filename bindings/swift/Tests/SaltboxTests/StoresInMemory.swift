import Foundation
import Saltbox

/// Secrets in memory, or whatever `onLoad` and `onSave` do instead.
final class SecretsInMemory: SecretStore, @unchecked Sendable {
    private let lock = NSLock()
    private var secrets: [String: Data]

    init(_ secrets: [String: Data] = [:]) {
        self.secrets = secrets
    }

    func load(name: String) throws -> Data? { lock.withLock { secrets[name] } }

    func save(name: String, secret: Data) throws { lock.withLock { secrets[name] = secret } }
}

/// Records in memory; `before` is called with each call's name and may throw.
final class PeersInMemory: PeerStore, @unchecked Sendable {
    private let lock = NSLock()
    private var records: [UInt32: Data] = [:]
    private var seen: [UInt32: Set<Data>] = [:]
    private let before: @Sendable (String) throws -> Void

    init(records: [UInt32: Data] = [:], before: @escaping @Sendable (String) throws -> Void = { _ in }) {
        self.records = records
        self.before = before
    }

    func load(node: UInt32) throws -> Data? {
        try before("load")
        return lock.withLock { records[node] }
    }

    func save(node: UInt32, record: Data, ephemeral: Data?) throws {
        try before("save")
        lock.withLock {
            records[node] = record
            if let ephemeral { seen[node, default: []].insert(ephemeral) }
        }
    }

    func hasSeen(node: UInt32, ephemeral: Data) throws -> Bool {
        try before("hasSeen")
        return lock.withLock { seen[node]?.contains(ephemeral) ?? false }
    }
}
