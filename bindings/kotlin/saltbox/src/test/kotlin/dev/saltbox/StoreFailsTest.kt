package dev.saltbox

import java.time.Instant
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.MethodSource

/** Whatever a store of the app throws, the caller gets it as `Store`, and nothing was accepted. */
class StoreFailsTest {
    private class Failing(var error: Throwable?, val peers: PeerStore = PeersInMemory()) : PeerStore {
        var which = ""

        private fun fail(name: String) {
            if (which == name) error?.let { throw it }
        }

        override fun load(node: UInt) = fail("load").let { peers.load(node) }

        override fun save(node: UInt, record: ByteArray, ephemeral: ByteArray?) =
            fail("save").let { peers.save(node, record, ephemeral) }

        override fun hasSeen(node: UInt, ephemeral: ByteArray) = fail("hasSeen").let { peers.hasSeen(node, ephemeral) }
    }

    @ParameterizedTest
    @MethodSource("errors")
    fun `a failing store accepts nothing`(error: Throwable) {
        val vector = Vector.first
        val store = Failing(error)
        val gateway = vector.gateway(store)
        gateway.enrol(vector.enrolled, 1000u)
        val before = store.peers.load(vector.node)
        for (which in listOf("load", "save", "hasSeen")) {
            store.which = which
            val thrown = assertThrows(SaltboxException.Store::class.java, { gateway.receive(vector["open"], Instant.now()) }, which)
            // Half of a character cannot pass.
            val said = ((error as? StoreException.Failed)?.reason ?: error.toString()).replace('\uD800', '?')
            assertTrue(thrown.message!!.endsWith(said), "${thrown.message} does not say: $said")
            assertEquals(before!!.toHex(), store.peers.load(vector.node)!!.toHex())
        }
        store.which = ""
        assertTrue(gateway.receive(vector["open"], Instant.now()).received is Received.Opened)
    }

    @ParameterizedTest
    @MethodSource("errors")
    fun `a failing store of secrets opens no gateway`(error: Throwable) {
        for (failing in listOf("load", "save")) {
            val secrets = object : SecretStore {
                override fun load(name: String): ByteArray? = if (failing == "load") throw error else null

                override fun save(name: String, secret: ByteArray) = throw error
            }
            assertThrows(SaltboxException.Store::class.java, { Gateway.open(secrets, PeersInMemory()) }, failing)
        }
    }

    @Test
    fun `a store that calls back is told to wait`() {
        lateinit var gateway: Gateway
        val errors = mutableListOf<Throwable>()
        val peers = object : PeerStore by PeersInMemory() {
            override fun load(node: UInt): ByteArray? {
                errors += assertThrows(SaltboxException::class.java) { gateway.node(node) }
                return null
            }
        }
        gateway = Gateway.open(SecretsInMemory(), peers)
        assertEquals(null, gateway.node(7u))
        assertEquals(listOf(SaltboxException.Busy::class.java), errors.map { it.javaClass })
    }

    @Test
    fun `what a store damaged is not taken`() {
        val vector = Vector.first
        val peers = PeersInMemory()
        val gateway = vector.gateway(peers)
        val record = vector.record()
        for (damaged in listOf(ByteArray(0), ByteArray(24), record.copyOf(record.size - 1), record + 0, ByteArray(record.size))) {
            peers.kept[vector.node] = damaged
            assertThrows(SaltboxException.StoreDamaged::class.java) { gateway.node(vector.node) }
        }
        peers.kept[8u] = record
        assertThrows(SaltboxException.StoreDamaged::class.java) { gateway.node(8u) }
        for (name in listOf("saltbox.gateway.keys", "saltbox.gateway.records")) {
            for (secret in listOf(ByteArray(0), ByteArray(31), ByteArray(75) { 9 })) {
                val secrets = SecretsInMemory().apply { kept[name] = secret }
                assertThrows(SaltboxException.StoreDamaged::class.java) { Gateway.open(secrets, PeersInMemory()) }
            }
        }
    }

    companion object {
        @JvmStatic
        fun errors(): List<Throwable> = listOf(
            StoreException.Failed("the disk is full"), StoreException.Failed(""), StoreException.Failed("half \uD800"),
            RuntimeException("no such table"), RuntimeException(), AssertionError("broken"), OutOfMemoryError("Java heap space"),
            StackOverflowError(),
        )
    }
}
