//! Messages out of a stream of bytes.

use bytes::{Bytes, BytesMut};
use weft_openflow::message::{HEADER_LENGTH, Header};

/// Bytes that no message can begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a message says that it has {length} bytes, less than its header")]
pub struct FramingError {
    /// What its header says.
    pub length: u16,
}

/// Bytes that came and are not yet a whole message: at most 65535 and what one read brings.
#[derive(Debug, Default)]
pub(crate) struct Framer {
    buffer: BytesMut,
}

/// Bytes that one read may bring.
const READ_SIZE: usize = 64 * 1024;

impl Framer {
    /// Room for what is read next.
    pub(crate) fn room(&mut self) -> &mut BytesMut {
        self.buffer.reserve(READ_SIZE);
        &mut self.buffer
    }

    /// The next message, if it is whole.
    ///
    /// # Errors
    /// When a header has an impossible length; nothing after it can be read.
    pub(crate) fn next(&mut self) -> Result<Option<(Header, Bytes)>, FramingError> {
        let Ok(header) = Header::decode(&self.buffer) else { return Ok(None) };
        let length = usize::from(header.length);
        if length < HEADER_LENGTH {
            return Err(FramingError { length: header.length });
        }
        Ok((self.buffer.len() >= length).then(|| (header, self.buffer.split_to(length).freeze())))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn message(kind: u8, content: &[u8]) -> Vec<u8> {
        let length = (HEADER_LENGTH + content.len()) as u16;
        [&[6, kind][..], &length.to_be_bytes(), &[0, 0, 0, kind], content].concat()
    }

    proptest! {
        #[test]
        fn messages_come_out_whole_however_they_are_split(
            contents in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..10),
            sizes in prop::collection::vec(1usize..30, 1..50),
        ) {
            let messages: Vec<Vec<u8>> = contents.iter().map(|content| message(2, content)).collect();
            let stream = messages.concat();
            let mut framer = Framer::default();
            let (mut found, mut rest, mut sizes) = (Vec::new(), &stream[..], sizes.iter().cycle());
            while !rest.is_empty() {
                let size = sizes.next().copied().unwrap_or(1).min(rest.len());
                framer.room().extend_from_slice(&rest[..size]);
                rest = &rest[size..];
                while let Some((_, bytes)) = framer.next().expect("lengths that can be") {
                    found.push(bytes.to_vec());
                }
            }
            prop_assert_eq!(found, messages);
        }
    }

    #[test]
    fn a_length_below_the_headers_is_an_error() {
        let mut framer = Framer::default();
        framer.room().extend_from_slice(&[6, 2, 0, 7, 0, 0, 0, 1]);
        assert_eq!(framer.next(), Err(FramingError { length: 7 }));
    }
}
