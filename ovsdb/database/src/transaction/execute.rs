use weft_ovsdb_schema::{Json, Kind, OvsdbError, Symbols};

use super::context::SessionContext;
use super::operation::{Execution, Failure, Members, Position};
use super::overlay::Overlay;
use super::{delete, insert, mutate, select, update, wait};
use crate::database::Database;
use crate::prepare::{Prepared, prepare};

/// What became of a transaction.
#[derive(Debug)]
pub enum Outcome {
    /// It is over and changed nothing: the reply, which is the member `result` of the response as JSON text.
    Done(String),
    /// It succeeds once its record is written: then [`Database::publish`] it and send [`Prepared::reply`]; if
    /// writing fails, drop it and send [`Prepared::failed`].
    Commit(Box<Prepared>),
    /// It waits for other rows: try it again after the next publication, or when the timeout is over.
    Wait {
        /// How long after the first try the wait fails, in milliseconds; `None` is never.
        timeout_ms: Option<u64>,
    },
}

impl Database {
    /// Runs a transaction (RFC 7047 section 4.1.3) without changing anything yet.
    ///
    /// The parameters are the JSON text of the request's array: the database's name, then the operations. Errors
    /// are part of the reply.
    pub fn transact(&self, params: &str, context: &SessionContext<'_>) -> Outcome {
        match Json::parse(params) {
            Ok(params) => self.transact_parsed(&params, context),
            Err(error) => Outcome::Done(OvsdbError::new("syntax error", error.to_string()).to_json()),
        }
    }

    /// [`Database::transact`] with parameters that were parsed before, so that it takes less time.
    pub fn transact_parsed(&self, params: &Json<'_>, context: &SessionContext<'_>) -> Outcome {
        let Some(array) = params.as_array() else {
            return Outcome::Done(OvsdbError::syntax(params, "array expected").to_json());
        };
        match array {
            [Json::String(name), operations @ ..] if **name == *self.catalog().schema.name => {
                self.execute(operations, context)
            }
            _ => {
                let error = OvsdbError::syntax(params, "database name expected as first parameter");
                Outcome::Done(error.to_json())
            }
        }
    }

    fn execute(&self, operations: &[Json<'_>], context: &SessionContext<'_>) -> Outcome {
        let mut execution = Execution {
            overlay: Overlay::new(self),
            context,
            symbols: Symbols::default(),
            durable: false,
            comment: String::new(),
            timeout_ms: None,
        };
        let mut results = Results::new(operations.len());
        for (index, operation) in operations.iter().enumerate() {
            let position = Position { index: index + 1, count: operations.len() };
            match execution.run(operation, &position) {
                Ok(result) => results.push(&result),
                Err(Failure::Wait) => return Outcome::Wait { timeout_ms: execution.timeout_ms },
                Err(Failure::Error(error)) => return Outcome::Done(results.failed(&error)),
            }
        }
        let Execution { overlay, durable, comment, .. } = execution;
        match prepare(overlay) {
            Ok(changes) if changes.is_empty() => Outcome::Done(results.finish()),
            Ok(changes) => {
                Outcome::Commit(Box::new(Prepared::new(changes, results.finish(), durable, comment)))
            }
            Err(error) => Outcome::Done(results.failed(&error)),
        }
    }
}

impl Execution<'_, '_> {
    fn run(&mut self, operation: &Json<'_>, position: &Position) -> Result<String, Failure> {
        let mut members = Members::new(operation, position);
        let name = members.required("op", &[Kind::Identifier]).and_then(Json::as_str);
        let result = match name {
            Some("insert") => insert::insert(self, &mut members),
            Some("select") => select::select(self, &mut members),
            Some("update") => update::update(self, &mut members, operation),
            Some("mutate") => mutate::mutate(self, &mut members),
            Some("delete") => delete::delete(self, &mut members),
            Some("wait") => wait::wait(self, &mut members),
            Some("commit") => Ok(self.commit(&mut members)),
            Some("abort") => Err(OvsdbError::new("aborted", "aborted by request").into()),
            Some("comment") => Ok(self.comment(&mut members)),
            Some("assert") => self.assert(&mut members),
            Some(other) => {
                members.raise(format!("No operation \"{other}\""));
                Ok(String::new())
            }
            None => Ok(String::new()),
        };
        // A malformed operation overrides any other error, and an error any other result.
        members.finish()?;
        let result = result?;
        let name = name.unwrap_or_default();
        if !matches!(name, "select" | "wait" | "abort" | "comment" | "assert") {
            self.check_writable(name)?;
        }
        Ok(result)
    }

    fn check_writable(&self, operation: &str) -> Result<(), OvsdbError> {
        let name = &self.overlay.database.catalog().schema.name;
        let reason = if self.context.read_only {
            "when database server is in read only mode".to_owned()
        } else if name.starts_with('_') {
            format!("on table in reserved database {name}")
        } else {
            return Ok(());
        };
        Err(OvsdbError::new("not allowed", format!("{operation} operation not allowed {reason}")))
    }

    /// RFC 7047 section 5.2.7.
    fn commit(&mut self, members: &mut Members<'_, '_, '_>) -> String {
        let durable = members.required("durable", &[Kind::Boolean]).and_then(Json::as_boolean);
        self.durable |= durable == Some(true);
        "{}".to_owned()
    }

    /// RFC 7047 section 5.2.9.
    fn comment(&mut self, members: &mut Members<'_, '_, '_>) -> String {
        if let Some(comment) = members.required("comment", &[Kind::String]).and_then(Json::as_str) {
            if !self.comment.is_empty() {
                self.comment.push('\n');
            }
            self.comment.push_str(comment);
        }
        "{}".to_owned()
    }

    /// RFC 7047 section 5.2.10.
    fn assert(&mut self, members: &mut Members<'_, '_, '_>) -> Result<String, Failure> {
        let Some(lock) = members.required("lock", &[Kind::Identifier]).and_then(Json::as_str) else {
            return Ok(String::new());
        };
        if self.context.locks.is_some_and(|locks| locks.contains(lock)) {
            return Ok("{}".to_owned());
        }
        Err(OvsdbError::new("not owner", format!("Asserted lock {lock} not held.")).into())
    }
}

/// The results of operations, one after the other.
struct Results {
    text: String,
    count: usize,
    operations: usize,
}

impl Results {
    fn new(operations: usize) -> Self {
        Self { text: String::from("["), count: 0, operations }
    }

    fn push(&mut self, result: &str) {
        if self.count > 0 {
            self.text.push(',');
        }
        self.text.push_str(result);
        self.count += 1;
    }

    /// The reply with an error after the results so far, and `null` for the operations that were not tried.
    fn failed(mut self, error: &OvsdbError) -> String {
        self.push(&error.to_json());
        self.finish()
    }

    fn finish(mut self) -> String {
        while self.count < self.operations {
            self.push("null");
        }
        self.text.push(']');
        self.text
    }
}
