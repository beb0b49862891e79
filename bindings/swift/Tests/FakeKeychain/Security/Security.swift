import Foundation

// The names of Apple's module `Security` that Saltbox uses, with the types that Apple documents, over a dictionary.

public typealias CFString = String
public typealias CFDictionary = NSDictionary
public typealias CFTypeRef = AnyObject
public typealias OSStatus = Int32

public let kSecClass: CFString = "class"
public let kSecClassGenericPassword: CFString = "genp"
public let kSecAttrService: CFString = "svce"
public let kSecAttrAccount: CFString = "acct"
public let kSecAttrAccessGroup: CFString = "agrp"
public let kSecAttrSynchronizable: CFString = "sync"
public let kSecUseDataProtectionKeychain: CFString = "nleg"
public let kSecAttrAccessible: CFString = "pdmn"
public let kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly: CFString = "cku"
public let kSecValueData: CFString = "v_Data"
public let kSecReturnData: CFString = "r_Data"
public let kSecMatchLimit: CFString = "m_Limit"
public let kSecMatchLimitOne: CFString = "m_LimitOne"

public let errSecSuccess: OSStatus = 0
public let errSecParam: OSStatus = -50
public let errSecItemNotFound: OSStatus = -25300
public let errSecDuplicateItem: OSStatus = -25299
public let errSecInteractionNotAllowed: OSStatus = -25308

/// What tests see of the Keychain, and how they make it misbehave. One test at a time.
public final class FakeKeychain: @unchecked Sendable {
    public static let shared = FakeKeychain()

    /// Every item with its attributes.
    public var items: [[String: Any]] = []
    /// As before the first unlock.
    public var isLocked = false
    /// An item that another process adds when this one is about to.
    public var addedMeanwhile: [String: Any]?
}

public func SecItemCopyMatching(_ query: CFDictionary, _ result: inout CFTypeRef?) -> OSStatus {
    guard let wanted = read(query) else { return errSecParam }
    if FakeKeychain.shared.isLocked { return errSecInteractionNotAllowed }
    guard let found = FakeKeychain.shared.items.first(where: { matches($0, wanted) }) else { return errSecItemNotFound }
    if wanted[kSecReturnData] as? Bool == true { result = found[kSecValueData] as AnyObject? }
    return errSecSuccess
}

public func SecItemUpdate(_ query: CFDictionary, _ changes: CFDictionary) -> OSStatus {
    guard let wanted = read(query), let changes = changes as? [String: Any] else { return errSecParam }
    if FakeKeychain.shared.isLocked { return errSecInteractionNotAllowed }
    guard let at = FakeKeychain.shared.items.firstIndex(where: { matches($0, wanted) }) else { return errSecItemNotFound }
    FakeKeychain.shared.items[at].merge(changes) { $1 }
    return errSecSuccess
}

public func SecItemAdd(_ attributes: CFDictionary, _ result: UnsafeMutablePointer<CFTypeRef?>?) -> OSStatus {
    guard let item = read(attributes) else { return errSecParam }
    if FakeKeychain.shared.isLocked { return errSecInteractionNotAllowed }
    if let other = FakeKeychain.shared.addedMeanwhile {
        FakeKeychain.shared.items.append(other)
        FakeKeychain.shared.addedMeanwhile = nil
    }
    if FakeKeychain.shared.items.contains(where: { matches($0, item) }) { return errSecDuplicateItem }
    FakeKeychain.shared.items.append(item)
    return errSecSuccess
}

public func SecCopyErrorMessageString(_ status: OSStatus, _ reserved: UnsafeMutableRawPointer?) -> CFString? {
    status == errSecInteractionNotAllowed ? "User interaction is not allowed." : nil
}

private func read(_ dictionary: CFDictionary) -> [String: Any]? {
    guard let query = dictionary as? [String: Any], query[kSecClass] as? String == kSecClassGenericPassword else {
        return nil
    }
    return query
}

/// What tells generic passwords apart.
private func matches(_ item: [String: Any], _ query: [String: Any]) -> Bool {
    [kSecAttrService, kSecAttrAccount, kSecAttrAccessGroup].allSatisfy { key in
        query[key] == nil || item[key] as? String == query[key] as? String
    }
}
