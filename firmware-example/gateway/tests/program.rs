//! The program itself: what it says, and how it ends.

mod rig;

use std::io::Write;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use rig::{Node, Scratch, at, stand};
use saltbox::telemetry::Features;

fn program(scratch: &Scratch, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_saltbox-gateway"));
    command
        .args(arguments)
        .args([Path::new("--db"), &scratch.db()])
        .env_remove("SALTBOX_PASSPHRASE")
        .env_remove("SALTBOX_KEY_FILE")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn said(output: &Output) -> (Option<i32>, String) {
    let (out, err) = (&output.stdout, &output.stderr);
    let text = format!("{}{}", String::from_utf8_lossy(out), String::from_utf8_lossy(err));
    (output.status.code(), text)
}

/// Runs the program with the key file of `scratch`.
fn run(scratch: &Scratch, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = program(scratch, arguments);
    command.arg("--key-file").arg(scratch.path("gateway.key"));
    said(&command.output().unwrap())
}

#[test]
fn init_makes_a_database_once() {
    let scratch = Scratch::new();
    let (code, text) = run(&scratch, &["init"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("fingerprint") && text.contains("keep a copy"), "{text}");
    let (code, text) = run(&scratch, &["init"]);
    assert_eq!(code, Some(3), "{text}");
    assert!(text.contains("exists"), "{text}");
    let (code, text) = run(&scratch, &["nodes"]);
    assert_eq!(code, Some(0), "{text}");
}

#[test]
fn init_makes_no_folder() {
    let scratch = Scratch::new();
    let (folder, key) = (scratch.path("nonexist"), scratch.path("new.key"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_saltbox-gateway"));
    command.arg("init").arg("--db").arg(folder.join("x.db")).arg("--key-file").arg(&key);
    let (code, text) = said(&command.output().unwrap());
    assert_eq!(code, Some(3), "{text}");
    assert!(text.contains(&format!("no folder {}", folder.display())), "{text}");
    assert!(!folder.exists() && !key.exists());
}

#[test]
fn the_passphrase_comes_from_the_environment_and_is_never_shown() {
    let scratch = Scratch::new();
    let with = |passphrase: &str, arguments: &[&str]| {
        let mut command = program(&scratch, arguments);
        said(&command.env("SALTBOX_PASSPHRASE", passphrase).output().unwrap())
    };
    let (code, text) = with("short", &["init"]);
    assert_eq!(code, Some(4), "{text}");
    assert!(!scratch.db().exists());
    let (code, text) = with("six words are better than one", &["init"]);
    assert_eq!(code, Some(0), "{text}");
    let (code, text) = with("another passphrase", &["nodes"]);
    assert_eq!(code, Some(4), "{text}");
    assert!(text.contains("wrong passphrase") && !text.contains("another"), "{text}");
    let (code, text) = with("six words are better than one", &["nodes", "--json"]);
    assert_eq!((code, text.as_str()), (Some(0), ""));
    let (code, text) = run(&scratch, &["nodes"]);
    assert_eq!(code, Some(4), "{text}");
    assert!(text.contains("by a passphrase"), "{text}");
}

#[test]
fn every_kind_of_failure_has_its_code_and_says_what_to_do() {
    let scratch = Scratch::new();
    drop(scratch.create());
    for (arguments, code, expected) in [
        (&["run"][..], 2, "--serial, --tcp or --qemu"),
        (&["run", "--tcp", "a:1", "--qemu", "microbit"], 2, "cannot be used with"),
        (&["run", "--qemu", "arduino"], 2, "mps2-an386"),
        (&["revoke", "0"], 2, "blank node"),
        (&["revoke", "7"], 2, "`saltbox-gateway nodes`"),
        (&["set-interval", "7", "50ms"], 2, "100ms to 7d"),
        (&["set-interval", "7", "1s"], 2, "not enrolled"),
        (&["run", "--qemu", "microbit", "--image", "/nonexistent/image"], 5, "--image"),
        (
            &["run", "--qemu", "microbit", "--image", "/dev/null"],
            5,
            "/dev/null: is not an ELF file",
        ),
        (&["run", "--qemu", "microbit", "--temperature", "20"], 2, "has no sensor"),
        (&["rotate-key", "--qemu", "microbit", "--temperature", "20"], 2, "has no sensor"),
        (&["run", "--tcp", "localhost"], 2, "a port from 1 to 65535"),
        (&["run", "--tcp", "localhost:0"], 2, "a port from 1 to 65535"),
        (&["rotate-key", "--overlap", "59s"], 2, "--force"),
        (&["enrol", "7", "--tcp", "127.0.0.1:1", "--timeout", "300ms"], 6, "127.0.0.1:1"),
    ] {
        let (ended, text) = run(&scratch, arguments);
        assert_eq!(ended, Some(code), "{arguments:?}: {text}");
        assert!(text.contains(expected), "{arguments:?}: {text}");
    }
    let other = Scratch::new();
    let (code, text) = run(&other, &["readings"]);
    assert_eq!(code, Some(3), "{text}");
    assert!(text.contains("saltbox-gateway init"), "{text}");
}

#[test]
fn a_reader_that_goes_away_is_no_error_to_shout_about() {
    let scratch = Scratch::new();
    drop(scratch.create());
    for arguments in [&["nodes"][..], &["readings"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = program(&scratch, arguments);
        command.arg("--key-file").arg(scratch.key_file()).stdout(writer);
        let (code, text) = said(&command.output().unwrap());
        assert_eq!((code, text.as_str()), (Some(141), ""), "{arguments:?}");
    }
}

#[test]
fn a_folder_is_no_database() {
    let scratch = Scratch::new();
    std::fs::create_dir(scratch.db()).unwrap();
    for arguments in [&["nodes"][..], &["readings"]] {
        let (code, text) = run(&scratch, arguments);
        assert_eq!(code, Some(3), "{text}");
        assert!(text.contains("gateway.db is a folder"), "{text}");
    }
}

#[test]
fn readings_need_no_key_and_nodes_do() {
    let scratch = Scratch::new();
    let mut gateway = scratch.create();
    let mut node = Node::enrolled(1, 0x2a, Features::MEMORY, &mut gateway);
    stand(&mut gateway, &mut node, at(0));
    for millidegrees in [21_500, -250, 0] {
        let frame = node.reading(millidegrees);
        gateway.handle(&frame, at(1)).unwrap();
    }
    drop(gateway);
    let output = program(&scratch, &["readings", "--last", "2", "--json"]).output().unwrap();
    let (code, text) = said(&output);
    assert_eq!(code, Some(0), "{text}");
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2);
    assert_eq!((&lines[0]["celsius"], &lines[0]["node"]), (&(-0.25).into(), &"0000002a".into()));
    let (_, text) = said(&program(&scratch, &["readings"]).output().unwrap());
    assert!(text.contains("21.500 °C") && text.contains("-0.250 °C"), "{text}");

    let (code, text) = said(&program(&scratch, &["nodes"]).output().unwrap());
    assert_eq!(code, Some(4), "{text}");
    let (code, text) = run(&scratch, &["nodes", "--json"]);
    assert_eq!(code, Some(0), "{text}");
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let fingerprint = node.identity().public_key().fingerprint();
    assert_eq!(value["fingerprint"], fingerprint.as_str());
}

#[test]
fn a_run_ends_cleanly_on_a_signal_and_is_known_while_it_lasts() {
    let scratch = Scratch::new();
    let mut gateway = scratch.create();
    let _node = Node::enrolled(1, 7, Features::MEMORY, &mut gateway);
    drop(gateway);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (_, text) = run(&scratch, &["status", "7"]);
    assert!(text.contains("no run is in progress"), "{text}");

    for signal in ["-TERM", "-INT"] {
        let mut command = program(&scratch, &["run", "--tcp", &address]);
        let child = command.arg("--key-file").arg(scratch.key_file()).spawn().unwrap();
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(b"garbage\0more garbage\0").unwrap();
        let (code, text) = run(&scratch, &["restored"]);
        assert_eq!(code, Some(2), "{text}");
        let (_, text) = run(&scratch, &["status", "7"]);
        assert!(text.contains("the run in progress sends it"), "{text}");
        std::thread::sleep(Duration::from_millis(300));

        // By its number, which no other process has while the child is not waited for.
        let kill = format!("kill {signal} {}", child.id());
        let kill = Command::new("sh").args(["-c", &kill]).status().unwrap();
        assert!(kill.success());
        let (code, text) = said(&child.wait_with_output().unwrap());
        assert_eq!(code, Some(0), "{text}");
        assert!(text.contains("connected") && text.contains("7 bytes that are no frame"), "{text}");
    }
    let (code, text) = run(&scratch, &["restored"]);
    assert_eq!(code, Some(0), "{text}");
}
