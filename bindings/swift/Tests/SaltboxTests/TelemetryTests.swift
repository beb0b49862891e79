import Foundation
import Saltbox
import XCTest

/// A gateway that goes on in the middle of a session, from the vectors that every language shares.
final class TelemetryTests: XCTestCase {
    func testAStoredSessionGoesOn() throws {
        for vector in try vectors() {
            let (gateway, _) = try restored(vector)
            let node = vector.number("node")
            let standing = try XCTUnwrap(gateway.node(node: node), vector.id)
            XCTAssertTrue(standing.hasSession, vector.id)
            // A sensor without counter memory has no counter that outlives its session.
            let hasMemory = vector.bytes("features")[0] & 1 == 1
            XCTAssertEqual(standing.floor, hasMemory ? vector.counter("data_counter") : 0, vector.id)

            let turn = try gateway.receive(frame: vector.bytes("status"), now: Date())
            guard case .status(node, let counter, let uptime, _, let troubles) = turn.received else {
                return XCTFail("\(vector.id): \(turn.received)")
            }
            XCTAssertEqual(counter, vector.counter("data_counter") + 1, vector.id)
            XCTAssertEqual(uptime, vector.number("uptime"), vector.id)
            XCTAssertEqual(troubles.isEmpty, vector.bytes("troubles").allSatisfy { $0 == 0 }, vector.id)
            XCTAssertEqual(turn.send, [vector.bytes("command")], vector.id)

            let reply = try gateway.receive(frame: vector.bytes("reply"), now: Date())
            guard case .reply(node, _, _) = reply.received else { return XCTFail("\(vector.id): \(reply.received)") }
            XCTAssertEqual(reply.send, [], vector.id)
            XCTAssertNil(try gateway.node(node: node)?.waiting, vector.id)
        }
    }

    func testWhatWasAcceptedBeforeTheRestartIsRefused() throws {
        for vector in try vectors() {
            let (gateway, stores) = try restored(vector)
            try refuses(gateway, vector.bytes("data"), .replayed, vector)
            _ = try gateway.receive(frame: vector.bytes("status"), now: Date())
            let restarted = try Gateway.open(secrets: stores.0, peers: stores.1)
            try refuses(restarted, vector.bytes("status"), .replayed, vector)
            try refuses(restarted, vector.bytes("data"), .replayed, vector)
        }
    }

    func testAForgedFrameChangesNothing() throws {
        for vector in try vectors() {
            let (gateway, _) = try restored(vector)
            let node = vector.number("node")
            let floor = try gateway.node(node: node)?.floor
            for at in vector.bytes("status").indices {
                var frame = vector.bytes("status")
                frame[at] ^= 0x10
                let turn = try gateway.receive(frame: frame, now: Date())
                guard case .refused = turn.received else { return XCTFail("\(vector.id) \(at): \(turn.received)") }
            }
            XCTAssertEqual(try gateway.node(node: node)?.floor, floor, vector.id)
            let turn = try gateway.receive(frame: vector.bytes("status"), now: Date())
            guard case .status = turn.received else { return XCTFail("\(vector.id): \(turn.received)") }
        }
    }

    func testWhoIsRevokedStaysOut() throws {
        for vector in try vectors() {
            let (gateway, _) = try restored(vector)
            try gateway.revoke(node: vector.number("node"))
            try refuses(gateway, vector.bytes("status"), .revoked, vector)
        }
    }

    func testFramesAreFoundOnALine() throws {
        let decoder = LineDecoder()
        let frames = try vectors().flatMap { [$0.bytes("open"), $0.bytes("data"), $0.bytes("status")] }
        let line = try frames.reduce(Data("noise".utf8)) { try $0 + encodeLine(frame: $1) }
        var found: [Data] = []
        for byte in line { found += try decoder.push(bytes: Data([byte])) }
        XCTAssertEqual(found, frames)
    }

    private func refuses(_ gateway: Gateway, _ frame: Data, _ why: Refusal, _ vector: Vector) throws {
        let turn = try gateway.receive(frame: frame, now: Date())
        guard case .refused(vector.number("node"), why) = turn.received else {
            return XCTFail("\(vector.id): \(turn.received)")
        }
        XCTAssertEqual(turn.send, [], vector.id)
    }

    /// A gateway over the record of a vector, sealed as gateways keep it.
    private func restored(_ vector: Vector) throws -> (Gateway, (SecretsInMemory, PeersInMemory)) {
        let recordKey = Data(repeating: 7, count: 32)
        let nonce = try randomNonce()
        let sealed = try SharedKey.fromBytes(bytes: recordKey).seal(nonce: nonce, message: vector.bytes("peer"))
        // `1 || epoch || secret key || no key before it`: module `telemetry::epochs` of the core.
        let keys = Data([1]) + vector.bytes("epoch") + vector.bytes("gateway_secret") + Data(count: 41)
        let secrets = SecretsInMemory(["saltbox.gateway.keys": keys, "saltbox.gateway.records": recordKey])
        let peers = PeersInMemory(records: [vector.number("node"): nonce + sealed])
        return (try Gateway.open(secrets: secrets, peers: peers), (secrets, peers))
    }

    private func vectors() throws -> [Vector] {
        let path = try XCTUnwrap(Bundle.module.url(forResource: "telemetry", withExtension: "json", subdirectory: "Vectors"))
        let file = try JSONDecoder().decode(Vectors.self, from: Data(contentsOf: path))
        XCTAssertFalse(file.cases.isEmpty)
        return file.cases.map(Vector.init)
    }
}

private struct Vectors: Decodable {
    let cases: [[String: String]]
}

/// A case: hex by name, numbers little-endian.
private struct Vector {
    let fields: [String: String]

    var id: String { fields["id"]! }

    func bytes(_ field: String) -> Data {
        let hex = Array(fields[field]!.utf8)
        let pairs = stride(from: 0, to: hex.count, by: 2)
        return Data(pairs.map { UInt8(String(decoding: hex[$0..<$0 + 2], as: UTF8.self), radix: 16)! })
    }

    func counter(_ field: String) -> UInt64 { bytes(field).reversed().reduce(0) { $0 << 8 | UInt64($1) } }

    func number(_ field: String) -> UInt32 { UInt32(counter(field)) }
}
