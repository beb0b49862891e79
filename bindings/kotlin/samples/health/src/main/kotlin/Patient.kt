package dev.saltbox.samples.health

import dev.saltbox.Outcome
import dev.saltbox.PublicKey
import dev.saltbox.Received
import dev.saltbox.SaltboxException
import dev.saltbox.use
import picocli.CommandLine.Command
import picocli.CommandLine.Mixin
import picocli.CommandLine.Option
import picocli.CommandLine.Parameters
import java.nio.file.Files
import java.nio.file.Path
import java.time.Instant
import java.util.concurrent.Callable
import kotlin.time.Duration
import kotlin.time.toJavaDuration

/** How long a sensor may take. */
private val PATIENCE: java.time.Duration = java.time.Duration.ofSeconds(60)

class Own {
    @Option(names = ["--folder"], description = ["keys and readings; default: \${DEFAULT-VALUE}"], defaultValue = "\${user.home}/.health")
    lateinit var folder: Path

    fun <T> phone(work: (Phone) -> T): T = Phone(folder).use(work)
}

class ToSensor {
    @Option(names = ["--line"], required = true, paramLabel = "HOST:PORT", description = ["the sensor's serial server"])
    lateinit var address: String

    fun <T> line(work: (Line) -> T): T = Line.connect(address).use(work)
}

@Command(name = "enrol", description = ["Makes the blank sensor on the line this phone's."])
class Enrol : Callable<Int> {
    @Mixin lateinit var own: Own
    @Mixin lateinit var sensor: ToSensor
    @Option(names = ["--every"], defaultValue = "10s", description = ["how often it measures, such as 500ms or 5m; default: \${DEFAULT-VALUE}"])
    lateinit var every: String
    @Option(names = ["--yes"], description = ["do not ask: for tests"])
    var yes = false

    override fun call() = own.phone { phone ->
        val interval = millis(every)
        sensor.line { line ->
            println("phone   ${phone.fingerprint()}")
            phone.enrol(line, interval, PATIENCE) { fingerprint ->
                println("sensor  $fingerprint")
                yes || agreed("Does the sensor show the same two? [y/N] ")
            }
        }
        println("enrolled")
        Exit.DONE.code
    }

    private fun agreed(question: String): Boolean {
        print(question)
        System.out.flush()
        return readlnOrNull()?.trim()?.lowercase() in listOf("y", "yes")
    }
}

@Command(name = "watch", description = ["Opens and keeps what the sensor sends, until it is ended; that may be at any time."])
class Watch : Callable<Int> {
    @Mixin lateinit var own: Own
    @Mixin lateinit var sensor: ToSensor
    @Option(names = ["--show"], description = ["show the temperatures"])
    var show = false
    @Option(names = ["--count"], description = ["end after so many readings"])
    var count = Int.MAX_VALUE

    override fun call() = own.phone { phone ->
        phone.requireSensor()
        sensor.line { line ->
            println("listening")
            val end = phone.readings.all.size.toLong() + count
            phone.listen(line) { received ->
                said(phone, received)?.let(::println)
                phone.readings.all.size >= end
            }
        }
        Exit.DONE.code
    }

    private fun said(phone: Phone, received: Received): String? = when (received) {
        is Received.Opened -> "the sensor has started, with firmware ${received.firmware}"
        is Received.Data -> "reading ${phone.readings.all.size}" + if (show) ": ${phone.readings.all.last().celsius} °C" else ""
        is Received.Status -> "the sensor's state: " + received.troubles.joinToString().ifEmpty { "no trouble" }
        is Received.Reply -> "the sensor's reply: ${received.outcome.name.lowercase()}"
        is Received.TroubleReported -> "not authenticated: the sensor says ${received.trouble}"
        is Received.Refused -> "refused: ${received.why.name.lowercase()}"
        is Received.OpenedAgain, is Received.LateReply, is Received.EnrolmentOffered -> null
    }
}

@Command(name = "interval", description = ["Tells the sensor how often to measure, and waits for its reply."])
class Interval : Callable<Int> {
    @Mixin lateinit var own: Own
    @Mixin lateinit var sensor: ToSensor
    @Parameters(paramLabel = "EVERY", description = ["such as 500ms or 5m; 100ms to 7d"])
    lateinit var every: String

    override fun call() = own.phone { phone ->
        phone.requireSensor()
        val interval = millis(every)
        val outcome = sensor.line { line -> phone.setInterval(line, interval, PATIENCE) }
        println("the sensor's reply: ${outcome.name.lowercase()}")
        if (outcome != Outcome.DONE) throw Failure(Exit.REFUSED, "the sensor did not do it: ${outcome.name.lowercase()}; try again")
        Exit.DONE.code
    }
}

@Command(name = "readings", description = ["Shows the readings that are kept."])
class Show : Callable<Int> {
    @Mixin lateinit var own: Own

    override fun call() = own.phone { phone ->
        for (reading in phone.readings.all) println("${reading.time}  ${reading.celsius} °C")
        Exit.DONE.code
    }
}

@Command(name = "chart", description = ["Draws the readings that are kept."])
class Draw : Callable<Int> {
    @Mixin lateinit var own: Own
    @Parameters(paramLabel = "SVG", description = ["the file to write; it is not sealed"])
    lateinit var file: Path

    override fun call() = own.phone { phone ->
        Files.writeString(file, Chart(some(phone.readings.all)).svg())
        println("drawn: $file")
        Exit.DONE.code
    }
}

@Command(name = "key", description = ["Shows the key with which a doctor checks that a report is this patient's."])
class Key : Callable<Int> {
    @Mixin lateinit var own: Own

    override fun call() = own.phone { phone ->
        phone.signingKey().use { it.verifyingKey() }.use {
            println("key          $it")
            println("fingerprint  ${it.fingerprint()}")
        }
        Exit.DONE.code
    }
}

@Command(name = "report", description = ["Seals the readings for doctors, a file each."])
class Send : Callable<Int> {
    @Mixin lateinit var own: Own
    @Option(names = ["--doctor"], required = true, paramLabel = "KEY=FILE", description = ["a doctor's public key, and where the report goes"])
    lateinit var doctors: Map<String, Path>

    override fun call() = own.phone { phone ->
        val readings = some(phone.readings.all)
        phone.signingKey().use { patient ->
            for ((key, file) in doctors) {
                publicKey(key).use { doctor ->
                    Files.write(file, Report.seal(readings, patient, doctor, Instant.now()))
                    println("sealed for ${doctor.fingerprint()}: $file")
                }
            }
        }
        Exit.DONE.code
    }

    private fun publicKey(hex: String) = try {
        PublicKey.fromHex(hex)
    } catch (_: SaltboxException.Encoding) {
        throw Failure(Exit.USAGE, "$hex is not a public key: 64 characters of hex, as `health doctor key` shows it")
    }
}

private fun millis(text: String): UInt {
    val duration = Duration.parseOrNull(text)?.takeIf { it.toJavaDuration().toMillis() in 100..604_800_000 }
    return duration?.inWholeMilliseconds?.toUInt() ?: throw Failure(Exit.USAGE, "$text is no time from 100ms to 7d, such as 500ms or 5m")
}

private fun some(readings: List<Measured>) =
    readings.ifEmpty { throw Failure(Exit.USAGE, "there are no readings yet: run `health watch` first") }
