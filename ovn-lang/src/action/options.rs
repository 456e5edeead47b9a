//! Options of DHCP, of router advertisements, and of events for the CMS.

use std::collections::HashMap;
use std::sync::LazyLock;

/// What an option's value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OptionKind {
    /// 0 or 1, in a byte.
    Bool,
    /// A byte.
    Uint8,
    /// Two bytes.
    Uint16,
    /// Four bytes.
    Uint32,
    /// IPv4 addresses.
    Ipv4,
    /// IPv6 addresses.
    Ipv6,
    /// An Ethernet address.
    Mac,
    /// Networks and gateways by turns (RFC 3442).
    StaticRoutes,
    /// Text.
    Text,
    /// Text or an IPv4 address.
    HostId,
    /// Domain names with commas between, compressed (RFC 1035).
    Domains,
    /// A domain name.
    Domain,
}

impl OptionKind {
    /// The kind that the databases call `name` (DHCP_Options.type, DHCPv6_Options.type).
    pub fn from_name(name: &str) -> Option<OptionKind> {
        Some(match name {
            "bool" => OptionKind::Bool,
            "uint8" => OptionKind::Uint8,
            "uint16" => OptionKind::Uint16,
            "uint32" => OptionKind::Uint32,
            "ipv4" => OptionKind::Ipv4,
            "ipv6" => OptionKind::Ipv6,
            "mac" => OptionKind::Mac,
            "static_routes" => OptionKind::StaticRoutes,
            "str" => OptionKind::Text,
            "host_id" => OptionKind::HostId,
            "domains" => OptionKind::Domains,
            "domain" => OptionKind::Domain,
            _ => return None,
        })
    }

    /// Whether the value is text; none if it may be either.
    pub(super) fn is_text(self) -> Option<bool> {
        match self {
            OptionKind::HostId => None,
            OptionKind::Text | OptionKind::Domains | OptionKind::Domain => Some(true),
            _ => Some(false),
        }
    }
}

/// An option.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OptionDef {
    /// Its name in actions.
    pub name: String,
    /// Its number in packets.
    pub code: u16,
    /// What its value is.
    pub kind: OptionKind,
}

/// Options by name.
pub type OptionTable = HashMap<String, OptionDef>;

/// The options that actions may name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Of `put_dhcp_opts`: the rows of the Southbound table DHCP_Options.
    pub dhcp: OptionTable,
    /// Of `put_dhcpv6_opts`: the rows of DHCPv6_Options.
    pub dhcpv6: OptionTable,
    /// Of `put_nd_ra_opts`.
    pub router_advertisement: OptionTable,
    /// Of `trigger_event` for a load balancer without backends.
    pub empty_lb_backends: OptionTable,
}

/// The codes of options that are none of the protocol's, or need care.
pub(crate) mod code {
    pub(crate) const OFFER_IP: u16 = 0;
    pub(crate) const BOOTFILE_NAME: u16 = 67;
    pub(crate) const NEXT_SERVER: u16 = 253;
    pub(crate) const BOOTFILE_NAME_ALT: u16 = 254;
    pub(crate) const RA_ADDRESS_MODE: u16 = 0;
    pub(crate) const RA_PREFERENCE: u16 = 255;
    pub(crate) const RA_SOURCE_ADDRESS: u16 = 1;
    pub(crate) const RA_PREFIX: u16 = 3;
    pub(crate) const RA_MTU: u16 = 5;
    pub(crate) const RA_ROUTE: u16 = 24;
    pub(crate) const RA_RDNSS: u16 = 25;
    pub(crate) const RA_DNSSL: u16 = 31;
    pub(crate) const EVENT_VIP: u16 = 1;
    pub(crate) const EVENT_PROTOCOL: u16 = 2;
    pub(crate) const EVENT_LOAD_BALANCER: u16 = 3;
}

impl Options {
    /// The options that OVN's northd puts into a fresh Southbound database.
    pub fn ovn() -> &'static Options {
        static OPTIONS: LazyLock<Options> = LazyLock::new(|| Options {
            dhcp: table(DHCP),
            dhcpv6: table(DHCPV6),
            router_advertisement: table(ROUTER_ADVERTISEMENT),
            empty_lb_backends: table(EMPTY_LB_BACKENDS),
        });
        &OPTIONS
    }
}

