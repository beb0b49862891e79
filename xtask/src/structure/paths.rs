//! The paths of a Rust file that start at its crate's root, read from its tokens.
//!
//! `use` trees, inline paths and the bodies of macros are all token trees, so one walk sees them; comments are not
//! tokens and doc comments are strings.

use std::str::FromStr;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A path that begins with `crate`, `self` or `super`, as segments from the crate's root.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    /// Names from the root; a last `*` is a glob.
    pub segments: Vec<String>,
    /// The name under which a `use … as name` brings it in.
    pub renamed: Option<String>,
    /// Where it stands.
    pub line: usize,
}

/// What one file says.
#[derive(Debug, Default)]
pub struct Source {
    /// Every path from the root, also those of inline modules.
    pub references: Vec<Reference>,
    /// Names of macros that it defines.
    pub macros: Vec<String>,
    /// Names of the other items at its top level, modules included.
    pub items: Vec<String>,
    /// Names of its modules that lie in files of their own.
    pub modules: Vec<String>,
    /// Files taken in from outside the module's own folder: the line, and the path from the file's folder.
    pub strays: Vec<(usize, String)>,
}

/// Reads a file whose module is `module`, for example `["nacl", "sign"]`; the root's is empty.
///
/// In the root, a path of a `use` needs no `crate::` in front.
pub fn read(text: &str, module: &[String]) -> Result<Source, String> {
    let tokens = TokenStream::from_str(text).map_err(|error| {
        let at = error.span().start();
        format!("line {}: not Rust: {error}", at.line)
    })?;
    let mut walk =
        Walk { source: Source::default(), module: module.to_vec(), root: module.is_empty() };
    walk.stream(tokens, true);
    Ok(walk.source)
}

/// The state of a walk through one file.
struct Walk {
    source: Source,
    module: Vec<String>,
    root: bool,
}

impl Walk {
    fn stream(&mut self, stream: TokenStream, top: bool) {
        let tokens: Vec<TokenTree> = stream.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            at = self.token(&tokens, at, top);
        }
    }

    /// Looks at the token `at` and returns where to go on.
    fn token(&mut self, tokens: &[TokenTree], at: usize, top: bool) -> usize {
        match &tokens[at] {
            TokenTree::Group(group) => {
                self.stream(group.stream(), false);
                at + 1
            }
            TokenTree::Ident(ident) => match ident.to_string().as_str() {
                "mod" => self.module(tokens, at, top),
                "use" if top && self.root => self.root_use(tokens, at + 1),
                "crate" | "self" | "super" if colons(tokens, at + 1) => self.path(tokens, at),
                "macro_rules" => {
                    self.source.macros.extend(name(tokens, at + 2));
                    at + 2
                }
                "include" | "path" => self.stray(tokens, at),
                "const" | "static" | "fn" | "struct" | "enum" | "union" | "trait" | "type"
                    if top =>
                {
                    self.source.items.extend(name(tokens, at + 1));
                    at + 1
                }
                _ => at + 1,
            },
            _ => at + 1,
        }
    }

    /// `mod name { … }` or `mod name;`
    fn module(&mut self, tokens: &[TokenTree], at: usize, top: bool) -> usize {
        let Some(module) = name(tokens, at + 1) else { return at + 1 };
        if top {
            self.source.items.push(module.clone());
        }
        match tokens.get(at + 2) {
            Some(TokenTree::Group(body)) if body.delimiter() == Delimiter::Brace => {
                self.module.push(module);
                self.stream(body.stream(), false);
                self.module.pop();
                at + 3
            }
            _ => {
                if top {
                    self.source.modules.push(module);
                }
                at + 2
            }
        }
    }

    /// `use name::…;` in the root, where `crate::` may be left out.
    fn root_use(&mut self, tokens: &[TokenTree], at: usize) -> usize {
        match tokens.get(at) {
            Some(TokenTree::Ident(ident))
                if !["crate", "self", "super"].contains(&ident.to_string().as_str()) =>
            {
                self.tree(tokens, at, Vec::new())
            }
            _ => at,
        }
    }

    /// `include!("…")` and `#[path = "…"]` with a way out of the folder.
    fn stray(&mut self, tokens: &[TokenTree], at: usize) -> usize {
        let text = match (tokens.get(at + 1), tokens.get(at + 2)) {
            (Some(TokenTree::Punct(mark)), Some(rest)) if matches!(mark.as_char(), '!' | '=') => {
                rest.to_string()
            }
            _ => return at + 1,
        };
        if text.contains("..") {
            let path = text.trim_matches(|c: char| !c.is_alphanumeric() && c != '.' && c != '/');
            self.source.strays.push((tokens[at].span().start().line, path.to_owned()));
        }
        at + 1
    }

    /// `crate::…`, `self::…` or `super::…` at `at`.
    fn path(&mut self, tokens: &[TokenTree], mut at: usize) -> usize {
        let mut base = self.module.clone();
        loop {
            match name(tokens, at).as_deref() {
                Some("crate") => base.clear(),
                Some("super") => drop(base.pop()),
                Some("self") => {}
                _ => break,
            }
            if !colons(tokens, at + 1) {
                return at + 1; // `self.x` or a bare `super`
            }
            at += 3;
        }
        self.tree(tokens, at, base)
    }

    /// The rest of a path after `base`: a name, a glob or a group of them.
    fn tree(&mut self, tokens: &[TokenTree], mut at: usize, mut base: Vec<String>) -> usize {
        let Some(first) = tokens.get(at) else { return at };
        let line = first.span().start().line;
        loop {
            match tokens.get(at) {
                Some(TokenTree::Ident(ident)) => {
                    let segment = ident.to_string();
                    if segment != "self" {
                        base.push(segment);
                    }
                    at += 1;
                    if !colons(tokens, at) {
                        break;
                    }
                    at += 2;
                }
                Some(TokenTree::Punct(star)) if star.as_char() == '*' => {
                    base.push("*".to_owned());
                    at += 1;
                    break;
                }
                Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                    self.group(group.stream(), &base);
                    return at + 1;
                }
                _ => break, // a turbofish
            }
        }
        let renamed =
            name(tokens, at).filter(|word| word == "as").and_then(|_| name(tokens, at + 1));
        self.source.references.push(Reference { segments: base, renamed, line });
        at
    }

    /// `{a, b::c, self}` after `base`.
    fn group(&mut self, stream: TokenStream, base: &[String]) {
        let tokens: Vec<TokenTree> = stream.into_iter().collect();
        let comma =
            |token: &TokenTree| matches!(token, TokenTree::Punct(mark) if mark.as_char() == ',');
        for part in tokens.split(comma).filter(|part| !part.is_empty()) {
            self.tree(part, 0, base.to_vec());
        }
    }
}

