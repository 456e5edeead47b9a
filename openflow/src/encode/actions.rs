//! Actions (`ofpacts_put_openflow_actions` in Open vSwitch).

use super::buffer::{nicira, put_u16, put_zeros, standard};
use super::connection::{put_ct, put_nat};
use super::controller::put_controller;
use super::encapsulation::{put_decap, put_encap};
use super::entry::{nxm_header, put_header};
use super::fields::{put_load, put_move, put_older, put_set};
use super::learn::put_learn;
use super::sample::put_sample;
use super::spread::{put_bundle, put_multipath};
use crate::action::Action;
use crate::field::Field;
use crate::flow_match::Match;
use crate::port::Port;
use crate::subfield::Subfield;
use crate::version::Version;

/// Appends `actions` to `out` as a switch reads them that speaks `version`.
///
/// Instructions among them, and a meter before OpenFlow 1.5, have no place in a list of actions and are left out; see
/// [`encode_instructions`](crate::encode_instructions).
pub fn encode_actions(actions: &[Action], version: Version, out: &mut Vec<u8>) {
    Encoder::new(version, &Match::any()).actions(actions, out);
}

/// What decides how actions are put on the wire beside themselves.
pub(super) struct Encoder {
    pub(super) version: Version,
    /// Whether the packet has VLAN tags where it is, the outermost first.
    pub(super) tags: [bool; 2],
    /// The IP protocol that the flow matches.
    pub(super) protocol: Option<u8>,
}

impl Encoder {
    /// For the actions of a flow with the match `of`.
    pub(super) fn new(version: Version, of: &Match) -> Encoder {
        const VLAN_PRESENT: u128 = 0x1000;
        let tagged = of.value(Field::VLAN_TCI) & VLAN_PRESENT != 0;
        let protocol = of.get(Field::IP_PROTO).filter(|_| of.is_ip()).map(|(value, _)| value as u8);
        Encoder { version, tags: [tagged, false], protocol }
    }

    pub(super) fn actions(&mut self, actions: &[Action], out: &mut Vec<u8>) {
        for action in actions {
            self.action(action, out);
        }
    }

    /// Actions inside of others: what they change of the packet does not last.
    pub(super) fn nested(&mut self, actions: &[Action], out: &mut Vec<u8>) {
        let (tags, protocol) = (self.tags, self.protocol);
        self.actions(actions, out);
        (self.tags, self.protocol) = (tags, protocol);
    }

    pub(super) fn action(&mut self, action: &Action, out: &mut Vec<u8>) {
        match action {
            Action::Older(set, value) => put_older(self, out, *set, *value),
            Action::SetField { field, value, mask } => put_set(self, out, *field, *value, *mask),
            Action::Load { target, value } => put_load(self, out, *target, *value),
            Action::Move { source, target } => put_move(self, out, *source, *target),
            Action::Output { .. }
            | Action::OutputField { .. }
            | Action::OutputTruncated { .. }
            | Action::Enqueue { .. }
            | Action::Group(_)
            | Action::SetQueue(_)
            | Action::PopQueue => put_output(action, out),
            Action::Bundle(bundle) => put_bundle(out, bundle),
            Action::Multipath(multipath) => put_multipath(out, multipath),
            Action::Controller(controller) => put_controller(out, controller),
            Action::Ct(ct) => put_ct(self, out, ct),
            Action::Nat(nat) => put_nat(out, nat),
            Action::Learn(learn) => put_learn(out, learn),
            Action::Clone(actions) => nicira(out, 42, |b| {
                put_zeros(b, 6);
                self.nested(actions, b);
            }),
            Action::Sample(sample) => put_sample(out, sample),
            Action::Encap(encapsulation) => {
                self.protocol = None;
                put_encap(out, encapsulation);
            }
            Action::Decap(packet_type) => put_decap(out, *packet_type),
            Action::PushVlan(_) | Action::PopVlan | Action::StripVlan => self.vlan(action, out),
            Action::PushMpls(kind) => {
                self.protocol = None;
                standard(out, 19, |b| put_u16(b, *kind));
            }
            Action::Meter(id) if self.version >= Version::V1_5 => {
                standard(out, 29, |b| b.extend(id.to_be_bytes()));
            }
            Action::Meter(_)
            | Action::ClearActions
            | Action::WriteActions(_)
            | Action::WriteMetadata { .. }
            | Action::GotoTable(_) => {}
            _ => put_simple(action, out),
        }
    }

    fn vlan(&mut self, action: &Action, out: &mut Vec<u8>) {
        match action {
            Action::PushVlan(kind) => self.push_vlan(*kind, out),
            _ => {
                self.tags = [self.tags[1], false];
                standard(out, 18, |_| {});
            }
        }
    }