fn table(rows: &[(&str, u16, OptionKind)]) -> OptionTable {
    let def = |&(name, code, kind): &(&str, u16, OptionKind)| {
        (name.to_string(), OptionDef { name: name.to_string(), code, kind })
    };
    rows.iter().map(def).collect()
}

const DHCP: &[(&str, u16, OptionKind)] = &[
    ("offerip", code::OFFER_IP, OptionKind::Ipv4),
    ("netmask", 1, OptionKind::Ipv4),
    ("router", 3, OptionKind::Ipv4),
    ("dns_server", 6, OptionKind::Ipv4),
    ("log_server", 7, OptionKind::Ipv4),
    ("lpr_server", 9, OptionKind::Ipv4),
    ("hostname", 12, OptionKind::Text),
    ("domain_name", 15, OptionKind::Text),
    ("swap_server", 16, OptionKind::Ipv4),
    ("ip_forward_enable", 19, OptionKind::Bool),
    ("policy_filter", 21, OptionKind::Ipv4),
    ("default_ttl", 23, OptionKind::Uint8),
    ("mtu", 26, OptionKind::Uint16),
    ("broadcast_address", 28, OptionKind::Ipv4),
    ("router_discovery", 31, OptionKind::Bool),
    ("router_solicitation", 32, OptionKind::Ipv4),
    ("arp_cache_timeout", 35, OptionKind::Uint32),
    ("ethernet_encap", 36, OptionKind::Bool),
    ("tcp_ttl", 37, OptionKind::Uint8),
    ("tcp_keepalive_interval", 38, OptionKind::Uint32),
    ("nis_server", 41, OptionKind::Ipv4),
    ("ntp_server", 42, OptionKind::Ipv4),
    ("netbios_name_server", 44, OptionKind::Ipv4),
    ("netbios_node_type", 46, OptionKind::Uint8),
    ("lease_time", 51, OptionKind::Uint32),
    ("server_id", 54, OptionKind::Ipv4),
    ("T1", 58, OptionKind::Uint32),
    ("T2", 59, OptionKind::Uint32),
    ("tftp_server", 66, OptionKind::HostId),
    ("bootfile_name", code::BOOTFILE_NAME, OptionKind::Text),
    ("domain_search_list", 119, OptionKind::Domains),
    ("classless_static_route", 121, OptionKind::StaticRoutes),
    ("tftp_server_address", 150, OptionKind::Ipv4),
    ("path_prefix", 210, OptionKind::Text),
    ("ms_classless_static_route", 249, OptionKind::StaticRoutes),
    ("wpad", 252, OptionKind::Text),
    ("next_server", code::NEXT_SERVER, OptionKind::Ipv4),
    ("bootfile_name_alt", code::BOOTFILE_NAME_ALT, OptionKind::Text),
];

const DHCPV6: &[(&str, u16, OptionKind)] = &[
    ("server_id", 2, OptionKind::Mac),
    ("ia_addr", 5, OptionKind::Ipv6),
    ("dns_server", 23, OptionKind::Ipv6),
    ("domain_search", 24, OptionKind::Text),
    ("fqdn", 39, OptionKind::Domain),
    ("bootfile_name", 59, OptionKind::Text),
    ("bootfile_name_alt", 254, OptionKind::Text),
];

const ROUTER_ADVERTISEMENT: &[(&str, u16, OptionKind)] = &[
    ("addr_mode", code::RA_ADDRESS_MODE, OptionKind::Text),
    ("router_preference", code::RA_PREFERENCE, OptionKind::Text),
    ("slla", code::RA_SOURCE_ADDRESS, OptionKind::Mac),
    ("prefix", code::RA_PREFIX, OptionKind::Ipv6),
    ("mtu", code::RA_MTU, OptionKind::Uint32),
    ("rdnss", code::RA_RDNSS, OptionKind::Ipv6),
    ("dnssl", code::RA_DNSSL, OptionKind::Text),
    ("route_info", code::RA_ROUTE, OptionKind::Text),
];

const EMPTY_LB_BACKENDS: &[(&str, u16, OptionKind)] = &[
    ("vip", code::EVENT_VIP, OptionKind::Text),
    ("protocol", code::EVENT_PROTOCOL, OptionKind::Text),
    ("load_balancer", code::EVENT_LOAD_BALANCER, OptionKind::Text),
];
