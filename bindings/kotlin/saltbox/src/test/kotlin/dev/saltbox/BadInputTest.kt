package dev.saltbox

import java.time.Instant
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

private val NOTHING = ByteArray(0)

/** Each mistake is an error of its own type, which says what is wrong; the next call works. */
class BadInputTest {
    private inline fun <reified E : SaltboxException> throws(vararg works: () -> Any?) {
        for (work in works) {
            val error = assertThrows(SaltboxException::class.java) { work() }
            assertEquals(E::class.java, error.javaClass)
            assertTrue(!error.message.isNullOrBlank(), "no message")
        }
    }

    @AfterEach
    fun `the process lives`() {
        assertEquals(64, sha512(NOTHING).size)
    }

    @Test
    fun `lengths are checked`() {
        val key = SharedKey.generate()
        for (wrong in listOf(0, 1, 23, 25, 1000).map(::ByteArray)) {
            throws<SaltboxException.InvalidLength>({ key.seal(wrong, NOTHING) }, { key.open(wrong, ByteArray(16)) })
        }
        for (wrong in listOf(0, 31, 33, 64).map(::ByteArray)) {
            throws<SaltboxException.InvalidLength>(
                { SecretKey.fromBytes(wrong) }, { SharedKey.fromBytes(wrong) }, { SigningKey.fromSeed(wrong) },
                { PublicKey.fromBytes(wrong) }, { VerifyingKey.fromBytes(wrong) },
            )
        }
        val verifying = SigningKey.generate().verifyingKey()
        throws<SaltboxException.InvalidLength>(
            { verifying.verify(NOTHING, ByteArray(63)) }, { verifying.verify(NOTHING, NOTHING) },
            { blake2b(NOTHING, ByteArray(65), 32u) }, { blake2b(NOTHING, NOTHING, 0u) }, { blake2b(NOTHING, NOTHING, 65u) },
            { blake2b(NOTHING, NOTHING, UInt.MAX_VALUE) },
        )
        val error = assertThrows(SaltboxException::class.java) { key.seal(ByteArray(23), NOTHING) }
        assertEquals("a nonce must have 24 bytes, not 23", error.message)
    }

    @Test
    fun `too short to be sealed is forged`() {
        val (key, secret) = SharedKey.generate() to SecretKey.generate()
        for (length in listOf(0, 1, 15, 16, 47, 48)) {
            throws<SaltboxException.Forged>({ key.open(randomNonce(), ByteArray(length)) })
        }
        for (length in listOf(0, 1, 47)) {
            throws<SaltboxException.Forged>({ secret.openAnonymous(ByteArray(length)) })
        }
        val verifying = SigningKey.generate().verifyingKey()
        throws<SaltboxException.Forged>({ verifying.verify(NOTHING, ByteArray(64)) })
    }

    @Test
    fun `keys that are weak or no text are refused`() {
        val weak = PublicKey.fromBytes(ByteArray(32))
        throws<SaltboxException.WeakKey>({ SharedKey.agree(SecretKey.generate(), weak) }, { weak.sealAnonymously(NOTHING) })
        for (text in listOf("", "0".repeat(63), "g".repeat(64), "é".repeat(32), "\uD800".repeat(64), "\u0000".repeat(44))) {
            throws<SaltboxException.Encoding>(
                { PublicKey.fromHex(text) }, { PublicKey.fromBase64(text) },
                { VerifyingKey.fromHex(text) }, { VerifyingKey.fromBase64(text) },
            )
        }
    }

    @Test
    fun `limits are kept`() {
        throws<SaltboxException.TooLong>(
            { randomBytes((1u shl 26) + 1u) }, { randomBytes(UInt.MAX_VALUE) }, { encodeLine(ByteArray(97)) },
        )
        assertEquals(0, randomBytes(0u).size)
    }

    @Test
    fun `empty messages are messages`() {
        val (key, nonce) = SharedKey.generate() to randomNonce()
        assertArrayEquals(NOTHING, key.open(nonce, key.seal(nonce, NOTHING)))
        val secret = SecretKey.generate()
        assertArrayEquals(NOTHING, secret.openAnonymous(secret.publicKey().sealAnonymously(NOTHING)))
        val signing = SigningKey.generate()
        signing.verifyingKey().verify(NOTHING, signing.sign(NOTHING))
        assertEquals(0, LineDecoder().push(NOTHING).size)
    }

    @Test
    fun `a hundred megabytes are a message`() {
        val message = ByteArray(100_000_000).also { java.util.Random(1).nextBytes(it) }
        val (key, nonce) = SharedKey.generate() to randomNonce()
        assertArrayEquals(message, key.open(nonce, key.seal(nonce, message)))
        val secret = SecretKey.generate()
        assertArrayEquals(message, secret.openAnonymous(secret.publicKey().sealAnonymously(message)))
        val signing = SigningKey.generate()
        signing.verifyingKey().verify(message, signing.sign(message))
        assertEquals(0, LineDecoder().push(ByteArray(100_000_000) { 1 }).size)
    }

    @Test
    fun `any bytes are a frame that is refused`() {
        val gateway = Vector.first.gateway()
        for (frame in listOf(NOTHING, ByteArray(1), ByteArray(96), ByteArray(97), ByteArray(100_000_000))) {
            val refused = gateway.receive(frame, Instant.now()).received as Received.Refused
            assertEquals(Refusal.MALFORMED, refused.why)
        }
        gateway.receive(NOTHING, Instant.MIN)
        gateway.receive(NOTHING, Instant.MAX)
    }
}
