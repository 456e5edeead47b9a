//! Strings in quotes, escaped as in JSON.

use std::fmt::{self, Write};

/// Writes `text` in quotes, with JSON's escapes, as OVN's databases hold it.
///
/// # Errors
/// Only those of the writer.
pub fn write_quoted(out: &mut dyn Write, text: &str) -> fmt::Result {
    out.write_char('"')?;
    for c in text.chars() {
        match c {
            '"' => out.write_str("\\\"")?,
            '\\' => out.write_str("\\\\")?,
            '\u{8}' => out.write_str("\\b")?,
            '\u{c}' => out.write_str("\\f")?,
            '\n' => out.write_str("\\n")?,
            '\r' => out.write_str("\\r")?,
            '\t' => out.write_str("\\t")?,
            c if c < ' ' => write!(out, "\\u{:04x}", u32::from(c))?,
            c => out.write_char(c)?,
        }
    }
    out.write_char('"')
}

/// What `raw`, the inside of a quoted string, stands for; or what is wrong with it.
pub(super) fn unescape(raw: &str) -> Result<String, String> {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw.chars();
    while let Some(c) = rest.next() {
        match c {
            '\\' => {}
            '\0' => return Err(null_character()),
            c => {
                out.push(c);
                continue;
            }
        }
        match rest.next() {
            Some(c @ ('"' | '\\' | '/')) => out.push(c),
            Some('b') => out.push('\u{8}'),
            Some('f') => out.push('\u{c}'),
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some('u') => out.push(unicode(&mut rest)?),
            Some(c) => return Err(format!("`\\{c}` is no escape in a string")),
            None => return Err("a string ends in a backslash".to_string()),
        }
    }
    Ok(out)
}

/// What is wrong with a null character: no string of a database holds one.
fn null_character() -> String {
    "a string cannot hold a null character".to_string()
}

/// The character of `u` and four hexadecimal digits, or of two of these that make a surrogate pair.
fn unicode(rest: &mut std::str::Chars<'_>) -> Result<char, String> {
    let wrong = || "`\\u` needs four hexadecimal digits that make a character".to_string();
    let unit = |rest: &mut std::str::Chars<'_>| {
        (0..4).try_fold(0u32, |n, _| Some(n * 16 + rest.next()?.to_digit(16)?)).ok_or_else(wrong)
    };
    let first = unit(rest)?;
    let code = match first {
        0 => return Err(null_character()),
        0xd800..0xdc00 => {
            if rest.next() != Some('\\') || rest.next() != Some('u') {
                return Err(wrong());
            }
            let second = unit(rest)?;
            if !(0xdc00..0xe000).contains(&second) {
                return Err(wrong());
            }
            0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)
        }
        other => other,
    };
    char::from_u32(code).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_go_both_ways() {
        for (raw, text) in [("a\\u0020b", "a b"), ("\\\"\\\\\\n", "\"\\\n"), ("\\ud83d\\ude00", "\u{1f600}")]
        {
            assert_eq!(unescape(raw).as_deref(), Ok(text));
            let mut quoted = String::new();
            write_quoted(&mut quoted, text).expect("writing to a string");
            assert_eq!(unescape(&quoted[1..quoted.len() - 1]).as_deref(), Ok(text));
        }
        for wrong in ["\\x", "\\u12", "\\", "\\ud83d", "\\u0000", "a\0b"] {
            assert!(unescape(wrong).is_err(), "{wrong}");
        }
    }
}
