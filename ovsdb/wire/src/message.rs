use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use thiserror::Error;
use weft_ovsdb_schema::write_json_string;

/// One JSON-RPC 1.0 message; contents stay undecoded text of the message (RFC 7047 section 4).
#[derive(Clone, Copy, Debug)]
pub enum Message<'a> {
    /// The peer wants an answer with this id.
    Request {
        /// To be sent back as it is.
        id: &'a RawValue,
        /// What is wanted.
        method: &'a str,
        /// An array.
        params: &'a RawValue,
    },
    /// The peer wants no answer.
    Notification {
        /// What happened.
        method: &'a str,
        /// An array.
        params: &'a RawValue,
    },
    /// A request of ours succeeded.
    Result {
        /// The request's id.
        id: u64,
        /// What was asked for; may be `null`.
        result: &'a RawValue,
    },
    /// A request of ours failed.
    Error {
        /// The request's id.
        id: u64,
        /// Why; anything but `null`.
        error: &'a RawValue,
    },
}

/// A JSON object that is no message.
#[derive(Debug, Error)]
pub enum MessageError {
    /// Not JSON, or a member has a wrong type.
    #[error("malformed JSON-RPC message: {0}")]
    Json(#[from] serde_json::Error),
    /// Neither a request nor a response.
    #[error("a JSON-RPC message with neither a method nor the id of a request")]
    Kind,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, default)]
    id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    method: Option<&'a str>,
    #[serde(borrow, default)]
    params: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    result: Option<&'a RawValue>,
    #[serde(borrow, default)]
    error: Option<&'a RawValue>,
}

/// Keeps a `null` that is there apart from a member that is not.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

impl<'a> Message<'a> {
    /// Reads a message's envelope in one pass over the text, without copying.
    ///
    /// # Errors
    /// The text is not a JSON-RPC message.
    pub fn parse(text: &'a [u8]) -> Result<Self, MessageError> {
        let envelope: Envelope<'a> = serde_json::from_slice(text)?;
        let not_null = |raw: Option<&'a RawValue>| raw.filter(|raw| raw.get() != "null");
        let id = not_null(envelope.id);
        if let Some(method) = envelope.method {
            let params = envelope.params.ok_or(MessageError::Kind)?;
            return Ok(match id {
                Some(id) => Self::Request { id, method, params },
                None => Self::Notification { method, params },
            });
        }
        // A peer that answers what was not asked is told apart by the id alone: all of ours are numbers.
        let id = id.and_then(|id| id.get().parse().ok()).ok_or(MessageError::Kind)?;
        match (not_null(envelope.error), envelope.result) {
            (Some(error), _) => Ok(Self::Error { id, error }),
            (None, Some(result)) => Ok(Self::Result { id, result }),
            (None, None) => Err(MessageError::Kind),
        }
    }
}

/// Appends a request; `params` writes what is between the brackets of the array.
pub fn write_request(out: &mut String, id: u64, method: &str, params: impl FnOnce(&mut String)) {
    out.push_str("{\"id\":");
    out.push_str(&id.to_string());
    out.push_str(",\"method\":");
    write_json_string(method, out);
    out.push_str(",\"params\":[");
    params(out);
    out.push_str("]}");
}

/// Appends the answer to a request; both are JSON text.
pub fn write_result(out: &mut String, id: &str, result: &str) {
    out.push_str("{\"id\":");
    out.push_str(id);
    out.push_str(",\"result\":");
    out.push_str(result);
    out.push_str(",\"error\":null}");
}

/// Appends a refusal of a request; the id is JSON text.
pub fn write_error(out: &mut String, id: &str, error: &str) {
    out.push_str("{\"id\":");
    out.push_str(id);
    out.push_str(",\"result\":null,\"error\":");
    write_json_string(error, out);
    out.push('}');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(text: &str) -> String {
        match Message::parse(text.as_bytes()) {
            Ok(Message::Request { id, method, params }) => format!("request {id} {method} {params}"),
            Ok(Message::Notification { method, params }) => format!("notification {method} {params}"),
            Ok(Message::Result { id, result }) => format!("result {id} {result}"),
            Ok(Message::Error { id, error }) => format!("error {id} {error}"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn envelopes_are_told_apart() {
        let kind = "a JSON-RPC message with neither a method nor the id of a request";
        let cases = [
            (r#"{"id":"echo","method":"echo","params":[1, 2]}"#, r#"request "echo" echo [1, 2]"#),
            (r#"{"params":[],"id":null,"method":"update"}"#, "notification update []"),
            (r#"{"id":7,"result":{"a":[]},"error":null}"#, r#"result 7 {"a":[]}"#),
            (r#"{"id":7,"result":null,"error":null}"#, "result 7 null"),
            (r#"{"id":7,"result":null,"error":"no"}"#, r#"error 7 "no""#),
            (r#"{"id":null,"result":1}"#, kind),
            (r#"{"id":"x","result":1}"#, kind),
            ("{}", kind),
        ];
        for (text, expected) in cases {
            assert_eq!(show(text), expected, "{text}");
        }
    }

    #[test]
    fn requests_are_written_as_one_object() {
        let mut text = String::new();
        write_request(&mut text, 3, "lock", |params| params.push_str("\"l\""));
        write_error(&mut text, "8", "no");
        write_result(&mut text, "\"e\"", "[]");
        assert_eq!(
            text,
            concat!(
                r#"{"id":3,"method":"lock","params":["l"]}"#,
                r#"{"id":8,"result":null,"error":"no"}"#,
                r#"{"id":"e","result":[],"error":null}"#
            )
        );
    }
}
