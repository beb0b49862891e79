package dev.saltbox

import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyProperties.BLOCK_MODE_GCM
import android.security.keystore.KeyProperties.ENCRYPTION_PADDING_NONE
import android.security.keystore.KeyProperties.KEY_ALGORITHM_AES
import android.security.keystore.KeyProperties.PURPOSE_DECRYPT
import android.security.keystore.KeyProperties.PURPOSE_ENCRYPT
import java.nio.file.Path
import java.security.GeneralSecurityException
import java.security.KeyStore
import java.security.ProviderException
import javax.crypto.KeyGenerator

/**
 * Keeps secrets in a folder of the app, sealed by an AES-256-GCM key that never leaves Android's Keystore: in StrongBox where
 * the phone has one, elsewhere in the trusted environment. See [WrappedSecretStore] for the files.
 *
 * `folder` is best `context.noBackupFilesDir.toPath()`: on another phone its files open nothing. `configure` sees the key's
 * specification once, when the key is made; for a key that is used only after the person has proved who they are:
 * `{ setUserAuthenticationRequired(true) }`. Whatever the Keystore refuses later, the store throws.
 *
 * Security: the secret itself is in the app's memory while it is used; what a thief finds on the disk is sealed.
 */
public class AndroidKeystoreSecretStore @JvmOverloads constructor(
    folder: Path,
    alias: String = "dev.saltbox",
    configure: KeyGenParameterSpec.Builder.() -> Unit = {},
) : SecretStore by WrappedSecretStore(folder, wrappingKey(alias, configure))

private const val KEYSTORE = "AndroidKeyStore"

/** Two threads that make the key would orphan what the first of them seals. */
private val one = Any()

/** The key of that name; the first time, makes it. */
private fun wrappingKey(alias: String, configure: KeyGenParameterSpec.Builder.() -> Unit): javax.crypto.SecretKey = synchronized(one) {
    try {
        val keys = KeyStore.getInstance(KEYSTORE).apply { load(null) }
        keys.getKey(alias, null) as javax.crypto.SecretKey? ?: try {
            makeKey(alias) { configure().also { inStrongBox() } }
        } catch (_: ProviderException) {
            // No StrongBox here, or a full one.
            makeKey(alias, configure)
        }
    } catch (error: GeneralSecurityException) {
        throw StoreException.Failed("$KEYSTORE: $error")
    } catch (error: ProviderException) {
        throw StoreException.Failed("$KEYSTORE: $error")
    }
}

private fun makeKey(alias: String, configure: KeyGenParameterSpec.Builder.() -> Unit): javax.crypto.SecretKey {
    val specification = KeyGenParameterSpec.Builder(alias, PURPOSE_ENCRYPT or PURPOSE_DECRYPT)
        .setBlockModes(BLOCK_MODE_GCM)
        .setEncryptionPaddings(ENCRYPTION_PADDING_NONE)
        .setKeySize(256)
        .apply(configure)
        .build()
    return KeyGenerator.getInstance(KEY_ALGORITHM_AES, KEYSTORE).apply { init(specification) }.generateKey()
}

private fun KeyGenParameterSpec.Builder.inStrongBox() {
    try {
        setIsStrongBoxBacked(true)
    } catch (_: NoSuchMethodError) {
        // Android 8 knows of none.
    }
}
