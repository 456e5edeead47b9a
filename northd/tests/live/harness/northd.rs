//! This workspace's northd.

use std::path::Path;

use weft_installed_ovn::{Daemon, start_northd};

use super::{Central, Installation};

/// The program.
pub(crate) fn northd() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_ovn-northd"))
}

/// Both servers, on empty databases, and it; `None`, said on standard error, without an installed OVN.
pub(crate) fn central() -> Option<Central> {
    Central::start(northd())
}

/// Starts it; its files are `NAME.*` in `directory`.
pub(crate) fn start(installation: &Installation, directory: &Path, name: &str, remotes: [&str; 2]) -> Daemon {
    start_northd(installation, northd(), directory, name, remotes)
}
