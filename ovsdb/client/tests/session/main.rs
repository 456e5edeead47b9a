//! Sessions, with an installed ovsdb-server and with one that misbehaves.

mod cluster;
mod failover;
mod fallback;
mod loss;
mod ovsdb_server;
mod probe;
mod secure;
mod support;
