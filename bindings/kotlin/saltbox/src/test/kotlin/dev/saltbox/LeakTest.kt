package dev.saltbox

import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.condition.EnabledOnOs
import org.junit.jupiter.api.condition.OS

/** Rounds of objects, after some to warm up, leave the memory as it was. */
@EnabledOnOs(OS.LINUX)
class LeakTest {
    /** Six objects, each used; one call ends in an error, which is one more way out of the library. */
    private fun objects(): List<AutoCloseable> {
        val (secret, shared, decoder) = Triple(SecretKey.generate(), SharedKey.generate(), LineDecoder())
        val public = PublicKey.fromBytes(secret.exposeSecret())
        val signing = SigningKey.generate()
        val verifying = signing.verifyingKey().also { it.verify(ByteArray(1), signing.sign(ByteArray(1))) }
        check(public.toBytes().size == 32 && decoder.push(ByteArray(1)).isEmpty())
        try {
            shared.seal(ByteArray(1), ByteArray(1))
        } catch (_: SaltboxException.InvalidLength) {
            return listOf(secret, shared, public, decoder, signing, verifying)
        }
        error("a nonce of one byte was taken")
    }

    /** Waits for a round that leaves nothing behind: the first fill what JVM and allocator keep, a leak never ends. */
    private fun untilFlat(round: () -> Unit) {
        round()
        var before = Memory.now()
        repeat(ROUNDS) {
            round()
            val grown = Memory.now().let { now -> (now - before).also { before = now } }
            println("grown by $grown")
            if (grown.isFlat) return
        }
        error("$ROUNDS rounds of $OBJECTS objects, and memory still grows")
    }

    private val Memory.isFlat get() = allocated < OBJECTS * BYTES && resident < OBJECTS * RESIDENT_BYTES

    @Test
    fun `objects that are closed leave nothing`() {
        untilFlat { repeat(OBJECTS / 6) { objects().forEach { it.close() } } }
    }

    @Test
    fun `objects that are abandoned leave nothing`() {
        untilFlat { repeat(OBJECTS / 6) { objects() } }
    }

    @Test
    fun `gateways leave nothing and let go of their stores`() {
        // Each of them has several objects and two stores.
        untilFlat {
            repeat(OBJECTS / 10) { Gateway.open(SecretsInMemory(), PeersInMemory()).use { it.node(7u) } }
        }
        assertTrue(FfiConverterTypePeerStore.handleMap.size == 0 && FfiConverterTypeSecretStore.handleMap.size == 0)
    }

    /** The test of the tests. */
    @Test
    fun `objects that are held are seen`() {
        val held = mutableListOf<AutoCloseable>()
        assertThrows(IllegalStateException::class.java) { untilFlat { repeat(OBJECTS / 6) { held += objects() } } }
        held.forEach { it.close() }
    }

    private companion object {
        const val OBJECTS = 100_000
        const val ROUNDS = 3

        /** Less than the smallest object has, and than what the JVM allocates for itself meanwhile. */
        const val BYTES = 16L
        const val RESIDENT_BYTES = 64L
    }
}
