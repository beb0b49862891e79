/**
 * Sample app: a patient's phone reads a sealed thermometer, and two doctors read the patient's report.
 *
 * The phone is [Phone], its line to the sensor [Line], its readings on the disk [Readings]; [Report] is what goes to a
 * doctor, [Chart] what people look at. The commands are in `Patient.kt` and `Doctor.kt`.
 */
package dev.saltbox.samples.health

import dev.saltbox.SaltboxException
import dev.saltbox.StoreException
import picocli.CommandLine
import picocli.CommandLine.Command
import picocli.CommandLine.IExecutionExceptionHandler
import java.io.IOException
import kotlin.system.exitProcess

@Command(
    name = "health",
    mixinStandardHelpOptions = true,
    scope = CommandLine.ScopeType.INHERIT,
    version = ["health 0.1.0"],
    description = [
        "A patient's phone: opens what a sealed thermometer sends, and seals reports for doctors.",
        "Shows temperatures only where it is asked to.",
    ],
    subcommands = [
        Enrol::class, Watch::class, Interval::class, Show::class, Draw::class, Key::class, Send::class, Doctor::class,
    ],
    footer = [
        "",
        "The password of the keys is asked for, or taken from HEALTH_PASSWORD.",
        "",
    ],
    exitCodeListHeading = "%nExit codes:%n",
    synopsisSubcommandLabel = "COMMAND",
)
class Health

fun main(arguments: Array<String>) {
    val said = IExecutionExceptionHandler { error, _, _ ->
        val (exit, message) = told(error as Exception)
        System.err.println("health: $message")
        exit.code
    }
    val program = CommandLine(Health()).setExecutionExceptionHandler(said)
    program.commandSpec.usageMessage().exitCodeList(Exit.values().associate { it.code.toString() to it.meaning })
    exitProcess(program.execute(*arguments))
}

/** An error as a person is told of it. */
fun told(error: Exception): Pair<Exit, String> = when (error) {
    is Failure -> error.exit to error.message.orEmpty()
    is StoreException.Failed -> stored(error.reason)
    is SaltboxException.Store, is SaltboxException.StoreDamaged -> stored(error.message)
    is IOException -> Exit.FAULT to "a file cannot be read or written: ${error.message}"
    else -> Exit.FAULT to "$error"
}

private fun stored(why: String?) = Exit.STORE to "$why: is it the right password and --folder?"
