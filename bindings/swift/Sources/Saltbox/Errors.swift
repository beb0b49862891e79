import Foundation

// The cases and their messages are generated; here they are shown to people. Reading the message out of whichever case
// it is keeps a case that is added in Rust from needing a line here.

extension SaltboxError: LocalizedError {
    /// What happened and what to do, for a person. Holds no secret.
    public var message: String { text(of: self) }

    public var errorDescription: String? { message }
}

extension StoreError: LocalizedError {
    /// What the store said.
    public var message: String { text(of: self) }

    public var errorDescription: String? { message }
}

/// The one string that each case carries.
private func text(of error: any Error) -> String {
    Mirror(reflecting: error).descendant(0, 0) as? String ?? String(describing: error)
}
