//! Cuts a text into tokens.

use super::escape::unescape;
use super::number::Number;
use super::token::{Kind, Token};

/// All tokens of `text`; the last one is [`Kind::End`].
pub fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut scanner = Scanner { text, position: 0 };
    let mut tokens = Vec::with_capacity(text.len() / 3 + 1);
    loop {
        let token = scanner.next_token();
        let end = token.kind == Kind::End;
        tokens.push(token);
        if end {
            return tokens;
        }
    }
}

pub(super) struct Scanner<'t> {
    text: &'t str,
    position: usize,
}

fn begins_name(c: u8) -> bool {
    c.is_ascii_alphabetic() || c == b'_' || c == b'.'
}

fn continues_name(c: u8) -> bool {
    begins_name(c) || c.is_ascii_digit()
}

impl<'t> Scanner<'t> {
    /// The byte at `offset` from here; 0 behind the end.
    fn byte(&self, offset: usize) -> u8 {
        self.text.as_bytes().get(self.position + offset).copied().unwrap_or(0)
    }

    fn next_token(&mut self) -> Token<'t> {
        if let Some(error) = self.skip_space() {
            return error;
        }
        let start = self.position;
        let kind = self.next_kind();
        Token { kind, span: start..self.position }
    }

    /// Skips space and comments; a comment without an end is an error.
    fn skip_space(&mut self) -> Option<Token<'t>> {
        loop {
            match (self.byte(0), self.byte(1)) {
                (b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c, _) => self.position += 1,
                (b'/', b'/') => {
                    let rest = &self.text[self.position..];
                    self.position += rest.find('\n').unwrap_or(rest.len());
                }
                (b'/', b'*') => {
                    let start = self.position;
                    let line = self.text[start + 2..].split('\n').next().unwrap_or_default();
                    match line.find("*/") {
                        Some(length) => self.position = start + 2 + length + 2,
                        None => {
                            self.position = start + 2 + line.len();
                            let kind = Kind::Error("a comment has no end on its line".to_string());
                            return Some(Token { kind, span: start..self.position });
                        }
                    }
                }
                _ => return None,
            }
        }
    }

    fn next_kind(&mut self) -> Kind<'t> {
        if self.position >= self.text.len() {
            return Kind::End;
        }
        match self.byte(0) {
            b'0'..=b'9' => self.number(),
            b':' if self.byte(1) == b':' => self.number(),
            b'"' => self.string(),
            b'$' => self.sigil(Kind::AddressSet),
            b'@' => self.sigil(Kind::PortGroup),
            b'^' => self.sigil(Kind::Template),
            c if c.is_ascii_hexdigit() && self.is_address() => self.number(),
            b'.' => match self.byte(1) {
                b'.' => self.take(2, Kind::Range),
                _ => self.wrong("`.` stands only in `..` and in names and numbers"),
            },
            c if begins_name(c) => Kind::Id(self.name()),
            _ => self.punctuation(),
        }
    }

    fn punctuation(&mut self) -> Kind<'t> {
        match (self.byte(0), self.byte(1), self.byte(2)) {
            (b'<', b'-', b'>') => self.take(3, Kind::Exchange),
            (b'=', b'=', _) => self.take(2, Kind::Equal),
            (b'!', b'=', _) => self.take(2, Kind::NotEqual),
            (b'<', b'=', _) => self.take(2, Kind::LessOrEqual),
            (b'>', b'=', _) => self.take(2, Kind::GreaterOrEqual),
            (b'&', b'&', _) => self.take(2, Kind::And),
            (b'|', b'|', _) => self.take(2, Kind::Or),
            (b'-', b'-', _) => self.take(2, Kind::Decrement),
            (b'(', ..) => self.take(1, Kind::LeftParenthesis),
            (b')', ..) => self.take(1, Kind::RightParenthesis),
            (b'{', ..) => self.take(1, Kind::LeftBrace),
            (b'}', ..) => self.take(1, Kind::RightBrace),
            (b'[', ..) => self.take(1, Kind::LeftBracket),
            (b']', ..) => self.take(1, Kind::RightBracket),
            (b'=', ..) => self.take(1, Kind::Assign),
            (b'!', ..) => self.take(1, Kind::Not),
            (b'<', ..) => self.take(1, Kind::Less),
            (b'>', ..) => self.take(1, Kind::Greater),
            (b',', ..) => self.take(1, Kind::Comma),
            (b';', ..) => self.take(1, Kind::Semicolon),
            (b':', ..) => self.take(1, Kind::Colon),
            (b'-', ..) => self.take(1, Kind::Hyphen),
            (b'&', ..) => self.wrong("`&` stands only in `&&`"),
            (b'|', ..) => self.wrong("`|` stands only in `||`"),
            (b'/', ..) => self.wrong("`/` stands only in `//`, in `/*` and before a mask"),
            _ => {
                let c = self.text[self.position..].chars().next().unwrap_or_default();
                self.position += c.len_utf8();
                Kind::Error(format!("{c:?} has no meaning here"))
            }
        }
    }

    fn take(&mut self, length: usize, kind: Kind<'t>) -> Kind<'t> {
        self.position += length;
        kind
    }

    fn wrong(&mut self, message: &str) -> Kind<'t> {
        self.take(1, Kind::Error(message.to_string()))
    }

    fn name(&mut self) -> &'t str {
        let start = self.position;
        while continues_name(self.byte(0)) {
            self.position += 1;
        }
        &self.text[start..self.position]
    }

    fn sigil(&mut self, kind: fn(&'t str) -> Kind<'t>) -> Kind<'t> {
        let sigil = char::from(self.byte(0));
        self.position += 1;
        if begins_name(self.byte(0)) {
            kind(self.name())
        } else {
            Kind::Error(format!("a name must follow `{sigil}`"))
        }
    }

    /// Whether hexadecimal digits before a colon begin here: an address, as names have no colons.
    fn is_address(&self) -> bool {
        let rest = &self.text.as_bytes()[self.position..];
        rest.iter().find(|c| !c.is_ascii_hexdigit()) == Some(&b':')
    }

    fn number(&mut self) -> Kind<'t> {
        let start = self.position;
        self.skip_number();
        if self.byte(0) == b'/' && Number::parse(&self.text[start..self.position]).is_ok() {
            self.position += 1;
            self.skip_number();
        }
        match Number::parse(&self.text[start..self.position]) {
            Ok(number) => Kind::Number(number),
            Err(message) => Kind::Error(message),
        }
    }

    /// Skips what may belong to a number. Two dots are a range, and a colon after a dot precedes a port.
    fn skip_number(&mut self) {
        let mut dots = false;
        loop {
            match (self.byte(0), self.byte(1)) {
                (c, _) if c.is_ascii_alphanumeric() => {}
                (b':', _) if !dots => {}
                (b'.', next) if next != b'.' => dots = true,
                _ => return,
            }
            self.position += 1;
        }
    }

    fn string(&mut self) -> Kind<'t> {
        self.position += 1;
        let start = self.position;
        loop {
            match self.byte(0) {
                _ if self.position >= self.text.len() => {
                    self.position = self.text.len();
                    return Kind::Error("a string has no closing quote".to_string());
                }
                b'"' => break,
                b'\\' => self.position += 2,
                _ => self.position += 1,
            }
        }
        let raw = self.text.get(start..self.position).map(unescape);
        self.position += 1;
        match raw {
            Some(Ok(text)) => Kind::Text(text),
            Some(Err(message)) => Kind::Error(message),
            None => Kind::Error("a string has an escape that is none".to_string()),
        }
    }
}
