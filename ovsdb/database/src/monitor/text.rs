use std::sync::Arc;

use bytes::Bytes;

use super::initial::RowsText;

/// JSON text in pieces that sessions share, to be sent one after the other.
///
/// Pieces that hold many rows are written as text only when someone asks for it, on whose thread that may be.
#[derive(Clone, Debug, Default)]
pub struct SharedText(Vec<Piece>);

/// A piece of a text.
#[derive(Clone, Debug)]
pub struct Piece(Content);

#[derive(Clone, Debug)]
enum Content {
    Text(Bytes),
    Rows {
        rows: Arc<RowsText>,
        /// Whether no other rows of the table come before them.
        is_first: bool,
    },
}

impl SharedText {
    /// Appends a piece.
    pub fn push(&mut self, piece: impl Into<Bytes>) {
        let piece = piece.into();
        if !piece.is_empty() {
            self.0.push(Piece(Content::Text(piece)));
        }
    }

    pub(super) fn push_rows(&mut self, rows: Arc<RowsText>, is_first: bool) {
        self.0.push(Piece(Content::Rows { rows, is_first }));
    }

    /// Appends the pieces of another text.
    pub fn append(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// The pieces, none empty.
    pub fn into_pieces(self) -> Vec<Piece> {
        self.0
    }
}

impl From<Bytes> for SharedText {
    fn from(piece: Bytes) -> Self {
        let mut text = Self::default();
        text.push(piece);
        text
    }
}

/// The whole text.
impl std::fmt::Display for SharedText {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let bytes: Vec<u8> = self.0.iter().flat_map(|piece| piece.text().to_vec()).collect();
        formatter.write_str(&String::from_utf8_lossy(&bytes))
    }
}

impl Piece {
    /// The text, which is written now if nobody asked for it before.
    pub fn text(&self) -> Bytes {
        match &self.0 {
            Content::Text(text) => text.clone(),
            // Every row is written with a comma before it.
            Content::Rows { rows, is_first } => rows.text().slice(usize::from(*is_first)..),
        }
    }

    /// The text if it is at hand.
    pub fn written(self) -> Result<Bytes, Self> {
        match self.0 {
            Content::Text(text) => Ok(text),
            Content::Rows { .. } => Err(self),
        }
    }
}
