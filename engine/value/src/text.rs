//! Text forms shared by all that evaluate rules.

use std::fmt::Write;

/// Appends a string in double quotes with OVN's escapes: those of JSON, control characters as `\u00xx`
/// where JSON has no letter for them.
pub fn push_quoted(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            control if control < ' ' => push_display(out, format_args!("\\u{:04x}", u32::from(control))),
            other => out.push(other),
        }
    }
    out.push('"');
}

/// Appends a UUID in its usual form of 36 characters.
pub fn push_uuid(out: &mut String, uuid: u128) {
    let group = |shift: u32, mask: u128| (uuid >> shift) & mask;
    push_display(
        out,
        format_args!(
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            group(96, 0xffff_ffff),
            group(80, 0xffff),
            group(64, 0xffff),
            group(48, 0xffff),
            group(0, 0xffff_ffff_ffff)
        ),
    );
}

/// Appends an integer.
pub fn push_int(out: &mut String, value: i64) {
    push_display(out, format_args!("{value}"));
}

fn push_display(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing into a string cannot fail.
    let _infallible = out.write_fmt(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_text_is_escaped_as_json() {
        let mut out = String::new();
        push_quoted(&mut out, "a\"b\\c\n\u{1}é");
        assert_eq!(out, "\"a\\\"b\\\\c\\n\\u0001é\"");
    }

    #[test]
    fn a_uuid_has_its_usual_form() {
        let mut out = String::new();
        push_uuid(&mut out, 0x0102_0304_0506_0708_090a_0b0c_0d0e_0f10);
        assert_eq!(out, "01020304-0506-0708-090a-0b0c0d0e0f10");
    }
}