    pub(super) fn push_vlan(&mut self, kind: u16, out: &mut Vec<u8>) {
        self.tags = [true, self.tags[0]];
        standard(out, 17, |b| put_u16(b, kind));
    }
}

fn put_output(action: &Action, out: &mut Vec<u8>) {
    let mut put = |port: Port, max_len: u16| {
        standard(out, 0, |b| {
            b.extend(port.to_u32().to_be_bytes());
            b.extend(max_len.to_be_bytes());
        });
    };
    match action {
        Action::Output { port, max_len } => put(*port, *max_len),
        Action::OutputField { source, max_len } => put_output_field(out, *source, *max_len),
        Action::OutputTruncated { port, max_len } => nicira(out, 39, |b| {
            put_u16(b, port.0);
            b.extend(max_len.to_be_bytes());
        }),
        Action::Enqueue { port, queue } => {
            put_output(&Action::SetQueue(*queue), out);
            put_output(&Action::Output { port: *port, max_len: u16::MAX }, out);
            put_output(&Action::PopQueue, out);
        }
        Action::Group(id) => standard(out, 22, |b| b.extend(id.to_be_bytes())),
        Action::SetQueue(id) => standard(out, 21, |b| b.extend(id.to_be_bytes())),
        _ => nicira(out, 5, |_| {}),
    }
}

fn put_output_field(out: &mut Vec<u8>, source: Subfield, max_len: u16) {
    let header = nxm_header(source.field);
    if header != 0 {
        return nicira(out, 15, |b| {
            put_u16(b, source.offset_and_width());
            b.extend(header.to_be_bytes());
            put_u16(b, max_len);
            put_zeros(b, 6);
        });
    }
    nicira(out, 32, |b| {
        put_u16(b, source.offset_and_width());
        put_u16(b, max_len);
        put_header(b, source.field, 0);
    });
}

/// Actions that nothing but themselves decides about.
fn put_simple(action: &Action, out: &mut Vec<u8>) {
    match action {
        Action::Push(bits) => put_stack(out, 27, *bits),
        Action::Pop(bits) => put_stack(out, 28, *bits),
        Action::Resubmit { in_port, table, original_tuple } => {
            nicira(out, if *original_tuple { 44 } else { 14 }, |b| {
                put_u16(b, in_port.0);
                b.push(*table);
            });
        }
        Action::CtClear => nicira(out, 43, |_| {}),
        Action::Conjunction { id, clause, clauses } => nicira(out, 34, |b| {
            b.extend([*clause, *clauses]);
            b.extend(id.to_be_bytes());
        }),
        Action::CheckPacketLarger { length, target } => nicira(out, 49, |b| {
            let start = b.len();
            put_u16(b, *length);
            put_u16(b, target.offset as u16);
            put_header(b, target.field, 0);
            b.resize(start + 14, 0);
        }),
        Action::Note(bytes) => nicira(out, 8, |b| b.extend(bytes)),
        Action::DecTtl => standard(out, 24, |_| {}),
        Action::DecTtlFor(controllers) => nicira(out, 21, |b| {
            put_u16(b, controllers.len() as u16);
            put_zeros(b, 4);
            controllers.iter().for_each(|id| put_u16(b, *id));
        }),
        Action::DecMplsTtl => standard(out, 16, |_| {}),
        Action::DecNshTtl => nicira(out, 48, |_| {}),
        Action::PopMpls(kind) => standard(out, 20, |b| put_u16(b, *kind)),
        Action::DeleteField(field) => nicira(out, 50, |b| {
            let start = b.len();
            put_header(b, *field, 0);
            b.resize(start + 14, 0);
        }),
        Action::FinTimeout { idle_timeout_s, hard_timeout_s } => nicira(out, 19, |b| {
            put_u16(b, *idle_timeout_s);
            put_u16(b, *hard_timeout_s);
        }),
        Action::Exit => nicira(out, 17, |_| {}),
        _ => {}
    }
}

fn put_stack(out: &mut Vec<u8>, subtype: u16, bits: Subfield) {
    nicira(out, subtype, |b| {
        let start = b.len();
        put_u16(b, bits.offset as u16);
        put_header(b, bits.field, 0);
        put_u16(b, bits.bits as u16);
        b.resize(start + 14, 0);
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::{ConnectionTracking, Nat, NatDirection, Zone};
    use crate::field::Field;
    use crate::port::Port;
    use crate::subfield::Subfield;

    fn hex(action: Action) -> String {
        let mut out = Vec::new();
        encode_actions(&[action], Version::V1_5, &mut out);
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
