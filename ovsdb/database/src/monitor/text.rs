use bytes::Bytes;

/// JSON text in pieces that sessions share, to be sent one after the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SharedText(Vec<Bytes>);

impl SharedText {
    /// Appends a piece.
    pub fn push(&mut self, piece: impl Into<Bytes>) {
        let piece = piece.into();
        if !piece.is_empty() {
            self.0.push(piece);
        }
    }

    /// Appends the pieces of another text.
    pub fn append(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// The pieces, none empty.
    pub fn pieces(&self) -> &[Bytes] {
        &self.0
    }

    /// The pieces, none empty.
    pub fn into_pieces(self) -> Vec<Bytes> {
        self.0
    }

    /// Length of the whole text, in bytes.
    pub fn len(&self) -> usize {
        self.0.iter().map(Bytes::len).sum()
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The whole text.
impl std::fmt::Display for SharedText {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let bytes: Vec<u8> = self.0.iter().flat_map(|piece| piece.iter().copied()).collect();
        formatter.write_str(&String::from_utf8_lossy(&bytes))
    }
}
