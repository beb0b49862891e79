import Foundation
import Saltbox
import XCTest

/// Sealing, opening and signing on the real library.
final class BoxTests: XCTestCase {
    func testWhatIsSealedForAPeerOpensThere() throws {
        let (sensor, phone) = (try SecretKey.generate(), try SecretKey.generate())
        let nonce = try randomNonce()
        let sealed = try SharedKey.agree(secretKey: sensor, publicKey: phone.publicKey())
            .seal(nonce: nonce, message: Data("21.5 C".utf8))
        XCTAssertEqual(sealed.count, 6 + 16)
        let key = try SharedKey.agree(secretKey: phone, publicKey: sensor.publicKey())
        XCTAssertEqual(try key.open(nonce: nonce, sealed: sealed), Data("21.5 C".utf8))
        XCTAssertEqual(try key.openDirect(nonce: nonce, sealed: sealed), Data("21.5 C".utf8))
    }

    func testOneFlippedBitIsForged() throws {
        let key = try SharedKey.generate()
        let nonce = try randomNonce()
        var sealed = try key.seal(nonce: nonce, message: Data("21.5 C".utf8))
        sealed[sealed.startIndex] ^= 1
        XCTAssertThrowsError(try key.open(nonce: nonce, sealed: sealed)) { error in
            guard case SaltboxError.Forged(let message) = error else { return XCTFail("\(error)") }
            XCTAssertEqual(error.localizedDescription, message)
            XCTAssertTrue(message.hasPrefix("forged or damaged"), message)
        }
    }
}
