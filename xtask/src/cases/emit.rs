//! From steps to source code: what is the same in every language.

use std::collections::BTreeSet;

use super::Group;
use super::script::{Check, Part, Value};

/// How a language writes things down. What it is given is written already.
pub trait Emit {
    /// The bytes of the case's field.
    fn field(&self, name: &str) -> String;
    /// A part of a value.
    fn part(&self, value: &str, part: &Part) -> String;
    /// A field of what [`opened`](Self::opened) bound.
    fn opened_field(&self, name: &str, field: &str) -> String;
    /// Bytes, from hex.
    fn hex(&self, hex: &str) -> String;
    /// A number, as an argument.
    fn number(&self, number: u64) -> String;
    /// A call of the support code: the same in Kotlin and Swift.
    fn made(&self, how: &str, from: &[String]) -> String {
        format!("{how}({})", from.join(", "))
    }
    /// A call of the library, which may throw.
    fn call(&self, on: Option<&str>, function: &str, arguments: &[(String, String)]) -> String;
    /// The value of a call that may give nothing.
    fn taken(&self, call: &str) -> String;
    /// `Type.Variant` with its fields, as an argument.
    fn variant(&self, of: &str, variant: &str, fields: &[(String, String)]) -> String;
    /// A value that is compared: it stays where it is.
    fn looked_at(&self, value: &str) -> String {
        value.to_owned()
    }
    /// Binds a value.
    fn binds(&self, name: &str, value: &str) -> String;
    /// Binds the fields of one variant.
    fn opened(
        &self,
        name: &str,
        value: &str,
        of: &str,
        variant: &str,
        fields: &[String],
    ) -> Vec<String>;
    /// Expects an error; `error` is an expression.
    fn throws(&self, error: &str, call: &str) -> String;
    /// Expects the error that the field `result` names, unless that is `ok`, and ends the case.
    fn or_result(&self, call: &str) -> Vec<String>;
    /// Ends a statement that is a call of the support code or of the library.
    fn statement(&self, call: &str) -> String;
}

/// The statements of a group's cases.
pub fn body(to: &dyn Emit, group: &Group) -> Vec<String> {
    let mut writer = Writer { to, group, opened: BTreeSet::new() };
    group.steps.iter().flat_map(|step| writer.step(step)).collect()
}

struct Writer<'a> {
    to: &'a dyn Emit,
    group: &'a Group,
    /// Names that stand for the fields of a variant.
    opened: BTreeSet<String>,
}

impl Writer<'_> {
    fn step(&mut self, step: &super::Step) -> Vec<String> {
        let value = self.value(&step.value);
        let mut lines = Vec::new();
        match (&step.check, &step.binds) {
            (Check::As { of, variant, fields }, Some(name)) => {
                self.opened.insert(name.clone());
                return self.to.opened(name, &value, of, variant, fields);
            }
            (Check::Throws(error), _) => {
                return vec![self.to.throws(&format!("\"{error}\""), &value)];
            }
            (Check::OrResult, _) => lines = self.to.or_result(&value),
            _ => {}
        }
        let value = match &step.binds {
            Some(name) => {
                lines.push(self.to.binds(name, &value));
                name.clone()
            }
            None if matches!(step.check, Check::Done | Check::OrResult) => {
                lines.push(self.to.statement(&value));
                return lines;
            }
            None => value,
        };
        let (what, value) = (format!("\"{}\"", self.group.name), self.to.looked_at(&value));
        match &step.check {
            Check::Kept => {
                let name = value.trim_start_matches('&');
                lines.push(self.to.statement(&format!("keep(\"{name}\", {value})")));
            }
            Check::Is(Value::Nothing) => {
                lines.push(self.to.statement(&format!("absent({what}, {value})")));
            }
            Check::Is(Value::Variant { variant, fields, .. }) if fields.is_empty() => {
                lines.push(self.to.statement(&format!("named({what}, {value}, \"{variant}\")")));
            }
            Check::Is(want) => {
                let want = self.to.looked_at(&self.value(want));
                lines.push(self.to.statement(&format!("same({what}, {value}, {want})")));
            }
            _ => {}
        }
        lines
    }

    fn value(&self, value: &Value) -> String {
        let to = self.to;
        match value {
            Value::Path { name, parts } => match parts.split_first() {
                Some((Part::Field(field), rest)) if self.opened.contains(name) => {
                    rest.iter().fold(to.opened_field(name, field), |it, part| to.part(&it, part))
                }
                _ if self.group.fields.contains(name) => {
                    parts.iter().fold(to.field(name), |it, part| to.part(&it, part))
                }
                _ => parts.iter().fold(name.clone(), |it, part| to.part(&it, part)),
            },
            Value::Hex(hex) => to.hex(hex),
            Value::Number(number) => to.number(*number),
            Value::Text(text) => format!("\"{text}\""),
            Value::Nothing => String::new(),
            Value::Made { how, from } => {
                let from: Vec<_> = from.iter().map(|value| self.value(value)).collect();
                to.made(how, &from)
            }
            Value::Call { on, function, arguments, taken } => {
                let on = on.as_ref().map(|on| self.value(on));
                let call = to.call(on.as_deref(), function, &self.named(arguments));
                if *taken { to.taken(&call) } else { call }
            }
            Value::Variant { of, variant, fields } => to.variant(of, variant, &self.named(fields)),
        }
    }

    fn named(&self, values: &[(String, Value)]) -> Vec<(String, String)> {
        values.iter().map(|(name, value)| (name.clone(), self.value(value))).collect()
    }
}
