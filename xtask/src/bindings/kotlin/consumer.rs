//! An app that knows nothing of this checkout: it names the package by its coordinates, gets it from the repository that
//! was made, and seals and opens with it; on this machine, and on an emulated 64-bit ARM.

use std::env;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use super::package::{REPOSITORY, parent};
use crate::command::Cmd;
use crate::install::arm64;
use crate::progress::Progress;
use crate::repo::Repo;

/// Where the app is.
const FOLDER: &str = "target/kotlin/consumer";

/// How many steps [`Consumer::build`] takes.
pub const STEPS: usize = 1;

const POM: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>com.example</groupId>
  <artifactId>app</artifactId>
  <version>1</version>
  <properties>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
    <!-- The library's own: Kotlin inlines no newer code into older. -->
    <kotlin.compiler.jvmTarget>@JVM@</kotlin.compiler.jvmTarget>
  </properties>
  <repositories>
    <repository>
      <id>saltbox</id>
      <url>file://@REPOSITORY@</url>
    </repository>
  </repositories>
  <dependencies>
    <dependency>
      <groupId>dev.saltbox</groupId>
      <artifactId>saltbox</artifactId>
      <version>@VERSION@</version>
    </dependency>
    <dependency>
      <groupId>org.junit.platform</groupId>
      <artifactId>junit-platform-console-standalone</artifactId>
      <version>1.13.4</version>
      <scope>runtime</scope>
    </dependency>
  </dependencies>
  <build>
    <plugins>
      <plugin>
        <groupId>org.jetbrains.kotlin</groupId>
        <artifactId>kotlin-maven-plugin</artifactId>
        <version>@KOTLIN@</version>
        <executions>
          <execution>
            <goals>
              <goal>compile</goal>
            </goals>
            <configuration>
              <sourceDirs>
                <sourceDir>src</sourceDir>
              </sourceDirs>
            </configuration>
          </execution>
        </executions>
      </plugin>
      <plugin>
        <groupId>org.apache.maven.plugins</groupId>
        <artifactId>maven-dependency-plugin</artifactId>
        <version>3.8.1</version>
        <executions>
          <execution>
            <phase>compile</phase>
            <goals>
              <goal>copy-dependencies</goal>
            </goals>
            <configuration>
              <outputDirectory>lib</outputDirectory>
            </configuration>
          </execution>
        </executions>
      </plugin>
    </plugins>
  </build>
</project>
"#;

const APP: &str = r#"import dev.saltbox.*

fun main() {
    val sensor = SecretKey.generate()
    val phone = SecretKey.generate()
    val nonce = randomNonce()
    val sealed = SharedKey.agree(sensor, phone.publicKey()).use { it.seal(nonce, "21.5 degrees".toByteArray()) }
    val opened = SharedKey.agree(phone, sensor.publicKey()).use { it.open(nonce, sealed) }
    listOf(sensor, phone).forEach { it.close() }
    println("${System.getProperty("os.arch")} opened ${String(opened)} with ${SharedKey::class.java.protectionDomain.codeSource.location.path}")
}
"#;

/// The app, compiled.
pub struct Consumer {
    folder: PathBuf,
    jar: PathBuf,
}

/// A machine on which the app runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Machine {
    /// This one.
    Host,
    /// A 64-bit ARM, by `qemu-aarch64`.
    Arm64,
}

impl Consumer {
    /// Writes the app and has Maven compile it.
    pub fn build(repo: &Repo, progress: &mut Progress) -> Result<Self> {
        let folder = repo.path(FOLDER);
        if folder.exists() {
            fs::remove_dir_all(&folder)
                .with_context(|| format!("cannot empty {}", folder.display()))?;
        }
        let version = parent(repo, "version")?;
        let repository = repo.path(REPOSITORY).display().to_string();
        let pom = POM
            .replace("@REPOSITORY@", &repository)
            .replace("@VERSION@", &version)
            .replace("@KOTLIN@", &parent(repo, "kotlin.version")?)
            .replace("@JVM@", &parent(repo, "jvm.release")?);
        fs::create_dir_all(folder.join("src"))?;
        fs::write(folder.join("pom.xml"), pom)?;
        fs::write(folder.join("src/App.kt"), APP)?;
        let local = folder.join("local");
        share_local_repository(&local)?;
        let maven = Cmd::new("mvn")
            .args(["--batch-mode", "--quiet", "compile"])
            .arg(format!("-Dmaven.repo.local={}", local.display()))
            .within(repo.root(), FOLDER);
        progress.run("an app of its own", &maven)?;
        let jar = format!("saltbox-{version}.jar");
        let published = repo.path(REPOSITORY).join("dev/saltbox/saltbox").join(&version).join(&jar);
        let jar = folder.join("lib").join(jar);
        ensure!(fs::read(&jar)? == fs::read(&published)?, "the app got another {}", jar.display());
        Ok(Self { folder, jar })
    }

    /// Runs the app on `machine`; it must say that it opened what it sealed, with the library in the published jar.
    pub fn run(&self, repo: &Repo, progress: &mut Progress, machine: Machine) -> Result<()> {
        let (name, arch) = match machine {
            Machine::Host => {
                ("the app on this machine", env::consts::ARCH.replace("x86_64", "amd64"))
            }
            Machine::Arm64 => ("the app on an emulated ARM", "aarch64".to_owned()),
        };
        let classes = self.folder.join("target/classes").display().to_string();
        let cmd = self.java(repo, machine, &[classes]).arg("AppKt");
        let said = progress.run(name, &cmd)?.output;
        let want = format!("{arch} opened 21.5 degrees with {}", self.jar.display());
        ensure!(said.trim() == want, "the app said `{}` instead of `{want}`", said.trim());
        Ok(())
    }

    /// Java on `machine`, with the app's libraries and `more` on its class path. JNA takes the native library from the
    /// jar alone.
    pub fn java(&self, repo: &Repo, machine: Machine, more: &[String]) -> Cmd {
        let java = match machine {
            Machine::Host => Cmd::new("java"),
            Machine::Arm64 => arm64::java(repo),
        };
        let lib = format!("{}/*", self.folder.join("lib").display());
        let path = [&[lib], more].concat().join(":");
        java.args(["-Djna.nosys=true", "-Djna.noclasspath=false", "-cp", &path])
    }
}

/// A local repository at `local` that shares what this user has, except our own packages: those come from where they
/// were published, or not at all.
fn share_local_repository(local: &Path) -> Result<()> {
    fs::create_dir_all(local)?;
    let home = env::home_dir().context("this user has no home folder")?.join(".m2/repository");
    let Ok(groups) = fs::read_dir(&home) else { return Ok(()) };
    for group in groups {
        let group = group?;
        if group.file_name() != "dev" {
            symlink(group.path(), local.join(group.file_name()))?;
        }
    }
    Ok(())
}
