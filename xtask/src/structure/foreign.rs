//! Words of Kotlin and Swift code, without comments and strings.

/// The lines on which `word` stands in code.
///
/// Both languages have `//`, nested `/* */`, `"…"` and `"""…"""`. What an interpolation holds counts as string.
pub fn lines_with_word(text: &str, word: &str) -> Vec<usize> {
    let mut lines = Vec::new();
    for (number, line) in code(text).lines().enumerate() {
        if line.split(|c: char| !c.is_alphanumeric() && c != '_').any(|found| found == word) {
            lines.push(number + 1);
        }
    }
    lines
}

/// `text` with comments and strings blanked; its lines stay where they are.
fn code(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let skipped = skipped(rest);
        if skipped > 0 {
            code.extend(rest[..skipped].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
            rest = &rest[skipped..];
        } else {
            let mut chars = rest.chars();
            code.extend(chars.next());
            rest = chars.as_str();
        }
    }
    code
}

/// How long the comment or string at the start of `text` is; 0 if there is none.
fn skipped(text: &str) -> usize {
    if text.starts_with("//") {
        text.find('\n').unwrap_or(text.len())
    } else if text.starts_with("/*") {
        comment(text)
    } else if let Some(inner) = text.strip_prefix("\"\"\"") {
        inner.find("\"\"\"").map_or(text.len(), |end| end + 6)
    } else if text.starts_with('"') {
        string(text)
    } else if text.starts_with("'\"'") {
        3
    } else {
        0
    }
}

/// The length of a comment that may hold others.
fn comment(text: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < text.len() {
        let two = text.as_bytes().get(at..at + 2);
        if two == Some(b"/*") {
            depth += 1;
            at += 2;
        } else if two == Some(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    text.len()
}

/// The length of a string on one line.
fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            '\n' => return at,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_code_counts() {
        let text = "unsafe\n// unsafe\n/* unsafe\n/* */ unsafe */ unsafe\n\"unsafe \\\" unsafe\" unsafe\n\
            \"\"\"\nunsafe \" unsafe\"\"\"\nunsafely not_unsafe Unsafe\n'\"' unsafe '\"'\n";
        assert_eq!(lines_with_word(text, "unsafe"), [1, 4, 5, 9]);
    }

    #[test]
    fn what_is_never_closed_ends_with_the_file() {
        for text in ["/* unsafe", "\"\"\" unsafe", "\"unsafe", "// unsafe"] {
            assert_eq!(lines_with_word(text, "unsafe"), [0; 0], "{text}");
        }
    }
}
