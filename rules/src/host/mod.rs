//! Host functions: what rules leave to Rust. `rules/host.weft` declares them.

mod address;
mod aging;
mod argument;
mod identity;
mod ipam;
mod load_balancer;
mod network;
mod number;
mod option;
mod port_address;
mod scan;

use weft_value::HostRegistry;

/// All host functions of the rules.
#[must_use]
pub fn registry() -> HostRegistry {
    let mut r = HostRegistry::default();
    r.register("parse_mac", "(string) -> Option<Mac>", address::parse_mac);
    r.register("parse_ip", "(string) -> Option<Ip>", address::parse_ip);
    r.register("is_ipv4", "(Ip) -> bool", address::is_ipv4);
    r.register("is_link_local_ip", "(Ip) -> bool", address::is_link_local_ip);
    r.register("solicited_node", "(Ip) -> Option<Ip>", address::solicited_node);
    r.register("is_host_ipv4", "(string) -> bool", address::is_host_ipv4);
    r.register("is_logical_ip", "(string, bool, bool) -> bool", address::is_logical_ip);
    r.register("prefix_length", "(string) -> Option<int>", address::prefix_length);
    r.register("parse_port_address", "(string) -> Option<PortAddress>", port_address::parse_port_address);
    r.register("parse_ip_list", "(string) -> Option<PortAddress>", port_address::parse_ip_list);
    r.register("parse_arp_proxy", "(string) -> Option<PortAddress>", port_address::parse_arp_proxy);
    r.register(
        "parse_router_port_address",
        "(string, Set<string>) -> Option<PortAddress>",
        port_address::parse_router_port_address,
    );
    r.register("is_router_network", "(string) -> bool", port_address::is_router_network);
    r.register("in_network", "(string, Ip, int) -> bool", port_address::in_network);
    r.register("is_dynamic_address", "(string) -> bool", port_address::is_dynamic_address);
    r.register("has_port_security", "(Set<string>) -> bool", port_address::has_port_security);
    r.register("parse_vip", "(string, string, bool, bool) -> Option<VipAddress>", load_balancer::parse_vip);
    r.register("backend_sources", "(VipAddress, string) -> Match", load_balancer::backend_sources);
    r.register("network_of", "(string, int) -> Option<Ip>", load_balancer::network_of);
    r.register("parse_endpoint", "(string) -> Option<Endpoint>", load_balancer::parse_endpoint);
    r.register("parse_int", "(string) -> Option<int>", number::parse_int);
    r.register("parse_unsigned", "(string) -> Option<int>", number::parse_unsigned);
    r.register("parse_long", "(string) -> Option<int>", number::parse_long);
    r.register("min_aging_threshold_s", "(string) -> Option<int>", aging::min_aging_threshold_s);
    r.register("aging_threshold_s", "(string, string) -> Option<int>", aging::aging_threshold_s);
    r.register("is_snooped_group", "(string) -> bool", option::is_snooped_group);
    r.register("is_routed_group", "(string) -> bool", option::is_routed_group);
    r.register("tokens", "(string, string) -> List<string>", option::tokens);
    r.register("numbered", "(List<string>) -> List<(int, string)>", option::numbered);
    r.register("router_port_text", "(PortAddress) -> string", port_address::router_port_text);
    r.register("cidr_texts", "(List<Network>) -> List<string>", port_address::cidr_texts);
    r.register("solicited_cidr_texts", "(List<Network>) -> List<string>", port_address::solicited_cidr_texts);
    r.register("advertised_prefixes", "(PortAddress) -> List<string>", port_address::advertised_prefixes);
    r.register("link_local_text", "(PortAddress) -> string", port_address::link_local_text);
    r.register("first_in_cidr", "(List<Network>, string) -> Option<Ip>", port_address::first_in_cidr);
    r.register("cidr_netmask", "(string) -> Option<string>", address::cidr_netmask);
    r.register("link_local_of_mac", "(string) -> Option<Ip>", address::link_local_of_mac);
    r.register("has_address_pool", "(string, string) -> bool", ipam::has_address_pool);
    r.register(
        "give_ipv4",
        "(string, string, Set<string>, List<(string, Option<Ip>, Option<Ip>)>) -> Map<string, Ip>",
        ipam::give_ipv4,
    );
    r.register("give_ipv6", "(string, Option<Ip>, Mac) -> Option<Ip>", ipam::give_ipv6);
    r.register("parse_address_request", "(string) -> AddressRequest", ipam::parse_address_request);
    r.register("mac_end_for", "(Option<Ip>) -> int", ipam::mac_end_for);
    r.register("mac_end", "(Mac) -> int", ipam::mac_end);
    r.register("mac_of_parts", "(string, int) -> Mac", ipam::mac_of_parts);
    r.register("parse_cidr", "(string) -> Option<Network>", network::parse_cidr);
    r.register("network_addresses", "(List<Network>) -> List<Ip>", network::network_addresses);
    r.register(
        "addresses_with_broadcasts",
        "(List<Network>) -> List<Ip>",
        network::addresses_with_broadcasts,
    );
    r.register("numbered_networks", "(List<Network>) -> List<(int, Network)>", network::numbered_networks);
    r.register("multicast_mac", "(Ip) -> Option<Mac>", network::multicast_mac);
    r.register("derived_uuid", "(uuid, string) -> uuid", identity::derived_uuid);
    r.register("parse_mapping", "(string, bool) -> Option<Mapping>", load_balancer::parse_mapping);
    r.register("mapping_mistake", "(string, bool, string) -> Option<string>", load_balancer::mapping_mistake);
    r.register("mac_of_number", "(int) -> Mac", address::mac_of_number);
    r
}
