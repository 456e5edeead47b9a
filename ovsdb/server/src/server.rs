use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use parking_lot::{Mutex, RwLock, RwLockReadGuard, RwLockWriteGuard};
use thiserror::Error;
use uuid::Uuid;
use weft_ovsdb_database::{DatabaseStatus, Model, ServerDatabase};
use weft_ovsdb_journal::Files;
use weft_ovsdb_schema::{OvsdbError, SchemaError};

use crate::session::{Event, Locks, Mailbox, SessionId};
use crate::storage::{DatabaseFile, Hosted, Requester, Store, StoreError};

/// Why a database cannot be offered.
#[derive(Debug, Error)]
pub enum AddError {
    /// The same file is offered already.
    #[error("ovsdb error: {0}: already open")]
    AlreadyOpen(String),
    /// A database of the same name is offered already.
    #[error("ovsdb error: {0}: duplicate database name")]
    Duplicate(String),
    /// The name is for databases of the server itself.
    #[error("ovsdb error: {0}: names beginning with \"_\" are reserved")]
    Reserved(String),
    /// The file cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What all sessions share: the databases, the locks, and who else is connected.
#[derive(Debug)]
pub struct Server {
    uuid: Uuid,
    files: Arc<dyn Files>,
    databases: RwLock<BTreeMap<Arc<str>, Arc<Hosted>>>,
    reserved: Arc<Hosted>,
    locks: RwLock<Locks>,
    sessions: Mutex<BTreeMap<SessionId, Arc<Mailbox>>>,
    next_session: AtomicU64,
    has_monitor_cond: AtomicBool,
}

impl Server {
    /// A server without databases, but for `_Server`.
    ///
    /// # Errors
    /// Never; a test reads the schema of `_Server`.
    pub fn new(files: Arc<dyn Files>) -> Result<Arc<Self>, SchemaError> {
        let reserved = Hosted::reserved(ServerDatabase::new()?);
        let server = Self {
            uuid: Uuid::new_v4(),
            files,
            databases: RwLock::new(BTreeMap::from([(Arc::clone(reserved.name()), Arc::clone(&reserved))])),
            reserved,
            locks: RwLock::default(),
            sessions: Mutex::default(),
            next_session: AtomicU64::new(1),
            has_monitor_cond: AtomicBool::new(true),
        };
        server.report_databases();
        Ok(Arc::new(server))
    }

    /// The identity of this run of the server.
    pub fn uuid(&self) -> Uuid {
        self.uuid
    }

    /// The names of all databases.
    pub fn names(&self) -> Vec<Arc<str>> {
        self.databases.read().keys().cloned().collect()
    }

    /// All databases.
    pub fn databases(&self) -> Vec<Arc<Hosted>> {
        self.databases.read().values().cloned().collect()
    }

    /// The database of a name.
    pub fn database(&self, name: &str) -> Option<Arc<Hosted>> {
        self.databases.read().get(name).cloned()
    }

    /// Offers the database in a file.
    ///
    /// # Errors
    /// The file cannot be used, or one of the same name is there.
    pub fn add_file(&self, name: &str) -> Result<Arc<str>, AddError> {
        let path = self.files.resolve(Path::new(name));
        if self.databases().iter().any(|hosted| hosted.file().is_some_and(|file| file.path == path)) {
            return Err(AddError::AlreadyOpen(name.to_owned()));
        }
        let (database, store) = Store::open(Arc::clone(&self.files), Path::new(name))?;
        self.add(Hosted::new(database, store, Some(DatabaseFile { name: name.to_owned(), path })))
    }

    /// Offers a database.
    ///
    /// # Errors
    /// One of the same name is there, or the name is reserved.
    pub fn add(&self, hosted: Arc<Hosted>) -> Result<Arc<str>, AddError> {
        let name = Arc::clone(hosted.name());
        if name.starts_with('_') {
            return Err(AddError::Reserved(name.to_string()));
        }
        let mut databases = self.databases.write();
        if databases.contains_key(&name) {
            return Err(AddError::Duplicate(name.to_string()));
        }
        databases.insert(Arc::clone(&name), hosted);
        drop(databases);
        self.report_databases();
        self.disconnect_unaware(&format!("adding {name} database"));
        Ok(name)
    }

    /// Stops offering a database; answers whether there was one. Its file is closed.
    pub fn remove(&self, name: &str, reason: &str) -> bool {
        let Some(hosted) = self.databases.write().remove(name) else { return false };
        hosted.remove();
        self.report_databases();
        self.disconnect_unaware(reason);
        true
    }

    /// Gives a database another schema (`convert`, ovsdb-server(7) section 4.1.18).
    ///
    /// # Errors
    /// The schema is malformed or of another name, its rows do not fit it, or the file cannot be written.
    pub fn convert(
        &self,
        database: &Hosted,
        params: &str,
        requester: &Requester<'_>,
    ) -> Result<(), OvsdbError> {
        database.convert(params, requester)?;
        self.report_databases();
        self.disconnect_unaware(&format!("committed {} database schema conversion", database.name()));
        Ok(())
    }

    /// Has `_Server` tell about the databases that there are.
    fn report_databases(&self) {
        let databases: Vec<_> =
            self.databases().into_iter().map(|hosted| (schema_text(&hosted), hosted)).collect();
        let status = databases.iter().map(|(schema, hosted)| DatabaseStatus {
            name: hosted.name(),
            model: Model::Standalone,
            is_connected: true,
            is_leader: true,
            schema: Some(schema),
            cluster_id: None,
            server_id: None,
            index: None,
        });
        self.reserved.update_status(&status.collect::<Vec<_>>());
    }

    /// Whether conditional monitors are offered.
    pub fn has_monitor_cond(&self) -> bool {
        self.has_monitor_cond.load(Ordering::Relaxed)
    }

    /// Stops offering conditional monitors, as very old servers did not, and ends all sessions.
    pub fn disable_monitor_cond(&self) {
        self.has_monitor_cond.store(false, Ordering::Relaxed);
        self.disconnect_all("user ran ovsdb-server/disable-monitor-cond");
    }

    /// Ends all sessions.
    pub fn disconnect_all(&self, reason: &str) {
        self.tell_all(&Event::End(Some(reason.into())));
    }

    fn disconnect_unaware(&self, reason: &str) {
        self.tell_all(&Event::EndUnlessAware(reason.into()));
    }

    fn tell_all(&self, event: &Event) {
        for mailbox in self.sessions.lock().values() {
            mailbox.push(event.clone(), usize::MAX);
        }
    }

    /// How many sessions there are.
    pub fn session_count(&self) -> usize {
        self.sessions.lock().len()
    }

    /// Ends one session.
    pub fn end_session(&self, id: SessionId) {
        if let Some(mailbox) = self.sessions.lock().get(&id) {
            mailbox.push(Event::End(None), usize::MAX);
        }
    }

    /// The locks.
    pub fn locks(&self) -> RwLockReadGuard<'_, Locks> {
        self.locks.read()
    }

    pub(crate) fn locks_mut(&self) -> RwLockWriteGuard<'_, Locks> {
        self.locks.write()
    }

    pub(crate) fn register(&self, mailbox: &Arc<Mailbox>) -> SessionId {
        let id = self.next_session.fetch_add(1, Ordering::Relaxed);
        self.sessions.lock().insert(id, Arc::clone(mailbox));
        id
    }

    pub(crate) fn unregister(&self, id: SessionId) {
        self.sessions.lock().remove(&id);
        self.locks_mut().unlock_all(id);
    }
}

fn schema_text(hosted: &Hosted) -> String {
    hosted.contents().schema_json().to_owned()
}
