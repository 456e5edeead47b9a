//! The daemon between real servers: what its users see of it.
//!
//! These tests need an installed OVN, named by `OVN_PREFIX`: its servers and tools, never its northd
//! unless a test says so.

mod aging;
mod clusters;
mod contents;
mod generator;
mod harness;
mod kill_anything;
mod odd_rows;
mod reconcile;
mod wait_sb;
