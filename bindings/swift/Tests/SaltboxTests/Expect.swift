import Foundation
import Saltbox
import XCTest

/// Fails unless `body` throws a `SaltboxError` that is `wanted`, with a message for people; others fit no case.
func expect<T>(
    _ wanted: (String) -> SaltboxError, file: StaticString = #filePath, line: UInt = #line,
    _ body: () throws -> T
) {
    do {
        _ = try body()
        XCTFail("nothing was thrown", file: file, line: line)
    } catch let error as SaltboxError {
        XCTAssertEqual(error, wanted(error.message), file: file, line: line)
        XCTAssertFalse(error.message.isEmpty, file: file, line: line)
        XCTAssertEqual(error.localizedDescription, error.message, file: file, line: line)
    } catch {
        XCTFail("not a SaltboxError: \(error)", file: file, line: line)
    }
}

/// An empty folder, gone after the test.
extension XCTestCase {
    func emptyFolder() -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        addTeardownBlock { try? FileManager.default.removeItem(at: folder) }
        return folder
    }
}
