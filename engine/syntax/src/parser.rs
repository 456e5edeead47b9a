//! The machine under the grammar: a cursor over the tokens which are not trivia, and a list of events
//! that becomes the tree.

use crate::{
    diagnostic::{Diagnostic, Severity},
    kind::SyntaxKind,
    lexer::{ITEM_WORDS, Token},
    span::{FileId, Span},
};

/// How deep constructs may stand inside each other. It bounds the recursion of this parser and of every
/// later phase.
pub(crate) const MAX_DEPTH: u32 = 128;

/// Words that begin a clause, a head or a part of one, when a line begins with them.
const SYNC_WORDS: &[&str] =
    &["from", "where", "let", "flow", "emit", "warn", "if", "for", "match", "actions"];

/// A step of building the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    /// A node begins; `parent` is how far ahead the event stands of the node around it that was begun later.
    Start {
        /// The node's kind; None for one that was given up.
        kind: Option<SyntaxKind>,
        /// Distance to the start of the node around this one.
        parent: Option<u32>,
    },
    /// The node begun last ends.
    Finish,
    /// The next token that is not trivia.
    Token,
}

/// A node that is begun and not yet ended.
#[derive(Debug)]
#[must_use]
pub(crate) struct Marker(usize);

/// A node that is ended; it can still be put inside another.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Completed {
    start: usize,
}

/// Cursor and events.
#[derive(Debug)]
pub(crate) struct Parser<'a> {
    file: FileId,
    text: &'a str,
    /// Tokens without trivia.
    tokens: Vec<Token>,
    /// Whether a token is the first of its line.
    first_on_line: Vec<bool>,
    position: usize,
    /// Events so far.
    pub(crate) events: Vec<Event>,
    /// Messages so far.
    pub(crate) diagnostics: Vec<Diagnostic>,
    last_error_at: Option<usize>,
    /// How many constructs are open around the cursor.
    depth: u32,
    /// How deep the deepest construct stands of those inside the expression being read.
    pub(crate) deepest: u32,
    /// Whether `Name {` begins a record here. It does not where a block has to follow.
    pub(crate) records: bool,
}

impl<'a> Parser<'a> {
    /// A parser at the start of a file.
    pub(crate) fn new(file: FileId, text: &'a str, all: &[Token]) -> Self {
        let mut tokens = Vec::with_capacity(all.len());
        let mut first_on_line = Vec::with_capacity(all.len());
        let mut newline = true;
        for token in all {
            if token.kind.is_trivia() {
                newline |= slice(text, *token).contains('\n');
            } else {
                tokens.push(*token);
                first_on_line.push(newline);
                newline = false;
            }
        }
        Self {
            file,
            text,
            tokens,
            first_on_line,
            position: 0,
            events: Vec::new(),
            diagnostics: Vec::new(),
            last_error_at: None,
            depth: 0,
            deepest: 0,
            records: true,
        }
    }

    /// The kind of the token `ahead` of the cursor.
    pub(crate) fn nth(&self, ahead: usize) -> SyntaxKind {
        self.tokens.get(self.position + ahead).map_or(SyntaxKind::EndOfFile, |token| token.kind)
    }

    /// The kind of the token at the cursor.
    pub(crate) fn current(&self) -> SyntaxKind {
        self.nth(0)
    }

    /// Whether the token at the cursor is of this kind.
    pub(crate) fn at(&self, kind: SyntaxKind) -> bool {
        self.current() == kind
    }

