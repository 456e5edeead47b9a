//! What a panic means for a daemon.

use super::cleanup::Cleanup;
use crate::vlog::Vlog;

/// Makes every panic, on any thread, log its message and abort the process.
///
/// A monitor restarts the daemon after that; a daemon that lost a thread would do harm instead.
pub fn abort_on_panic(vlog: &Vlog) {
    let vlog = vlog.clone();
    let print = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        print(info);
        vlog.emergency("util", &info.to_string());
        Cleanup::run();
        std::process::abort();
    }));
}
