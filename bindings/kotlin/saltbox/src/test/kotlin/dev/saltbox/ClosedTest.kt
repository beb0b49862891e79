package dev.saltbox

import java.lang.reflect.InvocationTargetException
import java.lang.reflect.Method
import java.nio.ByteBuffer
import java.nio.file.Path
import java.time.Instant
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.nameWithoutExtension
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** What is closed or wiped says so, whatever is asked of it, and harms nothing. */
class ClosedTest {
    private val made: Map<Class<*>, () -> Disposable> = mapOf(
        SecretKey::class.java to SecretKey::generate,
        SharedKey::class.java to SharedKey::generate,
        SigningKey::class.java to SigningKey::generate,
        PublicKey::class.java to { SecretKey.generate().publicKey() },
        VerifyingKey::class.java to { SigningKey.generate().verifyingKey() },
        LineDecoder::class.java to { LineDecoder() },
        Gateway::class.java to { Gateway.open(SecretsInMemory(), PeersInMemory()) },
    )

    /** All that the class's interface declares, with arguments that would do. */
    private fun calls(type: Class<*>): List<Method> =
        Class.forName("${type.name}Interface").declaredMethods.filter { !it.isSynthetic }

    private fun call(method: Method, target: Any) {
        try {
            method.invoke(target, *method.parameterTypes.map(::argument).toTypedArray())
        } catch (thrown: InvocationTargetException) {
            throw thrown.targetException
        }
    }

    private fun argument(type: Class<*>): Any = when (type) {
        ByteArray::class.java -> ByteArray(24)
        ByteBuffer::class.java -> ByteBuffer.allocateDirect(24)
        Int::class.java -> 7
        Instant::class.java -> Instant.now()
        Enrolled::class.java -> Vector.first.enrolled
        Command::class.java -> Command.RequestStatus
        else -> error("give this test an argument of type $type")
    }

    @Test
    fun `no class is forgotten here`() {
        val folder = Path.of(SecretKey::class.java.protectionDomain.codeSource.location.toURI()).resolve("dev/saltbox")
        val types = folder.listDirectoryEntries("*.class").map { it.nameWithoutExtension }.filter { '$' !in it }
            .map { Class.forName("dev.saltbox.$it") }
            .filter { Disposable::class.java.isAssignableFrom(it) && AutoCloseable::class.java.isAssignableFrom(it) }
            // Stores that Rust would implement: there are none, and nothing makes these.
            .filter { !it.name.endsWith("Impl") }
        assertEquals(types.toSet(), made.keys)
    }

    @Test
    fun `every method of a closed object throws Closed`() {
        for ((type, make) in made) {
            assertTrue(calls(type).isNotEmpty(), type.name)
            for (method in calls(type)) {
                val closed = make().also { it.destroy() }
                val error = assertThrows(SaltboxException.Closed::class.java, { call(method, closed) }, "$method")
                assertEquals("closed: the object was wiped or closed before", error.message)
            }
        }
    }

    @Test
    fun `every method of a wiped object throws Closed`() {
        for ((type, make) in made) {
            val wipe = calls(type).find { it.name == "wipe" } ?: continue
            for (method in calls(type) - wipe) {
                val wiped = make().also { call(wipe, it) }
                call(wipe, wiped)
                val error = assertThrows(SaltboxException.Closed::class.java, { call(method, wiped) }, "$method")
                assertEquals("closed: the object was wiped or closed before", error.message)
                wiped.destroy()
            }
        }
    }

    @Test
    fun `closing twice is closing`() {
        for (make in made.values) {
            val closed = make() as AutoCloseable
            closed.close()
            closed.close()
            closed.use { }
        }
    }

    @Test
    fun `what one holder closes the other's is not`() {
        val secret = SecretKey.generate()
        val shared = SharedKey.agree(secret, secret.publicKey())
        secret.close()
        shared.seal(randomNonce(), ByteArray(0))
    }

    @Test
    fun `a closed object is no argument`() {
        val (secret, public) = SecretKey.generate().let { it to it.publicKey() }
        val closedSecret = SecretKey.generate().also { it.close() }
        val closedPublic = SecretKey.generate().publicKey().also { it.close() }
        val enrolled = Vector.first.enrolled.copy(publicKey = closedPublic)
        repeat(1000) {
            assertThrows(SaltboxException.Closed::class.java) { SharedKey.agree(closedSecret, public) }
            assertThrows(SaltboxException.Closed::class.java) { SharedKey.agree(secret, closedPublic) }
            assertEquals(false, public == SecretKey.generate().publicKey())
            assertThrows(SaltboxException.Closed::class.java) { public == closedPublic }
        }
        Gateway.open(SecretsInMemory(), PeersInMemory()).use { gateway ->
            assertThrows(SaltboxException.Closed::class.java) { gateway.enrol(enrolled, 1000u) }
        }
    }
}
