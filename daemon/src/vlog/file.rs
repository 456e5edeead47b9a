//! The log file as a destination.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// The log file: its name, once there is one, and the open file, while it is not closed.
#[derive(Debug, Default)]
pub(super) struct LogFile {
    path: Option<PathBuf>,
    file: Option<File>,
}

impl LogFile {
    pub(super) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    pub(super) fn is_open(&self) -> bool {
        self.file.is_some()
    }

    /// Whether `file` is the very file that is open.
    pub(super) fn is_same(&self, file: &File) -> bool {
        let identity = |file: &File| file.metadata().map(|data| (data.dev(), data.ino())).ok();
        self.file.as_ref().is_some_and(|own| identity(own).is_some() && identity(own) == identity(file))
    }

    pub(super) fn install(&mut self, path: PathBuf, file: File) {
        self.path = Some(path);
        self.file = Some(file);
    }

    /// Closes the file but remembers its name.
    pub(super) fn close(&mut self) {
        self.file = None;
    }

    /// Appends `line` and a line end in one piece.
    pub(super) fn write(&mut self, mut line: String) {
        line.push('\n');
        if let Some(file) = &mut self.file {
            // A log that cannot be written (a full disk, say) has nowhere to say so.
            let _ = file.write_all(line.as_bytes());
        }
    }
}

/// Opens a log file for appending and creates it if need be.
pub(super) fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().append(true).create(true).mode(0o660).open(path)
}
