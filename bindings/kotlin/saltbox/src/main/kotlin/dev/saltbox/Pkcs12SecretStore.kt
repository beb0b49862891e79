package dev.saltbox

import java.io.ByteArrayOutputStream
import java.io.IOException
import java.nio.file.Path
import java.security.GeneralSecurityException
import java.security.KeyStore
import java.util.Locale
import javax.crypto.spec.SecretKeySpec

/**
 * Keeps secrets in a PKCS#12 file under a password, for the JVM. One store a file.
 *
 * The file is replaced as a whole, readable by its owner alone and on the disk when [save] returns. `keytool` lists it.
 *
 * Security: encrypted as the JDK's PKCS#12 does by default; from 17 on with PBKDF2, HMAC-SHA256, 10,000 iterations and
 * AES-256. So few iterations ask for a password that no one can guess: draw it at random and keep it where the system keeps
 * passwords. Your own array may be wiped at once: this store has a copy, which [close] wipes.
 */
public class Pkcs12SecretStore(private val file: Path, password: CharArray) : SecretStore, AutoCloseable {
    private var password: CharArray? = password.clone()

    @Synchronized
    @Throws(StoreException::class)
    override fun load(name: String): ByteArray? = failing { password ->
        read(password).getKey(alias(name), password)?.encoded
    }

    /** Keeps `secret` under `name`, in place of what was there, and wipes the array that was passed. */
    @Synchronized
    @Throws(StoreException::class)
    override fun save(name: String, secret: ByteArray): Unit = failing { password ->
        try {
            val keys = read(password)
            val entry = KeyStore.SecretKeyEntry(SecretKeySpec(secret, "AES"))
            keys.setEntry(alias(name), entry, KeyStore.PasswordProtection(password))
            val bytes = ByteArrayOutputStream()
            keys.store(bytes, password)
            replaceDurably(file, bytes.toByteArray())
        } finally {
            secret.fill(0)
        }
    }

    /** Wipes the password. From then on the store fails. */
    @Synchronized
    override fun close() {
        password?.fill('\u0000')
        password = null
    }

    private fun read(password: CharArray): KeyStore =
        KeyStore.getInstance("PKCS12").apply { load(readIfThere(file)?.inputStream(), password) }

    /** PKCS#12 does not tell upper from lower case. */
    private fun alias(name: String): String {
        if (name != name.lowercase(Locale.ROOT)) throw IOException("`$name` is not in lower case")
        return name
    }

    private fun <T> failing(work: (CharArray) -> T): T =
        try {
            work(password ?: throw IOException("the store was closed"))
        } catch (error: IOException) {
            throw StoreException.Failed("$file: ${error.message ?: error}")
        } catch (error: GeneralSecurityException) {
            throw StoreException.Failed("$file: ${error.message ?: error}")
        }
}
