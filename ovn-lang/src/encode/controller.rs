//! Actions that OVN's controller runs: the packet goes there, with what to do in its user data.

use weft_openflow::{Action as Flow, Controller, Field, Version, encode_actions};

use super::dhcp::{dhcp_options, dhcpv6_options};
use super::encoder::{EncodeError, Encoder};
use super::lookup::in_address;
use super::opcode::Opcode;
use super::router_advertisement::router_advertisement;
use crate::action::{Action, Log, Neighbour, Nested, OptionValue, Simple};
use crate::expr::{Constant, FieldRef};
use crate::symbol::logical_field as field;

impl Encoder<'_> {
    /// Sends the packet with an opcode and what follows it.
    pub(super) fn send(&mut self, opcode: Opcode, pause: bool, data: Vec<u8>) {
        self.send_limited(opcode, pause, data, self.place.controller_meter);
    }

    fn send_limited(&mut self, opcode: Opcode, pause: bool, data: Vec<u8>, meter: Option<u32>) {
        let meter = meter.filter(|_| self.environment.features().meters);
        let mut userdata = (opcode as u32).to_be_bytes().to_vec();
        userdata.extend([0; 4]);
        userdata.extend(data);
        self.out.push(Flow::Controller(Controller { userdata, pause, meter, ..Controller::default() }));
    }

    /// Where the controller writes its answer: the field's code and the bit in it.
    pub(super) fn result_head(&self, target: &FieldRef) -> Result<Vec<u8>, EncodeError> {
        let bits = self.bits(target)?;
        let info = bits.field.info();
        let mut head = Vec::new();
        if let Some(code) = info.code(5) {
            head.extend(code.class.to_be_bytes());
            head.extend([code.number << 1, info.bytes as u8]);
        }
        head.extend(bits.offset.to_be_bytes());
        Ok(head)
    }

    pub(super) fn simple_controller(&mut self, simple: Simple) {
        let opcode = match simple {
            Simple::Igmp => Opcode::Igmp,
            Simple::HandleDhcpv6Reply => Opcode::Dhcpv6Server,
            _ => Opcode::BfdMessage,
        };
        self.send(opcode, false, Vec::new());
    }

    pub(super) fn controller(&mut self, action: &Action) -> Result<(), EncodeError> {
        match action {
            Action::Nest(kind, actions) => self.nested(*kind, actions)?,
            Action::PutNeighbour { kind, port, ip, mac } => {
                let opcode = match kind {
                    Neighbour::Arp => Opcode::PutArp,
                    Neighbour::Nd => Opcode::PutNd,
                };
                let arguments = vec![
                    self.argument(port, field::INPORT)?,
                    self.argument(ip, in_address(*kind))?,
                    self.argument(mac, Field::ETH_SRC)?,
                ];
                self.pass(&arguments);
                self.send(opcode, false, Vec::new());
                self.restore(&arguments);
            }
            Action::PutFdb { port, mac } => {
                let arguments =
                    vec![self.argument(port, field::INPORT)?, self.argument(mac, Field::ETH_SRC)?];
                self.pass(&arguments);
                self.send(Opcode::PutFdb, false, Vec::new());
                self.restore(&arguments);
            }
            Action::HandleServiceCheck(port) => {
                let arguments = vec![self.argument(port, field::INPORT)?];
                self.pass(&arguments);
                self.send(Opcode::HandleServiceCheck, false, Vec::new());
                self.restore(&arguments);
            }
            Action::BindVport { port, parent } => {
                let Some(key) = self.environment.port_key(port) else { return Ok(()) };
                let arguments = vec![self.argument(parent, field::INPORT)?];
                self.pass(&arguments);
                self.send(Opcode::BindVport, false, key.to_be_bytes().to_vec());
                self.restore(&arguments);
            }
            Action::PutDhcp(target, options) => {
                let mut data = self.result_head(target)?;
                dhcp_options(options, &mut data);
                self.send(Opcode::PutDhcpOptions, true, data);
            }
            Action::PutDhcpv6(target, options) => {
                let mut data = self.result_head(target)?;
                dhcpv6_options(options, &mut data);
                self.send(Opcode::PutDhcpv6Options, true, data);
            }
            Action::PutRouterAdvertisement(target, options) => {
                let mut data = self.result_head(target)?;
                data.extend(router_advertisement(options));
                self.send(Opcode::PutNdRaOptions, true, data);
            }
            Action::DhcpRelay { response, target, relay, server } => {
                let opcode = if *response { Opcode::DhcpRelayResponse } else { Opcode::DhcpRelayRequest };
                let mut data = self.result_head(target)?;
                data.extend(relay.octets());
                data.extend(server.octets());
                self.send(opcode, true, data);
            }
            Action::Log(log) => self.log(log),
            Action::TriggerEvent(options) => self.send(Opcode::Event, false, event(options)),
            // The caller encodes all others.
            _ => {}
        }
        Ok(())
    }

    /// The actions travel as OpenFlow 1.5 has them. The controller answers `arp` and `nd_ns` with a packet
    /// and resumes this one later.
    fn nested(&mut self, kind: Nested, actions: &[Action]) -> Result<(), EncodeError> {
        let opcode = match kind {
            Nested::Clone => return Ok(()),
            Nested::Arp => Opcode::Arp,
            Nested::Icmp4 | Nested::Icmp6 => Opcode::Icmp,
            Nested::Icmp4Error => Opcode::Icmp4Error,
            Nested::Icmp6Error => Opcode::Icmp6Error,
            Nested::TcpReset => Opcode::TcpReset,
            Nested::SctpAbort => Opcode::SctpAbort,
            Nested::NdNa => Opcode::NdNa,
            Nested::NdNaRouter => Opcode::NdNaRouter,
            Nested::NdNs => Opcode::NdNs,
            Nested::Reject => Opcode::Reject,
        };
        let pause = matches!(kind, Nested::Arp | Nested::NdNs);
        let mut data = Vec::new();
        encode_actions(&self.apart(actions)?, Version::V1_5, &mut data);
        self.send(opcode, pause, data);
        if pause && !self.place.explicit_arp_ns_output {
            self.resubmit(self.place.output_table);
        }
        Ok(())
    }

    /// A log whose meter has no id is not written.
    fn log(&mut self, log: &Log) {
        let mut meter = None;
        if let Some(name) = &log.meter {
            meter = self.environment.meter(name);
            if meter.is_none() {
                return;
            }
        }
        let mut data = vec![log.verdict, log.severity];
        data.extend(log.name.iter().flat_map(|name| name.bytes()));
        self.send_limited(Opcode::Log, false, data, meter);
    }
}

/// Event 0, and each option as code, length and text.
fn event(options: &[OptionValue]) -> Vec<u8> {
    let mut data = vec![0; 4];
    for option in options {
        let Some(Constant::Text(text)) = option.value.values.first() else { continue };
        data.extend(option.option.code.to_be_bytes());
        data.extend((text.len() as u16).to_be_bytes());
        data.extend(text.bytes());
    }
    data
}
