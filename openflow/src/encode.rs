//! Actions on the wire, as OpenFlow 1.5 with Nicira's extensions (`ofpacts_put_openflow_actions`).

use std::net::IpAddr;

use crate::action::{Action, ConnectionTracking, Controller, Sample, Source, Zone};
use crate::encode_learn::put_learn;
use crate::field::Field;
use crate::nat::{Nat, NatAlgorithm, NatDirection, NatRange};
use crate::port::Port;
use crate::subfield::Subfield;

const NICIRA: u32 = 0x0000_2320;

/// Appends `actions` to `out` as an OpenFlow 1.5 switch reads them.
pub fn encode_actions(actions: &[Action], out: &mut Vec<u8>) {
    for action in actions {
        encode_action(action, out);
    }
}

fn encode_action(action: &Action, out: &mut Vec<u8>) {
    match action {
        Action::Output { port, max_len } => standard(out, 0, |b| {
            b.extend(port.to_u32().to_be_bytes());
            b.extend(max_len.to_be_bytes());
        }),
        Action::Group(id) => standard(out, 22, |b| b.extend(id.to_be_bytes())),
        Action::Meter(id) => standard(out, 29, |b| b.extend(id.to_be_bytes())),
        Action::SetQueue(id) => standard(out, 21, |b| b.extend(id.to_be_bytes())),
        Action::SetField { field, value, mask } => {
            standard(out, 25, |b| put_entry(b, *field, *value, *mask));
        }
        Action::Move { source, target } => standard(out, 28, |b| {
            for number in [target.bits, source.offset, target.offset, 0] {
                put_u16(b, number as u16);
            }
            put_header(b, source.field, 5, false);
            put_header(b, target.field, 5, false);
        }),
        Action::Controller(controller) => put_controller(out, controller),
        Action::Push(bits) => put_stack(out, 27, *bits),
        Action::Pop(bits) => put_stack(out, 28, *bits),
        Action::Resubmit { in_port, table, original_tuple } => {
            nicira(out, if *original_tuple { 44 } else { 14 }, |b| {
                put_u16(b, in_port.0);
                b.push(*table);
            });
        }
        Action::Ct(ct) => put_ct(out, ct),
        Action::Nat(nat) => put_nat(out, nat),
        Action::CtClear => nicira(out, 43, |_| {}),
        Action::Conjunction { id, clause, clauses } => nicira(out, 34, |b| {
            b.extend([*clause, *clauses]);
            b.extend(id.to_be_bytes());
        }),
        Action::Learn(learn) => put_learn(out, learn),
        Action::Clone(actions) => nicira(out, 42, |b| {
            b.resize(b.len() + 6, 0);
            encode_actions(actions, b);
        }),
        Action::CheckPacketLarger { length, target } => nicira(out, 49, |b| {
            put_u16(b, *length);
            put_u16(b, target.offset as u16);
            put_header(b, target.field, 0, false);
            b.resize(b.len() + 4, 0);
        }),
        Action::Sample(sample) => put_sample(out, sample),
        Action::Note(bytes) => nicira(out, 8, |b| b.extend(bytes)),
        Action::DecTtl(controllers) if controllers == &[0] => standard(out, 24, |_| {}),
        Action::DecTtl(controllers) => nicira(out, 21, |b| {
            put_u16(b, controllers.len() as u16);
            b.resize(b.len() + 4, 0);
            for id in controllers {
                put_u16(b, *id);
            }
        }),
    }
}

/// Type, length, body, and zeros up to eight bytes.
pub(crate) fn standard(out: &mut Vec<u8>, kind: u16, body: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    put_u16(out, kind);
    put_u16(out, 0);
    body(out);
    out.resize(start + (out.len() - start).next_multiple_of(8), 0);
    let length = (out.len() - start) as u16;
    out[start + 2..start + 4].copy_from_slice(&length.to_be_bytes());
}

/// An action of Nicira's: its subtype follows the vendor.
pub(crate) fn nicira(out: &mut Vec<u8>, subtype: u16, body: impl FnOnce(&mut Vec<u8>)) {
    standard(out, 0xffff, |b| {
        b.extend(NICIRA.to_be_bytes());
        put_u16(b, subtype);
        body(b);
    });
}

pub(crate) fn put_u16(out: &mut Vec<u8>, number: u16) {
    out.extend(number.to_be_bytes());
}

