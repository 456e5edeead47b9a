//! A database in which row identifiers are told as `<0>`, `<1>`, … in the order in which they first appear.

use std::collections::BTreeSet;

use weft_ovsdb_database::{Commit, Database, Outcome, SessionContext};

pub(crate) struct Fixture {
    pub(crate) database: Database,
    uuids: Vec<String>,
}

impl Fixture {
    pub(crate) fn new(schema: &str) -> Self {
        let schema = weft_ovsdb_schema::parse(schema).expect("the schema is well formed");
        Self { database: Database::new(schema), uuids: Vec::new() }
    }

    /// Runs operations and publishes what they change; returns the reply.
    pub(crate) fn run(&mut self, operations: &str) -> String {
        let (reply, _) = self.run_as(operations, &SessionContext::default());
        self.named(&reply)
    }

    pub(crate) fn run_as(
        &mut self,
        operations: &str,
        context: &SessionContext<'_>,
    ) -> (String, Option<std::sync::Arc<Commit>>) {
        let mut request = format!("[\"{}\",{operations}]", self.database.name());
        for (index, uuid) in self.uuids.iter().enumerate() {
            request = request.replace(&format!("<{index}>"), uuid);
        }
        match self.database.transact(&request, context) {
            Outcome::Done(reply) => (reply, None),
            Outcome::Commit(prepared) => {
                let reply = prepared.reply().to_owned();
                (reply, Some(self.database.publish(*prepared)))
            }
            Outcome::Wait { timeout_ms } => (format!("waits {timeout_ms:?}"), None),
        }
    }

    /// Replaces uuids by their numbers.
    pub(crate) fn named(&mut self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some(at) = rest.char_indices().map(|(at, _)| at).find(|&at| is_uuid(rest, at)) {
            let uuid = &rest[at..at + 36];
            let known = self.uuids.iter().position(|known| known == uuid);
            let index = known.unwrap_or_else(|| {
                self.uuids.push(uuid.to_owned());
                self.uuids.len() - 1
            });
            out.push_str(&rest[..at]);
            out.push_str(&format!("<{index}>"));
            rest = &rest[at + 36..];
        }
        out.push_str(rest);
        out
    }
}

fn is_uuid(text: &str, at: usize) -> bool {
    text.get(at..at + 36).is_some_and(|text| weft_ovsdb_schema::parse_uuid(text).is_some())
}

/// The locks of a session.
pub(crate) fn locks(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}
