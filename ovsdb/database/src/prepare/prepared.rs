use weft_ovsdb_schema::OvsdbError;

use super::changes::Changes;

/// A transaction that succeeds once its record is in the journal.
#[derive(Debug)]
pub struct Prepared {
    pub(crate) changes: Changes,
    reply: String,
    durable: bool,
    comment: String,
}

impl Prepared {
    pub(crate) fn new(changes: Changes, reply: String, durable: bool, comment: String) -> Self {
        Self { changes, reply, durable, comment }
    }

    /// The reply when it was published: the response's `result` as JSON text.
    pub fn reply(&self) -> &str {
        &self.reply
    }

    /// Whether the client wants to know that the record survives a crash (RFC 7047 section 5.2.7).
    pub fn is_durable(&self) -> bool {
        self.durable
    }

    /// The comments of the transaction's operations, a line each.
    pub fn comment(&self) -> &str {
        &self.comment
    }

    /// The reply when the record could not be written: the results, then the error.
    pub fn failed(&self, error: &OvsdbError) -> String {
        let mut reply = self.reply.strip_suffix(']').unwrap_or(&self.reply).to_owned();
        if reply.len() > 1 {
            reply.push(',');
        }
        error.write_json(&mut reply);
        reply.push(']');
        reply
    }
}
