use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::LogError;
use crate::files::{File, Files, OpenMode};
use crate::header::{HEADER_MAX_BYTES, compose_header, parse_header};
use crate::lock::Lock;

/// The kind of a log, which is the second word of each record's header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Magic(String);

impl Magic {
    /// A standalone database.
    pub const STANDALONE: &'static str = "JSON";
    /// A server's part of a clustered database.
    pub const CLUSTERED: &'static str = "CLUSTER";

    /// The word.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A file of records, open for reading or appending.
///
/// Records are first read in order; the first append ends the reading, and cuts off what was not read.
#[derive(Debug)]
pub struct Log {
    pub(crate) files: Arc<dyn Files>,
    pub(crate) path: PathBuf,
    pub(crate) name: String,
    pub(crate) magic: Magic,
    pub(crate) file: Box<dyn File>,
    pub(crate) state: State,
    /// Where the next record begins.
    pub(crate) offset: u64,
    /// Where the record read last begins.
    pub(crate) previous: u64,
    /// The size when the log was last compact.
    pub(crate) base: u64,
    /// What was read from the file beyond `offset`.
    pub(crate) ahead: Vec<u8>,
    /// Where reading the file goes on.
    pub(crate) read_position: u64,
    _lock: Lock,
}

/// What a log is ready for.
#[derive(Clone, Debug)]
pub(crate) enum State {
    /// To read on.
    Reading,
    /// Nothing more can be read; appending cuts off what follows.
    ReadFailed(LogError),
    /// To append.
    Writing,
    /// To append, after what the failed append left has been cut off.
    WriteFailed,
    /// Nothing: it is unknown which records are durable, and only a replacement makes it known again.
    SyncFailed(LogError),
}

/// A log smaller than this is not worth compacting, in bytes.
const COMPACT_ABOVE_BYTES: u64 = 10 << 20;

impl Log {
    /// Opens a log, and locks it unless it is for reading only.
    ///
    /// `magics` are the kinds to accept; an empty file becomes one of the first kind.
    ///
    /// # Errors
    /// The file cannot be opened or locked, or is of another kind.
    pub fn open(
        files: Arc<dyn Files>,
        path: &Path,
        mode: OpenMode,
        magics: &[&str],
    ) -> Result<Self, LogError> {
        let name = path.display().to_string();
        let lock = if mode == OpenMode::ReadOnly {
            Lock::unneeded()
        } else {
            let failed = |error| LogError::io(&error, format!("{name}: failed to lock lockfile"));
            files.lock(path).map_err(failed)?
        };
        Self::open_locked(files, path, name, mode, magics, lock)
    }

    pub(crate) fn open_locked(
        files: Arc<dyn Files>,
        path: &Path,
        name: String,
        mode: OpenMode,
        magics: &[&str],
        lock: Lock,
    ) -> Result<Self, LogError> {
        let operation = match mode {
            OpenMode::ReadOnly | OpenMode::ReadWrite => "open",
            OpenMode::CreateNew => "create",
            OpenMode::Create => "create or open",
        };
        let failed = |error| LogError::io(&error, format!("{name}: {operation} failed"));
        let file = files.open(path, mode).map_err(failed)?;
        let found = read_magic(&*file, &name)?;
        let magic = match found {
            Some(found) if magics.contains(&found.as_str()) => found,
            None if magics.len() == 1 => {
                // An empty file is probably new, and then its name is to last as well.
                files
                    .sync_directory_of(path)
                    .map_err(|error| LogError::io(&error, format!("{name}: fsync of directory failed")))?;
                magics[0].to_owned()
            }
            _ => return Err(LogError::other(format!("{name}: cannot identify file type"))),
        };
        Ok(Self {
            path: std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf()),
            files,
            name,
            magic: Magic(magic),
            file,
            state: State::Reading,
            offset: 0,
            previous: 0,
            base: 0,
            ahead: Vec::new(),
            read_position: 0,
            _lock: lock,
        })
    }

    /// The kind of the file.
    pub fn magic(&self) -> &Magic {
        &self.magic
    }

    /// The name that the log was opened by.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The size of all records read or appended, in bytes.
    pub fn len_bytes(&self) -> u64 {
        self.offset
    }

    /// Declares that the records so far are as compact as they can be.
    pub fn mark_base(&mut self) {
        self.base = self.offset;
    }

