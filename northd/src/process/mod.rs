//! The process around the translation: command line, control socket, sessions, loop.

pub mod chassis_features;
pub mod control;
pub mod metrics;
pub mod options;
pub mod plan_graph;
pub mod run;
pub mod settings;
pub mod status;
pub mod worker;
