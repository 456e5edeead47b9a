use std::fs::{self, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::files::{File, Files, OpenMode};
use crate::lock::Lock;

/// The operating system's files.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsFiles;

/// Symbolic links are followed up to this depth; a longer chain is taken for a circle.
const MAX_LINKS: usize = 10;

impl Files for OsFiles {
    fn open(&self, path: &Path, mode: OpenMode) -> io::Result<Box<dyn File>> {
        let mut options = OpenOptions::new();
        options.read(true).write(mode != OpenMode::ReadOnly).mode(0o660);
        match mode {
            OpenMode::ReadOnly | OpenMode::ReadWrite => {}
            OpenMode::Create => _ = options.create(true),
            // The file that a dangling link names is to be created, which an exclusive creation refuses.
            OpenMode::CreateNew if path.is_symlink() && !path.exists() => _ = options.create(true),
            OpenMode::CreateNew => _ = options.create_new(true),
        }
        Ok(Box::new(OsFile(options.open(path)?)))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        match fs::remove_file(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            result => result,
        }
    }

    fn sync_directory_of(&self, path: &Path) -> io::Result<()> {
        let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        fs::File::open(directory.unwrap_or(Path::new(".")))?.sync_all()
    }

    fn resolve(&self, path: &Path) -> PathBuf {
        let mut resolved = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
        for _ in 0..MAX_LINKS {
            let Ok(target) = fs::read_link(&resolved) else { break };
            resolved = resolved.parent().unwrap_or(Path::new("/")).join(target);
        }
        resolved
    }

    fn lock(&self, path: &Path) -> io::Result<Lock> {
        Lock::acquire(&self.resolve(path))
    }
}

#[derive(Debug)]
struct OsFile(fs::File);

impl File for OsFile {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        loop {
            match self.0.read_at(buffer, offset) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => return result,
            }
        }
    }

    fn write_all_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.0.write_all_at(bytes, offset)
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.0.set_len(length)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.0.sync_data()
    }
}
