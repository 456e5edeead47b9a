//! Spreading packets over links by a hash of their fields (`multipath` and `bundle` of `ovs-actions`(7)).

use crate::port::Port;
use crate::subfield::Subfield;

/// An enumeration whose values are numbered on the wire from 0 and have names in text.
macro_rules! numbered_and_named {
    ($(#[$about:meta])* $type:ident { $($(#[$doc:meta])* $variant:ident $name:literal,)* }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $type {
            $($(#[$doc])* $variant,)*
        }

        impl $type {
            const ALL: &[($type, &str)] = &[$(($type::$variant, $name),)*];

            /// Its number on the wire.
            pub fn wire(self) -> u16 {
                self as u16
            }

            /// The value of a number on the wire.
            pub fn from_wire(number: u16) -> Option<$type> {
                $type::ALL.get(usize::from(number)).map(|v| v.0)
            }

            /// Its name in `ovs-ofctl`.
            pub fn name(self) -> &'static str {
                $type::ALL[self as usize].1
            }

            /// The value that `ovs-ofctl` calls `name`, whatever its case.
            pub fn from_name(name: &str) -> Option<$type> {
                $type::ALL.iter().find(|v| v.1.eq_ignore_ascii_case(name)).map(|v| v.0)
            }
        }
    };
}

numbered_and_named! {
    /// The fields that are hashed.
    HashFields {
        /// The Ethernet source.
        EthernetSource "eth_src",
        /// Addresses and ports up to layer 4 (TCP and SCTP), the same for both directions.
        SymmetricL4 "symmetric_l4",
        /// IP addresses and TCP and SCTP ports, the same for both directions.
        SymmetricL3L4 "symmetric_l3l4",
        /// The same, and UDP ports.
        SymmetricL3L4Udp "symmetric_l3l4+udp",
        /// The IP source.
        IpSource "nw_src",
        /// The IP destination.
        IpDestination "nw_dst",
        /// IP addresses, the same for both directions.
        SymmetricL3 "symmetric_l3",
    }
}

numbered_and_named! {
    /// How a link is chosen by the hash.
    MultipathAlgorithm {
        /// The hash modulo the number of links.
        ModuloN "modulo_n",
        /// Ranges of hashes of equal size.
        HashThreshold "hash_threshold",
        /// The link with the highest random weight.
        HighestRandomWeight "hrw",
        /// Hashing again until a link is found.
        IterativeHash "iter_hash",
    }
}

numbered_and_named! {
    /// How a member of a bundle is chosen.
    BundleAlgorithm {
        /// The first that is up.
        ActiveBackup "active_backup",
        /// The one that is up and has the highest random weight.
        HighestRandomWeight "hrw",
    }
}

/// The argument of [`Action::Multipath`](crate::Action::Multipath): a link's number goes to bits of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Multipath {
    /// What is hashed.
    pub fields: HashFields,
    /// Where the hash starts.
    pub basis: u16,
    /// How a link is chosen.
    pub algorithm: MultipathAlgorithm,
    /// The number of the last link, the first being 0.
    pub max_link: u16,
    /// An argument of the algorithm.
    pub argument: u32,
    /// The bits, enough for the last link.
    pub target: Subfield,
}

/// The argument of [`Action::Bundle`](crate::Action::Bundle).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Bundle {
    /// What is hashed.
    pub fields: HashFields,
    /// Where the hash starts.
    pub basis: u16,
    /// How a member is chosen.
    pub algorithm: BundleAlgorithm,
    /// At least 16 bits that get the chosen port; without, the packet goes out of it.
    pub target: Option<Subfield>,
    /// The ports, at most [`Bundle::MAX_MEMBERS`].
    pub members: Vec<Port>,
}

impl Bundle {
    /// The most members.
    pub const MAX_MEMBERS: usize = 2048;
}
