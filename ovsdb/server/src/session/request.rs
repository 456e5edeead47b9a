//! What clients ask for (RFC 7047 section 4.1 and ovsdb-server(7) section 4.1).

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use weft_ovsdb_database::{MonitorVersion, SharedText};
use weft_ovsdb_schema::{Json, OvsdbError, write_json_string};
use weft_ovsdb_wire::Message;

use super::connection::{End, Session};
use super::locks::LockMode;
use super::triggers::Trigger;
use crate::storage::{Committed, Hosted, Requester};

/// Work on a request of this size or more moves other clients to another thread, in bytes.
const LARGE_REQUEST_BYTES: usize = 64 << 10;

/// How a request is answered.
enum Answer {
    /// The `result`, as JSON text.
    Result(String),
    /// The `result`, after notifications.
    Shared(Vec<SharedText>, SharedText),
    /// The `error`, as JSON text.
    Error(String),
    /// Later, or it is done already.
    Done,
}

impl From<Result<String, OvsdbError>> for Answer {
    fn from(result: Result<String, OvsdbError>) -> Self {
        result.map_or_else(|error| Self::Error(error.to_json()), Self::Result)
    }
}

const READ_ONLY_LOCK: &str = "\"lock and unlock methods not allowed, DB server is read only.\"";

impl Session {
    /// Handles one message.
    pub(super) fn handle(&mut self, message: &[u8]) -> Result<(), End> {
        let name = &self.peer.name;
        match Message::parse(message) {
            Ok(Message::Request { id, method, params }) if params.get().starts_with('[') => {
                self.request(id.get(), method, params.get());
                Ok(())
            }
            Ok(Message::Notification { method, params }) if params.get().starts_with('[') => {
                if method == "cancel" {
                    self.cancel(params.get());
                }
                Ok(())
            }
            // Only probes are asked of clients.
            Ok(Message::Result { .. } | Message::Error { .. }) => Ok(()),
            Ok(_) => {
                tracing::warn!(
                    target: "jsonrpc",
                    "{name}: received bad JSON-RPC message: \"params\" must be JSON array"
                );
                Err(End::Ended)
            }
            Err(error) => {
                tracing::warn!(target: "jsonrpc", "{name}: received bad JSON-RPC message: {error}");
                Err(End::Ended)
            }
        }
    }

    fn request(&mut self, id: &str, method: &str, params: &str) {
        let answer = match method {
            "transact" => match self.database(method, params) {
                Ok(database) => self.start_transaction(id, params, database),
                Err(error) => Answer::Error(error.to_json()),
            },
            "monitor" => self.monitor(method, params, MonitorVersion::Plain),
            "monitor_cond" if self.server.has_monitor_cond() => {
                self.monitor(method, params, MonitorVersion::Conditional)
            }
            "monitor_cond_since" if self.server.has_monitor_cond() => {
                self.monitor(method, params, MonitorVersion::Since)
            }
            "monitor_cond_change" => self.change_conditions(params),
            "monitor_cancel" => match self.monitors.cancel(params) {
                Ok(()) => Answer::Result("{}".to_owned()),
                Err(error) => Answer::Error(format!("\"{error}\"")),
            },
            "convert" => match self.database(method, params) {
                Ok(database) => self.convert(&database, params).into(),
                Err(error) => Answer::Error(error.to_json()),
            },
            "get_schema" => self
                .database(method, params)
                .map(|database| database.contents().schema_json().to_owned())
                .into(),
            "list_dbs" => Answer::Result(names_json(&self.server.names())),
            "get_server_id" => Answer::Result(format!("\"{}\"", self.server.uuid())),
            "lock" => self.lock(method, params, LockMode::Wait),
            "steal" => self.lock(method, params, LockMode::Steal),
            "unlock" => self.unlock(method, params),
            "set_db_change_aware" => self.set_aware(method, params).into(),
            "echo" => Answer::Result(params.to_owned()),
            _ => Answer::Error("\"unknown method\"".to_owned()),
        };
        self.answer(id, answer);
    }

    fn answer(&mut self, id: &str, answer: Answer) {
        match answer {
            Answer::Result(result) => self.reply(id, &result),
            Answer::Error(error) => self.reply_error(id, &error),
            Answer::Done => {}
            Answer::Shared(notifications, result) => {
                // What happened before the answer is told before it.
                self.flush();
                notifications.into_iter().for_each(|text| self.outgoing.push_shared(text));
                self.outgoing.push(format!("{{\"id\":{id},\"result\":"));
                self.outgoing.push_shared(result);
                self.outgoing.push(&b",\"error\":null}"[..]);
            }
        }
    }

