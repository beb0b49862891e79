// What the shared cases need in Swift; the cases themselves are generated below this.
import Foundation
import XCTest

@testable import Saltbox

private let folder = "@FOLDER@"

/// One case: its fields, as the table has them.
private struct Case {
    let id: String
    let fields: [String: String]

    func text(_ field: String) -> String { fields[field]! }

    func bytes(_ field: String) -> Data { hex(text(field)) }
}

/// Runs `body` for every case of `group`; each that ends is noted.
private func cases(_ group: String, _ body: (Case) throws -> Void) throws {
    let table = try String(contentsOfFile: folder + "/table.tsv", encoding: .utf8)
    var order: [String] = []
    var fields: [String: [String: String]] = [:]
    for line in table.split(separator: "\n") {
        let row = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        guard row[0] == group else { continue }
        if fields[row[1]] == nil { order.append(row[1]) }
        fields[row[1], default: [:]][row[2]] = row[3]
    }
    // What others made is there only when they ran; in the end, every case must have run.
    XCTAssertTrue(!order.isEmpty || group == "open", "\(group) has no cases")
    for id in order {
        found.first = nil
        do { try body(Case(id: id, fields: fields[id]!)) } catch { failing("\(error)") }
        if let failure = found.first { XCTFail("\(id): \(failure)") } else { try append(id + "\n", to: "ran.txt") }
    }
}

/// What was found wrong first in a case; the cases of one program run one after another.
private final class Found: @unchecked Sendable {
    var first: String?
}

private let found = Found()

private func failing(_ what: String) { found.first = found.first ?? what }

private func append(_ line: String, to name: String) throws {
    let path = folder + "/" + name
    if !FileManager.default.fileExists(atPath: path) { FileManager.default.createFile(atPath: path, contents: nil) }
    let file = try XCTUnwrap(FileHandle(forWritingAtPath: path))
    try file.seekToEnd()
    try file.write(contentsOf: Data(line.utf8))
    try file.close()
}

private func hex(_ text: String) -> Data {
    let digits = Array(text.utf8)
    return Data(stride(from: 0, to: digits.count, by: 2).map { at in
        UInt8(String(decoding: digits[at..<at + 2], as: UTF8.self), radix: 16)!
    })
}

private func join(_ parts: Data...) -> Data { parts.reduce(Data(), +) }

private func little(_ bytes: Data) -> UInt64 { bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) } }

private func u32(_ bytes: Data) -> UInt32 { UInt32(little(bytes)) }

private func time(_ seconds: UInt32) -> Date { Date(timeIntervalSince1970: TimeInterval(seconds)) }

/// That many bytes, of which no two neighbours are alike.
private func bytes(_ count: UInt32) -> Data { Data((0..<count).map { UInt8($0 % 251) }) }

private func length(_ bytes: Data) -> UInt32 { UInt32(bytes.count) }

private func ascii(_ bytes: Data) -> String { String(decoding: bytes, as: UTF8.self) }

private func shown(_ value: Any) -> String {
    if let bytes = value as? Data { return bytes.map { String(format: "%02x", $0) }.joined() }
    return "\(value)"
}

private func same(_ what: String, _ got: Any, _ want: Any) {
    if shown(got) != shown(want) { failing("\(what): \(shown(got)) is not \(shown(want))") }
}

private func absent(_ what: String, _ got: Any?) {
    if let got { failing("\(what): \(got) is there") }
}

private func plain(_ name: String) -> String { name.replacingOccurrences(of: "_", with: "").lowercased() }

private func named(_ what: String, _ got: Any, _ want: String) {
    if plain("\(got)") != plain(want) { failing("\(what): \(got) is not \(want)") }
}

private func other(_ got: Any) { failing("another variant: \(got)") }

private func throwsError(_ error: String, _ call: () throws -> Void) {
    do {
        try call()
        failing("\(error) was not thrown")
    } catch let thrown as SaltboxError {
        let name = "\(thrown)".prefix { $0 != "(" }
        if plain(String(name)) != plain(error) { failing("\(thrown) is not \(error)") }
        if thrown.localizedDescription.isEmpty { failing("\(error) says nothing") }
    } catch {
        failing("\(error) is no SaltboxError")
    }
}

/// Hands `bytes` on to the other languages.
private func keep(_ name: String, _ bytes: Data) throws { try append("\(name)\t\(shown(bytes))\n", to: "made.tsv") }

/// Secrets in memory, as an app's test would have them.
private final class MemorySecrets: SecretStore, @unchecked Sendable {
    private var kept: [String: Data] = [:]

    func put(name: String, secret: Data) { kept[name] = secret }

    func load(name: String) throws -> Data? { kept[name] }

    func save(name: String, secret: Data) throws { kept[name] = secret }
}

/// Records in memory.
private final class MemoryPeers: PeerStore, @unchecked Sendable {
    private var records: [UInt32: Data] = [:]
    private var seen: Set<Data> = []

    func put(node: UInt32, record: Data) { records[node] = record }

    func record(node: UInt32) -> Data { records[node]! }

    func load(node: UInt32) throws -> Data? { records[node] }

    func save(node: UInt32, record: Data, ephemeral: Data?) throws {
        records[node] = record
        if let ephemeral { seen.insert(ephemeral) }
    }

    func hasSeen(node: UInt32, ephemeral: Data) throws -> Bool { seen.contains(ephemeral) }
}

/// A store of which every call fails.
private final class BrokenSecrets: SecretStore, @unchecked Sendable {
    func load(name: String) throws -> Data? { throw StoreError.Failed(reason: "the disk is gone") }

    func save(name: String, secret: Data) throws { throw StoreError.Failed(reason: "the disk is gone") }
}
