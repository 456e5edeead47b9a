//! A literal with examples in its holes, and where each byte of that stands in the rule file.

use std::ops::Range;

use weft_lang::SourceFile;
use weft_lang::expr::{Expr, ExprKind, Piece};
use weft_lang::types::Type;
use weft_syntax::span::Span;

/// A literal's text up to the first hole of which only the data tells what it holds.
pub(super) struct Sample {
    text: String,
    /// For each byte of the text the bytes of the file that it comes from.
    places: Vec<Range<u32>>,
    /// Whether the text goes on behind such a hole.
    is_cut: bool,
    span: Span,
}

impl Sample {
    /// None if the literal's bytes in the file cannot be told.
    pub(super) fn new(file: &SourceFile, span: Span, pieces: &[Piece]) -> Option<Sample> {
        let mut source = Source { text: file.text.get(..span.end as usize)?, position: span.start as usize };
        source.skip_quote()?;
        let mut sample = Sample { text: String::new(), places: Vec::new(), is_cut: false, span };
        for piece in pieces {
            match piece {
                Piece::Text(text) => {
                    for c in text.chars() {
                        let place = source.character()?;
                        sample.push(c.encode_utf8(&mut [0; 4]), &place);
                    }
                }
                Piece::Hole(hole) => {
                    let place = source.hole()?;
                    let Some(example) = example(hole) else {
                        sample.is_cut = true;
                        return Some(sample);
                    };
                    sample.push(&example, &place);
                }
            }
        }
        Some(sample)
    }

    fn push(&mut self, text: &str, place: &Range<u32>) {
        self.text.push_str(text);
        self.places.extend(text.bytes().map(|_| place.clone()));
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Whether what is wrong with `span` is so whatever follows behind the cut.
    pub(super) fn is_certain(&self, span: &Range<usize>) -> bool {
        !self.is_cut || span.end < self.text.trim_end().len()
    }

    /// Where `span` of the text stands in the file.
    pub(super) fn place(&self, span: &Range<usize>) -> Span {
        let last = self.span.end.saturating_sub(1);
        let start = self.places.get(span.start).map_or(last, |place| place.start);
        let end = span.end.checked_sub(1).and_then(|n| self.places.get(n)).map_or(last, |place| place.end);
        Span { start, end: end.max(start), ..self.span }
    }
}

/// What a hole may hold, if its type tells enough.
fn example(hole: &Expr) -> Option<String> {
    match &hole.kind {
        ExprKind::Register(place) => return Some(place.clone()),
        ExprKind::Literal(..) | ExprKind::If(..) | ExprKind::IfSome { .. } | ExprKind::Case { .. }
            if matches!(hole.ty, Type::Match | Type::Actions) =>
        {
            return None;
        }
        _ => {}
    }
    of_type(&hole.ty)
}

fn of_type(ty: &Type) -> Option<String> {
    match ty {
        Type::Bool | Type::Int | Type::Stage => Some("1".to_string()),
        Type::String => Some("\"a\"".to_string()),
        Type::Set(inner) | Type::List(inner) => Some(format!("{{{}}}", of_type(inner)?)),
        _ => None,
    }
}

/// Reads a literal as it stands in its file.
struct Source<'f> {
    text: &'f str,
    position: usize,
}

impl Source<'_> {
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.position).copied()
    }

    /// `"`, `match"` or `actions"`.
    fn skip_quote(&mut self) -> Option<()> {
        self.position += self.text[self.position..].find('"')? + 1;
        Some(())
    }

    /// One character, perhaps escaped.
    fn character(&mut self) -> Option<Range<u32>> {
        let start = self.position;
        if self.byte()? == b'\\' {
            self.position += 1;
        }
        self.position += self.text[self.position..].chars().next()?.len_utf8();
        Some(start as u32..self.position as u32)
    }

    /// `${…}`, with braces and literals inside.
    fn hole(&mut self) -> Option<Range<u32>> {
        let start = self.position;
        let mut depth = 0;
        loop {
            match self.byte()? {
                b'{' => depth += 1,
                b'}' => depth -= 1,
                b'"' => {
                    self.inner_literal()?;
                    continue;
                }
                _ => {}
            }
            self.position += 1;
            if depth == 0 && self.text.as_bytes().get(self.position - 1) == Some(&b'}') {
                return Some(start as u32..self.position as u32);
            }
        }
    }

    fn inner_literal(&mut self) -> Option<()> {
        self.position += 1;
        loop {
            match self.byte()? {
                b'"' => {
                    self.position += 1;
                    return Some(());
                }
                b'\\' => self.position += 2,
                b'$' if self.text.as_bytes().get(self.position + 1) == Some(&b'{') => {
                    self.hole()?;
                }
                _ => self.position += 1,
            }
        }
    }
}
