import Foundation

/// What the command line says.
struct Arguments {
    enum Task {
        case enrol(UInt32, every: UInt32)
        case watch(count: Int?)
        case interval(UInt32, millis: UInt32)
    }

    static let help = """
        ward enrol NODE    --line HOST:PORT [--every MILLIS] [--yes]
        ward watch         --line HOST:PORT [--count READINGS]
        ward interval NODE MILLIS --line HOST:PORT

        NODE is a number in hex, such as 5a17. All take --store FOLDER, where keys and records are kept (ward).
        """

    var task = Task.watch(count: nil)
    var line = ""
    var store = URL(fileURLWithPath: "ward")
    var yes = false

    init(_ words: ArraySlice<String>) throws {
        var words = words
        var plain: [String] = []
        var (every, count): (UInt32, Int?) = (10_000, nil)
        while let word = words.popFirst() {
            switch word {
            case "--help":
                say(Self.help)
                exit(0)
            case "--yes": yes = true
            case "--line": line = try Self.value(of: word, &words)
            case "--store": store = URL(fileURLWithPath: try Self.value(of: word, &words))
            case "--every": every = try Self.number(Self.value(of: word, &words))
            case "--count": count = try Self.number(Self.value(of: word, &words))
            case _ where word.hasPrefix("--"): throw Failure.usage("there is no option \(word)\n\(Self.help)")
            default: plain.append(word)
            }
        }
        switch (plain.first, plain.dropFirst().map { $0 }) {
        case ("enrol", let rest) where rest.count == 1:
            task = .enrol(try Self.number(rest[0], radix: 16), every: every)
        case ("watch", []):
            task = .watch(count: count)
        case ("interval", let rest) where rest.count == 2:
            let millis: UInt32 = try Self.number(rest[1])
            guard (100...604_800_000).contains(millis) else {
                throw Failure.usage("MILLIS is from 100 to 604800000, which is 7 days")
            }
            task = .interval(try Self.number(rest[0], radix: 16), millis: millis)
        default:
            throw Failure.usage(Self.help)
        }
        if line.isEmpty { throw Failure.usage("--line HOST:PORT is missing\n\(Self.help)") }
    }

    private static func value(of option: String, _ words: inout ArraySlice<String>) throws -> String {
        guard let value = words.popFirst() else { throw Failure.usage("\(option) needs a value\n\(help)") }
        return value
    }

    private static func number<T: FixedWidthInteger>(_ text: String, radix: Int = 10) throws -> T {
        guard let number = T(text, radix: radix) else { throw Failure.usage("\(text) is no number\n\(help)") }
        return number
    }
}
