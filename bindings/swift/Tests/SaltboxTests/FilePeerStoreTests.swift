import Foundation
import Saltbox
import XCTest

/// The store of records in files.
final class FilePeerStoreTests: XCTestCase {
    private let record = Data(repeating: 1, count: 516)

    func testWhatIsKeptIsThereAfterwards() throws {
        let folder = emptyFolder()
        do {
            let store = try FilePeerStore(directory: folder)
            XCTAssertNil(try store.load(node: 7))
            XCTAssertFalse(try store.hasSeen(node: 7, ephemeral: key(0)))
            for boot in UInt8(0)..<100 {
                try store.save(node: 7, record: record, ephemeral: key(boot))
            }
            try store.save(node: 7, record: Data([5]), ephemeral: nil)
        }
        let again = try FilePeerStore(directory: folder)
        XCTAssertEqual(try again.load(node: 7), Data([5]))
        for boot in UInt8(0)..<100 {
            XCTAssertTrue(try again.hasSeen(node: 7, ephemeral: key(boot)))
        }
        XCTAssertFalse(try again.hasSeen(node: 7, ephemeral: key(100)))
        XCTAssertFalse(try again.hasSeen(node: 8, ephemeral: key(0)))
        XCTAssertNil(try again.load(node: 8))
    }

    func testTwoWritersAreRefused() throws {
        let folder = emptyFolder()
        let first = try FilePeerStore(directory: folder)
        XCTAssertThrowsError(try FilePeerStore(directory: folder)) { error in
            XCTAssertTrue(error.localizedDescription.contains("is open already"), error.localizedDescription)
        }
        try first.save(node: 7, record: record, ephemeral: nil)
    }

    func testAWriteThatBrokeOffChangesNothing() throws {
        let folder = emptyFolder()
        let store = try FilePeerStore(directory: folder)
        try store.save(node: 7, record: record, ephemeral: key(1))
        try Data([1, 200]).write(to: folder.appendingPathComponent("00000007.peer.new"))
        XCTAssertEqual(try store.load(node: 7), record)
        try store.save(node: 7, record: record, ephemeral: key(2))
        XCTAssertTrue(try store.hasSeen(node: 7, ephemeral: key(1)))
        XCTAssertTrue(try store.hasSeen(node: 7, ephemeral: key(2)))
    }

    func testWhatCannotBeWrittenIsSaidAndTheOldStays() throws {
        let folder = emptyFolder()
        let store = try FilePeerStore(directory: folder)
        try store.save(node: 7, record: record, ephemeral: nil)
        // A folder in the place of the new file: root, too, cannot write it.
        let blocked = folder.appendingPathComponent("00000007.peer.new")
        try FileManager.default.createDirectory(at: blocked, withIntermediateDirectories: false)
        XCTAssertThrowsError(try store.save(node: 7, record: Data([5]), ephemeral: nil)) { error in
            XCTAssertTrue(error.localizedDescription.contains("00000007.peer.new cannot be made"), error.localizedDescription)
        }
        XCTAssertEqual(try store.load(node: 7), record)
        expectFailed("not a record") { try store.save(node: 7, record: Data(count: 70_000), ephemeral: nil) }
        expectFailed("not a record") { try store.save(node: 7, record: self.record, ephemeral: Data([1])) }
    }

    func testADamagedFileIsSaid() throws {
        let folder = emptyFolder()
        let store = try FilePeerStore(directory: folder)
        for bytes in [Data(), Data([2, 0, 0]), Data([1, 9, 0]), Data([1, 0, 0, 7])] {
            try bytes.write(to: folder.appendingPathComponent("00000007.peer"))
            expectFailed("is damaged") { try store.load(node: 7) }
        }
    }

    func testOnlyTheOwnerReadsIt() throws {
        let folder = emptyFolder()
        let store = try FilePeerStore(directory: folder)
        try store.save(node: 7, record: record, ephemeral: nil)
        let mode = { try FileManager.default.attributesOfItem(atPath: $0)[.posixPermissions] as? Int }
        XCTAssertEqual(try mode(folder.path), 0o700)
        XCTAssertEqual(try mode(folder.appendingPathComponent("00000007.peer").path), 0o600)
    }

    private func expectFailed<T>(_ reason: String, line: UInt = #line, _ body: () throws -> T) {
        XCTAssertThrowsError(try body(), line: line) { error in
            guard case StoreError.Failed(let message) = error else { return XCTFail("\(error)", line: line) }
            XCTAssertTrue(message.contains(reason), message, line: line)
        }
    }

    private func key(_ boot: UInt8) -> Data { Data(repeating: boot, count: 32) }
}
