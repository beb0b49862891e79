package dev.saltbox.samples.health

import dev.saltbox.SharedKey
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.api.io.TempDir
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.StandardOpenOption.APPEND
import java.time.Instant

class ReadingsTest {
    @TempDir
    lateinit var folder: Path
    private val key = SharedKey.generate()
    private val path get() = folder.resolve("readings")
    private val three = (0..2).map { Measured(Instant.parse("2026-01-01T00:00:0$it.5Z"), 36_000 + it) }

    @AfterEach
    fun wipe() = key.close()

    private fun kept(): List<Measured> = Readings(path, key).all

    @Test
    fun `what is kept comes back and is not legible`() {
        three.forEach(Readings(path, key)::add)
        assertEquals(three, kept())
        // What base64 cannot hold by chance: the separators of a time.
        assertFalse(Files.readString(path).contains(":"))
    }

    @Test
    fun `a line without an end is dropped and the next is whole`() {
        three.forEach(Readings(path, key)::add)
        Files.writeString(path, "AAAA", APPEND)
        Readings(path, key).add(three[0])
        assertEquals(three + three[0], kept())
    }

    @Test
    fun `lines that were changed, moved, taken out or put in show`() {
        three.forEach(Readings(path, key)::add)
        val lines = Files.readAllLines(path)
        val changed = lines[0].replaceRange(50, 51, if (lines[0][50] == 'A') "B" else "A")
        val bad = listOf(
            listOf(changed, lines[1], lines[2]),
            listOf(lines[1], lines[0], lines[2]),
            listOf(lines[0], lines[2]),
            listOf(lines[0], lines[1], lines[1], lines[2]),
            listOf(lines[0], "AAAA"),
            listOf(lines[0], "?"),
            listOf(lines[0], ""),
        )
        for (it in bad) {
            Files.write(path, it)
            assertEquals(Exit.STORE, assertThrows<Failure> { kept() }.exit)
        }
    }

    @Test
    fun `another key opens nothing`() {
        three.forEach(Readings(path, key)::add)
        SharedKey.generate().use { other -> assertThrows<Failure> { Readings(path, other) } }
    }
}
