package dev.saltbox.samples.health

import dev.saltbox.LineDecoder
import dev.saltbox.encodeLine
import java.io.IOException
import java.net.InetSocketAddress
import java.net.Socket
import java.net.SocketTimeoutException

/** The line to the sensor: a serial server's socket. A phone would have Bluetooth or USB here, and nothing else would change. */
class Line private constructor(private val socket: Socket, private val address: String) : AutoCloseable {
    private val decoder = LineDecoder()
    private val frames = ArrayDeque<ByteArray>()
    private val bytes = ByteArray(512)

    /** The next frame, or nothing if none came within a fifth of a second. */
    fun next(): ByteArray? {
        if (frames.isEmpty()) {
            val count = try {
                socket.getInputStream().read(bytes)
            } catch (_: SocketTimeoutException) {
                return null
            } catch (error: IOException) {
                throw lost(error.message)
            }
            if (count < 0) throw lost("closed by the other side")
            frames += decoder.push(bytes.copyOf(count))
        }
        return frames.removeFirstOrNull()
    }

    fun send(frame: ByteArray) {
        try {
            socket.getOutputStream().write(encodeLine(frame))
        } catch (error: IOException) {
            throw lost(error.message)
        }
    }

    override fun close() {
        socket.close()
        decoder.close()
    }

    private fun lost(why: String?) =
        Failure(Exit.LINE, "the line $address was lost: $why; run the same command again")

    companion object {
        private const val CONNECT_MILLIS = 5_000
        private const val READ_MILLIS = 200

        /** Connects to [address], `HOST:PORT`. */
        fun connect(address: String): Line {
            val port = address.substringAfterLast(':', "").toIntOrNull()?.takeIf { it in 1..65535 }
                ?: throw Failure(Exit.USAGE, "$address is not HOST:PORT")
            val socket = Socket()
            try {
                socket.connect(InetSocketAddress(address.substringBeforeLast(':'), port), CONNECT_MILLIS)
            } catch (error: IOException) {
                socket.close()
                throw Failure(Exit.LINE, "no line at $address: ${error.message}; is the serial server running?")
            }
            socket.tcpNoDelay = true
            socket.soTimeout = READ_MILLIS
            return Line(socket, address)
        }
    }
}
