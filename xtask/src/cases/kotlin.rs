//! The cases as a JUnit class: a dynamic test each.

use super::emit::{Emit, body};
use super::script::Part;
use super::{Group, lower_camel};

/// The source file.
pub fn source(groups: &[Group]) -> String {
    let mut source = include_str!("../../../bindings/cases/Support.kt").to_owned();
    source.push_str("\nclass CasesTest {\n");
    for group in groups {
        let lines = body(&Kotlin, group).join("\n        ");
        let name = &group.name;
        source.push_str(&format!(
            "    @TestFactory\n    fun `{name}`() = cases(\"{name}\") {{ case ->\n        {lines}\n    }}\n\n"
        ));
    }
    source + "}\n"
}

struct Kotlin;

impl Emit for Kotlin {
    fn field(&self, name: &str) -> String {
        format!("case.bytes(\"{name}\")")
    }

    fn part(&self, value: &str, part: &Part) -> String {
        match part {
            Part::Field(field) => format!("{value}.{}", lower_camel(field)),
            Part::Count => format!("{value}.size"),
            Part::Item(item) => format!("{value}[{item}]"),
        }
    }

    fn opened_field(&self, name: &str, field: &str) -> String {
        self.part(name, &Part::Field(field.to_owned()))
    }

    fn hex(&self, hex: &str) -> String {
        format!("hex(\"{hex}\")")
    }

    fn number(&self, number: u64) -> String {
        format!("{number}u")
    }

    fn call(&self, on: Option<&str>, function: &str, arguments: &[(String, String)]) -> String {
        // What takes bytes without copying them wants a direct buffer.
        let is_direct = function.ends_with("_direct");
        let arguments: Vec<_> = arguments
            .iter()
            .map(|(name, value)| match is_direct {
                true => format!("{} = direct({value})", lower_camel(name)),
                false => format!("{} = {value}", lower_camel(name)),
            })
            .collect();
        let arguments = arguments.join(", ");
        match (on, function) {
            (Some(on), "new") => format!("{on}({arguments})"),
            (Some(on), function) => format!("{on}.{}({arguments})", lower_camel(function)),
            (None, function) => format!("{}({arguments})", lower_camel(function)),
        }
    }

    fn taken(&self, call: &str) -> String {
        format!("{call}!!")
    }

    fn variant(&self, of: &str, variant: &str, fields: &[(String, String)]) -> String {
        match fields {
            [] => format!("{of}.{variant}"),
            fields => self.call(Some(&format!("{of}.{variant}")), "new", fields),
        }
    }

    fn binds(&self, name: &str, value: &str) -> String {
        format!("val {name} = {value}")
    }

    fn opened(
        &self,
        name: &str,
        value: &str,
        of: &str,
        variant: &str,
        _: &[String],
    ) -> Vec<String> {
        vec![format!("val {name} = {value} as {of}.{variant}")]
    }

    fn throws(&self, error: &str, call: &str) -> String {
        format!("throws({error}) {{ {call} }}")
    }

    fn or_result(&self, call: &str) -> Vec<String> {
        let throws = self.throws("case.text(\"result\")", call);
        vec![format!("if (case.text(\"result\") != \"ok\") {{ {throws}; return@cases }}")]
    }

    fn statement(&self, call: &str) -> String {
        call.to_owned()
    }
}
