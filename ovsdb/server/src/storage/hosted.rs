use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Instant;

use parking_lot::{Mutex, RwLock, RwLockReadGuard};
use weft_ovsdb_database::{Database, DatabaseStatus, Outcome, ServerDatabase, SessionContext};
use weft_ovsdb_schema::{Json, OvsdbError};

use super::contents::Contents;
use super::store::{Store, now_ms};
use crate::session::{Event, Mailbox};

/// A database that the server offers, with where it is kept and who is told of its changes.
///
/// One transaction after the other is run, written and published; reading goes on meanwhile, except for the
/// moment of publishing.
#[derive(Debug)]
pub struct Hosted {
    name: Arc<str>,
    file: Option<DatabaseFile>,
    pub(super) writer: Mutex<Store>,
    contents: RwLock<Contents>,
    subscribers: Mutex<Vec<Weak<Mailbox>>>,
    removed: AtomicBool,
}

/// The file of a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatabaseFile {
    /// The name that it was given by, which messages use; it may be relative to where the server was started.
    pub name: String,
    /// The file itself, after all symbolic links.
    pub path: PathBuf,
}

/// Who asks for a transaction.
#[derive(Clone, Copy, Debug)]
pub struct Requester<'s> {
    /// The role of the remote, for access control.
    pub role: Option<&'s str>,
    /// Who the client is by its certificate.
    pub id: Option<&'s str>,
    /// The locks that it owns.
    pub locks: Option<&'s BTreeSet<String>>,
    /// Whether it may only read.
    pub read_only: bool,
    /// When the transaction was first tried.
    pub since: Instant,
}

impl Requester<'_> {
    /// The server itself.
    pub fn server() -> Self {
        Self { role: None, id: None, locks: None, read_only: false, since: Instant::now() }
    }

    fn context(&self) -> SessionContext<'_> {
        SessionContext {
            role: self.role,
            id: self.id,
            locks: self.locks,
            read_only: self.read_only,
            elapsed_ms: u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX),
        }
    }
}

/// What became of a transaction.
#[derive(Debug)]
pub enum Committed {
    /// It is over: the `result` of the response.
    Reply(String),
    /// It waits for other rows, at most so many milliseconds since it was first tried.
    Wait(Option<u64>),
    /// The database is no longer offered.
    Removed,
}

/// However small a database, a session may have this many changed rows ahead of it.
const LEAST_PENDING_ROWS: usize = 10_000;

impl Hosted {
    /// Offers a database; `file` is where it is kept, if it is.
    pub fn new(database: Database, store: Store, file: Option<DatabaseFile>) -> Arc<Self> {
        Self::with(Contents::Ordinary(database), store, file)
    }

    /// Offers the database `_Server`.
    pub(crate) fn reserved(database: ServerDatabase) -> Arc<Self> {
        Self::with(Contents::Server(database), Store::in_memory(), None)
    }

    fn with(contents: Contents, store: Store, file: Option<DatabaseFile>) -> Arc<Self> {
        Arc::new(Self {
            name: contents.name().into(),
            file,
            writer: Mutex::new(store),
            contents: RwLock::new(contents),
            subscribers: Mutex::default(),
            removed: AtomicBool::new(false),
        })
    }

    /// The database's name.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// The file it is kept in.
    pub fn file(&self) -> Option<&DatabaseFile> {
        self.file.as_ref()
    }

