//! Requests whose answers may come in many messages (OpenFlow 1.5.1, section 7.3.5).

use super::counters::Counters;
use super::error::ErrorCode;
use super::flow_monitor::{FlowMonitor, FlowUpdate};
use super::flow_statistics::{DumpedFlow, FlowQuery, decode_aggregate, encode_aggregate};
use super::port::{PortDescription, PortStatistics};
use super::switch::{SwitchDescription, TableStatistics};
use super::vendor;
use super::wire::{EncodeError, MessageError, put_u16, put_u32, put_zeros, read_all, read_port};
use crate::decode::Reader;
use crate::group::{Group, GroupFeatures, GroupStatistics, group_id};
use crate::meter::{Meter, MeterFeatures, MeterStatistics};
use crate::port::Port;
use crate::version::Version;

const DESCRIPTION: u16 = 0;
const FLOW: u16 = 1;
const AGGREGATE: u16 = 2;
const TABLE: u16 = 3;
const PORT: u16 = 4;
const GROUP: u16 = 6;
const GROUP_DESCRIPTION: u16 = 7;
const GROUP_FEATURES: u16 = 8;
const METER: u16 = 9;
const METER_CONFIG: u16 = 10;
const METER_FEATURES: u16 = 11;
const PORT_DESCRIPTION: u16 = 13;
const FLOW_MONITOR: u16 = 16;
const EXPERIMENTER: u16 = 0xffff;
/// ONF's number of flow monitors before OpenFlow 1.4.
const ONF_FLOW_MONITOR: u32 = 1870;

/// The flag of a reply that others follow.
const MORE: u16 = 1;

/// A request whose answer may come in many messages.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum MultipartRequest {
    /// What the switch says of itself.
    Description,
    /// Flows.
    Flows(FlowQuery),
    /// What flows counted together.
    Aggregate(FlowQuery),
    /// What tables counted.
    Tables,
    /// What a port counted, or all for [`Port::NONE`].
    PortStatistics(Port),
    /// What a group counted, or all for [`group_id::ALL`].
    GroupStatistics(u32),
    /// A group, or all for [`group_id::ALL`]; always all before OpenFlow 1.5.
    Groups(u32),
    /// What groups there can be.
    GroupFeatures,
    /// What a meter counted, or all for [`meter_id::ALL`](crate::meter_id::ALL).
    MeterStatistics(u32),
    /// A meter, or all for [`meter_id::ALL`](crate::meter_id::ALL).
    Meters(u32),
    /// What meters there can be.
    MeterFeatures,
    /// A port, or all for [`Port::NONE`]; always all before OpenFlow 1.5.
    Ports(Port),
    /// Begins, changes and ends flow monitors.
    FlowMonitors(Vec<FlowMonitor>),
}

impl MultipartRequest {
    pub(crate) fn decode(r: &mut Reader<'_>, version: Version) -> Result<MultipartRequest, MessageError> {
        let kind = read_kind(r, version)?.0;
        Ok(match kind {
            DESCRIPTION => MultipartRequest::Description,
            FLOW => MultipartRequest::Flows(FlowQuery::decode(r)?),
            AGGREGATE => MultipartRequest::Aggregate(FlowQuery::decode(r)?),
            TABLE => MultipartRequest::Tables,
            PORT => MultipartRequest::PortStatistics(read_padded_port(r)?),
            GROUP => MultipartRequest::GroupStatistics(read_padded_id(r)?),
            GROUP_DESCRIPTION if version < Version::V1_5 => MultipartRequest::Groups(group_id::ALL),
            GROUP_DESCRIPTION => MultipartRequest::Groups(read_padded_id(r)?),
            GROUP_FEATURES => MultipartRequest::GroupFeatures,
            METER => MultipartRequest::MeterStatistics(read_padded_id(r)?),
            METER_CONFIG => MultipartRequest::Meters(read_padded_id(r)?),
            METER_FEATURES => MultipartRequest::MeterFeatures,
            PORT_DESCRIPTION if version < Version::V1_5 => MultipartRequest::Ports(Port::NONE),
            PORT_DESCRIPTION => MultipartRequest::Ports(read_padded_port(r)?),
            FLOW_MONITOR => MultipartRequest::FlowMonitors(read_all(r, |r| FlowMonitor::decode(r, version))?),
            _ => return Err(UNKNOWN),
        })
    }

    fn kind(&self) -> u16 {
        match self {
            MultipartRequest::Description => DESCRIPTION,
            MultipartRequest::Flows(_) => FLOW,
            MultipartRequest::Aggregate(_) => AGGREGATE,
            MultipartRequest::Tables => TABLE,
            MultipartRequest::PortStatistics(_) => PORT,
            MultipartRequest::GroupStatistics(_) => GROUP,
            MultipartRequest::Groups(_) => GROUP_DESCRIPTION,
            MultipartRequest::GroupFeatures => GROUP_FEATURES,
            MultipartRequest::MeterStatistics(_) => METER,
            MultipartRequest::Meters(_) => METER_CONFIG,
            MultipartRequest::MeterFeatures => METER_FEATURES,
            MultipartRequest::Ports(_) => PORT_DESCRIPTION,
            MultipartRequest::FlowMonitors(_) => FLOW_MONITOR,
        }
    }

