import Foundation
import Saltbox

// Enrols a sensor behind a serial server, opens its frames, and tells it how often to measure. May be killed at any time:
// what was accepted before is refused afterwards.

do {
    let arguments = try Arguments(CommandLine.arguments.dropFirst())
    let ward = try Ward(folder: arguments.store)
    let line = try Line(to: arguments.line)
    switch arguments.task {
    case .enrol(let node, let every):
        try ward.enrol(node, on: line, every: every, asking: !arguments.yes)
    case .watch(let count):
        try ward.watch(line, count: count)
    case .interval(let node, let millis):
        try ward.setInterval(of: node, on: line, to: millis)
    }
} catch let failure as Failure {
    complain(failure.reason)
    exit(failure.code)
} catch {
    complain(error.localizedDescription)
    exit(1)
}

/// Why there is nothing more to do, and with which code to end.
struct Failure: Error {
    let code: Int32
    let reason: String

    static func usage(_ reason: String) -> Self { Self(code: 2, reason: reason) }
    static func refused(_ reason: String) -> Self { Self(code: 3, reason: reason) }
    static func line(_ reason: String) -> Self { Self(code: 4, reason: reason) }
}

/// Shows `text` at once, also to a program that reads it through a pipe.
func say(_ text: String) {
    FileHandle.standardOutput.write(Data((text + "\n").utf8))
}

func complain(_ text: String) {
    FileHandle.standardError.write(Data(("ward: " + text + "\n").utf8))
}
