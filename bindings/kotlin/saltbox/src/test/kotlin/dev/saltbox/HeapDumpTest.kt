package dev.saltbox

import com.sun.management.HotSpotDiagnosticMXBean
import java.io.RandomAccessFile
import java.lang.management.ManagementFactory
import java.nio.channels.FileChannel.MapMode.READ_ONLY
import java.nio.file.Path
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

/** What the JVM's heap, garbage included, knows of keys. */
class HeapDumpTest {
    @TempDir
    lateinit var folder: Path

    /** The same key once more: what the test exports from it after the dump is what it looks for there. */
    private class Twins(val close: () -> Unit, val expose: () -> ByteArray)

    private fun secret(): Twins {
        val (key, peer) = SecretKey.generate() to SecretKey.generate().publicKey()
        val twin = SecretKey(UniffiWithHandle, key.uniffiCloneHandle())
        SharedKey.agree(key, peer).close()
        key.openAnonymous(key.publicKey().sealAnonymously(ByteArray(9)))
        return Twins(key::close, twin::exposeSecret)
    }

    private fun shared(): Twins {
        val key = SharedKey.generate()
        val twin = SharedKey(UniffiWithHandle, key.uniffiCloneHandle())
        val nonce = randomNonce()
        key.open(nonce, key.seal(nonce, ByteArray(9)))
        return Twins(key::close, twin::exposeSecret)
    }

    private fun signing(): Twins {
        val key = SigningKey.generate()
        val twin = SigningKey(UniffiWithHandle, key.uniffiCloneHandle())
        key.verifyingKey().verify(ByteArray(9), key.sign(ByteArray(9)))
        return Twins(key::close, twin::exposeSecret)
    }

    @Test
    fun `keys that were not exported are not in it`() {
        val keys = listOf(secret(), shared(), signing())
        val exported = secret().expose()
        val open = dump("open")
        keys.forEach { it.close() }
        val closed = dump("closed")
        val secrets = keys.map { it.expose() }
        for (dump in listOf(open, closed)) {
            assertEquals(listOf(false, false, false), secrets.map { it in dump })
            assertEquals(true, exported in dump, "an exported key is not found: the search is broken")
        }
    }

    private fun dump(name: String): Path {
        val file = folder.resolve("$name.hprof")
        val bean = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean::class.java)
        bean.dumpHeap(file.toString(), false)
        return file
    }

    private operator fun Path.contains(wanted: ByteArray): Boolean = RandomAccessFile(toFile(), "r").use { file ->
        val bytes = file.channel.map(READ_ONLY, 0, file.length())
        (0..bytes.limit() - wanted.size).any { at -> wanted.indices.all { bytes[at + it] == wanted[it] } }
    }
}