    /// # Errors
    /// Before OpenFlow 1.5, a request for one group or one port out of those that come all together.
    pub(crate) fn encode(&self, version: Version, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        put_kind(out, self.kind(), false, version);
        let old = version < Version::V1_5;
        match self {
            MultipartRequest::Flows(query) | MultipartRequest::Aggregate(query) => query.encode(version, out),
            MultipartRequest::Groups(group_id::ALL) | MultipartRequest::Ports(Port::NONE) if old => {}
            MultipartRequest::Groups(_) | MultipartRequest::Ports(_) if old => {
                let what = "a request for one group or port";
                return Err(EncodeError::NotInVersion { what, version });
            }
            MultipartRequest::PortStatistics(port) | MultipartRequest::Ports(port) => {
                put_padded_id(out, port.to_u32());
            }
            MultipartRequest::GroupStatistics(id)
            | MultipartRequest::Groups(id)
            | MultipartRequest::MeterStatistics(id)
            | MultipartRequest::Meters(id) => put_padded_id(out, *id),
            MultipartRequest::FlowMonitors(monitors) => {
                for monitor in monitors {
                    monitor.encode(version, out)?;
                }
            }
            MultipartRequest::Description
            | MultipartRequest::Tables
            | MultipartRequest::GroupFeatures
            | MultipartRequest::MeterFeatures => {}
        }
        Ok(())
    }
}

/// An answer, or a part of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MultipartReply {
    /// What the switch says of itself.
    Description(SwitchDescription),
    /// Flows.
    Flows(Vec<DumpedFlow>),
    /// What flows counted together.
    Aggregate(Counters),
    /// What tables counted.
    Tables(Vec<TableStatistics>),
    /// What ports counted.
    PortStatistics(Vec<PortStatistics>),
    /// What groups counted.
    GroupStatistics(Vec<GroupStatistics>),
    /// Groups.
    Groups(Vec<Group>),
    /// What groups there can be.
    GroupFeatures(GroupFeatures),
    /// What meters counted.
    MeterStatistics(Vec<MeterStatistics>),
    /// Meters.
    Meters(Vec<Meter>),
    /// What meters there can be.
    MeterFeatures(MeterFeatures),
    /// Ports.
    Ports(Vec<PortDescription>),
    /// Flows that changed; also unasked, with number 0, while a monitor goes on.
    FlowUpdates(Vec<FlowUpdate>),
}

impl MultipartReply {
    /// The answer, and whether more of it follows.
    pub(crate) fn decode(
        r: &mut Reader<'_>,
        version: Version,
    ) -> Result<(MultipartReply, bool), MessageError> {
        let (kind, more) = read_kind(r, version)?;
        let reply = match kind {
            DESCRIPTION => MultipartReply::Description(SwitchDescription::decode(r)?),
            FLOW => MultipartReply::Flows(read_all(r, |r| DumpedFlow::decode(r, version))?),
            AGGREGATE => MultipartReply::Aggregate(decode_aggregate(r, version)?),
            TABLE => MultipartReply::Tables(read_all(r, TableStatistics::decode)?),
            PORT => MultipartReply::PortStatistics(read_all(r, |r| PortStatistics::decode(r, version))?),
            GROUP => MultipartReply::GroupStatistics(read_all(r, GroupStatistics::decode)?),
            GROUP_DESCRIPTION => MultipartReply::Groups(read_all(r, |r| Group::decode(r, version))?),
            GROUP_FEATURES => MultipartReply::GroupFeatures(GroupFeatures::decode(r)?),
            METER => MultipartReply::MeterStatistics(read_all(r, MeterStatistics::decode)?),
            METER_CONFIG => MultipartReply::Meters(read_all(r, Meter::decode)?),
            METER_FEATURES => MultipartReply::MeterFeatures(MeterFeatures::decode(r)?),
            PORT_DESCRIPTION => MultipartReply::Ports(read_all(r, |r| PortDescription::decode(r, version))?),
            FLOW_MONITOR => MultipartReply::FlowUpdates(read_all(r, |r| FlowUpdate::decode(r, version))?),
            _ => return Err(UNKNOWN),
        };
        Ok((reply, more))
    }

    fn kind(&self) -> u16 {
        match self {
            MultipartReply::Description(_) => DESCRIPTION,
            MultipartReply::Flows(_) => FLOW,
            MultipartReply::Aggregate(_) => AGGREGATE,
            MultipartReply::Tables(_) => TABLE,
            MultipartReply::PortStatistics(_) => PORT,
            MultipartReply::GroupStatistics(_) => GROUP,
            MultipartReply::Groups(_) => GROUP_DESCRIPTION,
            MultipartReply::GroupFeatures(_) => GROUP_FEATURES,
            MultipartReply::MeterStatistics(_) => METER,
            MultipartReply::Meters(_) => METER_CONFIG,
            MultipartReply::MeterFeatures(_) => METER_FEATURES,
            MultipartReply::Ports(_) => PORT_DESCRIPTION,
            MultipartReply::FlowUpdates(_) => FLOW_MONITOR,
        }
    }

