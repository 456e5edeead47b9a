//! The name of a thread or of the monitoring process in log lines.

use std::cell::RefCell;

thread_local! {
    static NAME: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Gives the calling thread a name that its log lines show in parentheses behind the module.
///
/// The empty name, which every thread has at first, shows nothing.
pub fn set_subprogram_name(name: &str) {
    NAME.with_borrow_mut(|current| name.clone_into(current));
}

pub(super) fn subprogram_name() -> String {
    NAME.with_borrow(Clone::clone)
}
