//! `cargo xtask package kotlin`: the jar with the native libraries, sources and javadoc, the AAR, and the Maven repository
//! that holds them.
//!
//! Maven compiles and deploys; the native libraries and the AAR, for which Maven has no packaging, are made here.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use super::{aar, generated};
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
pub const STEPS: usize = generated::STEPS + natives::STEPS * (DESKTOP.len() + ANDROID.len()) + 4;

/// What was made.
pub struct Made {
    /// The libraries in the jar.
    pub desktop: Vec<(Platform, PathBuf)>,
    /// The libraries in the AAR, or the static ones if no NDK linked them.
    pub android: Vec<(Platform, PathBuf)>,
}

/// Makes the packages and fills the repository.
pub fn make(repo: &Repo, progress: &mut Progress) -> Result<Made> {
    generated::generate(repo, progress)?;
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

    /// A line a platform: in which package its library is.
    pub fn table(&self) -> String {
        let mut text = "platform             built as  package\n".to_owned();
        let linked = self.linked().len();
        for (platform, path) in self.desktop.iter().chain(&self.android) {
            let kind = path.extension().unwrap_or_default().to_string_lossy();
            let package = match platform.form {
                Form::Shared => "jar",
                Form::Ndk => "AAR",
                Form::Static | Form::StaticWithStd => "none: linking it needs an Android NDK",
            };
            text.push_str(&format!("{:<20} {kind:<9} {package}\n", platform.name));
        }
        if linked == 0 {
            text.push_str(
                "The AAR holds NO native library, and says so in jni/NOT-LINKED.txt: set ANDROID_NDK_HOME.\n",
            );
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
    let jars = format!("{REPOSITORY}/dev/saltbox/saltbox/{0}/saltbox-{0}", version(repo)?);
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

/// The version of the packages.
pub fn version(repo: &Repo) -> Result<String> {
    let parent = fs::read_to_string(repo.path("bindings/kotlin/pom.xml"))
        .context("cannot read bindings/kotlin/pom.xml")?;
    Ok(aar::element(&parent, "version")?.to_owned())
}

fn maven(repo: &Repo) -> Cmd {
    Cmd::new("mvn").args(["--batch-mode", "--quiet"]).within(repo.root(), "bindings/kotlin")
}