    pub(crate) fn encode(&self, more: bool, version: Version, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        put_kind(out, self.kind(), more, version);
        match self {
            MultipartReply::Description(description) => description.encode(out),
            MultipartReply::Flows(flows) => flows.iter().for_each(|flow| flow.encode(version, out)),
            MultipartReply::Aggregate(counters) => encode_aggregate(counters, version, out),
            MultipartReply::Tables(tables) => tables.iter().for_each(|table| table.encode(out)),
            MultipartReply::PortStatistics(ports) => ports.iter().for_each(|port| port.encode(version, out)),
            MultipartReply::GroupStatistics(groups) => groups.iter().for_each(|group| group.encode(out)),
            MultipartReply::Groups(groups) => groups.iter().for_each(|group| group.encode(version, out)),
            MultipartReply::GroupFeatures(features) => features.encode(out),
            MultipartReply::MeterStatistics(meters) => meters.iter().for_each(|meter| meter.encode(out)),
            MultipartReply::Meters(meters) => meters.iter().for_each(|meter| meter.encode(out)),
            MultipartReply::MeterFeatures(features) => features.encode(out),
            MultipartReply::Ports(ports) => ports.iter().for_each(|port| port.encode(version, out)),
            MultipartReply::FlowUpdates(updates) => {
                for update in updates {
                    update.encode(version, out)?;
                }
            }
        }
        Ok(())
    }

    /// Appends a later part of the same answer; false if it is no part of such an answer.
    pub fn append(&mut self, part: MultipartReply) -> bool {
        match (self, part) {
            (MultipartReply::Flows(all), MultipartReply::Flows(part)) => all.extend(part),
            (MultipartReply::Tables(all), MultipartReply::Tables(part)) => all.extend(part),
            (MultipartReply::PortStatistics(all), MultipartReply::PortStatistics(part)) => all.extend(part),
            (MultipartReply::GroupStatistics(all), MultipartReply::GroupStatistics(part)) => all.extend(part),
            (MultipartReply::Groups(all), MultipartReply::Groups(part)) => all.extend(part),
            (MultipartReply::MeterStatistics(all), MultipartReply::MeterStatistics(part)) => all.extend(part),
            (MultipartReply::Meters(all), MultipartReply::Meters(part)) => all.extend(part),
            (MultipartReply::Ports(all), MultipartReply::Ports(part)) => all.extend(part),
            (MultipartReply::FlowUpdates(all), MultipartReply::FlowUpdates(part)) => all.extend(part),
            _ => return false,
        }
        true
    }
}

const UNKNOWN: MessageError = MessageError::refused(ErrorCode::BAD_MULTIPART, "an unknown multipart message");

/// The kind of a multipart message, and whether more follows. ONF's flow monitors have the standard's kind.
fn read_kind(r: &mut Reader<'_>, version: Version) -> Result<(u16, bool), MessageError> {
    let (kind, flags) = (r.u16()?, r.u16()?);
    r.take(4)?;
    let kind = if kind == EXPERIMENTER {
        let monitor = version < Version::V1_4 && r.u32()? == vendor::ONF && r.u32()? == ONF_FLOW_MONITOR;
        if !monitor {
            let reason = "an unknown experimenter's multipart message";
            return Err(MessageError::refused(ErrorCode::BAD_EXPERIMENTER, reason));
        }
        FLOW_MONITOR
    } else if kind == FLOW_MONITOR && version < Version::V1_4 {
        return Err(UNKNOWN);
    } else {
        kind
    };
    Ok((kind, flags & MORE != 0))
}

fn put_kind(out: &mut Vec<u8>, kind: u16, more: bool, version: Version) {
    let experimenter = kind == FLOW_MONITOR && version < Version::V1_4;
    put_u16(out, if experimenter { EXPERIMENTER } else { kind });
    put_u16(out, if more { MORE } else { 0 });
    put_zeros(out, 4);
    if experimenter {
        put_u32(out, vendor::ONF);
        put_u32(out, ONF_FLOW_MONITOR);
    }
}

fn read_padded_id(r: &mut Reader<'_>) -> Result<u32, MessageError> {
    let id = r.u32()?;
    r.take(4)?;
    Ok(id)
}

fn read_padded_port(r: &mut Reader<'_>) -> Result<Port, MessageError> {
    let port = read_port(r)?;
    r.take(4)?;
    Ok(port)
}

/// A number and four zeros.
fn put_padded_id(out: &mut Vec<u8>, id: u32) {
    put_u32(out, id);
    put_zeros(out, 4);
}
