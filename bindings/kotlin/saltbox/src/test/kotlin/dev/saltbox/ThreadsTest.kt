package dev.saltbox

import java.util.concurrent.Callable
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Executors
import java.util.concurrent.atomic.AtomicInteger
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

private const val THREADS = 16

/** Objects are shared between threads as they are. */
class ThreadsTest {
    /** Runs `work` in many threads that begin together. */
    private fun <T> together(work: (Int) -> T): List<T> {
        val threads = Executors.newFixedThreadPool(THREADS)
        val begin = CountDownLatch(THREADS)
        val results = (0 until THREADS).map { number ->
            threads.submit(Callable {
                begin.countDown()
                begin.await()
                work(number)
            })
        }
        return results.map { it.get() }.also { threads.shutdown() }
    }

    @Test
    fun `many threads use one key`() {
        val key = SharedKey.generate()
        together { number ->
            repeat(2_000) { round ->
                val message = "$number $round".toByteArray()
                val nonce = randomNonce()
                assertArrayEquals(message, key.open(nonce, key.seal(nonce, message)))
            }
        }
    }

    @Test
    fun `a key that is closed or wiped under use ends with Closed`() {
        val ended = AtomicInteger()
        repeat(200) { round ->
            val secret = SecretKey.generate()
            val public = secret.publicKey()
            together { number ->
                if (number == 0) {
                    if (round % 2 == 0) secret.close() else secret.wipe()
                } else {
                    try {
                        repeat(20) {
                            // As the object whose method is called, and as an argument.
                            SharedKey.agree(secret, public).close()
                            assertEquals(public, secret.publicKey())
                        }
                    } catch (_: SaltboxException.Closed) {
                        ended.incrementAndGet()
                    }
                }
            }
        }
        assertTrue(ended.get() > 0, "no key was closed while it was in use")
    }

    @Test
    fun `calls of a gateway follow one another`() {
        val inside = AtomicInteger()
        val peers = object : PeerStore by PeersInMemory() {
            override fun hasSeen(node: UInt, ephemeral: ByteArray) = error("not asked")

            override fun load(node: UInt): ByteArray? {
                assertEquals(1, inside.incrementAndGet())
                Thread.yield()
                inside.decrementAndGet()
                return null
            }
        }
        val gateway = Gateway.open(SecretsInMemory(), peers)
        together { number -> repeat(500) { assertEquals(null, gateway.node(number.toUInt())) } }
    }

    @Test
    fun `an opening is taken once by however many threads`() {
        val vector = Vector.first
        val gateway = vector.gateway()
        gateway.enrol(vector.enrolled, 1000u)
        val received = together { gateway.receive(vector["open"].clone(), java.time.Instant.now()).received }
        assertEquals(1, received.count { it is Received.Opened })
        assertEquals(THREADS - 1, received.count { it is Received.OpenedAgain })
    }
}
