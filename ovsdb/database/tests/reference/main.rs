//! Random transactions against ovsdb-server and this database side by side: replies and notifications are equal.
//!
//! Without an installed OVN, what ovsdb-server once answered is compared (`recorded/`).

mod compare;
mod dangling;
mod generate;
mod isolated;
mod ours;
mod random;
mod recorded;
mod server;
mod side_by_side;
