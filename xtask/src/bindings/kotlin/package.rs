//! `cargo xtask package kotlin`: the jar with the native libraries, sources and javadoc, the AAR, and the Maven repository
//! that holds them.
//!
//! Maven compiles and deploys; the native libraries and the AAR, for which Maven has no packaging, are made here.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use super::{aar, jna_platform};
use crate::bindings::natives::android::Ndk;
use crate::bindings::natives::{self, ANDROID, DESKTOP, Form, Platform, sizes};
use crate::command::Cmd;
use crate::progress::Progress;
use crate::repo::Repo;

/// What an app names as its Maven repository.
pub const REPOSITORY: &str = "target/kotlin/repository";

/// Where Maven works, apart from the tests: of an earlier run nothing may get into the jar.
const BUILT: &str = "target/kotlin/package";

/// The modules whose classes the AAR takes together.
const MODULES: [&str; 2] = ["saltbox", "saltbox-android"];

/// How many steps [`make`] takes.
pub const STEPS: usize = natives::STEPS * (DESKTOP.len() + ANDROID.len()) + 4;

/// What was made.
pub struct Made {
    /// The libraries in the jar.
    pub desktop: Vec<(Platform, PathBuf)>,
    /// The libraries in the AAR, or the static ones if no NDK linked them.
    pub android: Vec<(Platform, PathBuf)>,
}

/// Makes the packages from the generated sources and fills the repository.
pub fn make(repo: &Repo, progress: &mut Progress) -> Result<Made> {
    let desktop = build(repo, progress, &DESKTOP)?;
    let form = if Ndk::find().is_some() { Form::Ndk } else { Form::Static };
    let android = build(repo, progress, &ANDROID.map(|platform| Platform { form, ..platform }))?;
    progress.work("sizes of the native libraries", "cargo xtask package sizes", || {
        let sizes =
            desktop.iter().chain(&android).map(|(platform, path)| sizes::of(repo, platform, path));
        let verdicts = sizes.collect::<Result<Vec<_>>>()?;
        let bad: Vec<_> =
            verdicts.iter().filter(|size| size.fails()).map(ToString::to_string).collect();
        if bad.is_empty() { Ok(()) } else { bail!("{}", bad.join("\n")) }
    })?;
    let made = Made { desktop, android };
    empty(repo, &made)?;
    jar(repo, progress)?;
    archive(repo, progress, &made)?;
    Ok(made)
}

impl Made {
    /// The libraries that the AAR carries.
    fn linked(&self) -> &[(Platform, PathBuf)] {
        let is_linked = self.android.iter().all(|(platform, _)| platform.form == Form::Ndk);
        if is_linked { &self.android } else { &[] }
    }

    /// A line a platform: in which package its library is, and on what the tests run it.
    pub fn table(&self) -> String {
        let mut text =
            format!("{:<20} {:<8} {:<24} package\n", "platform", "built as", "run by the tests");
        for (platform, path) in self.desktop.iter().chain(&self.android) {
            let kind = path.extension().unwrap_or_default().to_string_lossy();
            let package = match platform.form {
                Form::Shared => "jar",
                Form::Ndk => "AAR",
                Form::Static | Form::StaticWithStd => "none: linking it needs an Android NDK",
            };
            let run = match platform.name {
                name if name == jna_platform() => "Java on this machine",
                "linux-aarch64" => "Java under qemu-aarch64",
                _ => "not run",
            };
            text.push_str(&format!("{:<20} {kind:<8} {run:<24} {package}\n", platform.name));
        }
        if self.linked().is_empty() {
            text.push_str(&format!(
                "The AAR holds NO native library, and says so in {}: set ANDROID_NDK_HOME.\n",
                aar::UNLINKED
            ));
        }
        text
    }
}

fn build(
    repo: &Repo,
    progress: &mut Progress,
    platforms: &[Platform],
) -> Result<Vec<(Platform, PathBuf)>> {
    let one = |platform: &Platform| Ok((*platform, natives::build(repo, progress, platform)?));
    platforms.iter().map(one).collect()
}

/// Empties what Maven works on, and lays the native libraries out as JNA looks for them.
fn empty(repo: &Repo, made: &Made) -> Result<()> {
    for folder in [BUILT, REPOSITORY] {
        let folder = repo.path(folder);
        if folder.exists() {
            fs::remove_dir_all(&folder)
                .with_context(|| format!("cannot empty {}", folder.display()))?;
        }
    }
    for (platform, path) in &made.desktop {
        let to = repo.path(BUILT).join("natives").join(platform.name);
        fs::create_dir_all(&to).with_context(|| format!("cannot create {}", to.display()))?;
        fs::copy(path, to.join(platform.file()))
            .with_context(|| format!("cannot copy {}", path.display()))?;
    }
    Ok(())
}

/// Compiles, documents and deploys the modules for the JVM.
fn jar(repo: &Repo, progress: &mut Progress) -> Result<()> {
    let path = |below: &str| repo.path(below).display().to_string();
    let maven = maven(repo)
        .args(["--activate-profiles", "package", "--projects", &MODULES.join(",")])
        .args(["-Dmaven.test.skip=true", &format!("-Dbuilt={}", path(BUILT))])
        .arg(format!("-Dnatives={}", path(&format!("{BUILT}/natives"))))
        .arg(format!("-DaltDeploymentRepository=local::file:{}", path(REPOSITORY)))
        .arg("deploy");
    progress.run("jar, sources and javadoc", &maven)?;
    Ok(())
}

/// Writes and deploys the AAR.
fn archive(repo: &Repo, progress: &mut Progress, made: &Made) -> Result<()> {
    let [file, pom] = ["saltbox.aar", "pom.xml"].map(|name| repo.path(BUILT).join(name));
    progress.work("AAR", "cargo xtask package kotlin", || {
        let classes = MODULES.map(|module| repo.path(BUILT).join(module).join("classes"));
        fs::write(&file, aar::assemble(repo, &classes, made.linked())?)
            .with_context(|| format!("cannot write {}", file.display()))?;
        fs::write(&pom, aar::pom(repo)?).with_context(|| format!("cannot write {}", pom.display()))
    })?;
    let jars =
        format!("{REPOSITORY}/dev/saltbox/saltbox/{0}/saltbox-{0}", parent(repo, "version")?);
    let beside = |what: &str| repo.path(&format!("{jars}-{what}.jar")).display().to_string();
    let deploy = maven(repo)
        .arg("org.apache.maven.plugins:maven-deploy-plugin:3.1.4:deploy-file")
        .arg(format!("-Durl=file:{}", repo.path(REPOSITORY).display()))
        .arg(format!("-Dfile={}", file.display()))
        .arg(format!("-DpomFile={}", pom.display()))
        .arg(format!("-Dsources={}", beside("sources")))
        .arg(format!("-Djavadoc={}", beside("javadoc")));
    progress.run("deploy the AAR", &deploy)?;
    Ok(())
}

/// What the parent of all modules says of `name`: `version`, `kotlin.version`.
pub fn parent(repo: &Repo, name: &str) -> Result<String> {
    let parent = fs::read_to_string(repo.path("bindings/kotlin/pom.xml"))
        .context("cannot read bindings/kotlin/pom.xml")?;
    let text = parent.split_once(&format!("<{name}>")).and_then(|(_, rest)| rest.split_once('<'));
    Ok(text.with_context(|| format!("bindings/kotlin/pom.xml has no <{name}>"))?.0.to_owned())
}

fn maven(repo: &Repo) -> Cmd {
    Cmd::new("mvn").args(["--batch-mode", "--quiet"]).within(repo.root(), "bindings/kotlin")
}
