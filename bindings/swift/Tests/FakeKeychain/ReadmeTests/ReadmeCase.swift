import Foundation
import Saltbox
import XCTest

/// What the README's code finds around it. Each of its blocks is a test, generated beside this by xtask.
class ReadmeCase: XCTestCase {
    /// The app's own folder.
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    /// What went to the sensor.
    var sent = Data()

    override func tearDown() {
        try? FileManager.default.removeItem(at: folder)
    }

    /// A gateway of which nothing is known yet.
    func newGateway() throws -> Gateway {
        try Gateway.open(
            secrets: KeychainSecretStore(service: UUID().uuidString), peers: FilePeerStore(directory: folder))
    }

    /// Bytes from the line: a blank sensor that was provisioned says who it is.
    func receivedFromLine() throws -> Data {
        let enrolled = "150007000000000000000000000042cd6e894fd941eb3ba781177e966303f140b2d9d56ebdbb7561a6d7a2808d250153a0f06fa6e579c2"
        let digits = Array(enrolled.utf8)
        let pairs = stride(from: 0, to: digits.count, by: 2)
        return try encodeLine(frame: Data(pairs.map { UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)! }))
    }

    func sendToLine(_ bytes: Data) {
        sent += bytes
    }

    /// Two people looked.
    func fingerprintsMatch(_ one: String, _ other: String) -> Bool { true }
}
