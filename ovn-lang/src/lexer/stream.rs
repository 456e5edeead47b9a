//! A parser's view of the tokens.

use std::ops::Range;

use super::scanner::tokens;
use super::token::{Kind, Token};
use crate::error::{Error, Result};

/// Tokens, and how far they are read.
pub(crate) struct Stream<'t> {
    tokens: Vec<Token<'t>>,
    position: usize,
    text: &'t str,
}

impl<'t> Stream<'t> {
    pub(crate) fn new(text: &'t str) -> Stream<'t> {
        Stream { tokens: tokens(text), position: 0, text }
    }

    pub(crate) fn kind(&self) -> &Kind<'t> {
        &self.tokens[self.position].kind
    }

    /// The token after the current one.
    pub(crate) fn next_kind(&self) -> &Kind<'t> {
        let next = (self.position + 1).min(self.tokens.len() - 1);
        &self.tokens[next].kind
    }

    pub(crate) fn span(&self) -> Range<usize> {
        self.tokens[self.position].span.clone()
    }

    /// From `start` to the end of the token before the current one.
    pub(crate) fn span_since(&self, start: usize) -> Range<usize> {
        let end = self.position.checked_sub(1).map_or(start, |n| self.tokens[n].span.end);
        start..end.max(start)
    }

    pub(crate) fn advance(&mut self) {
        if self.position + 1 < self.tokens.len() {
            self.position += 1;
        }
    }

    /// Skips a token if it is of `kind`; says whether it was.
    pub(crate) fn accept(&mut self, kind: &Kind<'_>) -> bool {
        let found = self.kind() == kind;
        if found {
            self.advance();
        }
        found
    }

    pub(crate) fn accept_id(&mut self, name: &str) -> bool {
        self.accept(&Kind::Id(name))
    }

    /// A name or the string of the same letters.
    pub(crate) fn accept_word(&mut self, word: &str) -> bool {
        let found = match self.kind() {
            Kind::Id(name) => *name == word,
            Kind::Text(text) => text == word,
            _ => false,
        };
        if found {
            self.advance();
        }
        found
    }

    pub(crate) fn expect(&mut self, kind: &Kind<'_>) -> Result<()> {
        if self.accept(kind) { Ok(()) } else { Err(self.unexpected(&format!("`{kind}`"))) }
    }

    pub(crate) fn expect_end(&self) -> Result<()> {
        match self.kind() {
            Kind::End => Ok(()),
            _ => Err(self.unexpected("the end")),
        }
    }

    /// A small decimal integer.
    pub(crate) fn expect_small(&mut self) -> Result<u32> {
        match self.kind() {
            Kind::Number(number) if number.small().is_some() => {
                let small = number.small().unwrap_or_default();
                self.advance();
                Ok(small)
            }
            _ => Err(self.unexpected("a small decimal number")),
        }
    }

    /// The current token is not what was expected; if it is none, that is what is wrong.
    pub(crate) fn unexpected(&self, expected: &str) -> Error {
        let span = self.span();
        match self.kind() {
            Kind::Error(message) => Error::new(span, message.clone()),
            Kind::End => Error::new(span, format!("the text ends where {expected} should follow")),
            _ => {
                let found = &self.text[span.clone()];
                Error::new(span, format!("expected {expected}, found `{found}`"))
            }
        }
    }

    /// Something is wrong with the current token; if it is none, that is what is wrong.
    pub(crate) fn wrong(&self, message: impl Into<String>) -> Error {
        self.wrong_at(self.span(), message)
    }

    /// Something is wrong with `span`; but if the current token is none, that is what is wrong.
    pub(crate) fn wrong_at(&self, span: Range<usize>, message: impl Into<String>) -> Error {
        match self.kind() {
            Kind::Error(lexical) => Error::new(self.span(), lexical.clone()),
            _ => Error::new(span, message),
        }
    }
}
