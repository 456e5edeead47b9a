//! Servers, a northd and a connection, each in a directory of its own.

mod cluster;
mod northd;

pub(crate) use cluster::Cluster;
pub(crate) use northd::{central, northd, start};
pub(crate) use weft_installed_ovn::{
    Central, Connection, DatabaseServer, Installation, Kind, delete, insert, mutate, reference, references,
    sync, update,
};
