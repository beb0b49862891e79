package dev.saltbox

import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Test

/** The way that every app takes. */
class BoxTest {
    @Test
    fun `what one peer seals the other opens`() {
        val (alice, bob) = listOf(SecretKey.generate(), SecretKey.generate())
        val nonce = randomNonce()
        val sealed = SharedKey.agree(alice, bob.publicKey()).use { it.seal(nonce, "21.5 C".toByteArray()) }
        SharedKey.agree(bob, alice.publicKey()).use { key ->
            assertArrayEquals("21.5 C".toByteArray(), key.open(nonce, sealed))
            sealed[0] = (sealed[0].toInt() xor 1).toByte()
            assertThrows(SaltboxException.Forged::class.java) { key.open(nonce, sealed) }
        }
    }
}
