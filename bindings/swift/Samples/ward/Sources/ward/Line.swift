import Foundation
import Saltbox

#if canImport(Darwin)
import Darwin
private let stream = SOCK_STREAM
private let quietly: Int32 = 0
#else
import Glibc
private let stream = Int32(SOCK_STREAM.rawValue)
/// A line that is gone is an error here, not a signal.
private let quietly = Int32(MSG_NOSIGNAL)
#endif

/// A serial line behind a TCP socket.
final class Line {
    private let socket: Int32
    private let decoder = LineDecoder()
    private var frames: [Data] = []

    /// Connects to `HOST:PORT`.
    init(to address: String) throws {
        guard let colon = address.lastIndex(of: ":") else { throw Failure.usage("\(address) is not HOST:PORT") }
        let (host, port) = (String(address[..<colon]), String(address[address.index(after: colon)...]))
        var hints = addrinfo()
        hints.ai_socktype = stream
        var first: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, port, &hints, &first)
        guard status == 0 else { throw Failure.line("\(address): \(String(cString: gai_strerror(status)))") }
        defer { freeaddrinfo(first) }
        for found in sequence(first: first, next: { $0?.pointee.ai_next }).compactMap({ $0?.pointee }) {
            let socket = Sockets.socket(found)
            guard socket >= 0 else { continue }
            if connect(socket, found.ai_addr, found.ai_addrlen) == 0 {
                self.socket = socket
                return
            }
            close(socket)
        }
        throw Failure.line("\(address) does not answer: is the serial server running?")
    }

    deinit {
        close(socket)
    }

    /// The next frame; nothing if none came for `millis`.
    func next(within millis: Int32) throws -> Data? {
        if frames.isEmpty {
            var waiting = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, millis) > 0 else { return nil }
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = recv(socket, &buffer, buffer.count, 0)
            guard count > 0 else { throw Failure.line("the line was closed") }
            frames = try decoder.push(bytes: Data(buffer[..<count]))
        }
        return frames.isEmpty ? nil : frames.removeFirst()
    }

    func send(_ frame: Data) throws {
        var left = try encodeLine(frame: frame)
        while !left.isEmpty {
            let count = left.withUnsafeBytes { Sockets.send(socket, $0) }
            guard count > 0 else { throw Failure.line("the line was closed") }
            left = left.dropFirst(count)
        }
    }
}

/// The system's functions, where a method of `Line` has their name.
private enum Sockets {
    static func socket(_ found: addrinfo) -> Int32 {
        #if canImport(Darwin)
        Darwin.socket(found.ai_family, found.ai_socktype, found.ai_protocol)
        #else
        Glibc.socket(found.ai_family, found.ai_socktype, found.ai_protocol)
        #endif
    }

    static func send(_ socket: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
        #if canImport(Darwin)
        Darwin.send(socket, bytes.baseAddress, bytes.count, quietly)
        #else
        Glibc.send(socket, bytes.baseAddress, bytes.count, quietly)
        #endif
    }
}
