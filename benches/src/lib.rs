//! What the scenarios share: clusters, the translation between databases in memory, figures.

pub mod changes;
pub mod cluster;
pub mod installed_northd;
pub mod loopback;
pub mod measure;
pub mod profile;
pub mod rules;
pub mod server;

/// The allocator of `ovn-northd`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
