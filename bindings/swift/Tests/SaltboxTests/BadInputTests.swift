import Foundation
import Saltbox
import XCTest

/// Whatever an app passes, the answer is a result or a typed error, and the process lives.
final class BadInputTests: XCTestCase {
    func testWrongLengthsAreNamed() throws {
        let key = try SharedKey.generate()
        for length in [0, 23, 25, 1000] {
            let nonce = Data(count: length)
            expect(SaltboxError.InvalidLength) { try key.seal(nonce: nonce, message: Data()) }
            expect(SaltboxError.InvalidLength) { try key.open(nonce: nonce, sealed: Data(count: 16)) }
            expect(SaltboxError.InvalidLength) { try key.sealDirect(nonce: nonce, message: Data()) }
            expect(SaltboxError.InvalidLength) { try key.openDirect(nonce: nonce, sealed: Data(count: 16)) }
        }
        for length in [0, 31, 33, 64] {
            let bytes = Data(count: length)
            expect(SaltboxError.InvalidLength) { try SecretKey.fromBytes(bytes: bytes) }
            expect(SaltboxError.InvalidLength) { try SharedKey.fromBytes(bytes: bytes) }
            expect(SaltboxError.InvalidLength) { try SigningKey.fromSeed(seed: bytes) }
            expect(SaltboxError.InvalidLength) { try PublicKey.fromBytes(bytes: bytes) }
            expect(SaltboxError.InvalidLength) { try VerifyingKey.fromBytes(bytes: bytes) }
        }
        let signer = try SigningKey.generate().verifyingKey()
        expect(SaltboxError.InvalidLength) { try signer.verify(message: Data(), signature: Data(count: 63)) }
        expect(SaltboxError.InvalidLength) { try blake2b(message: Data(), key: Data(), length: 0) }
        expect(SaltboxError.InvalidLength) { try blake2b(message: Data(), key: Data(count: 65), length: 32) }
    }

    func testTheMessageSaysWhatIsWrong() throws {
        XCTAssertThrowsError(try SecretKey.fromBytes(bytes: Data(count: 31))) { error in
            XCTAssertEqual(error.localizedDescription, "a secret key must have 32 bytes, not 31")
        }
    }

    func testNothingIsAMessageToo() throws {
        let key = try SharedKey.generate()
        let nonce = try randomNonce()
        let sealed = try key.seal(nonce: nonce, message: Data())
        XCTAssertEqual(sealed.count, 16)
        XCTAssertEqual(try key.open(nonce: nonce, sealed: sealed), Data())
        for length in 0..<16 {
            expect(SaltboxError.Forged) { try key.open(nonce: nonce, sealed: Data(count: length)) }
        }
        let secret = try SecretKey.generate()
        XCTAssertEqual(try secret.openAnonymous(sealed: secret.publicKey().sealAnonymously(message: Data())), Data())
        expect(SaltboxError.Forged) { try secret.openAnonymous(sealed: Data()) }
        XCTAssertEqual(try randomBytes(count: 0), Data())
        XCTAssertEqual(try LineDecoder().push(bytes: Data()), [])
    }

    func testAHundredMegabytesAreSealedSignedAndHashed() throws {
        var message = Data(count: 100_000_000)
        message[99_999_999] = 7
        let key = try SharedKey.generate()
        let nonce = try randomNonce()
        let sealed = try key.seal(nonce: nonce, message: message)
        XCTAssertEqual(try key.openDirect(nonce: nonce, sealed: sealed), message)
        let signer = try SigningKey.generate()
        try signer.verifyingKey().verify(message: message, signature: signer.sign(message: message))
        XCTAssertEqual(try sha512(message: message).count, 64)
        let decoder = LineDecoder()
        XCTAssertEqual(try decoder.push(bytes: message), [])
    }

    func testBeyondTheLimitsIsTooLong() throws {
        expect(SaltboxError.TooLong) { try randomBytes(count: .max) }
        expect(SaltboxError.TooLong) { try encodeLine(frame: Data(count: 100_000)) }
    }

    func testTextThatIsNoKey() throws {
        for text in ["", "zz", "🧂", String(repeating: "g", count: 64), String(repeating: "a", count: 100_000)] {
            expect(SaltboxError.Encoding) { try PublicKey.fromHex(hex: text) }
            expect(SaltboxError.Encoding) { try PublicKey.fromBase64(base64: text) }
        }
    }

    func testAWeakKeyIsRefused() throws {
        let weak = try PublicKey.fromBytes(bytes: Data(count: 32))
        let secret = try SecretKey.generate()
        expect(SaltboxError.WeakKey) { try SharedKey.agree(secretKey: secret, publicKey: weak) }
        expect(SaltboxError.WeakKey) { try weak.sealAnonymously(message: Data()) }
    }

    func testWhatIsWipedIsClosedHoweverOften() throws {
        let (secret, shared, signing) = (try SecretKey.generate(), try SharedKey.generate(), try SigningKey.generate())
        let gateway = try Gateway.open(secrets: SecretsInMemory(), peers: PeersInMemory())
        for _ in 0..<2 {
            secret.wipe()
            shared.wipe()
            signing.wipe()
            try gateway.wipe()
        }
        expect(SaltboxError.Closed) { try secret.exposeSecret() }
        expect(SaltboxError.Closed) { try secret.publicKey() }
        expect(SaltboxError.Closed) { try secret.openAnonymous(sealed: Data(count: 64)) }
        expect(SaltboxError.Closed) { try shared.exposeSecret() }
        expect(SaltboxError.Closed) { try shared.seal(nonce: Data(count: 24), message: Data()) }
        expect(SaltboxError.Closed) { try shared.openDirect(nonce: Data(count: 24), sealed: Data()) }
        expect(SaltboxError.Closed) { try signing.sign(message: Data()) }
        expect(SaltboxError.Closed) { try signing.verifyingKey() }
        expect(SaltboxError.Closed) { try gateway.publicKey() }
        expect(SaltboxError.Closed) { try gateway.receive(frame: askFrame(node: 7), now: Date()) }
        expect(SaltboxError.Closed) { try gateway.rotate(until: Date()) }
    }

    func testAnyFrameHasAnAnswer() throws {
        let gateway = try Gateway.open(secrets: SecretsInMemory(), peers: PeersInMemory())
        for frame in [Data(), Data(count: 1), Data(count: 96), Data(repeating: 0xff, count: 97), Data(count: 100_000_000)] {
            let turn = try gateway.receive(frame: frame, now: Date())
            guard case .refused(_, .malformed) = turn.received else { return XCTFail("\(turn.received)") }
            XCTAssertEqual(turn.send, [])
        }
        for time in [Date.distantPast, Date.distantFuture, Date(timeIntervalSince1970: -1)] {
            _ = try gateway.receive(frame: askFrame(node: 7), now: time)
        }
        expect(SaltboxError.UnknownNode) { try gateway.command(node: 7, command: .requestStatus) }
        expect(SaltboxError.UnknownNode) { try gateway.revoke(node: 7) }
        XCTAssertNil(try gateway.node(node: 7))
    }
}
