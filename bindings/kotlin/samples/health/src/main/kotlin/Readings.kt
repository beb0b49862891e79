package dev.saltbox.samples.health

import dev.saltbox.SaltboxException
import dev.saltbox.SharedKey
import dev.saltbox.randomNonce
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.int
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.put
import java.nio.ByteBuffer
import java.nio.channels.FileChannel
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.StandardOpenOption.APPEND
import java.nio.file.StandardOpenOption.CREATE
import java.nio.file.StandardOpenOption.READ
import java.nio.file.StandardOpenOption.WRITE
import java.time.Instant
import java.util.Base64

/** A temperature and when it arrived: the sensor has no clock. */
data class Measured(val time: Instant, val millidegrees: Int) {
    val celsius: Double get() = millidegrees / 1000.0
}

/**
 * The readings, sealed: a phone that is stolen tells nothing of its owner's fever.
 *
 * A line a reading, base64 of `nonce || crypto_secretbox_easy`, on the disk when [add] returns. What is sealed also says
 * which line it is, so that a line that was moved, taken out or put in shows. An app that is killed leaves at most a line
 * without an end: it is dropped. Lines that are cut off the end are not noticed.
 */
class Readings(private val path: Path, private val key: SharedKey) {
    private val kept: MutableList<Measured> = load().toMutableList()

    /** Those that are kept, oldest first. */
    val all: List<Measured> get() = kept

    fun add(measured: Measured) {
        val text = buildJsonObject {
            put("line", kept.size)
            put("time", measured.time.toString())
            put("millidegrees", measured.millidegrees)
        }
        val nonce = randomNonce()
        val sealed = nonce + key.seal(nonce, text.toString().encodeToByteArray())
        val line = Base64.getEncoder().encodeToString(sealed) + "\n"
        FileChannel.open(path, CREATE, APPEND).use { file ->
            val bytes = ByteBuffer.wrap(line.encodeToByteArray())
            while (bytes.hasRemaining()) file.write(bytes)
            file.force(true)
        }
        kept += measured
    }

    private fun load(): List<Measured> {
        if (!Files.exists(path)) return emptyList()
        val text = Files.readString(path)
        val whole = text.lastIndexOf('\n') + 1
        if (whole < text.length) {
            FileChannel.open(path, READ, WRITE).use { it.truncate(whole.toLong()) }
        }
        return text.take(whole).lines().dropLast(1).mapIndexed(::read)
    }

    private fun read(index: Int, line: String): Measured {
        val damaged = Failure(Exit.STORE, "$path was changed by somebody, in line ${index + 1}: put back a good copy, or remove it")
        try {
            val sealed = Base64.getDecoder().decode(line)
            if (sealed.size < NONCE) throw damaged
            val opened = key.open(sealed.copyOf(NONCE), sealed.copyOfRange(NONCE, sealed.size))
            val fields = Json.parseToJsonElement(opened.decodeToString()).jsonObject
            if (fields.getValue("line").jsonPrimitive.int != index) throw damaged
            val time = Instant.parse(fields.getValue("time").jsonPrimitive.content)
            return Measured(time, fields.getValue("millidegrees").jsonPrimitive.int)
        } catch (_: IllegalArgumentException) {
            throw damaged
        } catch (_: SaltboxException.Forged) {
            throw damaged
        }
    }

    private companion object {
        const val NONCE = 24
    }
}