/// The code that identifies `field` in OpenFlow 1.`version`; nothing for a field that has none.
pub(crate) fn put_header(out: &mut Vec<u8>, field: Field, version: u8, masked: bool) {
    let info = field.info();
    let Some(code) = info.code(version) else { return };
    let experimenter = if code.experimenter == 0 { 0 } else { 4 };
    put_u16(out, code.class);
    out.push(code.number << 1 | u8::from(masked));
    out.push((info.bytes * if masked { 2 } else { 1 } + experimenter) as u8);
    if code.experimenter != 0 {
        out.extend(code.experimenter.to_be_bytes());
    }
}

fn put_entry(out: &mut Vec<u8>, field: Field, value: u128, mask: u128) {
    let info = field.info();
    let masked = mask != info.full_mask();
    put_header(out, field, 5, masked);
    let bytes = info.bytes as usize;
    out.extend(&value.to_be_bytes()[16 - bytes..]);
    if masked {
        out.extend(&mask.to_be_bytes()[16 - bytes..]);
    }
}

/// The four bytes of an NXM header, for places that have no room for more.
pub(crate) fn nxm_header(field: Field) -> u32 {
    let info = field.info();
    let number = |code: &crate::field_info::OxmCode| {
        u32::from(code.class) << 16 | u32::from(code.number) << 9 | info.bytes
    };
    info.code(0).map_or(0, number)
}

fn put_stack(out: &mut Vec<u8>, subtype: u16, bits: Subfield) {
    nicira(out, subtype, |b| {
        put_u16(b, bits.offset as u16);
        put_header(b, bits.field, 0, false);
        put_u16(b, bits.bits as u16);
    });
}

fn put_controller(out: &mut Vec<u8>, c: &Controller) {
    if c.userdata.is_empty() && !c.pause && c.meter.is_none() {
        return nicira(out, 20, |b| {
            put_u16(b, c.max_len);
            put_u16(b, c.controller_id);
            b.extend([c.reason, 0]);
        });
    }
    nicira(out, 37, |b| {
        b.resize(b.len() + 6, 0);
        if c.max_len != u16::MAX {
            put_property(b, 0, &c.max_len.to_be_bytes());
        }
        if c.controller_id != 0 {
            put_property(b, 1, &c.controller_id.to_be_bytes());
        }
        if c.reason != 1 {
            put_property(b, 2, &[c.reason]);
        }
        if !c.userdata.is_empty() {
            put_property(b, 3, &c.userdata);
        }
        if c.pause {
            put_property(b, 4, &[]);
        }
        if let Some(meter) = c.meter {
            put_property(b, 5, &meter.to_be_bytes());
        }
    });
}

/// Type, length without padding, data, and zeros up to eight bytes.
fn put_property(out: &mut Vec<u8>, kind: u16, data: &[u8]) {
    let start = out.len();
    put_u16(out, kind);
    put_u16(out, 4 + data.len() as u16);
    out.extend(data);
    out.resize(start + (out.len() - start).next_multiple_of(8), 0);
}

fn put_ct(out: &mut Vec<u8>, ct: &ConnectionTracking) {
    nicira(out, 35, |b| {
        put_u16(b, u16::from(ct.commit) | u16::from(ct.force) << 1);
        match ct.zone {
            Zone::Field(bits) => {
                b.extend(nxm_header(bits.field).to_be_bytes());
                put_u16(b, bits.offset_and_width());
            }
            Zone::Number(number) => {
                b.extend([0; 4]);
                put_u16(b, number);
            }
        }
        b.extend([ct.table.unwrap_or(255), 0, 0, 0]);
        put_u16(b, ct.helper);
        encode_actions(&ct.actions, b);
    });
}

fn put_nat(out: &mut Vec<u8>, nat: &Nat) {
    let direction = match nat.direction {
        None => 0,
        Some(NatDirection::Source) => 1,
        Some(NatDirection::Destination) => 2,
    };
    let algorithm = match nat.algorithm {
        NatAlgorithm::Unspecified => 0,
        NatAlgorithm::Hash => 1 << 3,
        NatAlgorithm::Random => 1 << 4,
    };
    nicira(out, 36, |b| {
        b.extend([0, 0]);
        put_u16(b, direction | u16::from(nat.persistent) << 2 | algorithm);
        let mut parts = Vec::new();
        let present = nat.range.as_ref().map_or(0, |range| put_range(&mut parts, range));
        put_u16(b, present);
        b.extend(parts);
    });
}

