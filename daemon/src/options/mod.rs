//! The command line of an OVN daemon.

mod getopt;
mod help;
mod parse;
mod spec;
mod threads;

pub use getopt::{Argument, Item, LongOption, Occurrence, scan};
pub use parse::{Action, Options, TlsOptions, parse};
pub use spec::{Spec, Version};
pub use threads::{MAX_THREADS, ThreadCount, thread_count};
