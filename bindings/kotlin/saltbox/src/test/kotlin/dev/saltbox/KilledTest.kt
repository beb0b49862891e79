package dev.saltbox

import java.io.File
import java.lang.ProcessBuilder.Redirect.INHERIT
import java.nio.ByteBuffer
import java.nio.file.Path
import java.util.Random
import java.util.concurrent.TimeUnit
import javax.crypto.spec.SecretKeySpec
import kotlin.io.path.fileSize
import kotlin.io.path.readText
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.io.TempDir
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.EnumSource

/** Another JVM saves one number after the other and is killed meanwhile: what it had been told was saved is there. */
class KilledTest {
    enum class Kept {
        PKCS12 {
            private fun store(folder: Path) = Pkcs12SecretStore(folder.resolve("keys.p12"), "password".toCharArray())

            override fun save(folder: Path, number: Int) = store(folder).save("a", bytes(number))

            override fun load(folder: Path) = store(folder).load("a")
        },
        WRAPPED {
            private fun store(folder: Path) = WrappedSecretStore(folder, SecretKeySpec(ByteArray(32), "AES"))

            override fun save(folder: Path, number: Int) = store(folder).save("a", bytes(number))

            override fun load(folder: Path) = store(folder).load("a")
        },
        PEERS {
            override fun save(folder: Path, number: Int) =
                FilePeerStore(folder).use { it.save(7u, bytes(number), ephemeral(number)) }

            override fun load(folder: Path): ByteArray? = FilePeerStore(folder).use { store ->
                store.load(7u)?.also { record ->
                    (1..number(record)).forEach { assertTrue(store.hasSeen(7u, ephemeral(it)), "$it is forgotten") }
                }
            }
        };

        abstract fun save(folder: Path, number: Int)

        abstract fun load(folder: Path): ByteArray?

        fun bytes(number: Int): ByteArray = ByteBuffer.allocate(75).putInt(number).array()

        fun ephemeral(number: Int): ByteArray = bytes(number).copyOf(32)

        fun number(bytes: ByteArray): Int = ByteBuffer.wrap(bytes).getInt()
    }

    @TempDir
    lateinit var folder: Path

    @ParameterizedTest
    @EnumSource
    fun `what was saved outlives the process`(kept: Kept) {
        val random = Random(1)
        val said = folder.resolve("said")
        var before = 0
        repeat(10) {
            val child = ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-cp", System.getProperty("java.class.path"), Saver::class.java.name, kept.name, folder.toString(),
            ).redirectOutput(said.toFile()).redirectError(INHERIT).start()
            while (said.fileSize() == 0L) assertTrue(!child.waitFor(1, TimeUnit.MILLISECONDS), "ended by itself")
            Thread.sleep(random.nextInt(50).toLong())
            child.destroyForcibly()
            assertTrue(child.waitFor(10, TimeUnit.SECONDS))
            // The last line may be torn.
            val known = said.readText().substringBeforeLast('\n').substringAfterLast('\n').toInt()
            val found = kept.number(kept.load(folder)!!)
            assertTrue(found == known || found == known + 1, "saved $known, found $found")
            assertTrue(known > before, "saved nothing")
            before = found
        }
    }
}

/** Saves until it is killed, and says each number that was saved. */
object Saver {
    @JvmStatic
    fun main(arguments: Array<String>) {
        val (kept, folder) = KilledTest.Kept.valueOf(arguments[0]) to File(arguments[1]).toPath()
        var number = kept.load(folder)?.let(kept::number) ?: 0
        while (true) {
            number += 1
            kept.save(folder, number)
            println(number)
        }
    }
}
