//! Unix sockets by path, with Open vSwitch's permissions and for paths of any length.

use nix::sys::socket::{AddressFamily, Backlog, SockFlag, SockType, UnixAddr, bind, connect, listen, socket};
use nix::sys::stat::{Mode, fchmod};
use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

/// The longest path that fits in a socket address, with its final zero byte.
const MAX_PATH_BYTES: usize = 107;

/// Listens at `path`, in place of whatever file is there; user and group may connect.
pub(super) fn listen_at(path: &Path) -> io::Result<UnixListener> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let fd = stream_socket()?;
    // The mode of the socket before it is bound becomes the mode of the file.
    fchmod(&fd, Mode::S_IRWXU | Mode::S_IRWXG)?;
    let (address, _directory) = address_of(path)?;
    bind(fd.as_raw_fd(), &address)?;
    listen(&fd, Backlog::new(64)?)?;
    Ok(fd.into())
}

/// Connects to the socket at `path`.
pub(super) fn connect_to(path: &Path) -> io::Result<UnixStream> {
    let fd = stream_socket()?;
    let (address, _directory) = address_of(path)?;
    connect(fd.as_raw_fd(), &address)?;
    Ok(fd.into())
}

fn stream_socket() -> nix::Result<OwnedFd> {
    socket(AddressFamily::Unix, SockType::Stream, SockFlag::SOCK_CLOEXEC, None)
}

/// The address of `path`, and an open directory on which a shortened path may depend.
fn address_of(path: &Path) -> io::Result<(UnixAddr, Option<File>)> {
    if path.as_os_str().len() <= MAX_PATH_BYTES {
        return Ok((UnixAddr::new(path)?, None));
    }
    let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(io::ErrorKind::InvalidFilename.into());
    };
    let directory = File::open(parent)?;
    let short = PathBuf::from(format!("/proc/self/fd/{}", directory.as_raw_fd())).join(name);
    Ok((UnixAddr::new(&short)?, Some(directory)))
}