/// The parts of a range; which ones there are.
fn put_range(out: &mut Vec<u8>, range: &NatRange) -> u16 {
    let mut present = 0;
    for (address, v4, v6) in [(Some(range.first), 0, 2), (range.last, 1, 3)] {
        match address {
            Some(IpAddr::V4(a)) if !a.is_unspecified() => {
                out.extend(a.octets());
                present |= 1 << v4;
            }
            Some(IpAddr::V6(a)) if !a.is_unspecified() => {
                out.extend(a.octets());
                present |= 1 << v6;
            }
            _ => {}
        }
    }
    for (port, bit) in [(range.first_port, 4), (range.last_port, 5)] {
        if port != 0 {
            put_u16(out, port);
            present |= 1 << bit;
        }
    }
    present
}

fn put_sample(out: &mut Vec<u8>, sample: &Sample) {
    let head = |b: &mut Vec<u8>| {
        put_u16(b, sample.probability);
        b.extend(sample.collector_set.to_be_bytes());
    };
    let tail = |b: &mut Vec<u8>| {
        put_u16(b, sample.port.0);
        b.extend([sample.direction, 0, 0, 0, 0, 0]);
    };
    let (Source::Number(domain), Source::Number(point)) = (sample.domain, sample.point) else {
        return nicira(out, 51, |b| {
            head(b);
            put_source(b, sample.domain);
            put_source(b, sample.point);
            tail(b);
        });
    };
    let subtype = match (sample.direction, sample.port) {
        (0, Port::NONE) => 29,
        (0, _) => 38,
        _ => 41,
    };
    nicira(out, subtype, |b| {
        head(b);
        b.extend(domain.to_be_bytes());
        b.extend(point.to_be_bytes());
        if subtype != 29 {
            tail(b);
        }
    });
}

fn put_source(out: &mut Vec<u8>, source: Source) {
    match source {
        Source::Number(number) => {
            out.extend([0; 4]);
            out.extend(number.to_be_bytes());
        }
        Source::Field(bits) => {
            out.extend(nxm_header(bits.field).to_be_bytes());
            put_u16(out, bits.offset_and_width());
            put_u16(out, 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(action: Action) -> String {
        let mut out = Vec::new();
        encode_actions(&[action], &mut out);
        out.iter().map(|b| format!("{b:02x}")).collect()
    }

    #[test]
    fn set_field_carries_an_oxm_entry() {
        let all = 0xffff_ffff_ffff;
        assert_eq!(
            hex(Action::SetField { field: Field::ETH_DST, value: all, mask: all }),
            "0019001080000606ffffffffffff0000"
        );
        assert_eq!(
            hex(Action::SetField { field: Field::VLAN_TCI, value: 0x4000, mask: 0xe000 }),
            "001900100000090440 00e00000000000".replace(' ', "")
        );
    }

    #[test]
    fn moves_resubmits_and_notes_are_those_of_nicira_and_openflow_1_5() {
        let (source, target) = (Subfield::whole(Field::reg(14)), Subfield::whole(Field::reg(15)));
        assert_eq!(
            hex(Action::Move { source, target }),
            "001c001800200000000000000001 1c0400011e0400000000".replace(' ', "")
        );
        let in_port = Port::IN_PORT;
        assert_eq!(
            hex(Action::Resubmit { in_port, table: 64, original_tuple: false }),
            "ffff001000002320000efff840000000"
        );
        assert_eq!(hex(Action::Note(vec![1, 2])), "ffff001000002320000801020000000 0".replace(' ', ""));
        assert_eq!(hex(Action::CtClear), "ffff001000002320002b000000000000");
    }

    #[test]
    fn nested_actions_count_into_the_length() {
        let inner = Action::Nat(Nat { direction: Some(NatDirection::Source), ..Nat::default() });
        let ct = ConnectionTracking {
            commit: true,
            force: false,
            table: None,
            zone: Zone::Field(Subfield::new(Field::reg(13), 0, 16)),
            helper: 0,
            actions: vec![inner],
        };
        assert_eq!(
            hex(Action::Ct(ct)),
            "ffff0028000023200023000100011a04000fff0000000000ffff00100000232000240000 00010000"
                .replace(' ', "")
        );
    }
}
