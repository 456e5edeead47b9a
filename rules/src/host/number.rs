//! Numbers in options: what C's `strtoll` and OVS's `str_to_int` accept.

use weft_value::Value;

use super::argument::text;

/// The whole text as a number, after white space and a sign; None outside 64 bits.
fn number(text: &str) -> Option<i64> {
    let text = text.trim_start_matches([' ', '\t', '\n', '\u{b}', '\u{c}', '\r']);
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|c| c.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

fn ranged(arguments: &[Value], low: i64, high: i64) -> Value {
    match text(arguments, 0).and_then(number) {
        Some(value) if (low..=high).contains(&value) => Value::Int(value),
        _ => Value::None,
    }
}

/// `parse_int(text: string) -> Option<int>`: a C `int`, as `smap_get_int` reads it.
pub(crate) fn parse_int(arguments: &[Value]) -> Value {
    ranged(arguments, i64::from(i32::MIN), i64::from(i32::MAX))
}

/// `parse_unsigned(text: string) -> Option<int>`: a C `unsigned int`, as `smap_get_uint` reads it.
pub(crate) fn parse_unsigned(arguments: &[Value]) -> Value {
    ranged(arguments, 0, i64::from(u32::MAX))
}

/// `parse_long(text: string) -> Option<int>`: 64 bits with sign, as `ovn_smap_get_llong` reads it.
pub(crate) fn parse_long(arguments: &[Value]) -> Value {
    ranged(arguments, i64::MIN, i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::argument::string;
    use super::*;

    #[test]
    fn numbers_are_read_as_c_does() {
        assert_eq!(parse_int(&[string(" 5")]), Value::Int(5));
        assert_eq!(parse_int(&[string("+5")]), Value::Int(5));
        assert_eq!(parse_int(&[string("-5")]), Value::Int(-5));
        for bad in ["", "abc", "1x", "0x10", "1.5", "4294967296", "- 5", "5 "] {
            assert_eq!(parse_int(&[string(bad)]), Value::None, "{bad}");
        }
        assert_eq!(parse_unsigned(&[string("4294967295")]), Value::Int(4_294_967_295));
        assert_eq!(parse_unsigned(&[string("-1")]), Value::None);
        assert_eq!(parse_long(&[string("99999999999")]), Value::Int(99_999_999_999));
        assert_eq!(parse_long(&[string("9223372036854775808")]), Value::None);
    }
}
