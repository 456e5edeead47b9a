//! Offsets to lines.

/// A place as a person names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineColumn {
    /// The line, from 1.
    pub line: u32,
    /// The byte in the line, from 1.
    pub column: u32,
}

/// Where the lines of a text begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineIndex {
    /// The first byte of each line.
    starts: Vec<u32>,
}

impl LineIndex {
    /// The index of a text. Lines end with `\n`.
    pub fn new(text: &str) -> Self {
        let after_newline =
            text.bytes().zip(1_u32..).filter(|(byte, _)| *byte == b'\n').map(|(_, next)| next);
        Self { starts: std::iter::once(0).chain(after_newline).collect() }
    }

    /// The line and column of a byte; one behind the end of the text is on the last line.
    pub fn line_column(&self, offset: u32) -> LineColumn {
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = line.checked_sub(1).and_then(|index| self.starts.get(index)).copied().unwrap_or(0);
        LineColumn { line: line as u32, column: offset - start + 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str, offset: u32) -> (u32, u32) {
        let LineColumn { line, column } = LineIndex::new(text).line_column(offset);
        (line, column)
    }

    #[test]
    fn a_newline_belongs_to_the_line_that_it_ends() {
        assert_eq!(place("ab\ncd\n", 0), (1, 1));
        assert_eq!(place("ab\ncd\n", 2), (1, 3));
        assert_eq!(place("ab\ncd\n", 3), (2, 1));
    }

    #[test]
    fn the_end_of_the_text_has_a_place() {
        assert_eq!(place("", 0), (1, 1));
        assert_eq!(place("ab\n", 3), (2, 1));
    }
}
