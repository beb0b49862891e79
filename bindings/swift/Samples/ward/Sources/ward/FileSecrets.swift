import Foundation
import Saltbox

/// Keeps secrets in files, **in the clear**: whoever reads them, or a backup of them, is this gateway. They are readable by
/// their owner alone, and that is all that protects them; a server gives them an encrypted disk, or a store of its own. On
/// Apple's platforms use `KeychainSecretStore`.
final class FileSecrets: SecretStore {
    private let folder: URL

    /// `folder` is there already.
    init(folder: URL) {
        self.folder = folder
    }

    func load(name: String) throws -> Data? {
        do {
            return try Data(contentsOf: path(name))
        } catch let error as CocoaError where error.code == .fileReadNoSuchFile {
            return nil
        } catch {
            throw StoreError.Failed(reason: "\(path(name).path) cannot be read: \(error.localizedDescription)")
        }
    }

    func save(name: String, secret: Data) throws {
        let fresh = path(name + ".new")
        do {
            try? FileManager.default.removeItem(at: fresh)
            let mine: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
            guard FileManager.default.createFile(atPath: fresh.path, contents: nil, attributes: mine) else {
                throw StoreError.Failed(reason: "\(fresh.path) cannot be made")
            }
            let file = try FileHandle(forWritingTo: fresh)
            try file.write(contentsOf: secret)
            try file.synchronize()
            try file.close()
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError.Failed(reason: "\(fresh.path) cannot be written: \(error.localizedDescription)")
        }
        guard rename(fresh.path, path(name).path) == 0 else {
            throw StoreError.Failed(reason: "\(path(name).path) cannot be replaced")
        }
        let parent = open(folder.path, O_RDONLY)
        defer { close(parent) }
        guard parent >= 0, fsync(parent) == 0 else {
            throw StoreError.Failed(reason: "\(folder.path) does not reach the disk")
        }
    }

    private func path(_ name: String) -> URL { folder.appendingPathComponent(name) }
}
