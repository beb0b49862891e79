// What the shared cases need in Kotlin; the cases themselves are generated below this.
@file:Suppress("UNUSED_VARIABLE", "UNUSED_PARAMETER", "UNUSED_EXPRESSION", "USELESS_CAST", "UNNECESSARY_NOT_NULL_ASSERTION")

package dev.saltbox

import java.io.File
import java.nio.ByteBuffer
import java.time.Instant
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.TestFactory

private val folder = File("@FOLDER@")

/** One case: its fields, as the table has them. */
private class Case(val id: String, private val fields: Map<String, String>) {
    fun text(field: String) = fields[field] ?: error("$id has no field $field")

    fun bytes(field: String) = hex(text(field))
}

/** Runs [body] for every case of [group]; each that ends is noted. */
private fun cases(group: String, body: (Case) -> Unit): List<DynamicTest> {
    val rows = File(folder, "table.tsv").readLines().map { it.split('\t') }.filter { it[0] == group }
    return rows.groupBy { it[1] }.map { (id, fields) ->
        val case = Case(id, fields.associate { it[2] to it[3] })
        DynamicTest.dynamicTest(id) {
            body(case)
            synchronized(folder) { File(folder, "ran.txt").appendText("$id\n") }
        }
    }
}

private fun hex(text: String) = text.chunked(2).map { it.toInt(16).toByte() }.toByteArray()

private fun direct(bytes: ByteArray): ByteBuffer = ByteBuffer.allocateDirect(bytes.size).put(bytes).flip() as ByteBuffer

private fun join(vararg parts: ByteArray) = parts.fold(ByteArray(0)) { all, part -> all + part }


private fun little(bytes: ByteArray) = bytes.foldRight(0uL) { byte, sum -> (sum shl 8) or byte.toUByte().toULong() }

private fun u32(bytes: ByteArray) = little(bytes).toUInt()

private fun time(seconds: UInt): Instant = Instant.ofEpochSecond(seconds.toLong())

/** That many bytes, of which no two neighbours are alike. */
private fun bytes(count: UInt) = ByteArray(count.toInt()) { (it % 251).toByte() }

private fun length(bytes: ByteArray) = bytes.size.toUInt()

private fun ascii(bytes: ByteArray) = bytes.decodeToString()

private fun shown(value: Any?) = when (value) {
    is ByteArray -> value.joinToString("") { "%02x".format(it) }
    else -> value.toString()
}

private fun same(what: String, got: Any?, want: Any?) = assertEquals(shown(want), shown(got), what)

private fun absent(what: String, got: Any?) = assertNull(got, what)

private fun plain(name: String) = name.replace("_", "").lowercase()

private fun named(what: String, got: Any, want: String) = assertEquals(plain(want), plain(got.toString()), what)

private fun throws(error: String, call: () -> Unit) {
    val thrown = runCatching(call).exceptionOrNull()
    assertNotNull(thrown, "$error was not thrown")
    assertEquals(plain(error), plain((thrown as? SaltboxException)?.javaClass?.simpleName ?: "$thrown"))
    assertEquals(false, thrown?.message.isNullOrBlank(), "$error says nothing")
}

/** Hands [bytes] on to the other languages. */
private fun keep(name: String, bytes: ByteArray) =
    synchronized(folder) { File(folder, "made.tsv").appendText("$name\t${shown(bytes)}\n") }

/** Secrets in memory, as an app's test would have them. */
private class MemorySecrets : SecretStore {
    private val kept = HashMap<String, ByteArray>()

    fun put(name: String, secret: ByteArray) = save(name, secret)

    override fun load(name: String) = kept[name]

    override fun save(name: String, secret: ByteArray) {
        kept[name] = secret
    }
}

/** Records in memory. */
private class MemoryPeers : PeerStore {
    private val records = HashMap<UInt, ByteArray>()
    private val seen = HashSet<Pair<UInt, String>>()

    fun put(node: UInt, record: ByteArray) = save(node, record, null)

    fun record(node: UInt) = records.getValue(node)

    override fun load(node: UInt) = records[node]

    override fun save(node: UInt, record: ByteArray, ephemeral: ByteArray?) {
        records[node] = record
        ephemeral?.let { seen.add(node to shown(it)) }
    }

    override fun hasSeen(node: UInt, ephemeral: ByteArray) = (node to shown(ephemeral)) in seen
}

/** Stores of which every call fails. */
private class BrokenSecrets : SecretStore {
    override fun load(name: String): ByteArray? = throw StoreException.Failed("the disk is gone")

    override fun save(name: String, secret: ByteArray) = throw StoreException.Failed("the disk is gone")
}
