//! JSON values one after another in a stream of bytes.

use serde_json::{Deserializer, Value};

/// More bytes than any sensible message has.
const MAX_MESSAGE_BYTES: usize = 4 << 20;

/// Bytes that arrived and are not yet read as JSON.
#[derive(Debug, Default)]
pub(super) struct Framing {
    bytes: Vec<u8>,
}

impl Framing {
    /// Adds bytes from the stream.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Takes the next complete value, if it is there.
    ///
    /// # Errors
    /// Answers what is wrong with the stream; it cannot be read any further.
    pub(super) fn next(&mut self) -> Result<Option<Value>, String> {
        let mut values = Deserializer::from_slice(&self.bytes).into_iter::<Value>();
        match values.next() {
            Some(Ok(value)) => {
                let used = values.byte_offset();
                self.bytes.drain(..used);
                Ok(Some(value))
            }
            Some(Err(error)) if !error.is_eof() => Err(error.to_string()),
            Some(Err(_)) if self.bytes.len() > MAX_MESSAGE_BYTES => Err("message is too long".into()),
            _ => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Framing;
    use serde_json::json;

    #[test]
    fn values_may_come_in_pieces_and_in_bunches() {
        let mut framing = Framing::default();
        framing.push(b"{\"id\":");
        assert_eq!(framing.next(), Ok(None));
        framing.push(b"1}\n[2]{");
        assert_eq!(framing.next(), Ok(Some(json!({"id": 1}))));
        assert_eq!(framing.next(), Ok(Some(json!([2]))));
        assert_eq!(framing.next(), Ok(None));
    }

    #[test]
    fn what_is_not_json_is_an_error() {
        let mut framing = Framing::default();
        framing.push(b"GET / HTTP/1.1\r\n");
        assert!(framing.next().is_err());
    }
}
