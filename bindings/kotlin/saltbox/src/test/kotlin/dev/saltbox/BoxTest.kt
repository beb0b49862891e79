package dev.saltbox

import java.nio.ByteBuffer
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Test

/** The way that every app takes. */
class BoxTest {
    private val message = "21.5 C".toByteArray()

    @Test
    fun `what one peer seals the other opens`() {
        val (alice, bob) = listOf(SecretKey.generate(), SecretKey.generate())
        val nonce = randomNonce()
        val sealed = SharedKey.agree(alice, bob.publicKey()).use { it.seal(nonce, message) }
        SharedKey.agree(bob, alice.publicKey()).use { key ->
            assertArrayEquals(message, key.open(nonce, sealed))
            sealed[0] = (sealed[0].toInt() xor 1).toByte()
            assertThrows(SaltboxException.Forged::class.java) { key.open(nonce, sealed) }
        }
    }

    @Test
    fun `a buffer is read from its position to its limit`() {
        val nonce = randomNonce()
        SharedKey.generate().use { key ->
            val sealed = key.seal(nonce, message)
            for (allocate in listOf<(Int) -> ByteBuffer>(ByteBuffer::allocateDirect, ByteBuffer::allocate)) {
                val part = { bytes: ByteArray ->
                    allocate(bytes.size + 9).apply {
                        position(5)
                        put(bytes)
                        limit(position())
                        position(5)
                    }
                }
                assertArrayEquals(sealed, key.sealDirect(part(nonce), part(message)))
                val given = part(sealed)
                assertArrayEquals(message, key.openDirect(part(nonce), given))
                assertEquals(sealed.size, given.remaining())
                assertArrayEquals(message, key.openDirect(part(nonce).asReadOnlyBuffer(), part(sealed).asReadOnlyBuffer()))
            }
        }
    }

    @Test
    fun `a sealed box opens for its receiver alone`() {
        val receiver = SecretKey.generate()
        val sealed = receiver.publicKey().sealAnonymously(message)
        assertArrayEquals(message, receiver.openAnonymous(sealed))
        assertThrows(SaltboxException.Forged::class.java) { SecretKey.generate().openAnonymous(sealed) }
    }

    @Test
    fun `a signature is of one message`() {
        val key = SigningKey.generate()
        val signature = key.sign(message)
        key.verifyingKey().verify(message, signature)
        assertThrows(SaltboxException.Forged::class.java) { key.verifyingKey().verify(message + 0, signature) }
    }

    @Test
    fun `public keys are values`() {
        val key = SecretKey.generate().publicKey()
        for (again in listOf(PublicKey.fromBytes(key.toBytes()), PublicKey.fromHex(key.toHex()), PublicKey.fromBase64(key.toBase64()))) {
            assertEquals(key, again)
            assertEquals(key.hashCode(), again.hashCode())
            assertEquals(key.toHex(), again.toString())
            assertEquals(key.fingerprint(), again.fingerprint())
        }
    }

    @Test
    fun `a secret key does not print itself`() {
        val key = SecretKey.generate()
        val hex = key.exposeSecret().toHex()
        assertEquals(false, hex in key.toString())
    }
}
