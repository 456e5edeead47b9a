//! Messages as bytes.

use super::body::{Body, Message};
use super::header::Header;
use super::kinds::{self, nicira, onf};
use super::vendor;
use super::wire::{EncodeError, put_u16, put_u32, put_zeros};
use crate::version::Version;

/// What identifies a message on the wire: its type, or an experimenter and a type of theirs.
enum Kind {
    Standard(u8),
    Experimenter(u32, u32),
}

impl Message {
    /// Its bytes.
    ///
    /// # Errors
    /// When it is longer than 65535 bytes, or `version` has no such message.
    pub fn encode(&self, version: Version) -> Result<Vec<u8>, EncodeError> {
        let mut out = Vec::new();
        self.body.encode(version, self.xid, &mut out)?;
        Ok(out)
    }
}

impl Body {
    /// Appends a message to `out`.
    ///
    /// # Errors
    /// When it is longer than 65535 bytes, or `version` has no such message; `out` is then as it was.
    pub fn encode(&self, version: Version, xid: u32, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        let start = out.len();
        let encoded = self.encode_at(start, version, xid, out);
        if encoded.is_err() {
            out.truncate(start);
        }
        encoded
    }

    fn encode_at(
        &self,
        start: usize,
        version: Version,
        xid: u32,
        out: &mut Vec<u8>,
    ) -> Result<(), EncodeError> {
        let kind = self.kind(version)?;
        let standard = if let Kind::Standard(kind) = kind { kind } else { kinds::EXPERIMENTER };
        let version_number = if let Body::Hello(hello) = self { hello.highest() } else { version.wire() };
        Header { version: version_number, kind: standard, length: 0, xid }.encode(out);
        if let Kind::Experimenter(experimenter, kind) = kind {
            put_u32(out, experimenter);
            put_u32(out, kind);
        }
        self.encode_content(version, xid, out)?;
        let bytes = out.len() - start;
        let length = u16::try_from(bytes).map_err(|_| EncodeError::TooLong { bytes })?;
        out[start + 2..start + 4].copy_from_slice(&length.to_be_bytes());
        Ok(())
    }

    fn kind(&self, version: Version) -> Result<Kind, EncodeError> {
        let newer = |kind, older| {
            if version >= Version::V1_4 {
                Kind::Standard(kind)
            } else {
                Kind::Experimenter(vendor::ONF, older)
            }
        };
        let nicira = |kind| Kind::Experimenter(vendor::NICIRA, kind);
        let onf = |kind, what| {
            if version < Version::V1_4 {
                Ok(Kind::Experimenter(vendor::ONF, kind))
            } else {
                Err(EncodeError::NotInVersion { what, version })
            }
        };
        Ok(match self {
            Body::RoleStatus(_) => newer(kinds::ROLE_STATUS, onf::ROLE_STATUS),
            Body::RequestForward(_) => newer(kinds::REQUEST_FORWARD, onf::REQUEST_FORWARD),
            Body::BundleControl(_) => newer(kinds::BUNDLE_CONTROL, onf::BUNDLE_CONTROL),
            Body::BundleAdd(_) => newer(kinds::BUNDLE_ADD, onf::BUNDLE_ADD),
            Body::PacketIn(_) => nicira(nicira::PACKET_IN2),
            Body::SetPacketInFormat(_) => nicira(nicira::SET_PACKET_IN_FORMAT),
            Body::SetControllerId(_) => nicira(nicira::SET_CONTROLLER_ID),
            Body::TunnelOptionMod(_) => nicira(nicira::TUNNEL_OPTION_MOD),
            Body::TunnelOptionRequest => nicira(nicira::TUNNEL_OPTION_REQUEST),
            Body::TunnelOptionReply(_) => nicira(nicira::TUNNEL_OPTION_REPLY),
            Body::Resume(_) => nicira(nicira::RESUME),
            Body::ConnectionFlushZone(_) => nicira(nicira::CONNECTION_FLUSH_ZONE),
            Body::ConnectionFlush(_) => nicira(nicira::CONNECTION_FLUSH),
            Body::FlowMonitorCancel(_) => onf(onf::FLOW_MONITOR_CANCEL, "a message that ends a monitor")?,
            Body::FlowMonitorPaused => onf(onf::FLOW_MONITOR_PAUSED, "a message of a pause")?,
            Body::FlowMonitorResumed => onf(onf::FLOW_MONITOR_RESUMED, "a message of a pause's end")?,
            other => Kind::Standard(other.standard_kind()),
        })
    }

