//! What the names in a logical flow stand for.

use weft_ovn_lang::encode::Environment;
use weft_ovn_lang::expr::Resolution;

/// What the names in a logical flow stand for on a chassis, for one logical datapath.
pub trait Surroundings: Resolution + Environment {
    /// Whether the port of the datapath with this key has something to do with the chassis: it is bound here, is the
    /// peer of one that is, or connects local datapaths. Flows of a switch that match another port are not needed.
    fn is_related_port(&self, key: u32) -> bool;
}
