package dev.saltbox

import java.time.Duration
import java.time.Instant
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.MethodSource

/** The gateway against the frames of the vectors. */
class GatewayTest {
    private val now: Instant = Instant.now()

    @ParameterizedTest
    @MethodSource("vectors")
    fun `a sensor is offered, enrolled and heard`(vector: Vector) {
        val gateway = vector.gateway()
        val offered = gateway.receive(vector["enrolled"], now).received as Received.EnrolmentOffered
        assertEquals(vector.node, offered.enrolled.node)
        assertEquals(vector.publicKey, offered.enrolled.publicKey)
        assertEquals(Refusal.UNKNOWN_NODE, refusal(gateway, vector["open"]))
        gateway.enrol(offered.enrolled, 1000u)
        assertThrows(SaltboxException.AlreadyEnrolled::class.java) { gateway.enrol(offered.enrolled, 1000u) }

        val opened = gateway.receive(vector["open"], now)
        assertEquals(vector.node, (opened.received as Received.Opened).node)
        val again = gateway.receive(vector["open"], now)
        assertTrue(again.received is Received.OpenedAgain)
        assertArrayEquals(opened.send.single(), again.send.single())
        // Of a session with another answer.
        assertEquals(Refusal.FORGED, refusal(gateway, vector["data"]))
        assertArrayEquals(vector["ask"], askFrame(vector.node))
    }

    @ParameterizedTest
    @MethodSource("vectors")
    fun `a session goes on where the app was killed`(vector: Vector) {
        val peers = PeersInMemory().apply { kept[vector.node] = vector.record() }
        vector.gateway(peers).use { gateway ->
            assertEquals(Refusal.REPLAYED, refusal(gateway, vector["data"]))
            val status = gateway.receive(vector["status"], now)
            assertTrue(status.received is Received.Status)
            assertArrayEquals(vector["command"], status.send.single())
        }
        vector.gateway(peers).use { gateway ->
            assertEquals(Refusal.REPLAYED, refusal(gateway, vector["status"]))
            val waiting = gateway.node(vector.node)!!.waiting
            val reply = gateway.receive(vector["reply"], now).received as Received.Reply
            assertEquals(waiting, reply.command)
            assertEquals(Refusal.REPLAYED, refusal(gateway, vector["reply"]))
            assertEquals(null, gateway.node(vector.node)!!.waiting)
        }
    }

    @Test
    fun `every refusal has its name`() {
        val vector = Vector.first
        val peers = PeersInMemory().apply { kept[vector.node] = vector.record() }
        val gateway = vector.gateway(peers)
        assertEquals(Refusal.MALFORMED, refusal(gateway, ByteArray(3)))
        assertEquals(Refusal.FORGED, refusal(gateway, vector["status"].also { it[20] = (it[20] + 1).toByte() }))
        // A counter below the floor: the sensor's memory was put back. It is told so.
        val refused = gateway.receive(vector["open"], now)
        assertEquals(Refusal.ROLLED_BACK, (refused.received as Received.Refused).why)
        assertArrayEquals(vector["refused"], refused.send.single())
        gateway.replace(vector.enrolled, 1000u)
        gateway.rotate(now - Duration.ofDays(1))
        assertEquals(1.toUByte(), gateway.epoch())
        assertEquals(Refusal.RETIRED, refusal(gateway, vector["open"]))
        gateway.revoke(vector.node)
        assertEquals(Refusal.REVOKED, refusal(gateway, vector["open"]))
        assertThrows(SaltboxException.Revoked::class.java) { gateway.command(vector.node, Command.RotateKey) }
        gateway.enrol(vector.enrolled, 1000u)
    }

    @Test
    fun `one command waits at a time`() {
        val vector = Vector.first
        val gateway = vector.gateway()
        assertThrows(SaltboxException.UnknownNode::class.java) { gateway.command(vector.node, Command.RequestStatus) }
        assertEquals(null, gateway.node(vector.node))
        gateway.enrol(vector.enrolled, 250u)
        assertEquals(250u, gateway.node(vector.node)!!.intervalMillis)
        assertEquals(null, gateway.command(vector.node, Command.SetInterval(5000u)))
        assertEquals(Command.SetInterval(5000u), gateway.node(vector.node)!!.waiting)
        assertThrows(SaltboxException.Busy::class.java) { gateway.command(vector.node, Command.RequestStatus) }
    }

    @Test
    fun `keys are kept, drawn once and rotated`() {
        val secrets = SecretsInMemory()
        val first = Gateway.open(secrets, PeersInMemory()).use { it.publicKey() }
        Gateway.open(secrets, PeersInMemory()).use { gateway ->
            assertEquals(first, gateway.publicKey())
            gateway.rotate(Instant.now())
        }
        val second = Gateway.open(secrets, PeersInMemory()).use { it.publicKey() }
        assertTrue(first != second)
    }

    @Test
    fun `frames are found between garbage`() {
        val (frame, line) = Vector.first["data"].let { it to encodeLine(it) }
        val decoder = LineDecoder()
        val noise = "boot\r\n".toByteArray()
        val found = (noise + line + line + noise).toList().chunked(7).flatMap { decoder.push(it.toByteArray()) }
        assertEquals(2, found.count { it.contentEquals(frame) })
    }

    private fun refusal(gateway: Gateway, frame: ByteArray): Refusal? =
        (gateway.receive(frame.clone(), now).received as? Received.Refused)?.why

    companion object {
        @JvmStatic
        fun vectors(): List<Vector> = Vector.all
    }
}
