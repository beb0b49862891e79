//! The cases as Rust: a test a group.

use super::Group;
use super::emit::{Emit, body};
use super::script::Part;

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
    fn field(&self, name: &str) -> String {
        format!("case.bytes(\"{name}\")")
    }

    fn part(&self, value: &str, part: &Part) -> String {
        match part {
            Part::Field(field) => format!("{value}.{field}"),
            Part::Count => format!("{value}.len()"),
            Part::Item(item) => format!("{value}[{item}]"),
        }
    }

    fn opened_field(&self, name: &str, field: &str) -> String {
        format!("{name}_{field}")
    }

    fn hex(&self, hex: &str) -> String {
        format!("hex(\"{hex}\")")
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

    fn call(&self, on: Option<&str>, function: &str, arguments: &[(String, String)]) -> String {
        let arguments: Vec<_> =
            arguments.iter().map(|(_, value)| format!("pass(&{value})")).collect();
        let arguments = arguments.join(", ");
        match on {
            Some(of) if of.starts_with(char::is_uppercase) => {
                format!("outcome({of}::{function}({arguments}))?")
            }
            Some(on) => format!("outcome({on}.{function}({arguments}))?"),
            None => format!("outcome(saltbox_ffi::{function}({arguments}))?"),
        }
    }

    fn taken(&self, call: &str) -> String {
        format!("{call}.unwrap()")
    }

    fn variant(&self, of: &str, variant: &str, fields: &[(String, String)]) -> String {
        let fields: Vec<_> =
            fields.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        match &fields[..] {
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
        of: &str,
        variant: &str,
        fields: &[String],
    ) -> Vec<String> {
        let names: Vec<_> = fields.iter().map(|field| self.opened_field(name, field)).collect();
        let pairs: Vec<_> =
            fields.iter().zip(&names).map(|(field, name)| format!("{field}: {name}")).collect();
        let (pairs, names) = (pairs.join(", "), names.join(", "));
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

    fn or_result(&self, call: &str) -> Vec<String> {
        let throws = self.throws("case.text(\"result\")", call);
        vec![format!("if case.text(\"result\") != \"ok\" {{ {throws} return Ok(()); }}")]
    }

    fn statement(&self, call: &str) -> String {
        format!("{call};")
    }
}
