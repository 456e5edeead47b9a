//! Keys and values of text (`ofputil_parse_key_value` in Open vSwitch).

use super::error::ParseError;

const BLANKS: &[char] = &[' ', '\t', '\r', '\n'];
const SEPARATORS: &[char] = &[',', ' ', '\t', '\r', '\n'];

/// A part of the text, and where it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part<'a> {
    pub(super) text: &'a str,
    pub(super) position: usize,
}

impl<'a> Part<'a> {
    pub(super) fn new(text: &'a str) -> Part<'a> {
        Part { text, position: 0 }
    }

    pub(super) fn is_empty(self) -> bool {
        self.text.is_empty()
    }

    /// An error at this part.
    pub(super) fn error(self, message: impl Into<String>) -> ParseError {
        ParseError { position: self.position, message: message.into() }
    }

    /// What is before byte `at`, and what begins there.
    pub(super) fn split_at(self, at: usize) -> (Part<'a>, Part<'a>) {
        let (before, after) = self.text.split_at(at);
        (Part { text: before, position: self.position }, Part { text: after, position: self.position + at })
    }

    /// What is before and after the first `separator`.
    pub(super) fn split_once(self, separator: &str) -> Option<(Part<'a>, Part<'a>)> {
        let at = self.text.find(separator)?;
        let (before, rest) = self.split_at(at);
        Some((before, rest.split_at(separator.len()).1))
    }

    /// Without blanks around it.
    pub(super) fn trimmed(self) -> Part<'a> {
        let after = self.text.trim_start_matches(BLANKS);
        let (_, rest) = self.split_at(self.text.len() - after.len());
        Part { text: rest.text.trim_end_matches(BLANKS), ..rest }
    }

    /// The parts between any of `separators`, without empty ones.
    pub(super) fn pieces(self, separators: &'static [char]) -> impl Iterator<Item = Part<'a>> {
        let mut rest = self;
        std::iter::from_fn(move || {
            let skipped = rest.text.len() - rest.text.trim_start_matches(separators).len();
            rest = rest.split_at(skipped).1;
            let (piece, after) = rest.split_at(rest.text.find(separators).unwrap_or(rest.text.len()));
            rest = after;
            (!piece.is_empty()).then_some(piece)
        })
    }
}

/// A key, and its value, which is empty if there is none.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair<'a> {
    pub(super) key: Part<'a>,
    pub(super) value: Part<'a>,
}

/// Takes pairs off the front of text: `key`, `key:value`, `key=value`, `key(value)` and `key(value)->more`, whose value
/// is `value)->more`. Parentheses in a value protect commas and blanks.
pub(super) struct Pairs<'a> {
    rest: Part<'a>,
}

impl<'a> Pairs<'a> {
    pub(super) fn new(text: Part<'a>) -> Pairs<'a> {
        Pairs { rest: text }
    }
}

impl<'a> Iterator for Pairs<'a> {
    type Item = Pair<'a>;

    fn next(&mut self) -> Option<Pair<'a>> {
        let text = self.rest.text;
        let start = text.find(|c| !SEPARATORS.contains(&c))?;
        let (_, rest) = self.rest.split_at(start);
        let end = rest.text.find([':', '=', '(', ',', ' ', '\t', '\r', '\n']).unwrap_or(rest.text.len());
        let (key, rest) = rest.split_at(end);
        let delimiter = rest.text.chars().next();
        let rest = rest.split_at(delimiter.map_or(0, char::len_utf8)).1;
        let length = match delimiter {
            Some(':' | '=') => value_length(rest.text, SEPARATORS),
            Some('(') => {
                let inside = value_length(rest.text, &[')']);
                match rest.text[inside..].starts_with(")->") {
                    true => inside + 1 + value_length(&rest.text[inside + 1..], SEPARATORS),
                    false => inside,
                }
            }
            _ => 0,
        };
        let (value, after) = rest.split_at(length);
        let closing =
            if matches!(delimiter, Some(':' | '=' | '(')) { after.text.chars().next() } else { None };
        self.rest = after.split_at(closing.map_or(0, char::len_utf8)).1;
        Some(Pair { key, value })
    }
}

/// Bytes before the first of `delimiters` that is not in parentheses.
fn value_length(text: &str, delimiters: &[char]) -> usize {
    let mut level = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            _ if level == 0 && delimiters.contains(&c) => return at,
            '(' => level += 1,
            ')' => level = level.saturating_sub(1),
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(text: &str) -> Vec<(&str, &str, usize)> {
        Pairs::new(Part::new(text)).map(|p| (p.key.text, p.value.text, p.value.position)).collect()
    }

    #[test]
    fn values_end_where_open_vswitch_ends_them() {
        assert_eq!(pairs("ip, in_port=1 drop"), [("ip", "", 3), ("in_port", "1", 12), ("drop", "", 18)]);
        assert_eq!(
            pairs("ct(commit,exec(set_field:1->ct_mark)),output:2"),
            [("ct", "commit,exec(set_field:1->ct_mark)", 3), ("output", "2", 45)]
        );
        assert_eq!(
            pairs("check_pkt_larger(9)->reg0[0],x"),
            [("check_pkt_larger", "9)->reg0[0]", 17), ("x", "", 30)]
        );
        assert_eq!(pairs("packet_type=(1,0x800),y"), [("packet_type", "(1,0x800)", 12), ("y", "", 23)]);
        assert_eq!(pairs("resubmit(,5)"), [("resubmit", ",5", 9)]);
    }

    #[test]
    fn what_is_not_closed_ends_with_the_text() {
        assert_eq!(pairs("clone(drop"), [("clone", "drop", 6)]);
        assert_eq!(pairs("a(b))c"), [("a", "b", 2), (")c", "", 6)]);
    }
}