    /// Tells what happened so far, then a result.
    fn reply(&mut self, id: &str, result: &str) {
        self.flush();
        let mut text = String::with_capacity(id.len() + result.len() + 40);
        weft_ovsdb_wire::write_result(&mut text, id, result);
        self.outgoing.push(text);
    }

    /// Tells what happened so far, then an error, which is JSON text.
    pub(super) fn reply_error(&mut self, id: &str, error: &str) {
        self.flush();
        self.outgoing.push(format!("{{\"id\":{id},\"result\":null,\"error\":{error}}}"));
    }

    /// The database that a request names first.
    fn database(&self, method: &str, params: &str) -> Result<Arc<Hosted>, OvsdbError> {
        let name = first_string(params).ok_or_else(|| {
            syntax_error(params, format!("{method} request params must begin with <db-name>"))
        })?;
        self.server.database(&name).ok_or_else(|| {
            let mut error =
                syntax_error(params, format!("{method} request specifies unknown database {name}"));
            error.tag = "unknown database".into();
            error
        })
    }

    fn start_transaction(&mut self, id: &str, params: &str, database: Arc<Hosted>) -> Answer {
        if self.triggers.iter().any(|trigger| trigger.id == id) {
            return Answer::Error(
                syntax_error(params, "transact: duplicate request ID".to_owned()).to_json(),
            );
        }
        self.transact(id.to_owned(), params.to_owned(), database, Instant::now(), self.triggers.len());
        Answer::Done
    }

    /// Tries a transaction, and keeps it at a position of the list if it has to wait.
    pub(super) fn transact(
        &mut self,
        id: String,
        params: String,
        database: Arc<Hosted>,
        since: Instant,
        position: usize,
    ) {
        let committed = blocking_if(params.len() >= LARGE_REQUEST_BYTES, || {
            let locks = self.server.locks();
            let requester = self.requester(locks.owned(self.id), &database, since);
            database.transact(&params, &requester)
        });
        match committed {
            Committed::Reply(reply) => self.reply(&id, &reply),
            Committed::Removed => self.reply_error(&id, "\"canceled\""),
            Committed::Wait(timeout_ms) => {
                let is_new = !self.subscriptions.contains_key(database.name());
                if is_new {
                    self.subscribe(&database);
                }
                let deadline = Trigger::deadline(since, timeout_ms);
                // A change between the try and the subscription is made up for by another try.
                let trigger = Trigger { id, params, database, since, deadline, is_due: is_new };
                self.triggers.insert(position.min(self.triggers.len()), trigger);
            }
        }
    }

    fn subscribe(&mut self, database: &Arc<Hosted>) {
        let contents = database.contents();
        database.subscribe(&self.mailbox);
        drop(contents);
        self.subscriptions.insert(Arc::clone(database.name()), Arc::clone(database));
    }

    fn monitor(&mut self, method: &str, params: &str, version: MonitorVersion) -> Answer {
        let database = match self.database(method, params) {
            Ok(database) => database,
            Err(error) => return Answer::Error(error.to_json()),
        };
        // The rows may be many.
        let result = blocking_if(true, || {
            let contents = database.contents();
            database.subscribe(&self.mailbox);
            // What happened before belongs to the other monitors, not to the new one.
            let events = self.mailbox.take();
            self.take_in(events);
            self.subscriptions.insert(Arc::clone(database.name()), Arc::clone(&database));
            let updates = self.monitors.take_updates(&contents);
            updates.into_iter().for_each(|update| self.outgoing.push_shared(update));
            self.monitors.monitor(&contents, version, params)
        });
        match result {
            Ok(result) => Answer::Shared(Vec::new(), result),
            Err(error) => Answer::Error(error.to_json()),
        }
    }

    fn change_conditions(&mut self, params: &str) -> Answer {
        // Whatever the monitor's database, its events are taken in while it is held.
        let name = match self.monitors.database_of_change(params) {
            Ok(name) => name.to_owned(),
            Err(error) => return Answer::Error(error.to_json()),
        };
        let Some(database) = self.subscriptions.get(name.as_str()).cloned() else {
            return Answer::Error(syntax_error(params, "unknown monitor session".to_owned()).to_json());
        };
        let contents = database.contents();
        let events = self.mailbox.take();
        self.take_in(events);
        let result = self.monitors.change_conditions(&contents, params);
        drop(contents);
        match result {
            Ok(notifications) => {
                let mut result = SharedText::default();
                result.push("{}");
                Answer::Shared(notifications, result)
            }
            Err(error) => Answer::Error(error.to_json()),
        }
    }

