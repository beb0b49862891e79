//! The steps of a case, as `bindings/cases/cases.json` has them: a line a step.
//!
//! ```text
//! key = SharedKey.agree(secret_key: alice, public_key: peer)     binds what a call gives
//! key = SharedKey.from_bytes(bytes: key) or result               as above, or throws what the field `result` names
//! key.seal(nonce: nonce, message: message) is sealed             compares it
//! key.open(nonce: nonce, sealed: 00) throws Forged               expects an error
//! data = turn.received as Received.Data(node, counter, body)     binds the fields of one variant, all of them in order
//! data.counter is 7                                              compares a value
//! keep sealed                                                    hands bytes on to the other languages
//! ```
//!
//! Arguments are named, because Swift's are. Values: a field of the case or what a step bound, with `.field`, `.count` or
//! `[0]` after it; `0x00ff` for bytes, `7`, `"text"`, `nothing`; `u32(bytes)`, `time(seconds)`,
//! `join(a, b)`, `bytes(count)`, `length(bytes)`, `ascii(bytes)`; `Command.SetInterval(millis: 5)`. `!` after a call takes what may be nothing.

use anyhow::{Result, bail};

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The name that it gives to its value.
    pub binds: Option<String>,
    /// What is called or looked at.
    pub value: Value,
    /// What must come of it.
    pub check: Check,
}

/// What must come of a step.
#[derive(Clone, Debug, PartialEq)]
pub enum Check {
    /// Nothing but that it does not throw.
    Done,
    /// This value.
    Is(Value),
    /// This error.
    Throws(String),
    /// That the other languages are given it, under the name that it has here.
    Kept,
    /// What the field `result` says: `ok`, or the name of an error, with which the case ends.
    OrResult,
    /// This variant, whose fields become known.
    As { of: String, variant: String, fields: Vec<String> },
}

/// A value, or how to come by it.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A field of the case, or what a step bound.
    Path { name: String, parts: Vec<Part> },
    /// Bytes, in hex.
    Hex(String),
    /// A number.
    Number(u64),
    /// Text.
    Text(String),
    /// What may be there and is not.
    Nothing,
    /// `u32`, `u64`, `time`, `join`, `bytes`: made from other values.
    Made { how: String, from: Vec<Value> },
    /// A call of the library: `Type.constructor`, `value.method` or `function`.
    Call { on: Option<Box<Value>>, function: String, arguments: Vec<(String, Value)>, taken: bool },
    /// `Type.Variant`, with its fields.
    Variant { of: String, variant: String, fields: Vec<(String, Value)> },
}

/// What may follow a name.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// A field of a record.
    Field(String),
    /// The length of a list.
    Count,
    /// An item of a list.
    Item(usize),
}

const MADE: [&str; 6] = ["u32", "time", "join", "bytes", "length", "ascii"];

impl Step {
    /// Reads a line.
    pub fn parse(line: &str) -> Result<Self> {
        if let Some(name) = line.strip_prefix("keep ").filter(|name| is_name(name)) {
            let value = Value::Path { name: name.to_owned(), parts: Vec::new() };
            return Ok(Self { binds: None, value, check: Check::Kept });
        }
        let (binds, rest) = match line.split_once(" = ") {
            Some((name, rest)) if is_name(name) => (Some(name.to_owned()), rest),
            _ => (None, line),
        };
        let mut text = Text { line, rest };
        let value = text.value()?;
        let check = match text.rest.split_once(' ').map(|(space, after)| (space, after.trim())) {
            None if text.rest.is_empty() => Check::Done,
            Some(("", after)) => text.check(after)?,
            _ => bail!("`{line}`: `{}` is too much", text.rest),
        };
        Ok(Self { binds, value, check })
    }
}

impl Step {
    /// The name under which it hands something on.
    pub fn kept(&self) -> Option<&str> {
        match (&self.check, &self.value) {
            (Check::Kept, Value::Path { name, .. }) => Some(name),
            _ => None,
        }
    }
}

struct Text<'a> {
    line: &'a str,
    rest: &'a str,
}

impl<'a> Text<'a> {
    fn check(&self, text: &str) -> Result<Check> {
        let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
        Ok(match word {
            "is" => {
                let mut value = Text { line: self.line, rest };
                let check = Check::Is(value.value()?);
                value.ends()?;
                check
            }
            "throws" => Check::Throws(rest.to_owned()),
            "or" if rest == "result" => Check::OrResult,
            "as" => {
                let Some((variant, fields)) =
                    rest.strip_suffix(')').and_then(|it| it.split_once('('))
                else {
                    bail!("`{}`: `as` wants Type.Variant(fields)", self.line)
                };
                let Some((of, variant)) = variant.split_once('.') else {
                    bail!("`{}`: `{variant}` is no Type.Variant", self.line)
                };
                let fields = fields.split(", ").map(str::to_owned).collect();
                Check::As { of: of.to_owned(), variant: variant.to_owned(), fields }
            }
            _ => bail!("`{}`: unknown word `{word}`", self.line),
        })
    }

