package dev.saltbox

import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.attribute.PosixFilePermissions
import javax.crypto.KeyGenerator
import kotlin.concurrent.thread
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.name
import kotlin.io.path.readBytes
import kotlin.io.path.writeBytes
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

/** What the stores of the package keep, and what they refuse. */
class KeptTest {
    @TempDir
    lateinit var folder: Path

    private val password = "correct horse".toCharArray()
    private val key = KeyGenerator.getInstance("AES").apply { init(256) }.generateKey()
    private fun pkcs12() = Pkcs12SecretStore(folder.resolve("keys.p12"), password)
    private fun wrapped() = WrappedSecretStore(folder.resolve("wrapped"), key)

    private fun <T> peers(work: (FilePeerStore) -> T): T = FilePeerStore(folder.resolve("peers")).use(work)

    private fun secret(number: Int) = ByteArray(75) { (it + number).toByte() }

    private fun failed(work: () -> Unit): String =
        assertThrows(StoreException.Failed::class.java) { work() }.reason.also { assertTrue(it.isNotBlank()) }

    @Test
    fun `secrets are kept`() {
        for (open in listOf(::pkcs12, ::wrapped)) {
            assertEquals(null, open().load("a"))
            val passed = secret(1)
            open().save("a", passed)
            assertArrayEquals(ByteArray(75), passed, "not wiped")
            open().save("b", secret(2))
            open().save("a", secret(3))
            assertArrayEquals(secret(3), open().load("a"))
            assertArrayEquals(secret(2), open().load("b"))
            assertEquals(null, open().load("c"))
        }
        for (file in Files.walk(folder).filter(Files::isRegularFile)) {
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        }
    }

    @Test
    fun `a gateway is the same over its stores`() {
        for (open in listOf(::pkcs12, ::wrapped)) {
            val first = Gateway.open(open(), PeersInMemory()).use { it.publicKey() }
            assertEquals(first, Gateway.open(open(), PeersInMemory()).use { it.publicKey() })
        }
    }

    @Test
    fun `a password opens its file alone`() {
        val file = folder.resolve("keys.p12")
        val passed = password.clone()
        pkcs12().save("a", secret(1))
        Pkcs12SecretStore(file, passed).use { store ->
            passed.fill('x')
            assertArrayEquals(secret(1), store.load("a"))
            store.close()
            assertTrue("closed" in failed { store.load("a") })
            failed { store.save("a", secret(2)) }
        }
        failed { Pkcs12SecretStore(file, passed).load("a") }
        failed { Pkcs12SecretStore(file, passed).save("a", secret(2)) }
        failed { pkcs12().save("Upper", secret(2)) }
        assertArrayEquals(secret(1), pkcs12().load("a"))
        failed { Pkcs12SecretStore(folder.resolve("no/such/folder"), password).save("a", secret(1)) }
    }

    @Test
    fun `a PKCS12 file is encrypted as the JDK's are from 17 on`() {
        pkcs12().save("a", secret(1))
        val file = folder.resolve("keys.p12").readBytes().toHex()
        // The object identifiers of PBES2, of HMAC-SHA256 in PBKDF2, and of AES-256 in CBC mode.
        for (identifier in listOf("2a864886f70d01050d", "2a864886f70d0209", "60864801650304012a")) assertTrue(identifier in file)
    }

    @Test
    fun `a damaged file is an error`() {
        pkcs12().save("a", secret(1))
        wrapped().save("a", secret(1))
        peers { it.save(7u, secret(1), ByteArray(32)) }
        for (file in Files.walk(folder).filter { Files.isRegularFile(it) && it.name != "lock" }) {
            val bytes = file.readBytes()
            for (damaged in listOf(ByteArray(0), bytes.copyOf(3), bytes.copyOf(bytes.size - 1), ByteArray(bytes.size))) {
                file.writeBytes(damaged)
                val errors = listOf({ pkcs12().load("a") }, { wrapped().load("a") }, { peers { it.load(7u) } })
                    .count { runCatching(it).exceptionOrNull() is StoreException.Failed }
                assertEquals(1, errors, "$file, ${damaged.size} bytes")
            }
            file.writeBytes(bytes)
        }
    }

    @Test
    fun `a wrapped secret is of one name and one key`() {
        wrapped().save("a", secret(1))
        val a = folder.resolve("wrapped").listDirectoryEntries().single()
        wrapped().save("b", secret(2))
        val b = folder.resolve("wrapped").listDirectoryEntries().single { it != a }
        a.writeBytes(b.readBytes())
        failed { wrapped().load("a") }
        assertArrayEquals(secret(2), wrapped().load("b"))
        val other = KeyGenerator.getInstance("AES").generateKey()
        failed { WrappedSecretStore(folder.resolve("wrapped"), other).load("b") }
    }

    @Test
    fun `records are kept and ephemeral keys never forgotten`() {
        val ephemerals = (1..100).map { number -> ByteArray(32) { (number + it).toByte() } }
        peers { assertEquals(null, it.load(7u)) }
        for ((number, ephemeral) in ephemerals.withIndex()) {
            peers { it.save(7u, secret(number), ephemeral) }
            peers { it.save(7u, secret(number + 1), null) }
            peers { it.save(UInt.MAX_VALUE, secret(number), null) }
        }
        peers { store ->
            assertArrayEquals(secret(100), store.load(7u))
            assertTrue(ephemerals.all { store.hasSeen(7u, it) })
            assertTrue(ephemerals.none { store.hasSeen(8u, it) || store.hasSeen(UInt.MAX_VALUE, it) })
            assertEquals(false, store.hasSeen(7u, ByteArray(32) { 1 }))
        }
    }

    @Test
    fun `a folder of records is open once`() {
        peers { store ->
            assertTrue("open already" in failed { peers { } })
            store.close()
            assertTrue("closed" in failed { store.load(7u) })
        }
        peers { it.save(7u, secret(1), null) }
    }

    @Test
    fun `threads that save at once lose nothing`() {
        peers { store ->
            val ephemerals = (0 until 80).map { number -> ByteArray(32) { number.toByte() } }
            val secrets = wrapped()
            val threads = (0 until 8).map { thread ->
                thread {
                    for (number in thread * 10 until thread * 10 + 10) {
                        store.save(7u, secret(number), ephemerals[number])
                        secrets.save("a", secret(number))
                    }
                }
            }
            threads.forEach { it.join() }
            assertTrue(ephemerals.all { store.hasSeen(7u, it) })
            assertEquals(75, secrets.load("a")!!.size)
        }
    }
}
