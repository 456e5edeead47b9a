//! Text to tokens. Every byte of the text is in exactly one token.
//!
//! A literal is several tokens: its start, runs of text, escapes, holes with the tokens of their
//! expressions, and its end. So the lexer has two modes, on a stack: a hole inside a literal is code
//! again, up to the brace that closes it.

use logos::Logos;

use crate::{
    diagnostic::{Diagnostic, Severity},
    kind::SyntaxKind,
    span::{FileId, Span},
};

/// A token: its kind and its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    /// The kind.
    pub(crate) kind: SyntaxKind,
    /// First byte.
    pub(crate) start: u32,
    /// The byte after the last.
    pub(crate) end: u32,
}

/// The words that begin an item.
pub(crate) const ITEM_WORDS: &[&str] = &[
    "database",
    "output",
    "const",
    "register",
    "pipeline",
    "record",
    "extern",
    "fn",
    "entity",
    "alloc",
    "components",
    "rule",
    "test",
];

/// Tokens outside of literals.
#[derive(Logos, Debug, Clone, Copy, PartialEq, Eq)]
enum Code {
    #[regex(r"[ \t\r\n]+")]
    Whitespace,
    #[regex(r"//[^\n]*", allow_greedy = true)]
    Comment,
    #[regex(r"[A-Za-z_][A-Za-z0-9_]*")]
    Ident,
    #[regex(r"[0-9][A-Za-z0-9_]*")]
    Int,
    #[regex(r#"(match|actions)?""#)]
    TextStart,
    /// Text in single quotes, which are no quotes here.
    #[regex(r"'[^'\n]*'")]
    SingleQuoted,
    #[token("{")]
    BraceOpen,
    #[token("}")]
    BraceClose,
    #[token("(")]
    ParenOpen,
    #[token(")")]
    ParenClose,
    #[token("[")]
    BracketOpen,
    #[token("]")]
    BracketClose,
    #[token(",")]
    Comma,
    #[token(":")]
    Colon,
    #[token(".")]
    Dot,
    #[token("..")]
    DotDot,
    #[token("?")]
    Question,
    #[token("??")]
    QuestionQuestion,
    #[token("=")]
    Equal,
    #[token("==")]
    EqualEqual,
    #[token("!=")]
    NotEqual,
    #[token("<")]
    Less,
    #[token("<=")]
    LessEqual,
    #[token(">")]
    Greater,
    #[token(">=")]
    GreaterEqual,
    #[token("=>")]
    FatArrow,
    #[token("->")]
    Arrow,
    #[token("+")]
    Plus,
    #[token("+=")]
    PlusEqual,
    #[token("-")]
    Minus,
    #[token("*")]
    Star,
    #[token("/")]
    Slash,
    #[token("%")]
    Percent,
    #[token("|")]
    Pipe,
    #[token("&")]
    Ampersand,
    #[token("||")]
    PipePipe,
    #[token("&&")]
    AmpersandAmpersand,
    #[token("!")]
    Bang,
    #[token(";")]
    Semicolon,
}

impl Code {
    fn kind(self, text: &str) -> SyntaxKind {
        match self {
            Self::Whitespace => SyntaxKind::Whitespace,
            Self::Comment if text.starts_with("///") && !text.starts_with("////") => SyntaxKind::DocComment,
            Self::Comment => SyntaxKind::Comment,
            Self::Ident => SyntaxKind::Ident,
            Self::Int => SyntaxKind::Int,
            Self::TextStart => SyntaxKind::TextStart,
            Self::SingleQuoted => SyntaxKind::Unknown,
            Self::BraceOpen => SyntaxKind::BraceOpen,
            Self::BraceClose => SyntaxKind::BraceClose,
            Self::ParenOpen => SyntaxKind::ParenOpen,
            Self::ParenClose => SyntaxKind::ParenClose,
            Self::BracketOpen => SyntaxKind::BracketOpen,
            Self::BracketClose => SyntaxKind::BracketClose,
            Self::Comma => SyntaxKind::Comma,
            Self::Colon => SyntaxKind::Colon,
            Self::Dot => SyntaxKind::Dot,
            Self::DotDot => SyntaxKind::DotDot,
            Self::Question => SyntaxKind::Question,
            Self::QuestionQuestion => SyntaxKind::QuestionQuestion,
            Self::Equal => SyntaxKind::Equal,
            Self::EqualEqual => SyntaxKind::EqualEqual,
            Self::NotEqual => SyntaxKind::NotEqual,
            Self::Less => SyntaxKind::Less,
            Self::LessEqual => SyntaxKind::LessEqual,
            Self::Greater => SyntaxKind::Greater,
            Self::GreaterEqual => SyntaxKind::GreaterEqual,
            Self::FatArrow => SyntaxKind::FatArrow,
            Self::Arrow => SyntaxKind::Arrow,
            Self::Plus => SyntaxKind::Plus,
            Self::PlusEqual => SyntaxKind::PlusEqual,
            Self::Minus => SyntaxKind::Minus,
            Self::Star => SyntaxKind::Star,
            Self::Slash => SyntaxKind::Slash,
            Self::Percent => SyntaxKind::Percent,
            Self::Pipe => SyntaxKind::Pipe,
            Self::Ampersand => SyntaxKind::Ampersand,
            Self::PipePipe => SyntaxKind::PipePipe,
            Self::AmpersandAmpersand => SyntaxKind::AmpersandAmpersand,
            Self::Bang => SyntaxKind::Bang,
            Self::Semicolon => SyntaxKind::Semicolon,
        }
    }
}

