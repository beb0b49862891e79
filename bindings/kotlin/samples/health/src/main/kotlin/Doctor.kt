package dev.saltbox.samples.health

import dev.saltbox.SaltboxException
import dev.saltbox.SecretKey
import dev.saltbox.VerifyingKey
import dev.saltbox.use
import picocli.CommandLine.Command
import picocli.CommandLine.Option
import picocli.CommandLine.Parameters
import java.nio.file.Files
import java.nio.file.Path
import java.util.Locale
import java.util.concurrent.Callable

@Command(
    name = "doctor",
    description = ["A doctor's desk: has a key, and opens what patients seal for it."],
    subcommands = [DoctorKey::class, DoctorOpen::class],
    synopsisSubcommandLabel = "COMMAND",
)
class Doctor

/** The doctor's key, drawn the first time. */
private fun doctorKey(folder: Path): SecretKey {
    Files.createDirectories(folder)
    return keys(folder).use { secrets ->
        secrets.secret("health.doctor", SecretKey::fromBytes) { SecretKey.generate().use { it.exposeSecret() } }
    }
}

@Command(name = "key", description = ["Shows the doctor's public key, for patients."])
class DoctorKey : Callable<Int> {
    @Option(names = ["--folder"], required = true, description = ["the doctor's keys"])
    lateinit var folder: Path

    override fun call(): Int {
        doctorKey(folder).use { it.publicKey() }.use {
            println("key          $it")
            println("fingerprint  ${it.fingerprint()}")
        }
        return Exit.DONE.code
    }
}

@Command(name = "open", description = ["Opens a report, and shows it: a summary, or as told."])
class DoctorOpen : Callable<Int> {
    @Option(names = ["--folder"], required = true, description = ["the doctor's keys"])
    lateinit var folder: Path

    @Option(names = ["--patient"], required = true, paramLabel = "KEY", description = ["the patient's key, as `health key` shows it"])
    lateinit var patient: String

    @Option(names = ["--chart"], paramLabel = "SVG", description = ["draw the readings into this file"])
    var chart: Path? = null

    @Option(names = ["--all"], description = ["show every reading"])
    var all = false

    @Parameters(paramLabel = "REPORT", description = ["the file that the patient sent"])
    lateinit var file: Path

    override fun call(): Int {
        val sealed = Files.readAllBytes(file)
        val readings = doctorKey(folder).use { own -> verifyingKey().use { Report.open(sealed, own, it) } }
        val celsius = readings.map { it.celsius }
        println("${readings.size} readings, ${readings.first().time} to ${readings.last().time}")
        println("lowest %.1f, mean %.1f, highest %.1f °C".format(Locale.ROOT, celsius.min(), celsius.average(), celsius.max()))
        if (all) for (reading in readings) println("${reading.time}  ${reading.celsius} °C")
        chart?.let {
            Files.writeString(it, Chart(readings).svg())
            println("drawn: $it")
        }
        return Exit.DONE.code
    }

    private fun verifyingKey() = try {
        VerifyingKey.fromHex(patient)
    } catch (_: SaltboxException.Encoding) {
        throw Failure(Exit.USAGE, "$patient is not a patient's key: 64 characters of hex, as `health key` shows it")
    }
}
