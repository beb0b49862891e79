import Foundation
import Saltbox

/// A gateway with its stores in one folder.
struct Ward {
    private let gateway: Gateway
    private static let patience: TimeInterval = 30
    /// A sensor that was asked to open a session is given this long before it is asked again.
    private static let askEvery: TimeInterval = 10

    init(folder: URL) throws {
        let peers = try FilePeerStore(directory: folder)
        gateway = try Gateway.open(secrets: FileSecrets(folder: folder), peers: peers)
    }

    /// Makes the blank sensor on the line number `node`, once a person has compared the fingerprints.
    func enrol(_ node: UInt32, on line: Line, every: UInt32, asking: Bool) throws {
        if let known = try gateway.node(node: node), !known.revoked {
            throw Failure.usage("a sensor of this number is enrolled already; take another number, or another --store")
        }
        let provision = try gateway.provisionFrame(node: node)
        let end = Date(timeIntervalSinceNow: Self.patience)
        while Date() < end {
            // Repeated, because a line may lose it; the sensor takes it once.
            try line.send(provision)
            while let frame = try line.next(within: 1000) {
                switch try gateway.receive(frame: frame, now: Date()).received {
                case .enrolmentOffered(let sensor) where sensor.node == node:
                    say("gateway \(try gateway.publicKey().fingerprint())")
                    say("sensor  \(sensor.publicKey.fingerprint())")
                    guard try !asking || isConfirmed() else {
                        throw Failure.refused("not enrolled: erase the sensor's memory before the next try")
                    }
                    try gateway.enrol(enrolled: sensor, intervalMillis: every)
                    say("enrolled \(String(node, radix: 16))")
                    return
                case .troubleReported(_, .alreadyProvisioned):
                    throw Failure.refused("the sensor belongs to somebody already: erase its memory, and try again")
                default:
                    break
                }
            }
        }
        throw Failure.line("no sensor answered in \(Int(Self.patience)) s: is it on this line, and has it power?")
    }

    /// Shows what comes, until `count` readings were shown.
    func watch(_ line: Line, count: Int?) throws {
        var shown = 0
        try listen(line) { received in
            if case .data = received { shown += 1 }
            return shown == count
        }
    }

    /// Tells a sensor how often to measure, and waits for what it answers.
    func setInterval(of node: UInt32, on line: Line, to millis: UInt32) throws {
        let command = Command.setInterval(millis: millis)
        do {
            if let frame = try gateway.command(node: node, command: command) { try line.send(frame) }
        } catch SaltboxError.Busy {
            // This program was killed while a command waited: it still does, and goes out by itself.
            guard try gateway.node(node: node)?.waiting == command else {
                throw Failure.refused("another command waits for the sensor's reply: let `ward watch` run until it comes")
            }
        }
        var outcome: Outcome?
        try listen(line, for: Self.patience) { received in
            if case .reply(node, command, let came) = received { outcome = came }
            return outcome != nil
        }
        switch outcome {
        case .done: return
        case .some(let other): throw Failure.refused("the sensor answered: \(other)")
        case nil: throw Failure.line("no reply in \(Int(Self.patience)) s; the command waits, `ward watch` shows its reply")
        }
    }

    /// Takes what comes over the line, shows it and answers, until `enough` says so or the time is over.
    private func listen(
        _ line: Line, for patience: TimeInterval = .infinity, until enough: (Received) -> Bool
    ) throws {
        var asked = Date.distantPast
        let start = Date()
        say("listening")
        while Date().timeIntervalSince(start) < patience {
            guard let frame = try line.next(within: 1000) else { continue }
            let turn = try gateway.receive(frame: frame, now: Date())
            if let text = describe(turn.received) { say(text) }
            for answer in turn.send { try line.send(answer) }
            if case .refused(let node?, .forged) = turn.received, Date().timeIntervalSince(asked) > Self.askEvery {
                // The sensor may be in a session that this gateway has lost.
                try line.send(askFrame(node: node))
                asked = Date()
            }
            if enough(turn.received) { return }
        }
    }

    private func isConfirmed() throws -> Bool {
        say("Does the sensor show both? Type yes or no.")
        return readLine() == "yes"
    }
}

/// A line for people; nothing for what concerns nobody.
private func describe(_ received: Received) -> String? {
    func number(_ node: UInt32) -> String { String(node, radix: 16) }
    switch received {
    case .opened(let node, _, let firmware):
        return "session of \(number(node)), firmware \(firmware)"
    case .data(let node, let counter, .temperature(let millidegrees)?, _):
        return "reading \(counter) of \(number(node)): \(Double(millidegrees) / 1000) °C"
    case .data(let node, let counter, _, let body):
        return "reading \(counter) of \(number(node)): \(body.count) bytes"
    case .status(let node, _, let uptime, let interval, let troubles):
        return "status of \(number(node)): up \(uptime) s, every \(interval) ms, troubles: \(troubles)"
    case .reply(let node, let command, let outcome):
        return "reply of \(number(node)): \(command): \(outcome)"
    case .refused(_, let why):
        return "refused: \(why)"
    case .troubleReported(let node, let trouble):
        return "trouble of \(number(node)), as somebody says: \(trouble)"
    case .openedAgain, .lateReply, .enrolmentOffered:
        return nil
    }
}
