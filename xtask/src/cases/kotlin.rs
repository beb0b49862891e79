//! The cases as a JUnit class: a dynamic test each.

use super::Group;
use super::emit::{Emit, Variant, body};

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
    fn count(&self) -> &'static str {
        "size"
    }

    fn opened_field(&self, name: &str, field: &str) -> String {
        format!("{name}.{}", self.name(field))
    }

    fn number(&self, number: u64) -> String {
        format!("{number}u")
    }

    fn argument(&self, function: &str, name: &str, value: &str) -> String {
        let name = self.name(name);
        // What takes bytes without copying them wants a direct buffer.
        match function.ends_with("_direct") {
            true => format!("{name} = direct({value})"),
            false => format!("{name} = {value}"),
        }
    }

    fn taken(&self, call: &str) -> String {
        format!("{call}!!")
    }

    fn binds(&self, name: &str, value: &str) -> String {
        format!("val {name} = {value}")
    }

    fn opened(
        &self,
        name: &str,
        value: &str,
        Variant { of, variant, .. }: &Variant<'_>,
    ) -> Vec<String> {
        vec![format!("val {name} = {value} as {of}.{variant}")]
    }

    fn throws(&self, error: &str, call: &str) -> String {
        format!("throws({error}) {{ {call} }}")
    }

    fn unless_ok(&self, result: &str, what: &str) -> String {
        format!("if ({result} != \"ok\") {{ {what}; return@cases }}")
    }

    fn statement(&self, call: &str) -> String {
        call.to_owned()
    }
}
