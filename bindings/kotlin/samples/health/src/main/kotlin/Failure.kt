package dev.saltbox.samples.health

/** What a command ends with. */
enum class Exit(val code: Int, val meaning: String) {
    DONE(0, "done"),
    FAULT(1, "a fault of the program itself"),
    USAGE(2, "the arguments make no sense, or not now"),
    STORE(3, "the keys or readings are missing, damaged, or under another password"),
    LINE(4, "the line to the sensor cannot be used"),
    SILENT(5, "the sensor did not answer in time"),
    REFUSED(6, "a person, the sensor or a check said no"),
}

/** What a person is told: what happened, and what to do next. */
class Failure(val exit: Exit, message: String) : Exception(message)
