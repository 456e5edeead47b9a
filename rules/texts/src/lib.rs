//! The texts of flows: matches and actions of literals are parsed as OVN's controller will.

mod check;
mod example;
mod follow;
mod search;
mod source;
mod template;
#[cfg(test)]
mod tests;
mod write;

pub use check::{check, explain, flow_error};
