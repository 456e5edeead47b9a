//! Look-ups in tables of their own.

use weft_openflow::{Action as Flow, Field, Subfield};

use super::encoder::{EncodeError, Encoder};
use super::opcode::Opcode;
use super::table;
use crate::action::{Action, LookupKind, Neighbour};
use crate::expr::FieldRef;
use crate::symbol::{LogicalFlag, logical_field as field};

/// Fields of an action and the registers that they are passed in.
pub(super) type Arguments = Vec<(Subfield, Field)>;

fn flag(flag: LogicalFlag) -> Subfield {
    Subfield::new(field::FLAGS, flag as u32, 1)
}

impl Encoder<'_> {
    /// Saves the registers that arguments are passed in, and copies the arguments there.
    pub(super) fn pass(&mut self, arguments: &Arguments) {
        let moved = || arguments.iter().filter(|(source, target)| source.field != *target);
        self.out.extend(moved().map(|(_, target)| Flow::Push(Subfield::whole(*target))));
        self.out.extend(moved().rev().map(|(source, _)| Flow::Push(*source)));
        self.out.extend(moved().map(|(_, target)| Flow::Pop(Subfield::whole(*target))));
    }

    /// Restores the registers that arguments were passed in.
    pub(super) fn restore(&mut self, arguments: &Arguments) {
        let moved = arguments.iter().rev().filter(|(source, target)| source.field != *target);
        self.out.extend(moved.map(|(_, target)| Flow::Pop(Subfield::whole(*target))));
    }

    pub(super) fn argument(
        &self,
        from: &FieldRef,
        register: Field,
    ) -> Result<(Subfield, Field), EncodeError> {
        Ok((self.bits(from)?, register))
    }

    pub(super) fn lookup(&mut self, action: &Action) -> Result<(), EncodeError> {
        match action {
            Action::GetNeighbour { kind, port, ip } => {
                let register = out_address(*kind);
                let arguments = vec![self.argument(port, field::OUTPORT)?, self.argument(ip, register)?];
                self.pass(&arguments);
                self.set(Subfield::whole(Field::ETH_DST), 0);
                self.resubmit(table::MAC_BINDING);
                self.restore(&arguments);
            }
            Action::LookupNeighbour { kind, target, port, ip, mac } => {
                self.lookup_neighbour(*kind, target, port, ip, mac.as_ref())?;
            }
            Action::GetFdb { remote, target, mac } => {
                let (register, table) = match remote {
                    true => (field::REMOTE_OUTPORT, table::GET_REMOTE_FDB),
                    false => (field::OUTPORT, table::GET_FDB),
                };
                let target = self.bits(target)?;
                let arguments = vec![self.argument(mac, Field::ETH_DST)?];
                self.pass(&arguments);
                self.set(Subfield::whole(register), 0);
                self.resubmit(table);
                self.restore(&arguments);
                if target.field != register {
                    self.out.push(Flow::Move { source: Subfield::whole(register), target });
                }
            }
            Action::LookupFdb { target, port, mac } => {
                let arguments =
                    vec![self.argument(port, field::INPORT)?, self.argument(mac, Field::ETH_SRC)?];
                let target = self.bits(target)?;
                self.pass(&arguments);
                self.set(flag(LogicalFlag::LookupFdb), 0);
                self.resubmit(table::LOOKUP_FDB);
                self.restore(&arguments);
                self.out.push(Flow::Move { source: flag(LogicalFlag::LookupFdb), target });
            }
            Action::Lookup { kind, target } => self.question(*kind, target)?,
            // The caller encodes all others.
            _ => {}
        }
        Ok(())
    }

    fn lookup_neighbour(
        &mut self,
        kind: Neighbour,
        target: &FieldRef,
        port: &FieldRef,
        ip: &FieldRef,
        mac: Option<&FieldRef>,
    ) -> Result<(), EncodeError> {
        let arguments = match mac {
            Some(mac) => vec![
                self.argument(port, field::INPORT)?,
                self.argument(ip, in_address(kind))?,
                self.argument(mac, Field::ETH_SRC)?,
            ],
            None => vec![self.argument(port, field::OUTPORT)?, self.argument(ip, out_address(kind))?],
        };
        let target = self.bits(target)?;
        self.pass(&arguments);
        if mac.is_none() {
            self.out.push(Flow::Push(Subfield::whole(Field::ETH_DST)));
        }
        self.set(flag(LogicalFlag::LookupMac), 0);
        self.resubmit(if mac.is_some() { table::MAC_LOOKUP } else { table::MAC_BINDING });
        self.out.push(Flow::Move { source: flag(LogicalFlag::LookupMac), target });
        if mac.is_none() {
            self.out.push(Flow::Pop(Subfield::whole(Field::ETH_DST)));
        }
        self.restore(&arguments);
        Ok(())
    }

    fn question(&mut self, kind: LookupKind, target: &FieldRef) -> Result<(), EncodeError> {
        let result = |bits| Subfield::new(field::RESULT, 0, bits);
        let (table, answer) = match kind {
            LookupKind::Dns => {
                let head = self.result_head(target)?;
                self.send(Opcode::DnsLookup, true, head);
                return Ok(());
            }
            LookupKind::LbHairpin => (table::LB_HAIRPIN, flag(LogicalFlag::LookupLbHairpin)),
            LookupKind::LbHairpinReply => (table::LB_HAIRPIN_REPLY, flag(LogicalFlag::LookupLbHairpin)),
            LookupKind::InPortSecurity => (table::IN_PORT_SECURITY, flag(LogicalFlag::CheckPortSecurity)),
            LookupKind::OutPortSecurity => (table::OUT_PORT_SECURITY, flag(LogicalFlag::CheckPortSecurity)),
            LookupKind::EcmpNextHopMac => (table::ECMP_NEXT_HOP_MAC, flag(LogicalFlag::LookupEcmpNextHop)),
            LookupKind::EcmpNextHop => (table::ECMP_NEXT_HOP, flag(LogicalFlag::LookupEcmpNextHop)),
            LookupKind::LbAffinity => (table::LB_AFFINITY, flag(LogicalFlag::UseLbAffinity)),
            LookupKind::CtNwDst => (table::CT_NW_DST, result(32)),
            LookupKind::CtIp6Dst => (table::CT_IP6_DST, result(128)),
            LookupKind::CtTpDst => (table::CT_TP_DST, result(16)),
            LookupKind::CtProto => (table::CT_PROTO, result(8)),
            LookupKind::CtStateSave => (table::CT_STATE_SAVE, Subfield::new(field::SAVED_CT_STATE, 0, 8)),
        };
        let bits = self.bits(target)?;
        let keep = answer.field == field::RESULT && bits != answer;
        if keep && bits.field == answer.field && bits.mask() & answer.mask() != 0 {
            return Err(EncodeError::Overlap(target.text(self.symbols)));
        }
        if keep {
            self.out.push(Flow::Push(answer));
        }
        // A register is cleared in pieces of 64 bits, the most that one load can set.
        for offset in (0..answer.bits).step_by(64) {
            let piece = (answer.bits - offset).min(64);
            self.set(Subfield::new(answer.field, answer.offset + offset, piece), 0);
        }
        self.resubmit(table);
        self.out.push(Flow::Move { source: answer, target: bits });
        if keep {
            self.out.push(Flow::Pop(answer));
        }
        Ok(())
    }
}

/// Where a neighbour's IP address is passed on its way out.
fn out_address(kind: Neighbour) -> Field {
    match kind {
        Neighbour::Arp => Field::reg(0),
        Neighbour::Nd => Field::xxreg(1),
    }
}

/// Where a neighbour's IP address is passed on its way in.
pub(super) fn in_address(kind: Neighbour) -> Field {
    match kind {
        Neighbour::Arp => Field::reg(0),
        Neighbour::Nd => Field::xxreg(0),
    }
}
