//! Any bytes as what a peer sends.

use weft_ovsdb_wire::{Framer, Message};

/// Splits a byte stream into messages and reads their envelopes: where the stream is cut makes no difference.
pub(crate) fn run(data: &[u8]) {
    let whole = split(&[data]);
    let (first, second) = data.split_at(data.len() / 3);
    assert_eq!(split(&[first, second]), whole, "the messages depend on where the stream is cut");
    for message in &whole.0 {
        // Any message is read or refused.
        let _ = Message::parse(message);
    }
}

/// The messages of a stream, and whether it is one to its end.
fn split(pieces: &[&[u8]]) -> (Vec<Vec<u8>>, bool) {
    let (mut framer, mut messages) = (Framer::new(), Vec::new());
    for piece in pieces {
        framer.buffer_mut().extend_from_slice(piece);
        loop {
            match framer.next_message() {
                Ok(Some(message)) => messages.push(message.to_vec()),
                Ok(None) => break,
                Err(_) => return (messages, false),
            }
        }
    }
    (messages, true)
}
