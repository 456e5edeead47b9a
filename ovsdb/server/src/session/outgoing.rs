use std::collections::VecDeque;
use std::io::{self, IoSlice};

use bytes::{Buf, Bytes};
use tokio::io::{AsyncWrite, AsyncWriteExt};
use weft_ovsdb_database::{Piece, SharedText};

/// What is still to be sent to a client; large texts are shared with other sessions.
#[derive(Debug, Default)]
pub(super) struct Outgoing {
    /// What is text already.
    pieces: VecDeque<Bytes>,
    length: usize,
    /// What comes after it, the first of it not yet text.
    later: VecDeque<Piece>,
}

/// How many pieces one write takes at most.
const PIECES_PER_WRITE: usize = 64;
/// Rows become text while less than this is to be sent, in bytes.
const TEXT_AHEAD_BYTES: usize = 256 << 10;

impl Outgoing {
    /// Adds a message.
    pub(super) fn push(&mut self, message: impl Into<Bytes>) {
        let mut text = SharedText::default();
        text.push(message);
        self.push_shared(text);
    }

    /// Adds a message in pieces.
    pub(super) fn push_shared(&mut self, message: SharedText) {
        self.later.extend(message.into_pieces());
        self.write_texts(0);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.pieces.is_empty() && self.later.is_empty()
    }

    /// Whether more than so many bytes are to be sent.
    pub(super) fn is_longer_than(&self, bytes: usize) -> bool {
        self.length > bytes || !self.later.is_empty()
    }

    /// Makes text of rows while less than so many bytes are to be sent.
    fn write_texts(&mut self, bytes: usize) {
        while let Some(piece) = self.later.pop_front() {
            let text = match piece.written() {
                Ok(text) => text,
                Err(rows) if self.length < bytes => rows.text(),
                Err(rows) => return self.later.push_front(rows),
            };
            self.length += text.len();
            self.pieces.push_back(text);
        }
    }

    /// Writes some of it.
    pub(super) async fn write_some(&mut self, stream: &mut (impl AsyncWrite + Unpin)) -> io::Result<()> {
        self.write_texts(TEXT_AHEAD_BYTES);
        let mut slices = [IoSlice::new(&[]); PIECES_PER_WRITE];
        let n = self.pieces.len().min(PIECES_PER_WRITE);
        for (slice, piece) in slices.iter_mut().zip(&self.pieces) {
            *slice = IoSlice::new(piece);
        }
        let mut written = stream.write_vectored(&slices[..n]).await?;
        if written == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        self.length -= written;
        while let Some(piece) = self.pieces.front_mut() {
            if piece.len() > written {
                piece.advance(written);
                break;
            }
            written -= piece.len();
            self.pieces.pop_front();
        }
        if self.is_empty() {
            stream.flush().await?;
        }
        Ok(())
    }
}
