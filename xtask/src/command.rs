//! A command that can be run, logged, and shown so that a person can repeat it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A program with its arguments, its folder and what it needs in its environment.
#[derive(Clone, Debug)]
pub struct Cmd {
    program: String,
    args: Vec<String>,
    env: Vec<(String, String)>,
    folder: Option<(PathBuf, String)>,
}

impl Cmd {
    /// `program`, found on the path.
    pub fn new(program: &str) -> Self {
        Self { program: program.to_owned(), args: Vec::new(), env: Vec::new(), folder: None }
    }

    /// The cargo that started this program; it carries the toolchain along.
    pub fn cargo() -> Self {
        Self::new("cargo")
    }

    /// Adds one argument.
    pub fn arg(mut self, arg: impl Into<String>) -> Self {
        self.args.push(arg.into());
        self
    }

    /// Adds several arguments.
    pub fn args<I: IntoIterator<Item = S>, S: Into<String>>(mut self, args: I) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Sets an environment variable.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Runs in `root`/`below`; a person is told to go to `below`, from the top of the checkout.
    pub fn within(mut self, root: &Path, below: &str) -> Self {
        self.folder = Some((root.join(below), below.to_owned()));
        self
    }

    /// Ready to start.
    pub fn to_command(&self) -> Command {
        let mut command = Command::new(&self.program);
        // `cargo run` puts the folder of the dev build here; a JVM would load that library instead of the one that ships.
        command.env_remove("LD_LIBRARY_PATH");
        command.args(&self.args).envs(self.env.iter().map(|(name, value)| (name, value)));
        if let Some((folder, _)) = &self.folder {
            command.current_dir(folder);
        }
        // `cargo run` tells its child about xtask's own package; the packages built here must not see that.
        for (name, _) in std::env::vars_os() {
            if name
                .to_str()
                .is_some_and(|name| name.starts_with("CARGO_PKG_") || name == "CARGO_MANIFEST_DIR")
            {
                command.env_remove(name);
            }
        }
        command
    }
}

impl fmt::Display for Cmd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = self.folder.as_ref().filter(|(_, below)| !below.is_empty());
        if let Some((_, below)) = inner {
            write!(f, "(cd {} && ", quoted(below))?;
        }
        for (name, value) in &self.env {
            write!(f, "{name}={} ", quoted(value))?;
        }
        write!(f, "{}", quoted(&self.program))?;
        for arg in &self.args {
            write!(f, " {}", quoted(arg))?;
        }
        if inner.is_some() { f.write_str(")") } else { Ok(()) }
    }
}

/// `word` as a shell reads it back.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=./,:+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_reads_the_shown_command_back() {
        let cmd = Cmd::cargo()
            .args(["doc", "--config", "a = \"it's\""])
            .env("RUSTDOCFLAGS", "-D warnings");
        assert_eq!(
            cmd.to_string(),
            r#"RUSTDOCFLAGS='-D warnings' cargo doc --config 'a = "it'\''s"'"#
        );
    }

    #[test]
    fn the_folder_is_part_of_what_is_shown() {
        let cmd = Cmd::cargo().arg("build").within(Path::new("/"), "a/b");
        assert_eq!(cmd.to_string(), "(cd a/b && cargo build)");
        let top = Cmd::cargo().arg("build").within(Path::new("/"), "");
        assert_eq!(top.to_string(), "cargo build");
    }
}
