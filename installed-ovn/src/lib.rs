//! An installed OVN, run privately by tests and benchmarks: database servers, northd, and a chassis whose switch
//! has dummy devices, each in a directory of its own.
//!
//! `OVN_PREFIX` names the installation. Everything here fails by panicking: it is for tests.

mod case;
mod central;
mod chassis;
mod connection;
mod daemon;
mod installation;
pub mod logical;
mod server;

pub use case::{CaseError, Extent, case_files, play, updated};
pub use central::{Central, start_northd, sync};
pub use chassis::{Chassis, Equipment, Interface};
pub use connection::{Connection, delete, insert, mutate, reference, references, update, uuid_of};
pub use daemon::Daemon;
pub use installation::Installation;
pub use server::{DatabaseServer, Kind};
