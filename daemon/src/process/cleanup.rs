//! Files that must not outlive the process.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

static FILES: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// The list, one for the process, of files to remove when it ends.
#[derive(Debug)]
pub struct Cleanup;

impl Cleanup {
    /// Adds a file to the list.
    pub fn add(path: &Path) {
        files().insert(path.to_path_buf());
    }

    /// Takes a file off the list without removing it.
    pub fn forget(path: &Path) {
        files().remove(path);
    }

    /// Removes a file at once, and takes it off the list.
    pub fn remove(path: &Path) {
        if files().remove(path) {
            unlink(path);
        }
    }

    /// Removes all files on the list.
    ///
    /// For ends of the process that run no destructors; otherwise the owners of the files do it.
    pub fn run() {
        for path in std::mem::take(&mut *files()) {
            unlink(&path);
        }
    }
}

fn unlink(path: &Path) {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            tracing::warn!(target: "fatal_signal", "could not unlink \"{}\" ({error})", path.display());
        }
        _ => {}
    }
}

fn files() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    FILES.lock().unwrap_or_else(PoisonError::into_inner)
}
