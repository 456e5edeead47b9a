//! Connection tracking, translation, and groups.

use std::fmt::Write;
use std::net::IpAddr;
use std::sync::Arc;

use weft_openflow::{
    Action as Flow, ConnectionTracking, Field, Nat as FlowNat, NatAlgorithm, NatDirection, NatRange,
    Subfield, Zone as FlowZone,
};

use super::encoder::{EncodeError, Encoder};
use crate::action::{Action, BackendSet, Nat, NatKind, Select, SnatMark, Zone};
use crate::symbol::logical_field as field;

/// Which register's lower 16 bits hold the number of a zone.
fn zone_field(zone: Zone) -> Field {
    match zone {
        Zone::Dnat => field::DNAT_ZONE,
        Zone::Snat => field::SNAT_ZONE,
    }
}

fn tracking(zone: Field) -> ConnectionTracking {
    ConnectionTracking {
        commit: false,
        force: false,
        table: None,
        zone: FlowZone::Field(Subfield::new(zone, 0, 16)),
        helper: 0,
        actions: Vec::new(),
    }
}

impl Encoder<'_> {
    /// The zone of a switch port, or one of a router's.
    fn zone(&self, zone: Zone) -> Field {
        if self.place.is_switch { field::CT_ZONE } else { zone_field(zone) }
    }

    pub(super) fn connection(&mut self, action: &Action) -> Result<(), EncodeError> {
        let next = Some(self.next_table());
        match action {
            Action::CtNext(zone) => {
                let zone = self.zone(*zone);
                self.out.push(Flow::Ct(ConnectionTracking { table: next, ..tracking(zone) }));
            }
            Action::CtCommit(inside) => {
                let mut actions = Vec::new();
                if self.environment.features().ct_zero_snat {
                    let direction = Some(NatDirection::Source);
                    actions.push(Flow::Nat(FlowNat { direction, ..FlowNat::default() }));
                }
                actions.extend(self.apart(inside)?);
                let zone = self.zone(Zone::Dnat);
                self.out.push(Flow::Ct(ConnectionTracking { commit: true, actions, ..tracking(zone) }));
            }
            Action::CtCommitToZone { zone, nat } => {
                let actions = if *nat { vec![Flow::Nat(FlowNat::default())] } else { Vec::new() };
                let zone = self.zone(*zone);
                let ct = ConnectionTracking { commit: true, table: next, actions, ..tracking(zone) };
                self.out.push(Flow::Ct(ct));
            }
            Action::CtNat(nat) => self.nat(nat),
            Action::CtLb(set) => self.balance(set),
            Action::Select(select) => self.select(select)?,
            Action::ForwardGroup { liveness, ports } => self.forward(*liveness, ports),
            // The caller encodes all others.
            _ => {}
        }
        Ok(())
    }

    /// Without a range of ports the algorithm is not told, as there is nothing to choose.
    fn nat(&mut self, nat: &Nat) {
        let (direction, zone) = match nat.kind {
            NatKind::Dnat => (NatDirection::Destination, Zone::Dnat),
            NatKind::Snat => (NatDirection::Source, Zone::Snat),
            NatKind::DnatInCommonZone => (NatDirection::Destination, self.place.common_zone),
            NatKind::SnatInCommonZone => (NatDirection::Source, self.place.common_zone),
        };
        let (first_port, last_port) = nat.ports.unwrap_or((0, 0));
        let range = nat.address.map(|first| NatRange { first, last: None, first_port, last_port });
        let algorithm = if last_port == 0 { NatAlgorithm::Unspecified } else { NatAlgorithm::Random };
        let direction = range.is_some().then_some(direction);
        let translate = FlowNat { direction, range, algorithm, persistent: false };
        self.out.push(Flow::Ct(ConnectionTracking {
            commit: range.is_some(),
            table: Some(self.next_table()),
            actions: vec![Flow::Nat(translate)],
            ..tracking(zone_field(zone))
        }));
    }

    /// Without backends the connection has one already, and is translated to it.
    fn balance(&mut self, set: &BackendSet) {
        let table = self.next_table();
        let zone = self.zone(Zone::Dnat);
        if set.backends.is_empty() {
            let actions = vec![Flow::Nat(FlowNat::default())];
            self.out.push(Flow::Ct(ConnectionTracking { table: Some(table), actions, ..tracking(zone) }));
            return;
        }
        let register = if set.label { "ct_label" } else { "ct_mark" };
        let mark = match set.mark {
            Some(SnatMark::Skip) => format!(",set_field:4/4->{register}"),
            Some(SnatMark::Force) => format!(",set_field:8/8->{register}"),
            None => String::new(),
        };
        let zone = Subfield::new(zone, 0, 16);
        let mut text = group_head(set.hash_fields.as_deref());
        let mut any = false;
        for (id, backend) in set.backends.iter().enumerate() {
            let named = backend.port_name.as_ref();
            if named.is_some_and(|port| !self.environment.is_local_port(port)) {
                continue;
            }
            any = true;
            let target = match (backend.address, backend.port) {
                (address, 0) => address.to_string(),
                (IpAddr::V4(address), port) => format!("{address}:{port}"),
                (IpAddr::V6(address), port) => format!("[{address}]:{port}"),
            };
            // Writing to a string cannot fail.
            let _ = write!(
                text,
                ",bucket=bucket_id={id},weight:100,actions=ct(nat(dst={target}),commit,table={table},\
                 zone={zone},exec(set_field:2/2->{register}{mark}))"
            );
        }
        if any {
            self.group(&text);
        }
    }

    fn group(&mut self, text: &str) {
        if let Some(id) = self.environment.group(text) {
            self.out.push(Flow::Group(id));
        }
    }

    fn select(&mut self, select: &Select) -> Result<(), EncodeError> {
        let target = self.bits(&select.target)?;
        let table = self.next_table();
        let mut text = group_head(select.hash_fields.as_deref());
        if self.environment.features().dp_hash_l4_symmetric && select.hash_fields.is_none() {
            // The upper half of the parameter chooses the hash that is the same for both directions.
            text.push_str(",selection_method_param=0x100000000");
        }
        let (name, first, last) = (target.field, target.offset, target.offset + target.bits - 1);
        for (id, (value, weight)) in select.members.iter().enumerate() {
            // Writing to a string cannot fail.
            let _ = write!(
                text,
                ",bucket=bucket_id={id},weight:{weight},actions=load:{value}->{name}[{first}..{last}],\
                 resubmit(,{table})"
            );
        }
        self.group(&text);
        Ok(())
    }

    /// A port without a key, or without a tunnel where that matters, leaves no group at all.
    fn forward(&mut self, liveness: bool, ports: &[Arc<str>]) {
        let mut text = group_head(None);
        for port in ports {
            let Some(key) = self.environment.port_key(port) else { return };
            text.push_str(",bucket=");
            if liveness {
                let Some(tunnel) = self.environment.tunnel_port(port) else { return };
                // Writing to a string cannot fail.
                let _ = write!(text, "watch_port:{tunnel},");
            }
            // OVN writes the decimal digits of the key behind `0x`; the text names the group, so they stay.
            let output = self.place.output_table;
            let _ = write!(text, "load=0x{key}->NXM_NX_REG15[0..15],resubmit(,{output})");
        }
        if !ports.is_empty() {
            self.group(&text);
        }
    }
}

fn group_head(hash_fields: Option<&str>) -> String {
    match hash_fields {
        Some(fields) => format!("type=select,selection_method=hash,fields({fields})"),
        None => "type=select,selection_method=dp_hash".to_string(),
    }
}
