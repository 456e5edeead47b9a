//! The pid file, on which its process holds a lock as long as it lives.

use super::cleanup::Cleanup;
use crate::error_text::error_text;
use nix::fcntl::{FcntlArg, fcntl};
use nix::libc;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Why a pid file could not be had.
#[derive(Debug, thiserror::Error)]
pub enum PidFileError {
    /// A living process has it.
    #[error("{}: already running as pid {pid}, aborting", path.display())]
    Running {
        /// The pid file.
        path: PathBuf,
        /// The process.
        pid: i32,
    },
    /// Something is wrong with a file.
    #[error("{}: {step} failed ({})", path.display(), error_text(error))]
    File {
        /// The pid file or its temporary predecessor.
        path: PathBuf,
        /// What was tried.
        step: &'static str,
        /// How it failed.
        error: io::Error,
    },
}

impl PidFileError {
    fn file(path: &Path, step: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |error| Self::File { path: path.to_path_buf(), step, error }
    }
}

/// A pid file with this process's pid in it; dropping it removes the file.
#[derive(Debug)]
pub struct PidFile {
    path: PathBuf,
    /// Closing any descriptor of the file gives up the lock, so this one stays open.
    locked: File,
}

impl PidFile {
    /// Writes this process's pid to `path` and locks the file.
    ///
    /// A file whose process is dead is replaced; with `overwrite`, so is that of a living one.
    ///
    /// # Errors
    /// Fails when a living process has the file, or when the file system refuses.
    pub fn create(path: &Path, overwrite: bool) -> Result<Self, PidFileError> {
        let pid = std::process::id();
        // All that want the same pid file lock the same temporary file first, so that one wins.
        let suffix = if overwrite { format!(".tmp{pid}") } else { ".tmp".to_owned() };
        let mut temporary = path.as_os_str().to_owned();
        temporary.push(suffix);
        let temporary = PathBuf::from(temporary);
        let mut options = OpenOptions::new();
        let mut file = options
            .append(true)
            .read(true)
            .create(true)
            .open(&temporary)
            .map_err(PidFileError::file(&temporary, "create"))?;
        set_lock(&file).map_err(PidFileError::file(&temporary, "fcntl(F_SETLK)"))?;
        let result = Self::fill(&temporary, &mut file, path, overwrite, pid);
        if let Err(error) = result {
            // The lock is ours, so nobody else is using the temporary file.
            let _ = std::fs::remove_file(&temporary);
            return Err(error);
        }
        Cleanup::add(path);
        Ok(Self { path: path.to_path_buf(), locked: file })
    }

    fn fill(
        temporary: &Path,
        file: &mut File,
        path: &Path,
        overwrite: bool,
        pid: u32,
    ) -> Result<(), PidFileError> {
        if !overwrite {
            remove_stale(path)?;
        }
        file.set_len(0).map_err(PidFileError::file(temporary, "truncate"))?;
        file.write_all(format!("{pid}\n").as_bytes()).map_err(PidFileError::file(temporary, "write"))?;
        std::fs::rename(temporary, path).map_err(PidFileError::file(temporary, "rename"))
    }
}

impl Drop for PidFile {
    fn drop(&mut self) {
        if is_named(&self.locked, &self.path).unwrap_or(false) {
            Cleanup::remove(&self.path);
        } else {
            // Another process has overwritten the pid file, so it is no longer ours to remove.
            Cleanup::forget(&self.path);
        }
    }
}

/// Removes the pid file at `path` if its process is dead; complains if it lives.
fn remove_stale(path: &Path) -> Result<(), PidFileError> {
    let check = |error| PidFileError::file(path, "pidfile check")(error);
    let mut file = match OpenOptions::new().read(true).write(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(check(error)),
    };
    if let Some(holder) = lock_holder(&file).map_err(check)? {
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(check)?;
        if text.trim().parse() == Ok(holder) {
            return Err(PidFileError::Running { path: path.to_path_buf(), pid: holder });
        }
        // Somebody else holds the file of a dead process, so is about to remove it.
        return Err(check(nix::errno::Errno::ESRCH.into()));
    }
    // Whoever holds the lock of a dead process's file may remove it, and nobody else: without the
    // lock, the file removed could be another process's new one.
    set_lock(&file).map_err(check)?;
    if !is_named(&file, path).map_err(check)? {
        return Err(check(nix::errno::Errno::EALREADY.into()));
    }
    std::fs::remove_file(path).map_err(check)
}

/// Whether `file` is what `path` names now.
fn is_named(file: &File, path: &Path) -> io::Result<bool> {
    let (own, named) = (file.metadata()?, std::fs::metadata(path)?);
    Ok((own.dev(), own.ino()) == (named.dev(), named.ino()))
}

fn whole_file(kind: i32) -> libc::flock {
    libc::flock {
        l_type: i16::try_from(kind).unwrap_or_default(),
        l_whence: i16::try_from(libc::SEEK_SET).unwrap_or_default(),
        l_start: 0,
        l_len: 0,
        l_pid: 0,
    }
}

fn set_lock(file: &File) -> io::Result<()> {
    fcntl(file, FcntlArg::F_SETLK(&whole_file(libc::F_WRLCK)))?;
    Ok(())
}

/// The process that holds a lock on `file`, other than this one.
fn lock_holder(file: &File) -> io::Result<Option<i32>> {
    let mut lock = whole_file(libc::F_WRLCK);
    fcntl(file, FcntlArg::F_GETLK(&mut lock))?;
    Ok((i32::from(lock.l_type) != libc::F_UNLCK).then_some(lock.l_pid))
}

#[cfg(test)]
mod tests {
    use super::PidFile;

    #[test]
    fn the_file_holds_the_pid_and_goes_with_its_owner() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("test.pid");
        let file = PidFile::create(&path, false).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), format!("{}\n", std::process::id()));
        drop(file);
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
    }

    #[test]
    fn the_file_of_a_dead_process_is_replaced() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("test.pid");
        std::fs::write(&path, "1\n").unwrap();
        let _file = PidFile::create(&path, false).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), format!("{}\n", std::process::id()));
    }

    #[test]
    fn a_directory_that_is_not_there_is_an_error() {
        let directory = tempfile::tempdir().unwrap();
        let error = PidFile::create(&directory.path().join("none/test.pid"), false).unwrap_err();
        assert!(error.to_string().ends_with("none/test.pid.tmp: create failed (No such file or directory)"));
    }
}
