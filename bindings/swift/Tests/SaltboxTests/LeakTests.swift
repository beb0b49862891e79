#if os(Linux)
import Foundation
import Glibc
import Saltbox
import XCTest

/// 100,000 objects made, used and dropped leave no memory behind: each round below makes four or five.
final class LeakTests: XCTestCase {
    func testDroppedKeysAreGone() throws {
        let nonce = try randomNonce()
        try flat {
            let secret = try SecretKey.generate()
            let key = try SharedKey.agree(secretKey: secret, publicKey: secret.publicKey())
            let sealed = try key.seal(nonce: nonce, message: Data("21.5 C".utf8))
            XCTAssertEqual(try key.open(nonce: nonce, sealed: sealed).count, 6)
            expect(SaltboxError.Forged) { try key.open(nonce: nonce, sealed: Data(count: 16)) }
        }
    }

    func testDroppedGatewaysAndTheirStoresAreGone() throws {
        try flat {
            let gateway = try Gateway.open(secrets: SecretsInMemory(), peers: PeersInMemory())
            let key = try gateway.publicKey()
            let sensor = Enrolled(node: 7, publicKey: key, nonces: [.memory], epoch: 0)
            try gateway.enrol(enrolled: sensor, intervalMillis: 1000)
            XCTAssertEqual(try gateway.node(node: 7)?.publicKey, key)
            _ = try gateway.receive(frame: askFrame(node: 7), now: Date())
        }
    }

    func testALeakWouldBeSeen() throws {
        var kept: [SharedKey] = []
        let grown = try growth(of: 25_000) { kept.append(try SharedKey.generate()) }
        XCTAssertGreaterThan(grown, limit, "25,000 keys that are kept do not show")
        XCTAssertEqual(kept.count, 30_000)
    }

    /// Kilobytes by which resident memory may grow: what 100,000 leaked objects of 20 bytes would take.
    private let limit = 2_000

    private func flat(_ body: () throws -> Void) throws {
        let grown = try growth(of: 20_000, body)
        XCTAssertLessThan(grown, limit, "resident memory grew by \(grown) kB")
    }

    /// By how many kilobytes resident memory grows while `body` runs `count` times, after 5,000 times to warm up.
    private func growth(of count: Int, _ body: () throws -> Void) throws -> Int {
        for _ in 0..<5_000 { try body() }
        let before = try residentKilobytes()
        for _ in 0..<count { try body() }
        return try residentKilobytes() - before
    }

    /// What other tests have freed would hide a leak, so that the allocator gives it back first.
    private func residentKilobytes() throws -> Int {
        let trim = try XCTUnwrap(dlsym(nil, "malloc_trim"), "glibc has it")
        _ = unsafeBitCast(trim, to: (@convention(c) (Int) -> Int32).self)(0)
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = try XCTUnwrap(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
        return try XCTUnwrap(Int(line.split(separator: " ").dropFirst().first ?? ""))
    }
}
#endif
