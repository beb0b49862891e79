//! Nothing public may be missing from the audit: what the compiler says is public is compared with what `src/` calls.
//!
//! What is public is taken from rustdoc's JSON, after macros and re-exports. Its format belongs to the compiler that
//! `rust-toolchain.toml` names, which has to be told to give it (`RUSTC_BOOTSTRAP`). What is called is read from the
//! source: `Type::function`, `<Type as Trait>::function`, `module::function`, and the helpers of `shown.rs`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use syn::visit::{self, Visit};
use syn::{ExprPath, GenericArgument, PathArguments, Type};

/// Type or module, trait if any, function.
type Function = (String, String, String);

/// The helpers of `shown.rs`, and what each calls for the type it is called for.
const HELPERS: [(&str, &[(&str, &str)]); 7] = [
    ("plain", &[("Clone", "clone"), ("Debug", "fmt"), ("PartialEq", "eq")]),
    ("debug", &[("Debug", "fmt")]),
    ("display", &[("Display", "fmt")]),
    ("format", &[("Format", "format")]),
    ("equal", &[("PartialEq", "eq")]),
    ("order", &[("Ord", "cmp"), ("PartialOrd", "partial_cmp")]),
    ("hash", &[("Hash", "hash")]),
];

#[test]
fn every_public_function_is_called() {
    let public = public();
    let called = called();
    assert!(public.len() > 200, "only {} public functions were found", public.len());
    let missing: Vec<_> = public.difference(&called).map(shown).collect();
    assert!(missing.is_empty(), "the audit does not call:\n{}", missing.join("\n"));
}

fn shown((place, of_trait, function): &Function) -> String {
    match of_trait.as_str() {
        "" => format!("{place}::{function}"),
        _ => format!("<{place} as {of_trait}>::{function}"),
    }
}

/// Every function that a user of saltbox can call on a board.
fn public() -> BTreeSet<Function> {
    let json = rustdoc();
    let index = &json["index"];
    let item = |id: &Value| &index[id.to_string()];
    let mut public = BTreeSet::new();
    for (id, it) in index.as_object().unwrap() {
        if let Some(block) = it["inner"].get("impl") {
            // Blanket and automatic implementations have no code of ours.
            if block["is_synthetic"] == true || !block["blanket_impl"].is_null() {
                continue;
            }
            let place = match block["for"].get("resolved_path") {
                Some(path) => text(&item(&path["id"])["name"]),
                None => "&mut".to_owned(),
            };
            let of_trait = of_trait(&block["trait"]);
            // Dropping a value calls this; nobody else can.
            if of_trait == "Drop" {
                continue;
            }
            for function in block["items"].as_array().unwrap() {
                let function = item(function);
                if function["inner"].get("function").is_some() {
                    public.insert((place.clone(), of_trait.clone(), text(&function["name"])));
                }
            }
        } else if it["inner"].get("function").is_some() {
            // A function of an implementation or a trait has no path of its own.
            if let Some([.., module, name]) = path(&json, id).as_deref() {
                public.insert((module.clone(), String::new(), name.clone()));
            }
        }
    }
    public
}

/// The public path of a function, without the private modules below the crate's own.
fn path(json: &Value, id: &str) -> Option<Vec<String>> {
    let path: Vec<_> = json["paths"].get(id)?["path"].as_array()?.iter().map(text).collect();
    let modules: Vec<_> = json["index"]
        .as_object()?
        .values()
        .filter(|it| it["inner"].get("module").is_some())
        .map(|it| text(&it["name"]))
        .collect();
    Some(
        path.iter()
            .filter(|it| modules.contains(it) || Some(*it) == path.last())
            .cloned()
            .collect(),
    )
}

