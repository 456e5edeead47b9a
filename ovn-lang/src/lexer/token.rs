//! Tokens.

use std::fmt;
use std::ops::Range;

use super::escape::write_quoted;
use super::number::Number;

/// One token of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token<'t> {
    /// What it is.
    pub kind: Kind<'t>,
    /// Its bytes in the text.
    pub span: Range<usize>,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind<'t> {
    /// The end of the text.
    End,
    /// Characters that make no token, and why.
    Error(String),
    /// A name.
    Id(&'t str),
    /// A string in quotes, without them.
    Text(String),
    /// A number, perhaps with a mask.
    Number(Number),
    /// `$name`: an address set, or what a caller calls so.
    AddressSet(&'t str),
    /// `@name`: a port group.
    PortGroup(&'t str),
    /// `^name`: a template variable.
    Template(&'t str),
    /// `(`
    LeftParenthesis,
    /// `)`
    RightParenthesis,
    /// `{`
    LeftBrace,
    /// `}`
    RightBrace,
    /// `[`
    LeftBracket,
    /// `]`
    RightBracket,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `!`
    Not,
    /// `&&`
    And,
    /// `||`
    Or,
    /// `..`
    Range,
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// `=`
    Assign,
    /// `<->`
    Exchange,
    /// `--`
    Decrement,
    /// `:`
    Colon,
    /// `-`
    Hyphen,
}

impl fmt::Display for Kind<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Kind::End => "the end",
            Kind::Error(_) => "an error",
            Kind::Id(name) => name,
            Kind::Text(text) => return write_quoted(f, text),
            Kind::Number(number) => return number.fmt(f),
            Kind::AddressSet(name) => return write!(f, "${name}"),
            Kind::PortGroup(name) => return write!(f, "@{name}"),
            Kind::Template(name) => return write!(f, "^{name}"),
            Kind::LeftParenthesis => "(",
            Kind::RightParenthesis => ")",
            Kind::LeftBrace => "{",
            Kind::RightBrace => "}",
            Kind::LeftBracket => "[",
            Kind::RightBracket => "]",
            Kind::Equal => "==",
            Kind::NotEqual => "!=",
            Kind::Less => "<",
            Kind::LessOrEqual => "<=",
            Kind::Greater => ">",
            Kind::GreaterOrEqual => ">=",
            Kind::Not => "!",
            Kind::And => "&&",
            Kind::Or => "||",
            Kind::Range => "..",
            Kind::Comma => ",",
            Kind::Semicolon => ";",
            Kind::Assign => "=",
            Kind::Exchange => "<->",
            Kind::Decrement => "--",
            Kind::Colon => ":",
            Kind::Hyphen => "-",
        };
        f.write_str(text)
    }
}
