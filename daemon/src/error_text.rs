//! System errors in the words of `strerror(3)`.

use nix::errno::Errno;
use std::io;

/// The text of `error` alone, without the number that [`io::Error`] shows behind it.
pub(crate) fn error_text(error: &io::Error) -> String {
    match error.raw_os_error() {
        Some(number) => Errno::from_raw(number).desc().to_owned(),
        None => error.to_string(),
    }
}
