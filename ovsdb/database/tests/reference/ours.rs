//! This database as a server would drive it: requests in, messages out.

use std::sync::Arc;

use serde_json::{Value as Json, json};
use weft_ovsdb_database::{Database, MonitorVersion, Outcome, SessionContext, SessionMonitors};
use weft_ovsdb_schema::DatabaseSchema;

use crate::compare::Answer;

pub(crate) struct Ours {
    pub(crate) database: Database,
    monitors: SessionMonitors,
}

impl Ours {
    pub(crate) fn new(schema: DatabaseSchema) -> Self {
        Self { database: Database::new(schema), monitors: SessionMonitors::new() }
    }

    pub(crate) fn request(&mut self, method: &str, params: &Json) -> Answer {
        let text = params.to_string();
        let mut notifications = Vec::new();
        let version = match method {
            "transact" => return self.transact(&text),
            "monitor_cond_change" => {
                let reply = self.monitors.change_conditions(&self.database, &text).map(|messages| {
                    notifications.extend(messages.iter().map(|message| parse(&message.to_string())));
                    json!({})
                });
                return Answer {
                    reply: reply.unwrap_or_else(|error| parse(&error.to_json())),
                    notifications,
                };
            }
            "monitor" => MonitorVersion::Plain,
            "monitor_cond" => MonitorVersion::Conditional,
            _ => MonitorVersion::Since,
        };
        let reply = match self.monitors.monitor(&self.database, version, &text) {
            Ok(contents) => parse(&contents.to_string()),
            Err(error) => parse(&error.to_json()),
        };
        Answer { reply, notifications }
    }

    fn transact(&mut self, params: &str) -> Answer {
        let reply = match self.database.transact(params, &SessionContext::default()) {
            Outcome::Done(reply) => reply,
            Outcome::Wait { .. } => "\"waits\"".to_owned(),
            Outcome::Commit(prepared) => {
                let reply = prepared.reply().to_owned();
                let record = self.database.record(&prepared, 0);
                let commit = self.database.publish(*prepared);
                assert!(record.is_none_or(|record| serde_json::from_str::<Json>(&record).is_ok()));
                self.monitors.note(&Arc::clone(&commit));
                reply
            }
        };
        let messages = self.monitors.take_updates(&self.database);
        let notifications = messages.iter().map(|message| parse(&message.to_string())).collect();
        Answer { reply: parse(&reply), notifications }
    }
}

fn parse(text: &str) -> Json {
    serde_json::from_str(text).expect("an answer is JSON")
}
