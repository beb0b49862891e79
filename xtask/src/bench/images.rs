//! The images of one library for one core, built as they ship.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::libraries::{EMPTY, Library, WORKSPACE};
use crate::boards::Board;
use crate::command::Cmd;
use crate::progress::Progress;
use crate::repo::Repo;

/// Where each image lies, by its family; or why there is none.
pub type Images = BTreeMap<String, Result<PathBuf, String>>;

/// Builds all images of `library` for `board`, and the empty one.
///
/// An image of a peer that cannot be built is no error: the reason takes its place.
pub fn build(
    repo: &Repo,
    progress: &mut Progress,
    board: &Board,
    library: &Library,
) -> Result<Images> {
    let for_speed: &[&str] =
        if library.for_speed { &["--config", "profile.release.opt-level=3"] } else { &[] };
    let cmd = Cmd::cargo()
        .args(["build", "--quiet", "--release", "--bins", "--keep-going"])
        .args(["--features", library.features, "--target", board.target])
        .args(["--message-format", "json"])
        .args(for_speed.iter().copied())
        .within(repo.root(), WORKSPACE);
    let name = format!("build {} for {}", library.name, board.name);
    progress.work(&name, &cmd.to_string(), || {
        let output = cmd.to_command().output().with_context(|| format!("cannot start: {cmd}"))?;
        let messages = String::from_utf8_lossy(&output.stdout);
        let images = images(library, &messages);
        let said = || format!("{}{}", rendered(&messages), String::from_utf8_lossy(&output.stderr));
        ensure!(images[EMPTY].is_ok(), "{}", said());
        ensure!(output.status.success() || library.package.is_some(), "{}", said());
        kept(repo, board, library, images)
    })
}

/// What cargo's messages say of each binary.
fn images(library: &Library, messages: &str) -> Images {
    let messages: Vec<Value> =
        messages.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let names = library.families.iter().copied().chain([EMPTY]);
    let image = |name: &str| {
        let about = |message: &&Value| message["target"]["name"] == name;
        let path = messages.iter().filter(about).find_map(|message| message["executable"].as_str());
        let why = messages.iter().filter(about).find_map(error);
        let anywhere = || messages.iter().find_map(error);
        match path {
            Some(path) => Ok(PathBuf::from(path)),
            None => Err(why.or_else(anywhere).unwrap_or_else(|| "it does not build".to_owned())),
        }
    };
    names.map(|name| (name.to_owned(), image(name))).collect()
}

/// The cause that a message of the compiler names: what the linker says, or else the error itself.
fn error(message: &Value) -> Option<String> {
    let message = &message["message"];
    if message["level"] != "error" {
        return None;
    }
    let rendered = message["rendered"].as_str()?;
    let linker = rendered.lines().find_map(|line| line.split_once("rust-lld: error: "));
    Some(linker.map_or_else(
        || message["message"].as_str().unwrap_or_default().to_owned(),
        |(_, cause)| cause.to_owned(),
    ))
}

/// All that the compiler said.
fn rendered(messages: &str) -> String {
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    messages.filter_map(|it| it["message"]["rendered"].as_str().map(str::to_owned)).collect()
}

/// Puts the images where the next library's do not overwrite them.
fn kept(repo: &Repo, board: &Board, library: &Library, images: Images) -> Result<Images> {
    let folder = repo.logs().join("bench").join(board.name).join(library.name);
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let keep = |(name, image): (String, Result<PathBuf, String>)| {
        let image = match image {
            Ok(image) => {
                let kept = folder.join(&name);
                fs::copy(&image, &kept).with_context(|| image.display().to_string())?;
                Ok(kept)
            }
            Err(why) => Err(why),
        };
        Ok((name, image))
    };
    images.into_iter().map(keep).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::libraries::LIBRARIES;

    fn message(name: &str, executable: Value, level: &str, rendered: &str) -> String {
        serde_json::json!({
            "target": { "name": name },
            "executable": executable,
            "message": { "level": level, "message": "linking failed", "rendered": rendered },
        })
        .to_string()
    }

    #[test]
    fn an_image_that_does_not_fit_has_its_reason() {
        let salty = LIBRARIES.iter().find(|library| library.name == "salty").unwrap();
        let messages = [
            message("empty", "/t/empty".into(), "warning", "w"),
            message("agree", "/t/agree".into(), "warning", "w"),
            message("sign", Value::Null, "error", "x\n = note: rust-lld: error: too large\n"),
        ]
        .join("\n");
        let images = images(salty, &messages);
        assert_eq!(images["agree"], Ok(PathBuf::from("/t/agree")));
        assert_eq!(images["sign"], Err("too large".to_owned()));
        let none = super::images(salty, "");
        assert_eq!(none["sign"], Err("it does not build".to_owned()));
    }
}
