//! Random matches, whose prerequisites are met.

use weft_openflow::{Field, FieldInfo, Format, Match, Prerequisite};

use crate::random::Random;

/// What a packet is, as far as a flow says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kind {
    pub(crate) ethernet_type: Option<u128>,
    pub(crate) protocol: Option<u128>,
    pub(crate) tagged: bool,
}

const ETHERNET_TYPES: [u128; 9] = [0x800, 0x86dd, 0x806, 0x8035, 0x8847, 0x8848, 0x894f, 0x1234, 0x88cc];
const PROTOCOLS: [u128; 7] = [6, 17, 132, 1, 58, 2, 47];

fn kind(random: &mut Random) -> Kind {
    let ethernet_type = match random.below(8) {
        0 => None,
        1..4 => Some(0x800),
        4..6 => Some(0x86dd),
        _ => Some(*random.pick(&ETHERNET_TYPES)),
    };
    let ip = matches!(ethernet_type, Some(0x800 | 0x86dd));
    let protocol = (ip && !random.once_in(4)).then(|| match (ethernet_type, random.below(4)) {
        (Some(0x86dd), 0) => 58,
        (_, 0) => 1,
        _ => *random.pick(&PROTOCOLS),
    });
    Kind { ethernet_type, protocol, tagged: random.once_in(5) }
}

/// Whether `field` can be matched in flows; some share their place with others, or are Open vSwitch's own.
fn can_be_matched(field: Field) -> bool {
    let others = [
        Field::IN_PORT_OXM,
        Field::VLAN_VID,
        Field::VLAN_PCP,
        Field::DL_VLAN,
        Field::DL_VLAN_PCP,
        Field::VLAN_TCI,
        Field::IP_DSCP,
        Field::ETH_TYPE,
        Field::IP_PROTO,
        Field::PACKET_TYPE,
        Field::SKB_PRIORITY,
        Field::TUN_TTL,
        Field::TUN_TOS,
        Field::RECIRC_ID,
        // Open vSwitch does not read the names by which it writes them.
        Field::TUN_GTPU_FLAGS,
        Field::TUN_GTPU_MSGTYPE,
        // Open vSwitch takes its value for its mask; without it, the other fields of ERSPAN are not written.
        Field::TUN_ERSPAN_VER,
        Field::TUN_ERSPAN_IDX,
        Field::TUN_ERSPAN_DIR,
        Field::TUN_ERSPAN_HWID,
    ];
    !others.contains(&field) && field.registers().len() <= 1
}

/// A value that `info` allows.
pub(crate) fn value(random: &mut Random, field: Field, info: &FieldInfo) -> u128 {
    match info.format {
        Format::Port => match (random.below(4), field) {
            (0, Field::IN_PORT) => 0xfffe,
            (0, _) => 0xffff_fffe,
            _ => u128::from(1 + random.below(0xfefe)),
        },
        Format::Fragment => *random.pick(&[0, 1, 3]),
        Format::CtState => random.number(8),
        _ => match field {
            Field::ARP_OP => random.number(8),
            Field::NSH_TTL => random.number(6),
            Field::NSH_MDTYPE => 1 + u128::from(random.below(2)),
            _ => random.number(info.bits),
        },
    }
}

/// A mask that `ovs-ofctl` reads.
pub(crate) fn mask(random: &mut Random, info: &FieldInfo) -> u128 {
    let mask = random.mask(info.bits);
    // Open vSwitch takes a mask that begins with a decimal digit for the length of a prefix.
    if info.format == Format::Ipv6 { mask | 0xffff << 112 } else { mask }
}

