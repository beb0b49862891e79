package dev.saltbox

import java.io.IOException
import java.nio.file.Path
import java.security.GeneralSecurityException
import java.security.InvalidKeyException
import javax.crypto.Cipher
import javax.crypto.spec.GCMParameterSpec

private const val CIPHER = "AES/GCM/NoPadding"
private const val IV = 12
private const val TAG_BITS = 128

/**
 * Keeps secrets in a folder, a file each, sealed by an AES key that need not leave its hardware: of Android's Keystore, as
 * `AndroidKeystoreSecretStore` does, or of a smart card.
 *
 * A file is the IV, which the key's provider draws, and the secret under AES-GCM; the name is authenticated with it, so that
 * no file passes for another. It is replaced as a whole, on the disk when [save] returns. One store a folder; many threads
 * may use it.
 */
public class WrappedSecretStore(private val folder: Path, private val key: javax.crypto.SecretKey) : SecretStore {
    init {
        failing { makePrivate(folder) }
    }

    @Synchronized
    @Throws(StoreException::class)
    override fun load(name: String): ByteArray? = failing {
        val sealed = readIfThere(file(name)) ?: return@failing null
        if (sealed.size < IV) throw IOException("the file is damaged")
        val cipher = Cipher.getInstance(CIPHER)
        cipher.init(Cipher.DECRYPT_MODE, key, GCMParameterSpec(TAG_BITS, sealed, 0, IV))
        cipher.updateAAD(name.toByteArray())
        cipher.doFinal(sealed, IV, sealed.size - IV)
    }

    /** Keeps `secret` under `name`, in place of what was there, and wipes the array that was passed. */
    @Synchronized
    @Throws(StoreException::class)
    override fun save(name: String, secret: ByteArray): Unit = failing {
        try {
            val cipher = Cipher.getInstance(CIPHER)
            cipher.init(Cipher.ENCRYPT_MODE, key)
            if (cipher.iv.size != IV) throw InvalidKeyException("its provider draws an IV of ${cipher.iv.size} bytes")
            cipher.updateAAD(name.toByteArray())
            replaceDurably(file(name), cipher.iv + cipher.doFinal(secret))
        } finally {
            secret.fill(0)
        }
    }

    /** Any name is a file's, of a length that every file system takes. */
    private fun file(name: String): Path {
        val hash = blake2b(name.toByteArray(), ByteArray(0), 16u)
        return folder.resolve(hash.joinToString("") { "%02x".format(it) })
    }

    private fun <T> failing(work: () -> T): T =
        try {
            work()
        } catch (error: IOException) {
            throw StoreException.Failed("$folder: $error")
        } catch (error: GeneralSecurityException) {
            throw StoreException.Failed("$folder: $error")
        }
}
