//! What the scenarios share: clusters, the translation between databases in memory, figures.

pub mod cluster;
pub mod loopback;
pub mod measure;
pub mod profile;

/// The allocator of `ovn-northd`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
