import Foundation
import Saltbox
import XCTest

/// Objects in the hands of many tasks at once.
final class ThreadTests: XCTestCase {
    func testAKeyIsWipedWhileOthersUseIt() async throws {
        for _ in 0..<20 {
            let key = try SharedKey.generate()
            let nonce = try randomNonce()
            let message = Data(repeating: 7, count: 1024)
            let (sealed, closed) = try await withThrowingTaskGroup(of: (Int, Int).self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        var counts = (0, 0)
                        for _ in 0..<100 {
                            do {
                                let sealed = try key.seal(nonce: nonce, message: message)
                                XCTAssertEqual(sealed.count, 1024 + 16)
                                counts.0 += 1
                            } catch SaltboxError.Closed {
                                counts.1 += 1
                            }
                        }
                        return counts
                    }
                }
                group.addTask {
                    try await Task.sleep(nanoseconds: 500_000)
                    key.wipe()
                    return (0, 0)
                }
                return try await group.reduce((0, 0)) { ($0.0 + $1.0, $0.1 + $1.1) }
            }
            XCTAssertEqual(sealed + closed, 800)
            expect(SaltboxError.Closed) { try key.seal(nonce: nonce, message: message) }
        }
    }

    func testAGatewayServesManyTasks() async throws {
        let gateway = try Gateway.open(secrets: SecretsInMemory(), peers: PeersInMemory())
        let sensors: UInt32 = 16
        try await withThrowingTaskGroup(of: Void.self) { group in
            for node in 1...sensors {
                group.addTask {
                    let key = try SecretKey.generate().publicKey()
                    let sensor = Enrolled(node: node, publicKey: key, nonces: [.noise], epoch: 0)
                    try gateway.enrol(enrolled: sensor, intervalMillis: 1000)
                    for _ in 0..<50 {
                        XCTAssertEqual(try gateway.node(node: node)?.publicKey, key)
                        _ = try gateway.receive(frame: Data([0x11, 0]), now: Date())
                        try gateway.endSessions(node: node)
                    }
                    _ = try gateway.command(node: node, command: .requestStatus)
                    expect(SaltboxError.Busy) { try gateway.command(node: node, command: .requestStatus) }
                }
            }
            group.addTask { for _ in 0..<5 { try gateway.rotate(until: Date(timeIntervalSinceNow: 60)) } }
            try await group.waitForAll()
        }
        XCTAssertEqual(try gateway.epoch(), 5)
        for node in 1...sensors {
            XCTAssertEqual(try gateway.node(node: node)?.waiting, .requestStatus)
        }
    }
}
