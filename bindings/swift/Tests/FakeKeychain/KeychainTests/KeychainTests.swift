import Foundation
import Saltbox
import Security
import XCTest

/// The Keychain's store, on a Keychain that is played.
final class KeychainTests: XCTestCase {
    private let store = KeychainSecretStore(service: "org.example.ward")

    override func setUp() {
        FakeKeychain.shared.items = []
        FakeKeychain.shared.isLocked = false
        FakeKeychain.shared.addedMeanwhile = nil
    }

    func testWhatIsSavedIsLoadedAndReplaced() throws {
        XCTAssertNil(try store.load(name: "a"))
        try store.save(name: "a", secret: Data([1]))
        try store.save(name: "b", secret: Data([2]))
        try store.save(name: "a", secret: Data([3]))
        XCTAssertEqual(try store.load(name: "a"), Data([3]))
        XCTAssertEqual(try store.load(name: "b"), Data([2]))
        XCTAssertNil(try KeychainSecretStore(service: "org.example.other").load(name: "a"))
        XCTAssertEqual(FakeKeychain.shared.items.count, 2)
    }

    func testSecretsStayOnThisDevice() throws {
        try KeychainSecretStore(service: "org.example.ward", accessGroup: "group").save(name: "a", secret: Data([1]))
        let item = try XCTUnwrap(FakeKeychain.shared.items.first)
        XCTAssertEqual(item[kSecAttrAccessible] as? String, kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly)
        XCTAssertEqual(item[kSecAttrSynchronizable] as? Bool, false)
        XCTAssertEqual(item[kSecUseDataProtectionKeychain] as? Bool, true)
        XCTAssertEqual(item[kSecAttrAccessGroup] as? String, "group")
    }

    func testWhoeverAddsFirstIsReplaced() throws {
        FakeKeychain.shared.addedMeanwhile = [
            kSecClass: kSecClassGenericPassword, kSecAttrService: "org.example.ward", kSecAttrAccount: "a",
            kSecValueData: Data([9]),
        ]
        try store.save(name: "a", secret: Data([1]))
        XCTAssertEqual(try store.load(name: "a"), Data([1]))
        XCTAssertEqual(FakeKeychain.shared.items.count, 1)
    }

    func testALockedKeychainIsAReason() throws {
        FakeKeychain.shared.isLocked = true
        XCTAssertThrowsError(try Gateway.open(secrets: store, peers: NoPeers())) { error in
            guard case SaltboxError.Store(let message) = error else { return XCTFail("\(error)") }
            let want = "the store failed: the Keychain cannot be read: User interaction is not allowed. (-25308)"
            XCTAssertEqual(message, want)
        }
    }

    func testAGatewayComesBack() throws {
        let key = try Gateway.open(secrets: store, peers: NoPeers()).publicKey()
        XCTAssertEqual(try Gateway.open(secrets: store, peers: NoPeers()).publicKey(), key)
    }
}

private final class NoPeers: PeerStore {
    func load(node: UInt32) throws -> Data? { nil }
    func save(node: UInt32, record: Data, ephemeral: Data?) throws {}
    func hasSeen(node: UInt32, ephemeral: Data) throws -> Bool { false }
}
