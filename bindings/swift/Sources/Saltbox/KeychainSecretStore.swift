#if canImport(Security)
import Foundation
import Security

/// Keeps a gateway's secrets in the Keychain.
///
/// They can be read from the first unlock after a boot on, also in the background; they never leave this device, neither
/// through iCloud nor in a backup that is put back on another.
///
/// Safe to use from many threads.
public final class KeychainSecretStore: SecretStore {
    private let service: String
    private let accessGroup: String?

    /// A store under `service`, such as the app's bundle identifier; apps that share `accessGroup` share the secrets.
    public init(service: String, accessGroup: String? = nil) {
        self.service = service
        self.accessGroup = accessGroup
    }

    public func load(name: String) throws -> Data? {
        var query = item(name)
        query[kSecReturnData as String] = true
        query[kSecMatchLimit as String] = kSecMatchLimitOne as String
        var found: CFTypeRef?
        let status = SecItemCopyMatching(dictionary(query), &found)
        if status == errSecItemNotFound { return nil }
        guard status == errSecSuccess, let secret = found as? Data else { throw failed("read", status) }
        return secret
    }

    public func save(name: String, secret: Data) throws {
        let contents: [String: Any] = [
            kSecValueData as String: secret,
            kSecAttrAccessible as String: kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly as String,
        ]
        let update = { SecItemUpdate(self.dictionary(self.item(name)), self.dictionary(contents)) }
        var status = update()
        if status == errSecItemNotFound {
            status = SecItemAdd(dictionary(item(name).merging(contents) { $1 }), nil)
            // Another thread or process may have added it since.
            if status == errSecDuplicateItem { status = update() }
        }
        guard status == errSecSuccess else { throw failed("written", status) }
    }

    /// What names the secret. On macOS, too, it lies in the keychain that iOS has, not in the login keychain's file.
    private func item(_ name: String) -> [String: Any] {
        var item: [String: Any] = [
            kSecClass as String: kSecClassGenericPassword as String,
            kSecAttrService as String: service,
            kSecAttrAccount as String: name,
            kSecAttrSynchronizable as String: false,
            kSecUseDataProtectionKeychain as String: true,
        ]
        if let accessGroup { item[kSecAttrAccessGroup as String] = accessGroup }
        return item
    }

    private func dictionary(_ query: [String: Any]) -> CFDictionary {
        NSDictionary(dictionary: query) as CFDictionary
    }

    private func failed(_ what: String, _ status: OSStatus) -> StoreError {
        let why = SecCopyErrorMessageString(status, nil) as String? ?? "no reason given"
        return StoreError.Failed(reason: "the Keychain cannot be \(what): \(why) (\(status))")
    }
}
#endif
