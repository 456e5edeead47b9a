//! Servers, a northd and a connection, each in a directory of its own.

mod central;
mod cluster;
mod northd;

pub(crate) use central::{Central, sync};
pub(crate) use cluster::Cluster;
pub(crate) use northd::Northd;
pub(crate) use weft_installed_ovn::{
    Connection, DatabaseServer, Installation, Kind, delete, insert, mutate, reference, references, update,
};
