//! The cases as an XCTestCase: a method a group.

use super::Group;
use super::emit::{Emit, Variant, body};

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
    fn case(&self) -> &'static str {
        "testCase"
    }

    fn count(&self) -> &'static str {
        "count"
    }

    fn variant_name(&self, variant: &str) -> String {
        let (first, rest) = variant.split_at(variant.len().min(1));
        first.to_lowercase() + rest
    }

    fn number(&self, number: u64) -> String {
        number.to_string()
    }

    fn argument(&self, _: &str, name: &str, value: &str) -> String {
        format!("{}: {value}", self.name(name))
    }

    fn taken(&self, call: &str) -> String {
        format!("XCTUnwrap({call})")
    }

    fn binds(&self, name: &str, value: &str) -> String {
        format!("let {name} = try {value}")
    }

    fn opened(
        &self,
        name: &str,
        value: &str,
        Variant { variant, fields, .. }: &Variant<'_>,
    ) -> Vec<String> {
        let names: Vec<_> = fields.iter().map(|field| self.opened_field(name, field)).collect();
        let (names, variant) = (names.join(", "), self.variant_name(variant));
        vec![
            format!(
                "guard case let .{variant}({names}) = {value} else {{ return other({value}) }}"
            ),
            format!("_ = ({names})"),
        ]
    }

    fn throws(&self, error: &str, call: &str) -> String {
        format!("throwsError({error}) {{ _ = try {call} }}")
    }

    fn unless_ok(&self, result: &str, what: &str) -> String {
        format!("if {result} != \"ok\" {{ {what}; return }}")
    }

    fn statement(&self, call: &str) -> String {
        format!("try {call}")
    }
}