    /// The contents; nothing is published while they are looked at.
    pub fn contents(&self) -> RwLockReadGuard<'_, Contents> {
        self.contents.read()
    }

    /// Runs a transaction, writes it and publishes it. `params` is the JSON text of the request's array.
    pub fn transact(&self, params: &str, requester: &Requester<'_>) -> Committed {
        let context = requester.context();
        // A large request is parsed, and forgotten, while others commit.
        let params = match Json::parse(params) {
            Ok(params) => params,
            Err(error) => {
                return Committed::Reply(OvsdbError::new("syntax error", error.to_string()).to_json());
            }
        };
        let mut writer = self.writer.lock();
        if self.removed.load(Ordering::Relaxed) {
            return Committed::Removed;
        }
        let contents = self.contents.read();
        let prepared = match contents.transact_parsed(&params, &context) {
            Outcome::Done(reply) => return Committed::Reply(reply),
            Outcome::Wait { timeout_ms } => return Committed::Wait(timeout_ms),
            Outcome::Commit(prepared) => prepared,
        };
        let record = contents.record(&prepared, now_ms());
        drop(contents);
        if let Some(record) = record
            && let Err(error) = writer.append(&record, prepared.is_durable())
        {
            tracing::warn!(target: "ovsdb_server", per_minute = 5, "{}: {error}", self.name);
            return Committed::Reply(prepared.failed(&error));
        }
        let reply = prepared.reply().to_owned();
        let mut contents = self.contents.write();
        let Contents::Ordinary(database) = &mut *contents else {
            return Committed::Reply(
                prepared.failed(&OvsdbError::internal("a reserved database was written")),
            );
        };
        let commit = database.publish(*prepared);
        // Whoever looks at the contents next must find the commit in its mailbox.
        self.tell(&Event::Commit(commit), &contents);
        Committed::Reply(reply)
    }

    /// Tells a mailbox of every change from now on.
    ///
    /// To be called while the contents are held, so that it is certain which commits it is told of.
    pub(crate) fn subscribe(&self, mailbox: &Arc<Mailbox>) {
        let mut subscribers = self.subscribers.lock();
        let is_known = subscribers.iter().any(|known| std::ptr::eq(known.as_ptr(), Arc::as_ptr(mailbox)));
        if !is_known {
            subscribers.push(Arc::downgrade(mailbox));
        }
    }

    /// No longer tells a mailbox of changes.
    pub(crate) fn unsubscribe(&self, mailbox: &Arc<Mailbox>) {
        self.subscribers.lock().retain(|known| !std::ptr::eq(known.as_ptr(), Arc::as_ptr(mailbox)));
    }

    /// Stops offering the database; whoever uses it is told.
    pub(crate) fn remove(&self) {
        let _writer = self.writer.lock();
        let contents = self.contents.write();
        self.removed.store(true, Ordering::Relaxed);
        self.tell(&Event::Gone(Arc::clone(&self.name)), &contents);
    }

    /// Converts the database as a request for `convert` says, whose parameters are JSON text.
    ///
    /// # Errors
    /// The session may not do that, the schema does not fit, or the file cannot be written.
    pub(crate) fn convert(&self, params: &str, requester: &Requester<'_>) -> Result<(), OvsdbError> {
        let mut writer = self.writer.lock();
        if self.removed.load(Ordering::Relaxed) {
            let details = "database conversion canceled because the database is being removed";
            return Err(OvsdbError::new("canceled", details));
        }
        let converted = self.contents.read().convert_as_requested(params, &requester.context())?;
        let record = converted.snapshot_record(Some("converted by ovsdb-server"), now_ms());
        writer.replace_all(converted.schema_json(), &record)?;
        let mut contents = self.contents.write();
        *contents = Contents::Ordinary(converted);
        self.tell(&Event::Gone(Arc::clone(&self.name)), &contents);
        Ok(())
    }

    /// Has `_Server` tell about these databases; of no effect on any other database.
    pub(crate) fn update_status(&self, databases: &[DatabaseStatus<'_>]) {
        let mut contents = self.contents.write();
        if let Contents::Server(server) = &mut *contents
            && let Some(commit) = server.update(databases)
        {
            self.tell(&Event::Commit(commit), &contents);
        }
    }

    fn tell(&self, event: &Event, contents: &Database) {
        let rows: usize = (0..contents.catalog().tables.len()).map(|table| contents.row_count(table)).sum();
        let limit = rows.max(LEAST_PENDING_ROWS);
        self.subscribers.lock().retain(|mailbox| {
            let mailbox = mailbox.upgrade();
            mailbox.is_some_and(|mailbox| {
                mailbox.push(event.clone(), limit);
                true
            })
        });
    }
}
