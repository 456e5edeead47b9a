use std::fmt::Debug;
use std::io;
use std::path::{Path, PathBuf};

use crate::lock::Lock;

/// How a log is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenMode {
    /// For reading only.
    ReadOnly,
    /// For reading and appending; the file must exist.
    ReadWrite,
    /// For reading and appending; the file must not exist, unless it is a dangling symbolic link.
    CreateNew,
    /// For reading and appending; the file is created if it does not exist.
    Create,
}

/// What a log needs of a file system.
///
/// The steps are those at which a process may be stopped, or the file system may refuse.
pub trait Files: Debug + Send + Sync {
    /// Opens a file.
    ///
    /// # Errors
    /// As the file system says.
    fn open(&self, path: &Path, mode: OpenMode) -> io::Result<Box<dyn File>>;

    /// Gives a file another name, in place of any that has that name, at once.
    ///
    /// # Errors
    /// As the file system says.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a file.
    ///
    /// # Errors
    /// As the file system says; not when there is no such file.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Makes the names in the directory of a file durable.
    ///
    /// # Errors
    /// As the file system says.
    fn sync_directory_of(&self, path: &Path) -> io::Result<()>;

    /// The absolute path of a file after all symbolic links, whether the file exists or not.
    fn resolve(&self, path: &Path) -> PathBuf;

    /// Locks a file against other writers, if nobody else has it locked.
    ///
    /// # Errors
    /// As the file system says.
    fn lock(&self, path: &Path) -> io::Result<Lock>;
}

/// An open file.
pub trait File: Debug + Send {
    /// Reads at a position; 0 bytes is the end.
    ///
    /// # Errors
    /// As the file system says.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;

    /// Writes all of `bytes` at a position.
    ///
    /// # Errors
    /// As the file system says; some of the bytes may have been written.
    fn write_all_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()>;

    /// Cuts the file.
    ///
    /// # Errors
    /// As the file system says.
    fn truncate(&mut self, length: u64) -> io::Result<()>;

    /// Makes the contents durable.
    ///
    /// # Errors
    /// As the file system says; what was not durable before may be lost even when a later call succeeds.
    fn sync(&mut self) -> io::Result<()>;
}