/// The word at `at`.
fn name(tokens: &[TokenTree], at: usize) -> Option<String> {
    match tokens.get(at) {
        Some(TokenTree::Ident(ident)) => Some(ident.to_string()),
        _ => None,
    }
}

/// Whether `::` stands at `at`.
fn colons(tokens: &[TokenTree], at: usize) -> bool {
    let colon =
        |at| matches!(tokens.get(at), Some(TokenTree::Punct(mark)) if mark.as_char() == ':');
    colon(at) && colon(at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(text: &str, module: &[&str]) -> Vec<String> {
        let module: Vec<_> = module.iter().map(|&name| name.to_owned()).collect();
        read(text, &module)
            .unwrap()
            .references
            .iter()
            .map(|found| found.segments.join("::"))
            .collect()
    }

    #[test]
    fn trees_are_followed_into_their_branches() {
        let text = "use crate::{low::{ct, wipe::*}, vault, keys::{self, SecretKey as K}};";
        let want = ["low::ct", "low::wipe::*", "vault", "keys", "keys::SecretKey"];
        assert_eq!(paths(text, &["nacl"]), want);
    }

    #[test]
    fn super_and_self_are_resolved() {
        assert_eq!(paths("use super::super::vault::X;", &["nacl", "sign"]), ["vault::X"]);
        assert_eq!(paths("use self::child::X;", &["nacl"]), ["nacl::child::X"]);
        assert_eq!(
            paths("mod tests { use super::*; use super::super::vault; }", &["nonce"]),
            ["nonce::*", "vault"]
        );
        assert_eq!(paths("use super::*;", &["nonce"]), ["*"]);
    }

    #[test]
    fn paths_in_code_and_macros_are_seen() {
        assert_eq!(
            paths("fn f() -> crate::vault::R { crate::low::g::<u8>() }", &["nacl"]),
            ["vault::R", "low::g"]
        );
        assert_eq!(paths("fn f() { assert!(super::vault::ok()); }", &["nacl"]), ["vault::ok"]);
        assert_eq!(
            paths("macro_rules! m { () => { $crate::vault::x() } }", &["low"]),
            ["vault::x"]
        );
    }

    #[test]
    fn comments_strings_and_visibility_are_not_paths() {
        let text = "//! [crate::vault]\n/// crate::vault\npub(crate) fn f(self) { self.x(); \"crate::vault\"; } // crate::vault";
        assert_eq!(paths(text, &["low"]), [""; 0]);
    }

    #[test]
    fn the_root_needs_no_prefix() {
        assert_eq!(
            paths("pub use error::{Error, Result as R}; use core::fmt;", &[]),
            ["error::Error", "error::Result", "core::fmt"]
        );
    }

    #[test]
    fn lines_and_declarations_are_kept() {
        let source = read(
            "\n\nuse crate::a as b;\nmod c;\nmacro_rules! d { () => {} }\nconst E: u8 = 0;",
            &[],
        )
        .unwrap();
        assert_eq!(
            source.references[0],
            Reference { segments: vec!["a".into()], renamed: Some("b".into()), line: 3 }
        );
        assert_eq!(source.modules, ["c"]);
        assert_eq!(source.macros, ["d"]);
        assert_eq!(source.items, ["c", "E"]);
    }

    #[test]
    fn files_from_elsewhere_are_noticed() {
        let source = read(
            "#[path = \"../vault/x.rs\"]\nmod x;\ninclude!(\"../y.rs\");\ninclude!(\"z.rs\");",
            &["low".into()],
        );
        assert_eq!(source.unwrap().strays, [(1, "../vault/x.rs".into()), (3, "../y.rs".into())]);
    }

    #[test]
    fn what_is_not_rust_is_an_error() {
        assert!(read("fn f( {", &[]).unwrap_err().contains("not Rust"));
    }
}