fn add(random: &mut Random, to: &mut Match, field: Field) {
    let info = field.info();
    let found = value(random, field, info);
    let masked = info.maskable && random.once_in(3);
    let mask = match field {
        Field::IP_FRAG => 3,
        Field::CT_STATE if masked => random.mask(8),
        Field::CT_STATE => 0xff,
        // These print without their mask.
        Field::TUN_GBP_FLAGS => info.full_mask(),
        // A mask of whole bytes is not written.
        _ if field.has_variable_length() && masked => random.mask(32) & 0xffff_fffe | 0x100_0000,
        _ if field.has_variable_length() => u128::MAX,
        _ if masked => mask(random, info),
        _ => info.full_mask(),
    };
    let found = if field.has_variable_length() { found & 0xffff_ffff } else { found };
    to.set(field, found & mask, mask);
}

fn add_vlan(random: &mut Random, to: &mut Match) {
    match random.below(4) {
        0 => {
            to.set_exact(Field::DL_VLAN, random.number(12));
            to.set_exact(Field::DL_VLAN_PCP, random.number(3));
        }
        1 => to.set_exact(Field::DL_VLAN, random.number(12)),
        2 => to.set(Field::VLAN_TCI, 0x1000, 0x1000),
        _ => to.set(Field::VLAN_TCI, 0x1000 | (random.number(12) & 0xff), 0x10ff),
    }
}

/// A random match, and what it says about packets.
pub(crate) fn random_match(random: &mut Random) -> (Match, Kind) {
    let kind = kind(random);
    let mut found = Match::any();
    if let Some(ethernet_type) = kind.ethernet_type {
        found.set_exact(Field::ETH_TYPE, ethernet_type);
    }
    if let Some(protocol) = kind.protocol {
        found.set_exact(Field::IP_PROTO, protocol);
    }
    if kind.protocol == Some(58) && kind.ethernet_type == Some(0x86dd) && random.once_in(2) {
        found.set_exact(Field::ICMPV6_TYPE, *random.pick(&[135, 136]));
        found.set_exact(Field::ICMPV6_CODE, 0);
    }
    if kind.tagged {
        add_vlan(random, &mut found);
    }
    if random.once_in(4) && kind.ethernet_type.is_some() {
        found.set(Field::CT_STATE, 0x21, 0x31);
    }
    let open: Vec<Field> = Field::all()
        .filter(|&field| {
            can_be_matched(field) && found.has_prerequisites_of(field) && !found.has_bits_of(field)
        })
        .collect();
    let (special, plain): (Vec<Field>, Vec<Field>) =
        open.into_iter().partition(|field| field.info().prerequisite != Prerequisite::None);
    for _ in 0..random.below(4) {
        let field = *random.pick(&plain);
        if !(field.has_variable_length() && found.fields().iter().any(|m| m.field.has_variable_length())) {
            add(random, &mut found, field);
        }
    }
    for _ in 0..random.below(4) {
        if !special.is_empty() {
            let field = *random.pick(&special);
            add(random, &mut found, field);
        }
    }
    (without_broken_pairs(found), kind)
}

/// A match without parts of which another part says that they cannot be.
fn without_broken_pairs(mut found: Match) -> Match {
    // Ports of a later fragment, and of a connection whose protocol is not told, cannot be matched.
    let ethernet_type = found.get(Field::ETH_TYPE).map_or(0, |(value, _)| value);
    if ethernet_type != 0x800 {
        found.remove(Field::CT_NW_SRC);
        found.remove(Field::CT_NW_DST);
    }
    if ethernet_type != 0x86dd {
        found.remove(Field::CT_IPV6_SRC);
        found.remove(Field::CT_IPV6_DST);
    }
    let later = found.get(Field::IP_FRAG).is_some_and(|(value, _)| value & 2 != 0);
    if later {
        found.remove(Field::IP_FRAG);
    }
    if found.get(Field::CT_NW_PROTO).is_none_or(|(value, _)| value == 0) {
        for field in [Field::CT_NW_PROTO, Field::CT_TP_SRC, Field::CT_TP_DST] {
            found.remove(field);
        }
    }
    if found.get(Field::NSH_MDTYPE).is_none_or(|(value, _)| value != 1) {
        (1..=4).for_each(|n| found.remove(Field::nsh_context(n)));
    }
    found
}
