//! Putting a compacted copy in a log's place.

use std::path::PathBuf;
use std::sync::Arc;

use crate::error::LogError;
use crate::files::{Files, OpenMode};
use crate::lock::Lock;
use crate::log::{Log, State};

/// The compacted copy that is to replace a log, in the file `NAME.tmp` beside it.
///
/// Dropped without [`Log::finish_replacement`] it removes its file.
#[derive(Debug)]
pub struct Replacement {
    log: Option<Log>,
    files: Arc<dyn Files>,
    path: PathBuf,
}

impl Replacement {
    /// Appends a record to the copy.
    ///
    /// # Errors
    /// The file system refuses; the copy is of no use then.
    pub fn append(&mut self, json: &str) -> Result<(), LogError> {
        self.log_mut()?.append(json)
    }

    /// Declares that the records so far are as compact as they can be.
    pub fn mark_base(&mut self) {
        if let Some(log) = &mut self.log {
            log.mark_base();
        }
    }

    /// Makes the records so far durable, so that finishing has less to do.
    ///
    /// # Errors
    /// The file system refuses; the copy is of no use then.
    pub fn sync(&mut self) -> Result<(), LogError> {
        self.log_mut()?.sync()
    }

    fn log_mut(&mut self) -> Result<&mut Log, LogError> {
        let path = &self.path;
        let finished = || LogError::other(format!("{}: is in its place already", path.display()));
        self.log.as_mut().ok_or_else(finished)
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        if self.log.is_some()
            && let Err(error) = self.files.remove(&self.path)
        {
            tracing::warn!(target: "ovsdb_log", "failed to remove {} ({error})", self.path.display());
        }
    }
}

impl Log {
    /// Creates an empty copy beside the log; it may be filled on another thread.
    ///
    /// Whatever the log takes from now on is to be appended to the copy as well before it is finished.
    ///
    /// # Errors
    /// The file system refuses.
    pub fn start_replacement(&self) -> Result<Replacement, LogError> {
        // Where the log is a symbolic link, it is the file behind it that is replaced.
        let mut path = self.files.resolve(&self.path).into_os_string();
        path.push(".tmp");
        let path = PathBuf::from(path);
        let name = path.display().to_string();
        let removed = self.files.remove(&path);
        removed.map_err(|error| LogError::io(&error, format!("failed to remove {name}")))?;
        let mode = OpenMode::CreateNew;
        let magics = [self.magic.as_str()];
        let log = Log::open_locked(Arc::clone(&self.files), &path, name, mode, &magics, Lock::unneeded())?;
        Ok(Replacement { log: Some(log), files: Arc::clone(&self.files), path })
    }

    /// Puts the copy in the log's place, durably and at once.
    ///
    /// # Errors
    /// The file system refuses; the log goes on with its old file then.
    /// When it is only unknown whether the exchange is durable, [`Log::must_be_replaced`] holds afterwards.
    pub fn finish_replacement(&mut self, mut replacement: Replacement) -> Result<(), LogError> {
        replacement.sync()?;
        let path = self.files.resolve(&self.path);
        self.files.rename(&replacement.path, &path).map_err(|error| {
            let (from, to) = (replacement.path.display(), path.display());
            LogError::io(&error, format!("failed to rename \"{from}\" to \"{to}\""))
        })?;
        if let Some(new) = replacement.log.take() {
            self.file = new.file;
            self.offset = new.offset;
            self.previous = new.offset;
            self.base = new.base;
        }
        self.ahead = Vec::new();
        self.state = State::Writing;
        // Until the new name is durable, a crash would bring back the old file, without later records.
        self.files.sync_directory_of(&path).map_err(|error| self.sync_failed(&error))
    }
}
