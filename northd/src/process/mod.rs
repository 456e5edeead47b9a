//! The process around the translation: command line, control socket, sessions, loop.

pub mod control;
pub mod options;
pub mod run;
pub mod settings;
pub mod status;
pub mod worker;
