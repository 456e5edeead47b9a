//! The registers and bits that OVN keeps its own state in (`ovn/logical-fields.h`).

/// A bit of [`field::FLAGS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum LogicalFlag {
    /// The packet may leave by the port it came in.
    AllowLoopback = 0,
    /// A packet to a DNAT address must be source-translated too.
    ForceSnatForDnat = 2,
    /// A load-balanced packet must be source-translated.
    ForceSnatForLb = 3,
    /// A neighbour's address was found.
    LookupMac = 6,
    /// A load-balanced packet comes back to its source.
    LookupLbHairpin = 7,
    /// A MAC address was found in the forwarding database.
    LookupFdb = 8,
    /// A load-balanced packet must not be source-translated.
    SkipSnatForLb = 9,
    /// Connections are tracked in the SNAT zone.
    UseSnatZone = 11,
    /// Port security refused the packet.
    CheckPortSecurity = 12,
    /// The packet is the reply of an ECMP route.
    LookupEcmpNextHop = 13,
    /// The client has a backend already.
    UseLbAffinity = 14,
    /// The packet came in by a localnet port.
    Localnet = 15,
    /// The packet came in by a tunnel.
    RxFromTunnel = 16,
    /// An ICMP error whose inside needs translation.
    IcmpSnat = 17,
    /// The controller sent the packet.
    FromController = 19,
    /// The packet went through unSNAT and is new.
    UnsnatNew = 20,
    /// The packet did not go through unSNAT.
    UnsnatNotTracked = 21,
    /// The controller sent an IGMP packet back.
    IgmpLoopback = 22,
    /// The packet was sampled in this zone.
    PacketSampled = 23,
}

/// Registers by what they hold.
pub mod field {
    use weft_openflow::Field;

    /// Which logical datapath.
    pub const DATAPATH: Field = Field::METADATA;
    /// The bits of [`super::LogicalFlag`]; the upper four are a network's number.
    pub const FLAGS: Field = Field::reg(10);
    /// A router's zone for destination translation.
    pub const DNAT_ZONE: Field = Field::reg(11);
    /// A router's zone for source translation.
    pub const SNAT_ZONE: Field = Field::reg(12);
    /// A switch port's zone, in the lower 16 bits.
    pub const CT_ZONE: Field = Field::reg(13);
    /// Key of the port where the packet came in.
    pub const INPORT: Field = Field::reg(14);
    /// Key of the port where the packet goes out.
    pub const OUTPORT: Field = Field::reg(15);
    /// Key of the port behind a remote VTEP.
    pub const REMOTE_OUTPORT: Field = Field::reg(1);
    /// Where look-ups of a connection's original addresses leave their result.
    pub const RESULT: Field = Field::xxreg(1);
    /// Where a connection's state is saved, in the lower 8 bits.
    pub const SAVED_CT_STATE: Field = Field::reg(4);
}
