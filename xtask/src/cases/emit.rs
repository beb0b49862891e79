//! From steps to source code: what is the same in every language.

use std::collections::BTreeSet;

use super::Group;
use super::script::{Check, Part, Value};

/// How a language writes things down. What it is given is written already. What is given here is how Kotlin and Swift do it.
pub trait Emit {
    /// What the case is called.
    fn case(&self) -> &'static str {
        "case"
    }
    /// The length of a list.
    fn count(&self) -> &'static str;
    /// The name of a function, an argument or a field, which the list has in snake case.
    fn name(&self, snake: &str) -> String {
        lower_camel(snake)
    }
    /// A variant's name.
    fn variant_name(&self, variant: &str) -> String {
        variant.to_owned()
    }
    /// A field of what [`opened`](Self::opened) bound.
    fn opened_field(&self, name: &str, field: &str) -> String {
        format!("{name}_{field}")
    }
    /// A number, as an argument.
    fn number(&self, number: u64) -> String;
    /// A call of the support code.
    fn made(&self, how: &str, from: &[String]) -> String {
        format!("{how}({})", from.join(", "))
    }
    /// An argument of `function`.
    fn argument(&self, function: &str, name: &str, value: &str) -> String;
    /// A call of the library, which may throw.
    fn call(&self, on: Option<&str>, function: &str, arguments: &[String]) -> String {
        let (name, arguments) = (self.name(function), arguments.join(", "));
        match (on, function) {
            (Some(on), "new") => format!("{on}({arguments})"),
            (Some(on), _) => format!("{on}.{name}({arguments})"),
            (None, _) => format!("{name}({arguments})"),
        }
    }
    /// The value of a call that may give nothing.
    fn taken(&self, call: &str) -> String;
    /// `Type.Variant` with its fields, as an argument.
    fn variant(&self, of: &str, variant: &str, fields: &[(String, String)]) -> String {
        let path = format!("{of}.{}", self.variant_name(variant));
        let fields: Vec<_> =
            fields.iter().map(|(name, value)| self.argument("new", name, value)).collect();
        if fields.is_empty() { path } else { self.call(Some(&path), "new", &fields) }
    }
    /// A value that is compared: it stays where it is.
    fn looked_at(&self, value: &str) -> String {
        value.to_owned()
    }
    /// Binds a value.
    fn binds(&self, name: &str, value: &str) -> String;
    /// Binds the fields of one variant.
    fn opened(&self, name: &str, value: &str, variant: &Variant<'_>) -> Vec<String>;
    /// Expects an error; `error` is an expression.
    fn throws(&self, error: &str, call: &str) -> String;
    /// Does `what` and ends the case, if the field `result` is not `ok`.
    fn unless_ok(&self, result: &str, what: &str) -> String;
    /// Ends a statement that is a call of the support code or of the library.
    fn statement(&self, call: &str) -> String;
}

/// What is opened: `Type.Variant` and its fields.
pub struct Variant<'a> {
    pub of: &'a str,
    pub variant: &'a str,
    pub fields: &'a [String],
}

/// `snake_case` as `camelCase`.
fn lower_camel(snake: &str) -> String {
    let mut words = snake.split('_');
    let capital = |word: &str| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_uppercase() + rest
    };
    words.next().unwrap_or_default().to_owned() + &words.map(capital).collect::<String>()
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
                return self.to.opened(name, &value, &Variant { of, variant, fields });
            }
            (Check::Throws(error), _) => {
                return vec![self.to.throws(&format!("\"{error}\""), &value)];
            }
            (Check::OrResult, _) => {
                let result = format!("{}.text(\"result\")", self.to.case());
                lines.push(self.to.unless_ok(&result, &self.to.throws(&result, &value)));
            }
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
            Value::Path { name, parts } => {
                let (start, rest) = match parts.split_first() {
                    Some((Part::Field(field), rest)) if self.opened.contains(name) => {
                        (to.opened_field(name, field), rest)
                    }
                    _ if self.group.fields.contains(name) => {
                        (format!("{}.bytes(\"{name}\")", to.case()), &parts[..])
                    }
                    _ => (name.clone(), &parts[..]),
                };
                rest.iter().fold(start, |value, part| match part {
                    Part::Field(field) => format!("{value}.{}", to.name(field)),
                    Part::Count => format!("{value}.{}", to.count()),
                    Part::Item(item) => format!("{value}[{item}]"),
                })
            }
            Value::Hex(hex) => format!("hex(\"{hex}\")"),
            Value::Number(number) => to.number(*number),
            Value::Text(text) => format!("\"{text}\""),
            Value::Nothing => String::new(),
            Value::Made { how, from } => {
                let from: Vec<_> = from.iter().map(|value| self.value(value)).collect();
                to.made(how, &from)
            }
            Value::Call { on, function, arguments, taken } => {
                let on = on.as_ref().map(|on| self.value(on));
                let arguments: Vec<_> = arguments
                    .iter()
                    .map(|(name, value)| to.argument(function, name, &self.value(value)))
                    .collect();
                let call = to.call(on.as_deref(), function, &arguments);
                if *taken { to.taken(&call) } else { call }
            }
            Value::Variant { of, variant, fields } => {
                let fields = fields.iter().map(|(name, value)| (name.clone(), self.value(value)));
                to.variant(of, variant, &fields.collect::<Vec<_>>())
            }
        }
    }
}
