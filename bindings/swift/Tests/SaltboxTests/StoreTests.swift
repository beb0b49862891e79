import Foundation
import Saltbox
import XCTest

/// Stores that fail: their reason reaches the caller, and nothing has changed.
final class StoreTests: XCTestCase {
    func testTheReasonOfAStoreIsCarriedThrough() throws {
        let peers = PeersInMemory { _ in throw StoreError.Failed(reason: "disk full: free some space") }
        let gateway = try Gateway.open(secrets: SecretsInMemory(), peers: peers)
        expect(SaltboxError.Store) { try gateway.node(node: 7) }
        XCTAssertThrowsError(try gateway.node(node: 7)) { error in
            XCTAssertEqual(error.localizedDescription, "the store failed: disk full: free some space")
        }
    }

    func testWhateverElseIsThrownIsAStoreErrorToo() throws {
        struct Odd: Error {}
        let peers = PeersInMemory { _ in throw Odd() }
        let gateway = try Gateway.open(secrets: SecretsInMemory(), peers: peers)
        XCTAssertThrowsError(try gateway.node(node: 7)) { error in
            guard case SaltboxError.Store(let message) = error else { return XCTFail("\(error)") }
            XCTAssertTrue(message.contains("Odd"), message)
        }
    }

    func testAStoreThatFailsOnceLeavesTheGatewayAsItWas() throws {
        let failing = Switch()
        let peers = PeersInMemory { call in
            if failing.isOn && call == "save" { throw StoreError.Failed(reason: "no") }
        }
        let gateway = try Gateway.open(secrets: SecretsInMemory(), peers: peers)
        let sensor = try offer(try SecretKey.generate().publicKey())
        failing.isOn = true
        expect(SaltboxError.Store) { try gateway.enrol(enrolled: sensor, intervalMillis: 1000) }
        XCTAssertNil(try gateway.node(node: 7))
        failing.isOn = false
        try gateway.enrol(enrolled: sensor, intervalMillis: 1000)
        XCTAssertEqual(try gateway.node(node: 7)?.intervalMillis, 1000)
        expect(SaltboxError.AlreadyEnrolled) { try gateway.enrol(enrolled: sensor, intervalMillis: 1000) }
    }

    func testAStoreThatCallsBackIsToldSo() throws {
        let calling = Holder()
        let peers = PeersInMemory { _ in _ = try calling.gateway?.node(node: 7) }
        let gateway = try Gateway.open(secrets: SecretsInMemory(), peers: peers)
        calling.gateway = gateway
        defer { calling.gateway = nil }
        XCTAssertThrowsError(try gateway.node(node: 7)) { error in
            guard case SaltboxError.Store(let message) = error else { return XCTFail("\(error)") }
            XCTAssertTrue(message.contains("Busy"), message)
        }
        calling.gateway = nil
        XCTAssertNil(try gateway.node(node: 7))
    }

    func testWhatWasNotStoredIsDamaged() throws {
        for record in [Data(), Data(count: 24), Data(count: 516), Data(count: 100_000)] {
            let gateway = try Gateway.open(secrets: SecretsInMemory(), peers: PeersInMemory(records: [7: record]))
            expect(SaltboxError.StoreDamaged) { try gateway.node(node: 7) }
        }
        for name in ["saltbox.gateway.keys", "saltbox.gateway.records"] {
            let secrets = SecretsInMemory([name: Data(count: 31)])
            expect(SaltboxError.StoreDamaged) { try Gateway.open(secrets: secrets, peers: PeersInMemory()) }
        }
    }

    private func offer(_ key: PublicKey) throws -> Enrolled {
        Enrolled(node: 7, publicKey: key, nonces: [.memory], epoch: 0)
    }
}

private final class Switch: @unchecked Sendable {
    var isOn = false
}

private final class Holder: @unchecked Sendable {
    var gateway: Gateway?
}
