//! The process: command line, control commands, life.

mod compactor;
mod configuration;
mod control;
mod options;
mod run;
mod start;

pub use run::main;
