import Foundation

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Keeps sensors' records in a folder, a file a sensor. Survives being killed, and power cuts, at any moment.
///
/// Record and ephemeral keys of a sensor are one file, which is written anew beside the old one, brought to the disk and
/// put in its place: after a crash the one or the other is there, whole. Each time a sensor boots its file grows by 32
/// bytes, and nothing is ever forgotten.
///
/// The folder is locked while the store lives, because two writers would undo each other's records and let old frames in
/// again. On Apple's platforms it is left out of backups for the same reason, and must not lie in a group container: the
/// system ends an app that is suspended while it holds a lock there.
///
/// Safe to use from many threads.
public final class FilePeerStore: PeerStore {
    private let folder: URL
    private let locked: Int32
    private let one = NSLock()

    /// Opens the store in `directory`, and makes that if it is not there.
    ///
    /// Throws `StoreError.Failed` if it cannot be made, or is open already, here or in another process.
    public init(directory: URL) throws {
        folder = directory
        do {
            let mine: [FileAttributeKey: Any] = [.posixPermissions: 0o700]
            try FileManager.default.createDirectory(
                at: directory, withIntermediateDirectories: true, attributes: mine)
        } catch {
            throw StoreError.Failed(reason: "\(directory.path) cannot be made: \(error.localizedDescription)")
        }
        locked = try lock(directory.appendingPathComponent("lock").path)
        #if canImport(Darwin)
        var values = URLResourceValues()
        values.isExcludedFromBackup = true
        var marked = directory
        try? marked.setResourceValues(values)
        #endif
    }

    deinit {
        close(locked)
    }

    public func load(node: UInt32) throws -> Data? {
        try one.withLock { try read(node)?.record }
    }

    public func save(node: UInt32, record: Data, ephemeral: Data?) throws {
        try one.withLock {
            var kept = try read(node) ?? Kept(record: record, seen: [])
            kept.record = record
            if let ephemeral { kept.seen.append(ephemeral) }
            try replaceFile(at: path(node), with: kept.bytes())
        }
    }

    public func hasSeen(node: UInt32, ephemeral: Data) throws -> Bool {
        try one.withLock { try read(node)?.seen.contains(ephemeral) ?? false }
    }

    private func path(_ node: UInt32) -> URL {
        folder.appendingPathComponent(String(format: "%08x.peer", node))
    }

    private func read(_ node: UInt32) throws -> Kept? {
        let path = path(node)
        do {
            return try Kept(bytes: Data(contentsOf: path))
        } catch let error as CocoaError where error.code == .fileReadNoSuchFile {
            return nil
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError.Failed(reason: "\(path.path) cannot be read: \(error.localizedDescription)")
        }
    }
}

/// What is known of one sensor: `1 || length of record u16 || record || ephemeral keys`, little-endian.
private struct Kept {
    static let ephemeralLength = 32

    var record: Data
    var seen: [Data]

    init(record: Data, seen: [Data]) {
        self.record = record
        self.seen = seen
    }

    init(bytes: Data) throws {
        let damaged = StoreError.Failed(reason: "a sensor's file is damaged: remove it and enrol the sensor afresh")
        let bytes = Data(bytes)
        guard bytes.count >= 3, bytes[0] == 1 else { throw damaged }
        let end = 3 + Int(bytes[1]) + Int(bytes[2]) << 8
        guard bytes.count >= end, (bytes.count - end).isMultiple(of: Self.ephemeralLength) else { throw damaged }
        record = Data(bytes[3..<end])
        seen = stride(from: end, to: bytes.count, by: Self.ephemeralLength)
            .map { Data(bytes[$0..<$0 + Self.ephemeralLength]) }
    }

    func bytes() throws -> Data {
        guard record.count <= UInt16.max, seen.allSatisfy({ $0.count == Self.ephemeralLength }) else {
            throw StoreError.Failed(reason: "not a record of a gateway")
        }
        let head = Data([1, UInt8(record.count & 0xff), UInt8(record.count >> 8)])
        return seen.reduce(head + record, +)
    }
}

/// Locks the file at `path` until what is returned is closed, or this process ends, however it ends.
private func lock(_ path: String) throws -> Int32 {
    let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw failed("\(path) cannot be made") }
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
        let error = failed("\(path) is locked: the store is open already")
        close(file)
        throw error
    }
    return file
}

/// Puts `contents` in the place of the file at `path`: wholly or not at all, and on the disk when this returns.
private func replaceFile(at path: URL, with contents: Data) throws {
    let fresh = path.path + ".new"
    let file = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw failed("\(fresh) cannot be made") }
    defer { close(file) }
    var left = contents
    while !left.isEmpty {
        let written = left.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
        if written < 0 && errno == EINTR { continue }
        guard written > 0 else { throw failed("\(fresh) cannot be written") }
        left = left.dropFirst(written)
    }
    guard toDisk(file) else { throw failed("\(fresh) does not reach the disk") }
    guard rename(fresh, path.path) == 0 else { throw failed("\(path.path) cannot be replaced") }
    let parent = open(path.deletingLastPathComponent().path, O_RDONLY | O_CLOEXEC)
    guard parent >= 0 else { throw failed("the folder of \(path.path) cannot be opened") }
    defer { close(parent) }
    guard toDisk(parent) else { throw failed("the folder of \(path.path) does not reach the disk") }
}

/// Waits until the drive itself has it.
private func toDisk(_ file: Int32) -> Bool {
    #if canImport(Darwin)
    // There, `fsync` leaves it in the drive's cache; not every file system knows the other.
    if fcntl(file, F_FULLFSYNC) == 0 { return true }
    #endif
    return fsync(file) == 0
}

private func failed(_ what: String) -> StoreError {
    StoreError.Failed(reason: "\(what): \(String(cString: strerror(errno)))")
}
