//! What the names in a match stand for here and now.

use std::sync::Arc;

use super::expand::AddressSet;

/// What the names in a match stand for: on one chassis, for one logical datapath.
pub trait Resolution {
    /// The addresses of the set that a match calls `$name`.
    fn address_set(&self, name: &str) -> Option<&AddressSet>;

    /// The ports of the group that a match calls `@name`.
    fn port_group(&self, name: &str) -> Option<&[Arc<str>]>;

    /// The key of a port, or of a multicast group, on the datapath.
    fn port_key(&self, name: &str) -> Option<u32>;

    /// Whether the port lives on this chassis.
    fn is_chassis_resident(&self, port: &str) -> bool;
}
