package dev.saltbox.samples.health

import dev.saltbox.Command
import dev.saltbox.FilePeerStore
import dev.saltbox.Gateway
import dev.saltbox.Outcome
import dev.saltbox.Reading
import dev.saltbox.Received
import dev.saltbox.Refusal
import dev.saltbox.SaltboxException
import dev.saltbox.SharedKey
import dev.saltbox.SigningKey
import dev.saltbox.Trouble
import dev.saltbox.askFrame
import dev.saltbox.use
import java.nio.channels.FileChannel
import java.nio.channels.FileLock
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.StandardOpenOption.CREATE
import java.nio.file.StandardOpenOption.WRITE
import java.time.Duration
import java.time.Instant
import java.time.temporal.ChronoUnit

/** The number of the sensor: this patient has one. */
private const val SENSOR = 1u

/**
 * The patient's phone: its keys, the sensor's record and the readings, in a folder.
 *
 * It may be killed at any time. The gateway has stored that a frame was accepted before the app sees what is in it: one
 * reading can be lost in between, none is ever taken twice.
 */
class Phone(folder: Path) : AutoCloseable {
    private val alone = lock(folder)
    private val secrets = keys(folder)
    private val peers = FilePeerStore(folder.resolve("sensors"))
    private val gateway = Gateway.open(secrets, peers)
    private val readingsKey = secrets.secret("health.readings", SharedKey::fromBytes) { SharedKey.generate().use { it.exposeSecret() } }

    /** What was measured so far. */
    val readings = Readings(folder.resolve("readings"), readingsKey)

    /** What people compare when the sensor is enrolled. */
    fun fingerprint(): String = gateway.publicKey().use { it.fingerprint() }

    /** Signs what this patient sends. */
    fun signingKey(): SigningKey =
        secrets.secret("health.signing", SigningKey::fromSeed) { SigningKey.generate().use { it.exposeSecret() } }

    /** Makes the blank sensor on [line] this phone's, if [confirmed] says that its fingerprint is the right one. */
    fun enrol(line: Line, intervalMillis: UInt, patience: Duration, confirmed: (fingerprint: String) -> Boolean) {
        if (gateway.node(SENSOR)?.use { !it.revoked } == true) {
            throw Failure(Exit.USAGE, "a sensor is enrolled already; to take another, begin with another --folder")
        }
        val provision = gateway.provisionFrame(SENSOR)
        val end = Instant.now() + patience
        var next = Instant.now()
        while (Instant.now() < end) {
            if (Instant.now() >= next) {
                // Repeated, because a line may lose it; the sensor takes it once.
                line.send(provision)
                next = Instant.now() + PROVISION_EVERY
            }
            val frame = line.next() ?: continue
            gateway.receive(frame, Instant.now()).use { turn ->
                when (val received = turn.received) {
                    is Received.EnrolmentOffered -> if (received.enrolled.node == SENSOR) {
                        if (!confirmed(received.enrolled.publicKey.fingerprint())) {
                            throw Failure(Exit.REFUSED, "not enrolled: if they differ, somebody sits on the line; take another and try again")
                        }
                        gateway.enrol(received.enrolled, intervalMillis)
                        return
                    }
                    is Received.TroubleReported -> if (received.trouble == Trouble.ALREADY_PROVISIONED) {
                        throw Failure(Exit.REFUSED, "the sensor belongs to somebody already: erase its memory, and try again")
                    }
                    else -> {}
                }
            }
        }
        throw Failure(Exit.SILENT, "no sensor answered in ${patience.seconds} s: is it on this line, and has it power?")
    }

    /** Takes what comes over [line], and keeps the readings, until [enough] says so of what was received. */
    fun listen(line: Line, until: Instant = Instant.MAX, enough: (Received) -> Boolean) {
        var asked = Instant.MIN
        while (Instant.now() < until) {
            val frame = line.next() ?: continue
            val done = gateway.receive(frame, Instant.now()).use { turn ->
                val received = turn.received
                if (received is Received.Data) keep(received)
                turn.send.forEach(line::send)
                val lost = received is Received.Refused && received.why == Refusal.FORGED
                if (lost && Instant.now() >= asked + ASK_EVERY) {
                    // The sensor may be in a session that this phone has lost.
                    line.send(askFrame(SENSOR))
                    asked = Instant.now()
                }
                enough(received)
            }
            if (done) return
        }
    }

    /** Tells the sensor how often to measure, and waits for what it answers. */
    fun setInterval(line: Line, intervalMillis: UInt, patience: Duration): Outcome {
        val command = Command.SetInterval(intervalMillis)
        try {
            gateway.command(SENSOR, command)?.let(line::send)
        } catch (_: SaltboxException.Busy) {
            // This phone was killed while the same command waited: it still does, and goes out by itself.
            if (gateway.node(SENSOR)?.use { it.waiting } != command) {
                throw Failure(Exit.USAGE, "another command waits for the sensor's reply: let `health watch` run until it comes")
            }
        }
        var outcome: Outcome? = null
        listen(line, Instant.now() + patience) { received ->
            if (received is Received.Reply && received.command == command) outcome = received.outcome
            outcome != null
        }
        return outcome
            ?: throw Failure(Exit.SILENT, "no reply in ${patience.seconds} s; the command waits, and goes out when the sensor speaks again")
    }

    /** Fails if there is none. */
    fun requireSensor() {
        if (gateway.node(SENSOR)?.use { true } != true) {
            throw Failure(Exit.USAGE, "no sensor is enrolled yet: run `health enrol` first")
        }
    }

    override fun close() {
        readingsKey.close()
        gateway.close()
        peers.close()
        secrets.close()
        alone.close()
    }

    private fun keep(data: Received.Data) {
        val temperature = data.reading as? Reading.Temperature ?: return
        readings.add(Measured(Instant.now().truncatedTo(ChronoUnit.MILLIS), temperature.millidegrees))
    }

    private companion object {
        val PROVISION_EVERY: Duration = Duration.ofSeconds(1)
        val ASK_EVERY: Duration = Duration.ofSeconds(10)

        fun lock(folder: Path): FileLock {
            Files.createDirectories(folder)
            val file = FileChannel.open(folder.resolve("lock"), CREATE, WRITE)
            return file.tryLock()
                ?: throw Failure(Exit.USAGE, "another `health` works in $folder: end it first")
        }
    }
}
