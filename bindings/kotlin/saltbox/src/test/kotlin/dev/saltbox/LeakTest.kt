package dev.saltbox

import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.condition.EnabledOnOs
import org.junit.jupiter.api.condition.OS

/** A round of objects, after one to warm up, leaves the memory as it was. */
@EnabledOnOs(OS.LINUX)
class LeakTest {
    /** Four objects, each used; one ends in an error, which is one more way out of the library. */
    private fun objects(): List<AutoCloseable> {
        val (secret, shared, decoder) = Triple(SecretKey.generate(), SharedKey.generate(), LineDecoder())
        val public = PublicKey.fromBytes(secret.exposeSecret())
        check(public.toBytes().size == 32 && decoder.push(ByteArray(1)).isEmpty())
        try {
            shared.seal(ByteArray(1), ByteArray(1))
        } catch (_: SaltboxException.InvalidLength) {
            return listOf(secret, shared, public, decoder)
        }
        error("a nonce of one byte was taken")
    }

    /** How much more a round of [OBJECTS] leaves behind, after one to warm up. */
    private fun growth(round: () -> Unit): Memory {
        round()
        val before = Memory.now()
        round()
        return (Memory.now() - before).also { println("grown by $it") }
    }

    private val Memory.isFlat get() = allocated < OBJECTS * BYTES && resident < OBJECTS * RESIDENT_BYTES

    @Test
    fun `objects that are closed leave nothing`() {
        val grown = growth { repeat(OBJECTS / 4) { objects().forEach { it.close() } } }
        assertTrue(grown.isFlat, "$grown")
    }

    @Test
    fun `objects that are abandoned leave nothing`() {
        val grown = growth { repeat(OBJECTS / 4) { objects() } }
        assertTrue(grown.isFlat, "$grown")
    }

    @Test
    fun `gateways leave nothing and let go of their stores`() {
        val grown = growth {
            repeat(OBJECTS / 100) { Gateway.open(SecretsInMemory(), PeersInMemory()).use { it.node(7u) } }
        }
        assertTrue(grown.isFlat, "$grown")
        assertTrue(FfiConverterTypePeerStore.handleMap.size == 0 && FfiConverterTypeSecretStore.handleMap.size == 0)
    }

    /** The test of the tests. */
    @Test
    fun `objects that are held are seen`() {
        val held = mutableListOf<AutoCloseable>()
        val grown = growth { repeat(OBJECTS / 4) { held += objects() } }
        assertTrue(!grown.isFlat && grown.allocated > OBJECTS * BYTES, "$grown")
        held.forEach { it.close() }
    }

    private companion object {
        const val OBJECTS = 100_000

        /** Less than the smallest object has, and than what the JVM allocates for itself meanwhile. */
        const val BYTES = 16L
        const val RESIDENT_BYTES = 64L
    }
}