    /// The text of the token `ahead` of the cursor, empty at the end.
    pub(crate) fn nth_text(&self, ahead: usize) -> &'a str {
        self.tokens.get(self.position + ahead).map_or("", |token| slice(self.text, *token))
    }

    /// Whether the token `ahead` is this word.
    pub(crate) fn nth_word(&self, ahead: usize, word: &str) -> bool {
        self.nth(ahead) == SyntaxKind::Ident && self.nth_text(ahead) == word
    }

    /// Whether the token at the cursor is this word.
    pub(crate) fn at_word(&self, word: &str) -> bool {
        self.nth_word(0, word)
    }

    /// Whether the token at the cursor is one of these words.
    pub(crate) fn at_any_word(&self, words: &[&str]) -> bool {
        self.at(SyntaxKind::Ident) && words.contains(&self.nth_text(0))
    }

    /// Whether the token at the cursor is the first of its line.
    pub(crate) fn at_line_start(&self) -> bool {
        self.first_on_line.get(self.position).copied().unwrap_or(false)
    }

    /// Whether nothing stands between the token `ahead` of the cursor and the one before it.
    pub(crate) fn is_joined(&self, ahead: usize) -> bool {
        let at = self.position + ahead;
        match (at.checked_sub(1).and_then(|before| self.tokens.get(before)), self.tokens.get(at)) {
            (Some(before), Some(token)) => before.end == token.start,
            _ => false,
        }
    }

    /// Whether an item begins at the cursor, in the first column: there every open block ends.
    pub(crate) fn at_item_boundary(&self) -> bool {
        let Some(token) = self.tokens.get(self.position) else { return true };
        let in_first_column =
            token.start == 0 || self.text.as_bytes().get(token.start as usize - 1) == Some(&b'\n');
        in_first_column
            && self.at_any_word(ITEM_WORDS)
            && matches!(self.nth(1), SyntaxKind::Ident | SyntaxKind::TextStart)
    }

    /// Whether a block has to end here, closed or not.
    pub(crate) fn at_block_end(&self) -> bool {
        matches!(self.current(), SyntaxKind::BraceClose | SyntaxKind::HoleEnd | SyntaxKind::EndOfFile)
            || self.at_item_boundary()
    }

    /// Where the cursor stands; it only grows.
    pub(crate) fn position(&self) -> usize {
        self.position
    }

    /// Moves over one token.
    pub(crate) fn bump(&mut self) {
        if self.position < self.tokens.len() {
            self.position += 1;
            self.events.push(Event::Token);
        }
    }

    /// Moves over a token of this kind, if it is there.
    pub(crate) fn eat(&mut self, kind: SyntaxKind) -> bool {
        let there = self.at(kind);
        if there {
            self.bump();
        }
        there
    }

    /// Moves over this word, if it is there.
    pub(crate) fn eat_word(&mut self, word: &str) -> bool {
        let there = self.at_word(word);
        if there {
            self.bump();
        }
        there
    }

    /// Moves over a token of this kind, or says that it is missing.
    pub(crate) fn expect(&mut self, kind: SyntaxKind) -> bool {
        let there = self.eat(kind);
        if !there {
            self.error_missing(kind.describe());
        }
        there
    }

    /// Moves over the closing bracket, or says that it is missing and where it was opened.
    pub(crate) fn expect_close(&mut self, kind: SyntaxKind, opened: Span) -> bool {
        if self.eat(kind) {
            return true;
        }
        let count = self.diagnostics.len();
        self.error_missing(kind.describe());
        if let Some(diagnostic) = self.diagnostics.get_mut(count) {
            diagnostic.related.push((opened, "opened here".to_owned()));
        }
        false
    }

    /// Moves over this word, or says that it is missing.
    pub(crate) fn expect_word(&mut self, word: &str) -> bool {
        let there = self.eat_word(word);
        if !there {
            self.error_missing(&format!("`{word}`"));
        }
        there
    }

    /// Begins a node.
    pub(crate) fn start(&mut self) -> Marker {
        self.events.push(Event::Start { kind: None, parent: None });
        Marker(self.events.len() - 1)
    }

    /// Ends a node.
    pub(crate) fn finish(&mut self, marker: Marker, kind: SyntaxKind) -> Completed {
        if let Some(Event::Start { kind: slot, .. }) = self.events.get_mut(marker.0) {
            *slot = Some(kind);
        }
        self.events.push(Event::Finish);
        Completed { start: marker.0 }
    }

    /// Begins a node around one that has ended.
    pub(crate) fn precede(&mut self, inner: Completed) -> Marker {
        let marker = self.start();
        if let Some(Event::Start { parent, .. }) = self.events.get_mut(inner.start) {
            *parent = Some((marker.0 - inner.start) as u32);
        }
        marker
    }

    /// The place of the token `ahead` of the cursor; the end of the text when there is none.
    pub(crate) fn nth_span(&self, ahead: usize) -> Span {
        let end = self.text.len() as u32;
        let (start, end) =
            self.tokens.get(self.position + ahead).map_or((end, end), |token| (token.start, token.end));
        Span { file: self.file, start, end }
    }

    /// The place of the token before the cursor.
    pub(crate) fn last_span(&self) -> Span {
        let last = self.position.checked_sub(1).and_then(|last| self.tokens.get(last));
        let (start, end) = last.map_or((0, 0), |token| (token.start, token.end));
        Span { file: self.file, start, end }
    }

    /// Reports that something else was expected at the cursor.
    pub(crate) fn error_expected(&mut self, expected: &str) {
        let span = self.nth_span(0);
        self.error_expected_at(span, expected);
    }

    /// Reports that something is missing: behind the last token, when the next one is on another line.
    pub(crate) fn error_missing(&mut self, missing: &str) {
        let span = self.missing_span();
        self.error_expected_at(span, missing);
    }

    /// Where something is missing.
    pub(crate) fn missing_span(&self) -> Span {
        let is_last = self.at(SyntaxKind::EndOfFile);
        if self.position > 0 && (is_last || self.at_line_start()) {
            let end = self.last_span().end;
            Span { file: self.file, start: end, end }
        } else {
            self.nth_span(0)
        }
    }

    fn error_expected_at(&mut self, span: Span, expected: &str) {
        let found = self.found();
        let message = format!("expected {expected}, found {found}");
        self.error_at("E0103", span, message, format!("expected {expected}"), None);
    }

    /// How a message calls the token at the cursor.
    pub(crate) fn found(&self) -> String {
        match self.current() {
            SyntaxKind::Ident | SyntaxKind::Int | SyntaxKind::Unknown => format!("`{}`", self.nth_text(0)),
            kind => kind.describe().to_owned(),
        }
    }

    /// Reports an error at the cursor. One place has one error: what follows from it is not said.
    pub(crate) fn error(&mut self, code: &'static str, message: String, label: String, help: Option<&str>) {
        let span = self.nth_span(0);
        self.error_at(code, span, message, label, help);
    }

    /// Reports an error at another place, unless there is one at the cursor already.
    pub(crate) fn error_at(
        &mut self,
        code: &'static str,
        span: Span,
        message: String,
        label: String,
        help: Option<&str>,
    ) {
        // A character that begins no token is reported by the lexer.
        let reported = self.last_error_at == Some(self.position) || self.at(SyntaxKind::Unknown);
        self.last_error_at = Some(self.position);
        if !reported {
            self.diagnostics.push(Diagnostic {
                code,
                severity: Severity::Error,
                span,
                message,
                label,
                help: help.map(str::to_owned),
                related: Vec::new(),
            });
        }
    }

    /// Whether reading can go on here after an error: the block ends, or a line begins with a clause, a
    /// head or a part of one.
    fn at_sync(&self) -> bool {
        self.at_block_end() || self.at_line_start() && self.at_any_word(SYNC_WORDS)
    }

    /// Moves over tokens, and over what they bracket, until `stop` holds or reading can go on.
    pub(crate) fn recover(&mut self, stop: impl Fn(&Self) -> bool) {
        if self.at_sync() || stop(self) {
            return;
        }
        let marker = self.start();
        while !self.at_sync() && !stop(self) {
            self.skip_group();
        }
        self.finish(marker, SyntaxKind::Error);
        self.last_error_at = Some(self.position);
    }

    /// Moves over one token, or over brackets with what stands in them.
    pub(crate) fn skip_group(&mut self) {
        let mut open = 0_u32;
        loop {
            match self.current() {
                SyntaxKind::BraceOpen
                | SyntaxKind::ParenOpen
                | SyntaxKind::BracketOpen
                | SyntaxKind::TextStart
                | SyntaxKind::HoleStart => open += 1,
                SyntaxKind::BraceClose
                | SyntaxKind::ParenClose
                | SyntaxKind::BracketClose
                | SyntaxKind::TextEnd
                | SyntaxKind::HoleEnd => open = open.saturating_sub(1),
                _ => {}
            }
            self.bump();
            if open == 0 || self.at_item_boundary() {
                return;
            }
        }
    }

    /// Whether one more construct may be opened; says so when not, and skips what it would have been.
    pub(crate) fn enter(&mut self) -> bool {
        if self.depth < MAX_DEPTH {
            self.depth += 1;
            self.deepest = self.deepest.max(self.depth);
            return true;
        }
        self.error_too_deep();
        let marker = self.start();
        if !self.at_block_end() {
            self.skip_group();
        }
        self.finish(marker, SyntaxKind::Error);
        false
    }

    /// Runs `part` where `Name {` begins a record, or where it does not.
    pub(crate) fn with_records<T>(&mut self, records: bool, part: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::replace(&mut self.records, records);
        let result = part(self);
        self.records = outer;
        result
    }

    /// Closes what [`Parser::enter`] opened.
    pub(crate) fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// How many constructs are open around the cursor.
    pub(crate) fn depth(&self) -> u32 {
        self.depth
    }

    /// Takes note that another construct goes around what was read last; false at the limit.
    pub(crate) fn deepen(&mut self) -> bool {
        let possible = self.deepest < MAX_DEPTH;
        self.deepest += u32::from(possible);
        possible
    }

    /// Reports that the limit of depth is reached.
    pub(crate) fn error_too_deep(&mut self) {
        self.error(
            "E0108",
            format!("this is nested more than {MAX_DEPTH} deep"),
            "the limit is reached here".to_owned(),
            Some("name a part of it with `let` or in a function"),
        );
    }
}

fn slice(text: &str, token: Token) -> &str {
    text.get(token.start as usize..token.end as usize).unwrap_or_default()
}
