use bytes::{Bytes, BytesMut};
use memchr::memchr2;
use thiserror::Error;

/// Splits a byte stream into JSON objects, wherever the stream's pieces begin and end.
///
/// OVSDB puts one JSON object after another without any separator (RFC 7047 section 4), so that the end of one
/// is known only by counting brackets outside strings. Every byte is looked at once: the time is linear in the
/// input, however small the pieces and however large the message.
#[derive(Debug, Default)]
pub struct Framer {
    buffer: BytesMut,
    /// How much of the buffer was looked at.
    scanned: usize,
    /// Brackets open at `scanned`.
    depth: usize,
    position: Position,
    #[cfg(test)]
    looked_at: usize,
}

/// Messages above this size do not share their memory with what follows.
const LARGE_MESSAGE_BYTES: usize = 1 << 20;

/// What the byte at `scanned` is part of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Position {
    #[default]
    Plain,
    String,
    /// After a backslash in a string.
    Escape,
}

/// The stream holds something between objects that is not white space.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("byte {byte:#04x} where a JSON object must begin")]
pub struct FramingError {
    /// The byte found.
    pub byte: u8,
}

impl Framer {
    /// A framer at the start of a stream.
    pub fn new() -> Self {
        Self::default()
    }

    /// The buffer that the stream's next bytes are appended to.
    /// Only appending is allowed.
    pub fn buffer_mut(&mut self) -> &mut BytesMut {
        &mut self.buffer
    }

    /// Takes the next complete object off the stream; `None` until more bytes arrive.
    ///
    /// # Errors
    /// The stream is not a sequence of JSON objects; it cannot be used any further.
    pub fn next_message(&mut self) -> Result<Option<Bytes>, FramingError> {
        if self.depth == 0 && !self.find_start()? {
            return Ok(None);
        }
        while let Some(rest) = self.buffer.get(self.scanned..).filter(|rest| !rest.is_empty()) {
            let (step, ended) = match self.position {
                Position::Plain => scan_plain(rest, &mut self.depth, &mut self.position),
                Position::String => (scan_string(rest, &mut self.position), false),
                Position::Escape => {
                    self.position = Position::String;
                    (1, false)
                }
            };
            self.scanned += step;
            self.count(step);
            if ended {
                let message = self.buffer.split_to(self.scanned).freeze();
                self.scanned = 0;
                // What is left would keep the whole allocation of a large message alive.
                if message.len() > LARGE_MESSAGE_BYTES {
                    self.buffer = BytesMut::from(self.buffer.as_ref());
                }
                return Ok(Some(message));
            }
        }
        Ok(None)
    }

    /// Drops white space and looks for the brace that begins an object.
    fn find_start(&mut self) -> Result<bool, FramingError> {
        let blank = self.buffer.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        self.count(blank);
        let _ = self.buffer.split_to(blank);
        match self.buffer.first() {
            None => Ok(false),
            Some(b'{') => Ok(true),
            Some(&byte) => Err(FramingError { byte }),
        }
    }

    #[cfg(test)]
    fn count(&mut self, bytes: usize) {
        self.looked_at += bytes;
    }

    #[cfg(not(test))]
    #[expect(clippy::unused_self, reason = "only tests count")]
    fn count(&mut self, _bytes: usize) {}
}

/// Reads outside strings up to the end of the object, the start of a string or the end of the input.
/// Returns how many bytes were read, and whether the object ended.
fn scan_plain(bytes: &[u8], depth: &mut usize, position: &mut Position) -> (usize, bool) {
    for (index, byte) in bytes.iter().enumerate() {
        match byte {
            b'"' => {
                *position = Position::String;
                return (index + 1, false);
            }
            b'{' | b'[' => *depth += 1,
            b'}' | b']' => {
                // The parser finds out whether the brackets match; here only their number counts.
                *depth -= 1;
                if *depth == 0 {
                    return (index + 1, true);
                }
            }
            _ => {}
        }
    }
    (bytes.len(), false)
}

/// Reads inside a string up to its end, an escape or the end of the input, and returns how many bytes.
fn scan_string(bytes: &[u8], position: &mut Position) -> usize {
    let Some(index) = memchr2(b'"', b'\\', bytes) else { return bytes.len() };
    *position = if bytes[index] == b'"' { Position::Plain } else { Position::Escape };
    index + 1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn split(pieces: &[&[u8]]) -> (Vec<String>, usize) {
        let mut framer = Framer::new();
        let mut messages = Vec::new();
        for piece in pieces {
            framer.buffer_mut().extend_from_slice(piece);
            while let Some(message) = framer.next_message().unwrap() {
                messages.push(String::from_utf8(message.to_vec()).unwrap());
            }
        }
        (messages, framer.looked_at)
    }

    const STREAM: &str = concat!(
        r#"{"a":"}{][\"\\"}"#,
        " \n",
        r#"{"id":null,"params":[{"x":{}},[],"\\\\",["é"]]}{}"#,
        "\t",
        r#"{"last":"\"}"}"#
    );

    fn expected() -> Vec<&'static str> {
        vec![
            r#"{"a":"}{][\"\\"}"#,
            r#"{"id":null,"params":[{"x":{}},[],"\\\\",["é"]]}"#,
            "{}",
            r#"{"last":"\"}"}"#,
        ]
    }

    #[test]
    fn a_stream_is_split_at_the_end_of_each_object() {
        assert_eq!(split(&[STREAM.as_bytes()]).0, expected());
    }

    #[test]
    fn single_bytes_are_joined() {
        let bytes: Vec<&[u8]> = STREAM.as_bytes().chunks(1).collect();
        assert_eq!(split(&bytes).0, expected());
    }

    #[test]
    fn anything_but_an_object_is_refused() {
        for stream in ["[1]", "  x", "{}]"] {
            let mut framer = Framer::new();
            framer.buffer_mut().extend_from_slice(stream.as_bytes());
            let last = std::iter::from_fn(|| framer.next_message().transpose()).find(Result::is_err);
            assert!(last.is_some(), "{stream}");
        }
    }

    #[test]
    fn every_byte_is_looked_at_once_however_large_the_message() {
        for size in [1_000, 10_000, 100_000] {
            let message = format!("{{\"rows\":[{}0]}}", r#""a\"b",[7],"#.repeat(size));
            let pieces: Vec<&[u8]> = message.as_bytes().chunks(13).collect();
            let (messages, looked_at) = split(&pieces);
            assert_eq!(messages, [message.as_str()]);
            assert_eq!(looked_at, message.len());
        }
    }

    proptest! {
        #[test]
        fn split_points_do_not_matter(mut cuts in prop::collection::vec(0..STREAM.len(), 0..12)) {
            cuts.extend([0, STREAM.len()]);
            cuts.sort_unstable();
            let pieces: Vec<&[u8]> = cuts.windows(2).map(|cut| &STREAM.as_bytes()[cut[0]..cut[1]]).collect();
            prop_assert_eq!(split(&pieces).0, expected());
        }
    }
}