    /// The type of a message that is standard in all versions.
    fn standard_kind(&self) -> u8 {
        match self {
            Body::Hello(_) => kinds::HELLO,
            Body::Error(_) => kinds::ERROR,
            Body::EchoRequest(_) => kinds::ECHO_REQUEST,
            Body::EchoReply(_) => kinds::ECHO_REPLY,
            Body::FeaturesRequest => kinds::FEATURES_REQUEST,
            Body::FeaturesReply(_) => kinds::FEATURES_REPLY,
            Body::GetConfigRequest => kinds::GET_CONFIG_REQUEST,
            Body::GetConfigReply(_) => kinds::GET_CONFIG_REPLY,
            Body::SetConfig(_) => kinds::SET_CONFIG,
            Body::FlowRemoved(_) => kinds::FLOW_REMOVED,
            Body::PortStatus(_) => kinds::PORT_STATUS,
            Body::PacketOut(_) => kinds::PACKET_OUT,
            Body::FlowMod(_) => kinds::FLOW_MOD,
            Body::GroupMod(_) => kinds::GROUP_MOD,
            Body::MeterMod(_) => kinds::METER_MOD,
            Body::MultipartRequest(_) => kinds::MULTIPART_REQUEST,
            Body::MultipartReply { .. } => kinds::MULTIPART_REPLY,
            Body::BarrierRequest => kinds::BARRIER_REQUEST,
            Body::BarrierReply => kinds::BARRIER_REPLY,
            Body::RoleRequest(_) => kinds::ROLE_REQUEST,
            Body::RoleReply(_) => kinds::ROLE_REPLY,
            Body::GetAsyncRequest => kinds::GET_ASYNC_REQUEST,
            Body::GetAsyncReply(_) => kinds::GET_ASYNC_REPLY,
            Body::SetAsync(_) => kinds::SET_ASYNC,
            _ => kinds::EXPERIMENTER,
        }
    }

    fn encode_content(&self, version: Version, xid: u32, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        match self {
            Body::Hello(hello) => hello.encode(out),
            Body::Error(error) => error.encode(out),
            Body::EchoRequest(data) | Body::EchoReply(data) => out.extend(data),
            Body::FeaturesReply(features) => features.encode(out),
            Body::GetConfigReply(config) | Body::SetConfig(config) => config.encode(out),
            Body::PacketIn(packet) | Body::Resume(packet) => packet.encode(version, out)?,
            Body::FlowRemoved(removed) => removed.encode(version, out),
            Body::PortStatus(status) => status.encode(version, out),
            Body::PacketOut(packet) => packet.encode(version, out)?,
            Body::FlowMod(flow) => flow.encode(version, out),
            Body::GroupMod(group) => group.encode(version, out)?,
            Body::MeterMod(meter) => meter.encode(out),
            Body::MultipartRequest(request) => request.encode(version, out)?,
            Body::MultipartReply { reply, more } => reply.encode(*more, version, out)?,
            Body::RoleRequest(role) | Body::RoleReply(role) => role.encode(out),
            Body::RoleStatus(status) => status.encode(out),
            Body::GetAsyncReply(config) | Body::SetAsync(config) => config.encode(version, out)?,
            Body::RequestForward(message) => message.body.encode(version, message.xid, out)?,
            Body::BundleControl(control) => control.encode(out),
            Body::BundleAdd(add) => add.encode(version, xid, out)?,
            Body::FlowMonitorCancel(number) | Body::SetPacketInFormat(number) => put_u32(out, *number),
            Body::TunnelOptionMod(change) => change.encode(out),
            Body::TunnelOptionReply(table) => table.encode(out),
            Body::SetControllerId(number) | Body::ConnectionFlushZone(number) => {
                put_zeros(out, 6);
                put_u16(out, *number);
            }
            Body::ConnectionFlush(flush) => flush.encode(out),
            Body::FeaturesRequest
            | Body::GetConfigRequest
            | Body::BarrierRequest
            | Body::BarrierReply
            | Body::GetAsyncRequest
            | Body::FlowMonitorPaused
            | Body::FlowMonitorResumed
            | Body::TunnelOptionRequest => {}
        }
        Ok(())
    }
}