    fn value(&mut self) -> Result<Value> {
        if let Some(rest) = self.rest.strip_prefix('"') {
            let Some((text, rest)) = rest.split_once('"') else { bail!("`{}`: no end", self.line) };
            self.rest = rest;
            return Ok(Value::Text(text.to_owned()));
        }
        let word = self.word()?;
        if let Some(hex) = word.strip_prefix("0x") {
            return Ok(Value::Hex(hex.to_owned()));
        }
        if let Ok(number) = word.parse() {
            return Ok(Value::Number(number));
        }
        if word == "nothing" {
            return Ok(Value::Nothing);
        }
        if MADE.contains(&word) && self.takes("(") {
            let from = self.list(Self::value)?;
            return Ok(Value::Made { how: word.to_owned(), from });
        }
        if self.takes("(") {
            return self.call(None, word);
        }
        self.path(word)
    }

    /// What follows a name: fields, items, and a call in the end.
    fn path(&mut self, name: &str) -> Result<Value> {
        let mut parts = Vec::new();
        loop {
            if self.takes("[") {
                let item = self.word()?.parse()?;
                self.must("]")?;
                parts.push(Part::Item(item));
            } else if self.takes(".") {
                let word = self.word()?;
                let on = Value::Path { name: name.to_owned(), parts: parts.clone() };
                if word.starts_with(char::is_uppercase) {
                    let fields = if self.takes("(") { self.list(Self::named)? } else { Vec::new() };
                    return Ok(Value::Variant {
                        of: name.to_owned(),
                        variant: word.to_owned(),
                        fields,
                    });
                }
                if self.takes("(") {
                    return self.call(Some(Box::new(on)), word);
                }
                parts.push(match word {
                    "count" => Part::Count,
                    _ => Part::Field(word.to_owned()),
                });
            } else {
                return Ok(Value::Path { name: name.to_owned(), parts });
            }
        }
    }

    fn call(&mut self, on: Option<Box<Value>>, function: &str) -> Result<Value> {
        let arguments = self.list(Self::named)?;
        let taken = self.takes("!");
        Ok(Value::Call { on, function: function.to_owned(), arguments, taken })
    }

    fn named(&mut self) -> Result<(String, Value)> {
        let name = self.word()?.to_owned();
        self.must(": ")?;
        Ok((name, self.value()?))
    }

    /// What stands before the closing bracket.
    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        let mut items = Vec::new();
        while !self.takes(")") {
            if !items.is_empty() {
                self.must(", ")?;
            }
            items.push(item(self)?);
        }
        Ok(items)
    }

    fn word(&mut self) -> Result<&'a str> {
        let end = self.rest.find(|c: char| !c.is_alphanumeric() && c != '_');
        let (word, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        if word.is_empty() {
            bail!("`{}`: a name is missing before `{}`", self.line, self.rest);
        }
        self.rest = rest;
        Ok(word)
    }

    fn takes(&mut self, what: &str) -> bool {
        match self.rest.strip_prefix(what) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn must(&mut self, what: &str) -> Result<()> {
        if !self.takes(what) {
            bail!("`{}`: `{what}` is missing before `{}`", self.line, self.rest);
        }
        Ok(())
    }

    fn ends(&self) -> Result<()> {
        if !self.rest.is_empty() {
            bail!("`{}`: `{}` is too much", self.line, self.rest);
        }
        Ok(())
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(name: &str, parts: &[Part]) -> Value {
        Value::Path { name: name.to_owned(), parts: parts.to_vec() }
    }

    #[test]
    fn steps_are_read() {
        let step = Step::parse("k.seal(nonce: nonce, message: 0x00) is join(sealed, tag)").unwrap();
        let arguments = vec![
            ("nonce".to_owned(), path("nonce", &[])),
            ("message".to_owned(), Value::Hex("00".to_owned())),
        ];
        let call = Value::Call {
            on: Some(Box::new(path("k", &[]))),
            function: "seal".to_owned(),
            arguments,
            taken: false,
        };
        let joined = Value::Made {
            how: "join".to_owned(),
            from: vec![path("sealed", &[]), path("tag", &[])],
        };
        assert_eq!(step, Step { binds: None, value: call, check: Check::Is(joined) });

        let step = Step::parse("t = turn.send[0].count is 7").unwrap();
        assert_eq!(
            step.value,
            path("turn", &[Part::Field("send".into()), Part::Item(0), Part::Count])
        );
        assert_eq!(step.check, Check::Is(Value::Number(7)));

        let step = Step::parse("d = turn.received as Received.Data(node, body)").unwrap();
        let fields = vec!["node".to_owned(), "body".to_owned()];
        assert_eq!(
            step.check,
            Check::As { of: "Received".to_owned(), variant: "Data".to_owned(), fields }
        );
    }

    #[test]
    fn what_makes_no_sense_is_an_error() {
        for line in
            ["", "f(", "f() is", "f() gives x", "f() is 7 8", "a = f(x y)", "f(x: \"a)", "a.b c"]
        {
            assert!(Step::parse(line).is_err(), "{line}");
        }
    }
}
