//! The cases as Rust: a test a group.

use super::Group;
use super::emit::{Emit, Variant, body};

/// The source file.
pub fn source(groups: &[Group]) -> String {
    let mut source = include_str!("../../../bindings/cases/support.rs").to_owned();
    for group in groups {
        let lines = body(&Rust, group).join("\n        ");
        let name = &group.name;
        source.push_str(&format!(
            "\n#[test]\nfn {name}() {{\n    cases(\"{name}\", |case| {{\n        {lines}\n        Ok(())\n    }});\n}}\n"
        ));
    }
    source
}

struct Rust;

impl Emit for Rust {
    fn count(&self) -> &'static str {
        "len()"
    }

    fn name(&self, snake: &str) -> String {
        snake.to_owned()
    }

    fn number(&self, number: u64) -> String {
        format!("{number}_u32")
    }

    fn made(&self, how: &str, from: &[String]) -> String {
        let is_name = |it: &str| {
            it.starts_with(char::is_alphabetic)
                && it.chars().all(|c| c.is_alphanumeric() || c == '_')
        };
        let kept = |it: &String| if is_name(it) { format!("{it}.clone()") } else { it.clone() };
        let from: Vec<_> = from.iter().map(kept).collect();
        match how {
            "join" => format!("join([{}])", from.join(", ")),
            how => format!("{how}({})", from.join(", ")),
        }
    }

    fn argument(&self, _: &str, _: &str, value: &str) -> String {
        format!("pass(&{value})")
    }

    fn call(&self, on: Option<&str>, function: &str, arguments: &[String]) -> String {
        let path = match on {
            Some(of) if of.starts_with(char::is_uppercase) => format!("{of}::{function}"),
            Some(on) => format!("{on}.{function}"),
            None => format!("saltbox_ffi::{function}"),
        };
        format!("outcome({path}({}))?", arguments.join(", "))
    }

    fn taken(&self, call: &str) -> String {
        format!("{call}.unwrap()")
    }

    fn variant(&self, of: &str, variant: &str, fields: &[(String, String)]) -> String {
        let fields = fields.iter().map(|(name, value)| format!("{name}: {value}"));
        match &fields.collect::<Vec<_>>()[..] {
            [] => format!("{of}::{variant}"),
            fields => format!("{of}::{variant} {{ {} }}", fields.join(", ")),
        }
    }

    fn looked_at(&self, value: &str) -> String {
        format!("&{value}")
    }

    fn binds(&self, name: &str, value: &str) -> String {
        // An item of a list stays in it.
        let copied = if value.ends_with(']') { ".clone()" } else { "" };
        format!("let {name} = {value}{copied};")
    }

    fn opened(
        &self,
        name: &str,
        value: &str,
        Variant { of, variant, fields }: &Variant<'_>,
    ) -> Vec<String> {
        let names: Vec<_> = fields.iter().map(|field| self.opened_field(name, field)).collect();
        let pairs = fields.iter().zip(&names).map(|(field, name)| format!("{field}: {name}"));
        let (pairs, names) = (pairs.collect::<Vec<_>>().join(", "), names.join(", "));
        vec![
            format!(
                "let {of}::{variant} {{ {pairs} }} = &{value} else {{ panic!(\"another variant\") }};"
            ),
            format!("let _ = ({names});"),
        ]
    }

    fn throws(&self, error: &str, call: &str) -> String {
        format!("throws({error}, || {{ {call}; Ok(()) }});")
    }

    fn unless_ok(&self, result: &str, what: &str) -> String {
        format!("if {result} != \"ok\" {{ {what} return Ok(()); }}")
    }

    fn statement(&self, call: &str) -> String {
        format!("{call};")
    }
}
