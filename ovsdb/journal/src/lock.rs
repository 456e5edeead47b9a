use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, fcntl};
use nix::libc;

/// The lock files that this process holds, by device and inode.
///
/// The kernel's record locks do not keep a process from taking its own again, and closing any descriptor of
/// the file gives all of them up.
static HELD: Mutex<BTreeSet<(u64, u64)>> = Mutex::new(BTreeSet::new());

/// The right to write a database file; given back when dropped.
///
/// It is a lock on the file `.NAME.~lock~` beside the database file, as ovsdb-server and ovsdb-tool take it.
/// A child process does not inherit it.
#[derive(Debug)]
pub struct Lock(Option<Held>);

#[derive(Debug)]
struct Held {
    identity: (u64, u64),
    _file: File,
}

impl Lock {
    /// Locks the database file at `path`, which names no symbolic link.
    ///
    /// # Errors
    /// `EAGAIN` when another process has the lock, `EDEADLK` when this one has.
    pub fn acquire(path: &Path) -> io::Result<Self> {
        let lock_path = lock_path(path);
        let mut held = held();
        if let Ok(metadata) = lock_path.metadata()
            && held.contains(&(metadata.dev(), metadata.ino()))
        {
            tracing::warn!(
                target: "lockfile",
                "{}: cannot lock file because this process has already locked it", lock_path.display()
            );
            return Err(Errno::EDEADLK.into());
        }
        let mut options = OpenOptions::new();
        let file =
            options.read(true).write(true).create(true).truncate(false).mode(0o600).open(&lock_path)?;
        let metadata = file.metadata()?;
        let identity = (metadata.dev(), metadata.ino());
        if let Err(error) = fcntl(&file, FcntlArg::F_SETLK(&whole_file())) {
            report_refusal(&file, &lock_path, error);
            return Err(if error == Errno::EACCES { Errno::EAGAIN } else { error }.into());
        }
        held.insert(identity);
        Ok(Self(Some(Held { identity, _file: file })))
    }

    /// A lock on nothing, for files that nobody else can reach.
    pub fn unneeded() -> Self {
        Self(None)
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if let Some(lock) = &self.0 {
            held().remove(&lock.identity);
        }
    }
}

fn held() -> MutexGuard<'static, BTreeSet<(u64, u64)>> {
    HELD.lock().unwrap_or_else(PoisonError::into_inner)
}

fn report_refusal(file: &File, path: &Path, error: Errno) {
    let mut holder = whole_file();
    let path = path.display();
    match fcntl(file, FcntlArg::F_GETLK(&mut holder)) {
        Ok(_) if i32::from(holder.l_type) != libc::F_UNLCK => tracing::warn!(
            target: "lockfile",
            "{path}: cannot lock file because it is already locked by pid {}", holder.l_pid
        ),
        _ => tracing::warn!(target: "lockfile", "{path}: failed to lock file: {}", error.desc()),
    }
}

/// The lock file of a database file.
fn lock_path(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".~lock~");
    path.with_file_name(name)
}

fn whole_file() -> libc::flock {
    libc::flock {
        l_type: i16::try_from(libc::F_WRLCK).unwrap_or_default(),
        l_whence: i16::try_from(libc::SEEK_SET).unwrap_or_default(),
        l_start: 0,
        l_len: 0,
        l_pid: 0,
    }
}