    fn convert(&mut self, database: &Hosted, params: &str) -> Result<String, OvsdbError> {
        let requester = self.requester(None, database, Instant::now());
        blocking_if(true, || self.server.convert(database, params, &requester))?;
        Ok("{}".to_owned())
    }

    fn requester<'s>(
        &'s self,
        locks: Option<&'s BTreeSet<String>>,
        database: &Hosted,
        since: Instant,
    ) -> Requester<'s> {
        Requester {
            role: self.settings.role.as_deref(),
            id: self.peer.id.as_deref(),
            locks,
            read_only: self.settings.read_only.load(Ordering::Relaxed) || database.name().starts_with('_'),
            since,
        }
    }

    /// The name of the lock that a request is about.
    fn lock_name(&self, method: &str, params: &str) -> Result<String, Answer> {
        if self.settings.read_only.load(Ordering::Relaxed) {
            return Err(Answer::Error(READ_ONLY_LOCK.to_owned()));
        }
        let parsed = Json::parse(params).ok();
        let name = match parsed.as_ref().and_then(Json::as_array) {
            Some([Json::String(name)]) if is_identifier(name) => name.to_string(),
            _ => {
                let error = syntax_error(params, format!("{method} request params must be <id>"));
                return Err(Answer::Error(error.to_json()));
            }
        };
        Ok(name)
    }

    fn lock(&mut self, method: &str, params: &str, mode: LockMode) -> Answer {
        let name = match self.lock_name(method, params) {
            Ok(name) => name,
            Err(answer) => return answer,
        };
        match self.server.locks_mut().lock(self.id, &self.mailbox, &name, mode) {
            Some(is_owner) => Answer::Result(format!("{{\"locked\":{is_owner}}}")),
            None => {
                let details = format!("must issue \"unlock\" before new \"{method}\"");
                Answer::Error(syntax_error(params, details).to_json())
            }
        }
    }

    fn unlock(&mut self, method: &str, params: &str) -> Answer {
        let name = match self.lock_name(method, params) {
            Ok(name) => name,
            Err(answer) => return answer,
        };
        if self.server.locks_mut().unlock(self.id, &name) {
            return Answer::Result("{}".to_owned());
        }
        let details = "unlock: \"unlock\" without \"lock\" or \"steal\"".to_owned();
        Answer::Error(syntax_error(params, details).to_json())
    }

    fn set_aware(&mut self, method: &str, params: &str) -> Result<String, OvsdbError> {
        let parsed = Json::parse(params).ok();
        match parsed.as_ref().and_then(Json::as_array) {
            Some([aware]) if aware.as_boolean().is_some() => {
                self.is_aware = aware.as_boolean() == Some(true);
                Ok("{}".to_owned())
            }
            _ => Err(syntax_error(params, format!("{method}: true or false parameter expected"))),
        }
    }

    /// Gives up a waiting transaction (RFC 7047 section 4.1.4).
    fn cancel(&mut self, params: &str) {
        let Ok(params) = Json::parse(params) else { return };
        let Some([id]) = params.as_array() else { return };
        let id = id.to_string();
        if let Some(position) = self.triggers.iter().position(|trigger| same_json(&trigger.id, &id)) {
            let trigger = self.triggers.remove(position);
            if self.is_aware {
                self.reply_error(&trigger.id, "\"canceled\"");
            }
        }
    }
}

/// Runs something; if it may take long, other tasks of the thread go on elsewhere.
fn blocking_if<T>(is_long: bool, run: impl FnOnce() -> T) -> T {
    if is_long { tokio::task::block_in_place(run) } else { run() }
}

fn syntax_error(params: &str, details: String) -> OvsdbError {
    match Json::parse(params) {
        Ok(json) => OvsdbError::syntax(&json, details),
        Err(_) => OvsdbError::new("syntax error", details),
    }
}

/// The first element of an array, if it is a string; the rest is not looked at.
fn first_string(params: &str) -> Option<String> {
    let rest = params.strip_prefix('[')?.trim_start();
    let mut strings = serde_json::Deserializer::from_str(rest).into_iter::<String>();
    strings.next()?.ok()
}

fn same_json(left: &str, right: &str) -> bool {
    left == right || Json::parse(left).is_ok_and(|json| json.to_string() == right)
}

fn is_identifier(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn names_json(names: &[Arc<str>]) -> String {
    let mut text = String::from("[");
    for (index, name) in names.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        write_json_string(name, &mut text);
    }
    text.push(']');
    text
}