    /// Whether so much was appended to the compact records that compacting again is worthwhile.
    pub fn grew_lots(&self) -> bool {
        self.offset > COMPACT_ABOVE_BYTES && self.offset / 2 > self.base
    }

    /// Appends a record, which is complete or not there at all when the process ends.
    ///
    /// `json` is the text of an object without line ends.
    /// What was not read yet is cut off first.
    ///
    /// # Errors
    /// The file system refuses; the record is not there then, and the next append tries anew.
    pub fn append(&mut self, json: &str) -> Result<(), LogError> {
        self.make_writable()?;
        let mut record = compose_header(self.magic.as_str(), json).into_bytes();
        record.reserve_exact(json.len() + 1);
        record.extend_from_slice(json.as_bytes());
        record.push(b'\n');
        if let Err(error) = self.file.write_all_at(&record, self.offset) {
            tracing::warn!(target: "ovsdb_log", per_minute = 5, "{}: write failed ({error})", self.name);
            self.take_back();
            return Err(LogError::io(&error, format!("{}: write failed", self.name)));
        }
        self.previous = self.offset;
        self.offset += record.len() as u64;
        Ok(())
    }

    /// Takes back the record appended last, for a commit that failed after it.
    ///
    /// Must not be called twice in a row.
    ///
    /// # Errors
    /// The file system refuses; the next append tries anew.
    pub fn unappend(&mut self) -> Result<(), LogError> {
        self.offset = self.previous;
        match self.state {
            State::Writing => self.cut(),
            State::SyncFailed(_) => self.file.truncate(self.offset).map_err(|error| {
                LogError::io(&error, format!("{}: cannot truncate to length {}", self.name, self.offset))
            }),
            // The record goes away with the next append.
            _ => Ok(()),
        }
    }

    /// Makes all appended records durable.
    ///
    /// # Errors
    /// The file system refuses. The log takes no further record then until it has been replaced, since it
    /// is unknown what of the file is durable.
    pub fn sync(&mut self) -> Result<(), LogError> {
        if let State::SyncFailed(error) = &self.state {
            return Err(error.clone());
        }
        self.file.sync().map_err(|error| self.sync_failed(&error))
    }

    /// Whether the log takes no record until it has been replaced.
    pub fn must_be_replaced(&self) -> bool {
        matches!(self.state, State::SyncFailed(_))
    }

    pub(crate) fn sync_failed(&mut self, error: &io::Error) -> LogError {
        let error = LogError::io(error, format!("{}: fsync failed", self.name));
        self.state = State::SyncFailed(error.clone());
        error
    }

    fn make_writable(&mut self) -> Result<(), LogError> {
        match &self.state {
            State::Writing => Ok(()),
            State::SyncFailed(error) => Err(error.clone()),
            State::Reading | State::ReadFailed(_) | State::WriteFailed => self.cut(),
        }
    }

    /// Cuts the file where the next record begins.
    fn cut(&mut self) -> Result<(), LogError> {
        self.ahead = Vec::new();
        match self.file.truncate(self.offset) {
            Ok(()) => {
                self.state = State::Writing;
                Ok(())
            }
            Err(error) => {
                self.state = State::WriteFailed;
                let what = format!("{}: cannot truncate to length {}", self.name, self.offset);
                Err(LogError::io(&error, what))
            }
        }
    }

    /// Removes what a failed append left.
    fn take_back(&mut self) {
        // If it fails, the next append tries again, and a reader finds the rest by its length and hash.
        if let Err(error) = self.cut() {
            tracing::warn!(target: "ovsdb_log", per_minute = 5, "{error}");
        }
        self.state = State::WriteFailed;
    }
}

impl fmt::Display for Magic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The kind that the first record names; `None` for an empty file.
fn read_magic(file: &dyn File, name: &str) -> Result<Option<String>, LogError> {
    let mut start = [0; HEADER_MAX_BYTES];
    let mut filled = 0;
    while let Some(rest) = start.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        let read = file.read_at(rest, filled as u64);
        match read.map_err(|error| LogError::io(&error, format!("{name}: read error")))? {
            0 => break,
            n => filled += n,
        }
    }
    if filled == 0 {
        return Ok(None);
    }
    let line_end = start[..filled].iter().position(|&byte| byte == b'\n').map_or(filled, |at| at + 1);
    match parse_header(&start[..line_end]) {
        Some(header) => Ok(Some(header.magic.to_owned())),
        None => Err(LogError::other(format!("{name}: unexpected file format"))),
    }
}
