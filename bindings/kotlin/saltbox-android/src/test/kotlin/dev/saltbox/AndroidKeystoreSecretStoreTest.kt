package dev.saltbox

import java.nio.file.Path
import java.security.Security
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.readBytes
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.extension.ExtendWith
import org.junit.jupiter.api.io.TempDir

/** The store over a keystore in software: see [SoftwareKeystore] for what that shows and what not. */
@ExtendWith(SoftwareKeystore::class)
class AndroidKeystoreSecretStoreTest {
    @TempDir
    lateinit var folder: Path

    private val secret = ByteArray(75) { it.toByte() }

    @Test
    fun `one key is made, for AES-GCM in StrongBox, and wraps what is kept`() {
        AndroidKeystoreSecretStore(folder).save("a", secret.clone())
        assertArrayEquals(secret, AndroidKeystoreSecretStore(folder).load("a"))
        assertEquals(null, AndroidKeystoreSecretStore(folder).load("b"))
        val made = SoftwareKeystore.made.single()
        assertEquals(listOf("GCM"), made.blockModes.toList())
        assertEquals(listOf("NoPadding"), made.encryptionPaddings.toList())
        assertEquals(256, made.keySize)
        assertTrue(made.isRandomizedEncryptionRequired && made.isStrongBoxBacked && !made.isUserAuthenticationRequired)
        val file = folder.listDirectoryEntries().single().readBytes()
        assertEquals(12 + secret.size + 16, file.size)
        assertEquals(-1, file.toList().windowed(8).indexOf(secret.take(8)))
    }

    @Test
    fun `a phone without StrongBox keeps the key elsewhere`() {
        SoftwareKeystore.hasStrongBox = false
        AndroidKeystoreSecretStore(folder).save("a", secret.clone())
        assertArrayEquals(secret, AndroidKeystoreSecretStore(folder).load("a"))
        assertEquals(false, SoftwareKeystore.made.single().isStrongBoxBacked)
    }

    @Test
    fun `the app has its say`() {
        AndroidKeystoreSecretStore(folder, "mine") { setUserAuthenticationRequired(true) }
        val made = SoftwareKeystore.made.single()
        assertEquals("mine", made.keystoreAlias)
        assertTrue(made.isUserAuthenticationRequired)
    }

    @Test
    fun `a key that is gone opens nothing`() {
        AndroidKeystoreSecretStore(folder).save("a", secret.clone())
        SoftwareKeystore.keys.clear()
        assertThrows(StoreException.Failed::class.java) { AndroidKeystoreSecretStore(folder).load("a") }
        Security.removeProvider(SoftwareKeystore.NAME)
        assertThrows(StoreException.Failed::class.java) { AndroidKeystoreSecretStore(folder) }
    }

    @Test
    fun `a gateway keeps its keys there`() {
        val peers = object : PeerStore {
            override fun load(node: UInt): ByteArray? = null
            override fun save(node: UInt, record: ByteArray, ephemeral: ByteArray?) = Unit
            override fun hasSeen(node: UInt, ephemeral: ByteArray) = false
        }
        val first = Gateway.open(AndroidKeystoreSecretStore(folder), peers).use { it.publicKey() }
        assertEquals(first, Gateway.open(AndroidKeystoreSecretStore(folder), peers).use { it.publicKey() })
    }
}