/// `Trait`, or `Trait<Type>`.
fn of_trait(json: &Value) -> String {
    if json.is_null() {
        return String::new();
    }
    let name = text(&json["path"]);
    let name = name.rsplit("::").next().unwrap_or_default();
    let argument = &json["args"]["angle_bracketed"]["args"][0]["type"]["resolved_path"]["path"];
    match argument.as_str() {
        Some(argument) => {
            format!("{name}<{}>", argument.rsplit("::").next().unwrap_or_default())
        }
        None => name.to_owned(),
    }
}

fn text(json: &Value) -> String {
    json.as_str().unwrap_or_default().to_owned()
}

/// What rustdoc knows of saltbox, with every feature that a board can have.
fn rustdoc() -> Value {
    let features = features();
    let args = ["rustdoc", "--quiet", "--package", "saltbox", "--features", &features];
    // A folder of its own: to be told to give JSON looks like another compiler to cargo.
    let target = root().join("target/audit");
    let status = Command::new(env!("CARGO"))
        .args(args)
        .args(["--", "-Z", "unstable-options", "--output-format", "json"])
        .current_dir(root())
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_DIR", &target)
        .status()
        .unwrap();
    assert!(status.success(), "rustdoc failed");
    serde_json::from_slice(&fs::read(target.join("doc/saltbox.json")).unwrap()).unwrap()
}

/// The features of saltbox but those that need an operating system.
fn features() -> String {
    let args = ["metadata", "--no-deps", "--format-version", "1"];
    let output = Command::new(env!("CARGO")).args(args).current_dir(root()).output().unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let saltbox = packages.iter().find(|package| package["name"] == "saltbox").unwrap();
    let features = saltbox["features"].as_object().unwrap().keys();
    let fits = |name: &&String| !["default", "getrandom", "std"].contains(&name.as_str());
    features.filter(fits).cloned().collect::<Vec<_>>().join(",")
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..")
}

/// Every function that the audit calls by its full name.
fn called() -> BTreeSet<Function> {
    let mut calls = Calls::default();
    source(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut calls);
    calls.0
}

fn source(folder: &Path, calls: &mut Calls) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            source(&path, calls);
        } else if path.extension().is_some_and(|it| it == "rs") && !path.ends_with("shown.rs") {
            calls.visit_file(&syn::parse_file(&fs::read_to_string(&path).unwrap()).unwrap());
        }
    }
}

#[derive(Default)]
struct Calls(BTreeSet<Function>);

impl<'a> Visit<'a> for Calls {
    fn visit_expr_path(&mut self, path: &'a ExprPath) {
        visit::visit_expr_path(self, path);
        let segments: Vec<_> = path.path.segments.iter().collect();
        let [.., place, function] = segments[..] else {
            // A helper: `debug::<Type>`.
            if let [helper] = segments[..] {
                let known = HELPERS.iter().find(|(name, _)| helper.ident == name);
                let place = type_argument(&helper.arguments);
                for (of_trait, function) in known.into_iter().flat_map(|(_, calls)| *calls) {
                    self.0.extend(
                        place.clone().map(|it| (it, (*of_trait).into(), (*function).into())),
                    );
                }
            }
            return;
        };
        let (place, of_trait) = match &path.qself {
            Some(it) => {
                let name = place.ident.to_string();
                let of_trait = type_argument(&place.arguments)
                    .map_or(name.clone(), |argument| format!("{name}<{argument}>"));
                (name_of(&it.ty), of_trait)
            }
            None => (place.ident.to_string(), String::new()),
        };
        self.0.insert((place, of_trait, function.ident.to_string()));
    }
}

/// The first type among the arguments.
fn type_argument(arguments: &PathArguments) -> Option<String> {
    let PathArguments::AngleBracketed(arguments) = arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(it) => Some(name_of(it)),
        _ => None,
    })
}

fn name_of(it: &Type) -> String {
    match it {
        Type::Path(it) => it.path.segments.last().unwrap().ident.to_string(),
        Type::Reference(_) => "&mut".to_owned(),
        _ => panic!("the audit calls a function of a type without a name"),
    }
}
