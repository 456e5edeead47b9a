//! Servers, a northd and a connection, each in a directory of its own.

mod central;
mod cluster;
mod connection;
mod northd;
mod server;

pub(crate) use central::{Central, sync};
pub(crate) use cluster::Cluster;
pub(crate) use connection::{Connection, delete, insert, mutate, reference, references, update};
pub(crate) use northd::Northd;
pub(crate) use server::{DatabaseServer, Installation, Kind};
