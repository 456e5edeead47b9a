//! A file system in memory that fails or stops at a chosen step, for tests.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use nix::errno::Errno;

use crate::files::{File, Files, OpenMode};
use crate::lock::Lock;

/// What is left after a stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surviving {
    /// The process was killed: all that was written is there.
    Written,
    /// The machine was switched off: only what was synced is there.
    Synced,
    /// The machine was switched off: of what was not synced there are the names, and of the contents the
    /// first half, with zeros behind it.
    Torn,
}

/// Files in memory; clones share them.
///
/// Each change of a file or name is a step, counted from 0.
#[derive(Clone, Debug, Default)]
pub struct SimulatedFiles(Arc<Mutex<Disk>>);

#[derive(Clone, Debug, Default)]
struct Disk {
    files: Vec<Contents>,
    names: BTreeMap<PathBuf, usize>,
    synced_names: BTreeMap<PathBuf, usize>,
    steps: u64,
    stop_at: Option<u64>,
    refusal: Option<(u64, Errno)>,
    capacity_bytes: Option<usize>,
}

#[derive(Clone, Debug, Default)]
struct Contents {
    written: Vec<u8>,
    synced: Vec<u8>,
}

impl SimulatedFiles {
    /// No files.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many steps there were.
    pub fn steps(&self) -> u64 {
        self.disk().steps
    }

    /// Has the process stop in the middle of a step: nothing changes any more.
    pub fn stop_at(&self, step: u64) {
        self.disk().stop_at = Some(step);
    }

    /// Has one step fail.
    pub fn refuse_at(&self, step: u64, error: Errno) {
        self.disk().refusal = Some((step, error));
    }

    /// Limits the total size of all files; `None` takes the limit away.
    pub fn set_capacity_bytes(&self, capacity_bytes: Option<usize>) {
        self.disk().capacity_bytes = capacity_bytes;
    }

    /// The size of all files, in bytes.
    pub fn used_bytes(&self) -> usize {
        self.disk().used_bytes()
    }

    /// The contents of a file.
    pub fn contents(&self, path: &Path) -> Option<Vec<u8>> {
        let disk = self.disk();
        disk.names.get(path).map(|&index| disk.files[index].written.clone())
    }

    /// The files that a next process finds.
    pub fn after(&self, surviving: Surviving) -> Self {
        let mut disk = self.disk().clone();
        if surviving == Surviving::Synced {
            disk.names = disk.synced_names.clone();
        }
        for contents in &mut disk.files {
            match surviving {
                Surviving::Written => {}
                Surviving::Synced => contents.written = contents.synced.clone(),
                Surviving::Torn => contents.tear(),
            }
            contents.synced = contents.written.clone();
        }
        disk.synced_names = disk.names.clone();
        (disk.stop_at, disk.refusal, disk.steps) = (None, None, 0);
        Self(Arc::new(Mutex::new(disk)))
    }

    fn disk(&self) -> MutexGuard<'_, Disk> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Contents {
    fn tear(&mut self) {
        let same =
            self.written.iter().zip(&self.synced).take_while(|(written, synced)| written == synced).count();
        let kept = same + (self.written.len() - same) / 2;
        self.written[kept..].fill(0);
    }
}

impl Disk {
    /// Begins a step; answers whether the process stops in it.
    fn step(&mut self) -> io::Result<bool> {
        let step = self.steps;
        if self.stop_at.is_some_and(|stop| step > stop) {
            return Err(stopped());
        }
        self.steps += 1;
        match self.refusal {
            Some((at, error)) if at == step => Err(error.into()),
            _ => Ok(self.stop_at == Some(step)),
        }
    }

    /// A step that happens as a whole or, when the process stops in it, not at all.
    fn whole_step(&mut self) -> io::Result<()> {
        if self.step()? { Err(stopped()) } else { Ok(()) }
    }

    fn used_bytes(&self) -> usize {
        self.names.values().map(|&index| self.files[index].written.len()).sum()
    }
}

fn stopped() -> io::Error {
    io::Error::other("the process is stopped")
}

impl Files for SimulatedFiles {
    fn open(&self, path: &Path, mode: OpenMode) -> io::Result<Box<dyn File>> {
        let mut disk = self.disk();
        let found = disk.names.get(path).copied();
        let index = match (found, mode) {
            (Some(_), OpenMode::CreateNew) => return Err(Errno::EEXIST.into()),
            (Some(index), _) => index,
            (None, OpenMode::Create | OpenMode::CreateNew) => {
                disk.whole_step()?;
                disk.files.push(Contents::default());
                let index = disk.files.len() - 1;
                disk.names.insert(path.to_path_buf(), index);
                index
            }
            (None, _) => return Err(Errno::ENOENT.into()),
        };
        Ok(Box::new(SimulatedFile { files: self.clone(), index }))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut disk = self.disk();
        disk.whole_step()?;
        let index = disk.names.remove(from).ok_or(Errno::ENOENT)?;
        disk.names.insert(to.to_path_buf(), index);
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut disk = self.disk();
        disk.whole_step()?;
        disk.names.remove(path);
        Ok(())
    }

    fn sync_directory_of(&self, _path: &Path) -> io::Result<()> {
        let mut disk = self.disk();
        disk.whole_step()?;
        disk.synced_names = disk.names.clone();
        Ok(())
    }

    fn resolve(&self, path: &Path) -> PathBuf {
        path.to_path_buf()
    }

    fn lock(&self, _path: &Path) -> io::Result<Lock> {
        Ok(Lock::unneeded())
    }
}

#[derive(Debug)]
struct SimulatedFile {
    files: SimulatedFiles,
    index: usize,
}

impl File for SimulatedFile {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let disk = self.files.disk();
        let written = &disk.files[self.index].written;
        let rest = usize::try_from(offset).ok().and_then(|offset| written.get(offset..)).unwrap_or_default();
        let n = rest.len().min(buffer.len());
        buffer[..n].copy_from_slice(&rest[..n]);
        Ok(n)
    }

    fn write_all_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let mut disk = self.files.disk();
        let stops = disk.step()?;
        let mut n = if stops { bytes.len() / 2 } else { bytes.len() };
        let mut result = if stops { Err(stopped()) } else { Ok(()) };
        if let Some(capacity) = disk.capacity_bytes {
            let free = capacity.saturating_sub(disk.used_bytes());
            if n > free {
                (n, result) = (free, Err(Errno::ENOSPC.into()));
            }
        }
        let offset = usize::try_from(offset).map_err(|_| Errno::EFBIG)?;
        let written = &mut disk.files[self.index].written;
        written.resize(written.len().max(offset + n), 0);
        written[offset..offset + n].copy_from_slice(&bytes[..n]);
        result
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        let mut disk = self.files.disk();
        disk.whole_step()?;
        let length = usize::try_from(length).map_err(|_| Errno::EFBIG)?;
        disk.files[self.index].written.resize(length, 0);
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        let mut disk = self.files.disk();
        disk.whole_step()?;
        let contents = &mut disk.files[self.index];
        contents.synced = contents.written.clone();
        Ok(())
    }
}
