//! What there is to know about a field.

/// How a field's values are written (the "Formatting" of `ovs-fields`(7)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Decimal, or hexadecimal with a mask.
    Decimal,
    /// Hexadecimal.
    Hexadecimal,
    /// An Ethernet address.
    Ethernet,
    /// An IPv4 address, with a mask or a prefix length.
    Ipv4,
    /// An IPv6 address, with a mask or a prefix length.
    Ipv6,
    /// A number or the name of a reserved port.
    Port,
    /// Connection states: `+new-est`.
    CtState,
    /// IP fragments: `no`, `yes`, `first`, `later`, `not_later`.
    Fragment,
    /// Tunnel flags: `+oam`.
    TunnelFlags,
    /// TCP flags: `+syn-ack`.
    TcpFlags,
    /// Namespace and type: `(1,0x800)`.
    PacketType,
}

/// What a packet must be for a field to exist in it (the "Prerequisites" of `ovs-fields`(7)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prerequisite {
    /// Every packet has it.
    None,
    /// An Ethernet packet.
    Ethernet,
    /// ARP or RARP.
    Arp,
    /// A packet with a VLAN tag.
    Vlan,
    /// IPv4.
    Ipv4,
    /// IPv6.
    Ipv6,
    /// IPv4 or IPv6.
    Ip,
    /// Network Service Header.
    Nsh,
    /// MPLS.
    Mpls,
    /// A tracked connection.
    Ct,
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// SCTP.
    Sctp,
    /// ICMP version 4.
    Icmpv4,
    /// ICMP version 6.
    Icmpv6,
    /// Neighbour solicitation or advertisement.
    Nd,
    /// Neighbour solicitation.
    NdSolicit,
    /// Neighbour advertisement.
    NdAdvert,
}

/// What identifies a field on the wire: an OXM or NXM header (OpenFlow 1.5.1, section 7.2.3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OxmCode {
    /// The name by which `ovs-ofctl` writes subfields, such as `NXM_NX_REG0`.
    pub name: &'static str,
    /// The class: 0 and 1 are Nicira's, 0x8000 is the basic one, 0xffff has an experimenter.
    pub class: u16,
    /// The experimenter of class 0xffff, else 0.
    pub experimenter: u32,
    /// The field's number in its class.
    pub number: u8,
    /// The minor version of OpenFlow 1.x that has it first; 0 for Nicira's.
    pub since_version: u8,
}

impl OxmCode {
    /// Bytes of the header on the wire: 4, or 8 with an experimenter.
    pub fn header_length(&self) -> usize {
        if self.experimenter == 0 { 4 } else { 8 }
    }
}

/// A field's description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldInfo {
    /// The name of `ovs-ofctl`: `eth_src`.
    pub name: &'static str,
    /// Its older name, or empty: `dl_src`.
    pub alias: &'static str,
    /// Significant bits.
    pub bits: u32,
    /// Bytes on the wire.
    pub bytes: u32,
    /// Whether a match may have any mask; without, it is exact or absent.
    pub maskable: bool,
    /// How values are written.
    pub format: Format,
    /// What a packet must be to have it.
    pub prerequisite: Prerequisite,
    /// Whether actions may change it.
    pub writable: bool,
    /// How it is identified on the wire, Nicira's code first; empty if OpenFlow 1.0 alone has it.
    pub codes: Vec<OxmCode>,
}

impl FieldInfo {
    /// The mask with all significant bits.
    pub fn full_mask(&self) -> u128 {
        crate::field::low_bits(self.bits)
    }

    /// The mask with all bits of its bytes, by which a whole field is set.
    pub fn whole_mask(&self) -> u128 {
        crate::field::low_bits(8 * self.bytes)
    }

    /// The code for OpenFlow 1.`minor_version`: the standard's code where that version has one, else Nicira's;
    /// version 0 prefers Nicira's (`nxm_field_by_mf_id` in Open vSwitch).
    pub fn code(&self, minor_version: u8) -> Option<&OxmCode> {
        let standard = |c: &&OxmCode| c.since_version != 0 && c.since_version <= minor_version;
        let newest = self.codes.iter().filter(standard).max_by_key(|c| c.since_version);
        newest.or_else(|| self.codes.iter().find(|c| c.class <= 1)).or_else(|| self.codes.first())
    }
}
