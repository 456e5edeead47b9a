//! Logs on the real file system and on files that fail or stop.

mod crash;
mod damage;
mod lock;
mod support;
