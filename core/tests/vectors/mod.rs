//! Reads the JSON files in this folder; `README.md` has their schema.
#![allow(dead_code, reason = "each test takes the part that it needs")]

use std::fs;
use std::path::Path;

use serde_json::Value;

/// One case of a file.
pub struct Case {
    file: String,
    fields: Value,
}

/// The cases of `<name>.json`, which must be of `algorithm`; never none.
pub fn cases(name: &str, algorithm: &str) -> Vec<Case> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(name);
    let path = path.with_extension("json");
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut file: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(file["algorithm"], algorithm, "{name}.json");
    let Value::Array(cases) = file["cases"].take() else { panic!("{name}.json has no cases") };
    assert!(!cases.is_empty(), "{name}.json has no cases");
    cases.into_iter().map(|fields| Case { file: name.to_owned(), fields }).collect()
}

impl Case {
    /// File and id, to name the case when it fails.
    pub fn id(&self) -> String {
        format!("{}.json: {}", self.file, self.text("id"))
    }

    /// Whether the case must succeed; otherwise the error's name must be `refused`.
    pub fn is_ok(&self, refused: &str) -> bool {
        match self.text("result") {
            "ok" => true,
            result if result == refused => false,
            other => panic!("{}: unknown result {other}", self.id()),
        }
    }

    /// The bytes of a field.
    pub fn bytes(&self, field: &str) -> Vec<u8> {
        unhex(self.text(field)).unwrap_or_else(|| panic!("{}: {field} is not hex", self.id()))
    }

    /// The bytes of a field of fixed length.
    pub fn array<const N: usize>(&self, field: &str) -> [u8; N] {
        let bytes = self.bytes(field);
        bytes.try_into().unwrap_or_else(|_| panic!("{}: {field} has not {N} bytes", self.id()))
    }

    fn text(&self, field: &str) -> &str {
        let Value::String(text) = &self.fields[field] else {
            panic!("{}.json: a case without {field}", self.file)
        };
        text
    }
}

/// The bytes that `text` spells.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text.chars().map(|c| c.to_digit(16).map(|d| d as u8)).collect();
    let (pairs, rest) = digits.as_ref()?.as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().map(|[high, low]| high << 4 | low).collect())
}
