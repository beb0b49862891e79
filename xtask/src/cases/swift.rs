//! The cases as an XCTestCase: a method a group.

use super::emit::{Emit, body};
use super::script::Part;
use super::{Group, lower_camel};

/// The source file.
pub fn source(groups: &[Group]) -> String {
    let mut source = include_str!("../../../bindings/cases/Support.swift").to_owned();
    source.push_str("\nfinal class CasesTests: XCTestCase {\n");
    for group in groups {
        let lines = body(&Swift, group).join("\n            ");
        let name = &group.name;
        source.push_str(&format!(
            "    func test_{name}() throws {{\n        try cases(\"{name}\") {{ testCase in\n            {lines}\n        }}\n    }}\n\n"
        ));
    }
    source + "}\n"
}

struct Swift;

impl Emit for Swift {
    fn field(&self, name: &str) -> String {
        format!("testCase.bytes(\"{name}\")")
    }

    fn part(&self, value: &str, part: &Part) -> String {
        match part {
            Part::Field(field) => format!("{value}.{}", lower_camel(field)),
            Part::Count => format!("{value}.count"),
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
        number.to_string()
    }

    fn call(&self, on: Option<&str>, function: &str, arguments: &[(String, String)]) -> String {
        let arguments: Vec<_> = arguments
            .iter()
            .map(|(name, value)| format!("{}: {value}", lower_camel(name)))
            .collect();
        let arguments = arguments.join(", ");
        match (on, function) {
            (Some(on), "new") => format!("{on}({arguments})"),
            (Some(on), function) => format!("{on}.{}({arguments})", lower_camel(function)),
            (None, function) => format!("{}({arguments})", lower_camel(function)),
        }
    }

    fn taken(&self, call: &str) -> String {
        format!("XCTUnwrap({call})")
    }

    fn variant(&self, of: &str, variant: &str, fields: &[(String, String)]) -> String {
        let variant = lower_first(variant);
        match fields {
            [] => format!("{of}.{variant}"),
            fields => self.call(Some(&format!("{of}.{variant}")), "new", fields),
        }
    }

    fn binds(&self, name: &str, value: &str) -> String {
        format!("let {name} = try {value}")
    }

    fn opened(
        &self,
        name: &str,
        value: &str,
        _: &str,
        variant: &str,
        fields: &[String],
    ) -> Vec<String> {
        let names: Vec<_> = fields.iter().map(|field| self.opened_field(name, field)).collect();
        vec![
            format!(
                "guard case let .{}({}) = {value} else {{ return other({value}) }}",
                lower_first(variant),
                names.join(", ")
            ),
            format!("_ = ({})", names.join(", ")),
        ]
    }

    fn throws(&self, error: &str, call: &str) -> String {
        format!("throwsError({error}) {{ _ = try {call} }}")
    }

    fn or_result(&self, call: &str) -> Vec<String> {
        let throws = self.throws("testCase.text(\"result\")", call);
        vec![format!("if testCase.text(\"result\") != \"ok\" {{ {throws}; return }}")]
    }

    fn statement(&self, call: &str) -> String {
        format!("try {call}")
    }
}

fn lower_first(name: &str) -> String {
    let (first, rest) = name.split_at(name.len().min(1));
    first.to_lowercase() + rest
}
