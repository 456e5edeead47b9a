//! Values as ovn-nbctl reads and prints them.

use std::sync::Arc;

use uuid::Uuid;
use weft_ovsdb_schema::{Atom, AtomicType, BaseType, ColumnType, Real, Value, write_json_string};

use crate::symbols::Symbols;
use crate::transaction::Transaction;

/// What names of new rows (`@x`) mean while values are read.
pub(crate) struct Reader<'r, 'a> {
    pub(crate) symbols: &'r mut Symbols,
    pub(crate) transaction: &'r mut Transaction<'a>,
}

impl Reader<'_, '_> {
    /// Reads a whole value: an atom, a set (`[a, b]` or `a, b`) or a map (`{k=v, l=w}` or `k=v, l=w`).
    pub(crate) fn value(&mut self, text: &str, column_type: &ColumnType) -> Result<Value, String> {
        let mut tokens = Tokens { rest: text };
        let close = match (column_type.is_map(), tokens.peek()) {
            (false, Some('[')) => Some(']'),
            (true, Some('{')) => Some('}'),
            _ => None,
        };
        if close.is_some() {
            tokens.take();
        }
        let (mut atoms, mut pairs) = (Vec::new(), Vec::new());
        while let Some(next) = tokens.peek() {
            if Some(next) == close {
                break;
            }
            let key = self.atom(&tokens.word()?, &column_type.key)?;
            if let Some(value_type) = &column_type.value {
                if tokens.peek() != Some('=') {
                    return Err(format!("{text}: = is missing between key and value"));
                }
                tokens.take();
                pairs.push((key, self.atom(&tokens.word()?, value_type)?));
            } else {
                atoms.push(key);
            }
            if tokens.peek() == Some(',') {
                tokens.take();
            }
        }
        if close.is_some() && tokens.take() != close {
            return Err(format!(
                "{text}: the end of the {} is missing",
                if close == Some(']') { "set" } else { "map" }
            ));
        }
        if tokens.peek().is_some() {
            return Err(format!("{text}: more after the end of the value"));
        }
        Ok(if column_type.is_map() { Value::map(pairs) } else { Value::set(atoms) })
    }

    /// Reads an atom, quoted as in JSON or bare.
    pub(crate) fn atom(&mut self, text: &str, base: &BaseType) -> Result<Atom, String> {
        let wrong = || format!("{text} is no {}", base.atomic);
        Ok(match base.atomic {
            AtomicType::Integer => Atom::Integer(parse_integer(text).ok_or_else(wrong)?),
            AtomicType::Real => Atom::Real(text.parse().ok().and_then(Real::new).ok_or_else(wrong)?),
            AtomicType::Boolean => match text {
                "true" | "yes" | "on" | "1" => Atom::Boolean(true),
                "false" | "no" | "off" | "0" => Atom::Boolean(false),
                _ => return Err(wrong()),
            },
            AtomicType::String if text.starts_with('"') => Atom::String(
                serde_json::from_str::<Arc<str>>(text).map_err(|error| format!("{text}: {error}"))?,
            ),
            AtomicType::String => Atom::string(text),
            AtomicType::Uuid => match (text.starts_with('@'), &base.reference) {
                (true, Some(reference)) => {
                    Atom::Uuid(self.symbols.refer(self.transaction, text, &reference.table)?)
                }
                _ => Atom::Uuid(Uuid::parse_str(text).map_err(|_| wrong())?),
            },
        })
    }
}

fn parse_integer(text: &str) -> Option<i64> {
    match text.strip_prefix("0x") {
        Some(digits) => i64::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

/// Whether a character ends a bare word.
pub(crate) fn is_delimiter(character: char) -> bool {
    ":=, []{}!<>".contains(character)
}

/// The words of a value's text.
pub(crate) struct Tokens<'t> {
    pub(crate) rest: &'t str,
}

impl Tokens<'_> {
    /// The next character that is no blank.
    pub(crate) fn peek(&mut self) -> Option<char> {
        self.rest = self.rest.trim_start_matches(' ');
        self.rest.chars().next()
    }

    /// Takes the next character that is no blank.
    pub(crate) fn take(&mut self) -> Option<char> {
        let taken = self.peek();
        self.rest = &self.rest[taken.map_or(0, char::len_utf8)..];
        taken
    }

    /// Takes a bare word, or a string in double quotes with its quotes.
    pub(crate) fn word(&mut self) -> Result<String, String> {
        let start = self.peek();
        let (mut in_quotes, mut escaped) = (false, false);
        let mut length = 0;
        for character in self.rest.chars() {
            if !in_quotes && is_delimiter(character) {
                break;
            }
            if character == '"' && !escaped {
                in_quotes = !in_quotes;
            }
            escaped = in_quotes && character == '\\' && !escaped;
            length += character.len_utf8();
        }
        if in_quotes {
            return Err(format!("{}: a quoted string is not closed", self.rest));
        }
        if length == 0 {
            return Err(
                start.map_or("the value ends early".to_owned(), |found| format!("unexpected {found}"))
            );
        }
        let (word, rest) = self.rest.split_at(length);
        self.rest = rest;
        Ok(word.to_owned())
    }
}

/// A value as ovn-nbctl prints it. A bare value has no brackets and no quotes.
pub(crate) fn print_value(value: &Value, column_type: &ColumnType, is_bare: bool) -> String {
    match value {
        Value::Set(atoms) => {
            let parts: Vec<String> = atoms.iter().map(|atom| print_atom(atom, is_bare)).collect();
            if is_bare {
                parts.join(" ")
            } else if column_type.is_scalar() || (column_type.is_optional() && !parts.is_empty()) {
                parts.concat()
            } else {
                format!("[{}]", parts.join(", "))
            }
        }
        Value::Map(pairs) => {
            let pair = |(key, value): &(Atom, Atom)| {
                format!("{}={}", print_atom(key, is_bare), print_atom(value, is_bare))
            };
            let parts: Vec<String> = pairs.iter().map(pair).collect();
            if is_bare { parts.join(" ") } else { format!("{{{}}}", parts.join(", ")) }
        }
    }
}

/// An atom as ovn-nbctl prints it: strings that are no plain words are quoted as in JSON.
pub(crate) fn print_atom(atom: &Atom, is_bare: bool) -> String {
    match atom {
        Atom::String(text) if is_bare || !needs_quotes(text) => text.to_string(),
        Atom::String(text) => {
            let mut quoted = String::new();
            write_json_string(text, &mut quoted);
            quoted
        }
        Atom::Uuid(uuid) => uuid.hyphenated().to_string(),
        other => other.to_string(),
    }
}

fn needs_quotes(text: &str) -> bool {
    let is_start = |c: char| c.is_ascii_alphabetic() || c == '_';
    let is_part = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    !text.starts_with(is_start)
        || !text.chars().all(is_part)
        || matches!(text, "true" | "false")
        || Uuid::parse_str(text).is_ok()
}
