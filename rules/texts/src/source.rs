//! Where the pieces of a literal stand in its file.

use std::ops::Range;

use weft_lang::SourceFile;
use weft_syntax::span::Span;

/// Reads a literal as it stands in its file. Nothing is read where the file holds something else.
pub(crate) struct Source<'f> {
    text: &'f str,
    position: usize,
}

impl<'f> Source<'f> {
    /// The literal that `span` is, behind its first quote (`"`, `match"` or `actions"`).
    pub(crate) fn of_literal(files: &'f [SourceFile], span: Span) -> Option<Source<'f>> {
        let text = files.get(span.file.0 as usize)?.text.get(..span.end as usize)?;
        let quote = text.get(span.start as usize..)?.find('"')?;
        Some(Source { text, position: span.start as usize + quote + 1 })
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.position).copied()
    }

    /// One character, perhaps escaped.
    pub(crate) fn character(&mut self) -> Option<Range<u32>> {
        let start = self.position;
        if self.byte()? == b'\\' {
            self.position += 1;
        }
        self.position += self.text[self.position..].chars().next()?.len_utf8();
        Some(start as u32..self.position as u32)
    }

    /// `${…}`, with braces and literals inside.
    pub(crate) fn hole(&mut self) -> Option<Range<u32>> {
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
