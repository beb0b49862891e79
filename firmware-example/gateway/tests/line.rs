//! Lines that come and go: a serial port, a socket, an emulator that is not there.

mod rig;

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use rig::{Scratch, elf};
use saltbox_gateway::line::{Incoming, Line, Transport, encode};
use saltbox_gateway::qemu::{Board, Emulated, Settings};
use serialport::{SerialPort, TTYPort};

/// Polls until something comes; what comes together with it is dropped.
fn next(line: &mut Line) -> Incoming {
    let start = Instant::now();
    loop {
        if let Some(incoming) = line.poll().unwrap().into_iter().next() {
            return incoming;
        }
        assert!(start.elapsed() < Duration::from_secs(20), "nothing came");
    }
}

fn delay(incoming: &Incoming) -> u64 {
    match incoming {
        Incoming::Lost { again_in, .. } => again_in.as_secs(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_serial_port_carries_frames_both_ways_and_may_be_pulled() {
    let (mut board, port) = TTYPort::pair().unwrap();
    let path = PathBuf::from(port.name().unwrap());
    // The library opens it anew, for itself alone.
    drop(port);
    let mut line = Line::new(Transport::Serial { path: path.clone(), baud: 115_200 });
    assert_eq!(next(&mut line), Incoming::Connected);

    board.write_all(b"\r\nboot\0").unwrap();
    assert_eq!(next(&mut line), Incoming::Noise(6));
    // Bytes that a terminal would make other bytes of: CR, LF, DEL, XON, XOFF, Ctrl-C.
    let frame = [0, 13, 10, 127, 17, 19, 3, 4, 255, 0];
    board.write_all(&encode(&frame)).unwrap();
    assert_eq!(next(&mut line), Incoming::Frame(frame.to_vec()));
    assert_eq!(line.send(&frame), None);
    let mut bytes = vec![0; encode(&frame).len()];
    board.set_timeout(Duration::from_secs(5)).unwrap();
    board.read_exact(&mut bytes).unwrap();
    assert_eq!(bytes, encode(&frame));

    // Nobody else gets at the port meanwhile.
    let mut second = Line::new(Transport::Serial { path, baud: 115_200 });
    assert!(matches!(next(&mut second), Incoming::Lost { .. }));

    drop(board);
    assert!(matches!(next(&mut line), Incoming::Lost { .. }));
    assert_eq!(line.send(&frame), None);
}

#[test]
fn a_port_that_is_not_there_is_named_with_what_to_do() {
    let path = PathBuf::from("/dev/saltbox-has-no-such-port");
    let mut line = Line::new(Transport::Serial { path, baud: 115_200 });
    let Incoming::Lost { why, .. } = next(&mut line) else { panic!() };
    assert!(why.contains("plugged in"), "{why}");
    assert_eq!(line.transport().to_string(), "/dev/saltbox-has-no-such-port");
}

#[test]
fn a_socket_is_connected_again_ever_more_slowly_until_a_frame_comes() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let mut line = Line::new(Transport::Tcp { address: address.to_string() });
    assert_eq!(next(&mut line), Incoming::Connected);
    drop(listener.accept().unwrap());
    assert_eq!(delay(&next(&mut line)), 1);
    assert_eq!(next(&mut line), Incoming::Connected);
    // Noise alone does not count: it may be the wrong device.
    let (mut stream, _): (TcpStream, _) = listener.accept().unwrap();
    stream.write_all(b"noise\0").unwrap();
    assert_eq!(next(&mut line), Incoming::Noise(5));
    drop(stream);
    assert_eq!(delay(&next(&mut line)), 2);
    let start = Instant::now();
    assert_eq!(next(&mut line), Incoming::Connected);
    assert!(start.elapsed() > Duration::from_millis(1_800));

    let (mut stream, _) = listener.accept().unwrap();
    stream.write_all(&encode(b"frame")).unwrap();
    assert_eq!(next(&mut line), Incoming::Frame(b"frame".to_vec()));
    drop(stream);
    assert_eq!(delay(&next(&mut line)), 1);

    // Half a frame from before the loss is not joined to what comes after it.
    assert_eq!(next(&mut line), Incoming::Connected);
    let (mut stream, _) = listener.accept().unwrap();
    stream.write_all(&encode(b"frame")[..4]).unwrap();
    drop(stream);
    assert_eq!(delay(&next(&mut line)), 2);
    assert_eq!(next(&mut line), Incoming::Connected);
    let (mut stream, _) = listener.accept().unwrap();
    stream.write_all(&encode(b"frame")[4..]).unwrap();
    assert!(matches!(next(&mut line), Incoming::Noise(_)));
    drop(listener);
}

#[test]
fn an_emulator_without_an_image_is_an_error_for_good() {
    let scratch = Scratch::new();
    let board = Board::named("microbit").unwrap();
    let settings = |image: &str| Settings {
        board,
        image: scratch.path(image),
        memory: board.memory(&scratch.db()),
        temperature: None,
        log: None,
    };
    let mut line = Line::new(Transport::Qemu(Box::new(Emulated::new(settings("missing")))));
    let error = line.poll().unwrap_err();
    assert_eq!(error.exit_code(), 5);
    assert!(error.to_string().contains("--image"), "{error}");

    // Nor is another file one, or a program of this machine.
    for bytes in [&b"#!/bin/sh\n"[..], b"\x7fELF\x02\x01\x01"] {
        fs::write(scratch.path("image"), bytes).unwrap();
        let mut line = Line::new(Transport::Qemu(Box::new(Emulated::new(settings("image")))));
        let error = line.poll().unwrap_err();
        assert_eq!(error.exit_code(), 5);
        let text = error.to_string();
        assert!(text.contains("not an ELF file"), "{text}");
        assert!(text.contains(scratch.path("image").to_str().unwrap()), "{text}");
    }

    // A memory of the wrong size is somebody else's file.
    fs::write(scratch.path("image"), elf()).unwrap();
    fs::write(board.memory(&scratch.db()), b"short").unwrap();
    let mut line = Line::new(Transport::Qemu(Box::new(Emulated::new(settings("image")))));
    let error = line.poll().unwrap_err();
    assert!(error.to_string().contains("1024 bytes"), "{error}");
    assert_eq!(fs::read(board.memory(&scratch.db())).unwrap(), b"short");
}

#[test]
fn a_board_that_another_gateway_plays_is_left_to_it() {
    let scratch = Scratch::new();
    let board = Board::named("microbit").unwrap();
    let memory = board.memory(&scratch.db());
    let image = scratch.path("image");
    fs::write(&image, elf()).unwrap();
    let settings = Settings { board, image, memory: memory.clone(), temperature: None, log: None };
    settings.erase().unwrap();
    let lock = scratch.path("gateway.db.microbit.flash.lock");
    assert_eq!(fs::metadata(&lock).unwrap().permissions().mode() & 0o777, 0o600);

    let other = fs::File::open(&lock).unwrap();
    other.try_lock().unwrap();
    let mut line = Line::new(Transport::Qemu(Box::new(Emulated::new(settings.clone()))));
    for error in [line.poll().unwrap_err(), settings.erase().unwrap_err()] {
        assert_eq!(error.exit_code(), 5);
        let text = error.to_string();
        assert!(text.contains(memory.to_str().unwrap()), "{text}");
        assert!(text.contains("another gateway plays this board"), "{text}");
    }
    assert!(!memory.exists(), "a memory was made for a board that is not ours");
    drop(other);
    settings.erase().unwrap();
}

#[test]
fn a_boards_memory_is_made_erased_and_for_its_owner_alone() {
    let scratch = Scratch::new();
    for (name, len) in [("microbit", 1_024), ("mps2-an386", 32 * 1_024)] {
        let board = Board::named(name).unwrap();
        let memory = board.memory(&scratch.db());
        board.blank(&memory).unwrap();
        assert_eq!(fs::read(&memory).unwrap(), vec![0xff; len]);
        assert_eq!(fs::metadata(&memory).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(board.blank(&memory).is_err(), "a memory was overwritten");
    }
}
