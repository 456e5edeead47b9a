use std::collections::VecDeque;
use std::io::{self, IoSlice};

use bytes::{Buf, Bytes};
use tokio::io::{AsyncWrite, AsyncWriteExt};
use weft_ovsdb_database::SharedText;

/// What is still to be sent to a client; large texts are shared with other sessions.
#[derive(Debug, Default)]
pub(super) struct Outgoing {
    pieces: VecDeque<Bytes>,
    length: usize,
}

/// How many pieces one write takes at most.
const PIECES_PER_WRITE: usize = 64;

impl Outgoing {
    /// Adds a message.
    pub(super) fn push(&mut self, message: impl Into<Bytes>) {
        let message = message.into();
        self.length += message.len();
        if !message.is_empty() {
            self.pieces.push_back(message);
        }
    }

    /// Adds a message in pieces.
    pub(super) fn push_shared(&mut self, message: SharedText) {
        message.into_pieces().into_iter().for_each(|piece| self.push(piece));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// How many bytes are to be sent.
    pub(super) fn len(&self) -> usize {
        self.length
    }

    /// Writes some of it.
    pub(super) async fn write_some(&mut self, stream: &mut (impl AsyncWrite + Unpin)) -> io::Result<()> {
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