/// Where the lexer stands.
#[derive(Debug, Clone, Copy)]
enum Mode {
    /// In a literal that began at `start`.
    Text { start: u32 },
    /// In a hole, inside so many braces of its own.
    Hole { braces: u32 },
}

/// How often reading begins anew in one item behind a literal that does not end.
const MAX_REWINDS: u32 = 16;

struct Lexer<'a> {
    file: FileId,
    text: &'a str,
    position: usize,
    modes: Vec<Mode>,
    tokens: Vec<Token>,
    diagnostics: Vec<Diagnostic>,
    /// Where the first literal of this item begins that runs over a line's end.
    first_multiline: Option<u32>,
    rewinds: u32,
}

/// The tokens of `text`, with what is wrong with them. Lengths add up to the length of the text.
///
/// A literal may run over several lines, but not over a line that begins (in the first column) with `}`,
/// `///` or the start of an item. So one forgotten quote does not swallow the items after. Where it does
/// happen, the first literal of the item that runs over a line's end is taken to be the one without an
/// end, and reading begins anew behind its line.
pub(crate) fn lex(file: FileId, text: &str) -> (Vec<Token>, Vec<Diagnostic>) {
    let mut lexer = Lexer {
        file,
        text,
        position: 0,
        modes: Vec::new(),
        tokens: Vec::new(),
        diagnostics: Vec::new(),
        first_multiline: None,
        rewinds: 0,
    };
    loop {
        let at_end = lexer.position >= text.len();
        if at_end || lexer.at_boundary() {
            if lexer.abandon_literals() {
                continue;
            }
            if at_end {
                return (lexer.tokens, lexer.diagnostics);
            }
            lexer.first_multiline = None;
            lexer.rewinds = 0;
        }
        if let Some(Mode::Text { .. }) = lexer.modes.last() {
            lexer.text_token();
        } else {
            lexer.code_token();
        }
    }
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.position..).unwrap_or_default()
    }

    fn push(&mut self, kind: SyntaxKind, length: usize) {
        let start = self.position as u32;
        self.position += length;
        self.tokens.push(Token { kind, start, end: self.position as u32 });
    }

    fn code_token(&mut self) {
        let rest = self.text.get(self.position..).unwrap_or_default();
        let mut code = Code::lexer(rest);
        let Some(result) = code.next() else { return };
        let slice = code.slice();
        match result {
            Ok(Code::SingleQuoted) | Err(()) => self.unknown(slice.to_owned()),
            Ok(token) => self.accept(token.kind(slice), slice.len()),
        }
    }

    fn accept(&mut self, kind: SyntaxKind, length: usize) {
        let start = self.position as u32;
        if let Some(Mode::Hole { braces }) = self.modes.last_mut() {
            match kind {
                SyntaxKind::BraceOpen => *braces += 1,
                SyntaxKind::BraceClose if *braces == 0 => {
                    self.modes.pop();
                    self.push(SyntaxKind::HoleEnd, length);
                    return;
                }
                SyntaxKind::BraceClose => *braces -= 1,
                _ => {}
            }
        }
        if kind == SyntaxKind::TextStart {
            self.modes.push(Mode::Text { start });
        }
        // Whitespace stops before a line's first column, where a literal may have to end.
        let length = match kind {
            SyntaxKind::Whitespace if !self.modes.is_empty() => {
                self.rest().find('\n').map_or(length, |newline| length.min(newline + 1))
            }
            _ => length,
        };
        self.push(kind, length);
    }

    fn unknown(&mut self, slice: String) {
        let help = match slice.chars().next() {
            Some('\'') => Some("text stands in double quotes".to_owned()),
            Some('#') => Some("comments begin with `//`".to_owned()),
            _ => None,
        };
        let span =
            Span { file: self.file, start: self.position as u32, end: (self.position + slice.len()) as u32 };
        self.diagnostics.push(Diagnostic {
            code: "E0101",
            severity: Severity::Error,
            span,
            message: format!("unexpected `{slice}`"),
            label: "no token begins like this".to_owned(),
            help,
            related: Vec::new(),
        });
        self.push(SyntaxKind::Unknown, slice.len());
    }

    fn text_token(&mut self) {
        let rest = self.rest();
        if rest.starts_with('"') {
            self.modes.pop();
            self.push(SyntaxKind::TextEnd, 1);
        } else if rest.starts_with("${") {
            self.modes.push(Mode::Hole { braces: 0 });
            self.push(SyntaxKind::HoleStart, 2);
        } else if let Some(after) = rest.strip_prefix('\\') {
            let length = 1 + after.chars().next().map_or(0, char::len_utf8);
            self.push(SyntaxKind::TextEscape, length);
        } else {
            let length = run_length(rest);
            if let (Some(Mode::Text { start }), true) =
                (self.modes.first(), rest.as_bytes().get(length - 1) == Some(&b'\n'))
            {
                self.first_multiline.get_or_insert(*start);
            }
            self.push(SyntaxKind::TextRun, length);
        }
    }

    /// Whether a line begins here with what no literal can contain.
    fn at_boundary(&self) -> bool {
        let starts_line = self.position == 0
            || self.text.as_bytes().get(self.position - 1).is_some_and(|byte| *byte == b'\n');
        starts_line && begins_item(self.rest())
    }

    /// Ends the literals that are open, with an error; true when reading begins anew further back.
    fn abandon_literals(&mut self) -> bool {
        let Some(Mode::Text { start: outermost }) = self.modes.first().copied() else { return false };
        let in_hole = self.modes.len() > 1 && self.first_multiline.is_none_or(|start| start == outermost);
        let start = self.first_multiline.take().unwrap_or(outermost);
        let line_end = self
            .text
            .get(start as usize..)
            .and_then(|text| text.find('\n'))
            .map_or(self.text.len(), |length| start as usize + length);
        self.modes.clear();
        let rewinds = self.rewinds < MAX_REWINDS && line_end < self.position;
        if rewinds {
            self.rewinds += 1;
            self.rewind(line_end);
        }
        self.diagnostics.push(Diagnostic {
            code: "E0102",
            severity: Severity::Error,
            span: Span { file: self.file, start, end: line_end as u32 },
            message: "this text does not end".to_owned(),
            label: if in_hole { "expected `}` and `\"`" } else { "expected `\"` at its end" }.to_owned(),
            help: Some(
                "a quote inside a text is written `\\\"`, a dollar sign before a brace `\\$`".to_owned(),
            ),
            related: Vec::new(),
        });
        rewinds
    }

    /// Goes back to an earlier position.
    fn rewind(&mut self, position: usize) {
        let end = position as u32;
        let keep = self.tokens.partition_point(|token| token.start < end);
        self.tokens.truncate(keep);
        if let Some(last) = self.tokens.last_mut() {
            last.end = last.end.min(end);
        }
        self.diagnostics.retain(|diagnostic| diagnostic.span.start < end);
        self.position = position;
    }
}

/// The length of a run of text, at least one character. It ends after a newline.
fn run_length(rest: &str) -> usize {
    let mut characters = rest.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let stops = match character {
            '"' | '\\' => true,
            '$' => characters.peek().is_some_and(|(_, next)| *next == '{'),
            _ => false,
        };
        if stops && at > 0 {
            return at;
        }
        if character == '\n' {
            return at + 1;
        }
    }
    rest.len()
}

/// Whether the line begins like an item, or like the brace after one.
fn begins_item(line: &str) -> bool {
    if line.starts_with('}') || line.starts_with("///") {
        return true;
    }
    let word_end = line.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(line.len());
    let (word, rest) = line.split_at(word_end);
    let next = rest.trim_start_matches([' ', '\t']);
    ITEM_WORDS.contains(&word)
        && next.len() < rest.len()
        && next.starts_with(|c: char| c.is_ascii_alphabetic() || c == '"' || c == '_')
}
