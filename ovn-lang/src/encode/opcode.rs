//! Numbers by which the controller knows what a packet is sent to it for (`enum action_opcode`).

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub(super) enum Opcode {
    Arp = 0,
    PutArp = 1,
    PutDhcpOptions = 2,
    NdNa = 3,
    PutNd = 4,
    PutDhcpv6Options = 5,
    DnsLookup = 6,
    Log = 7,
    PutNdRaOptions = 8,
    NdNs = 9,
    Icmp = 10,
    TcpReset = 11,
    NdNaRouter = 12,
    Icmp4Error = 14,
    Event = 15,
    Igmp = 16,
    BindVport = 17,
    HandleServiceCheck = 18,
    Dhcpv6Server = 19,
    Icmp6Error = 20,
    Reject = 22,
    BfdMessage = 23,
    SctpAbort = 24,
    PutFdb = 25,
    DhcpRelayRequest = 28,
    DhcpRelayResponse = 29,
}
