//! Messages from bytes.

use super::asynchronous::AsyncConfig;
use super::body::{Body, Message};
use super::bundle::{BundleAdd, BundleControl, next_message};
use super::connection_tracking::ConnectionFlush;
use super::error::{ErrorCode, ErrorMessage};
use super::flow_mod::FlowMod;
use super::flow_removed::FlowRemoved;
use super::header::Header;
use super::hello::Hello;
use super::kinds::{self, nicira, onf};
use super::multipart::{MultipartReply, MultipartRequest};
use super::packet_in::PacketIn;
use super::packet_out::PacketOut;
use super::port::PortStatus;
use super::role::{RoleRequest, RoleStatus};
use super::switch::{SwitchConfig, SwitchFeatures};
use super::tunnel_options::{TunnelOptionMod, TunnelOptionTable};
use super::vendor;
use super::wire::MessageError;
use crate::decode::Reader;
use crate::group::GroupMod;
use crate::meter::MeterMod;
use crate::version::Version;

/// Where a message stands: alone, or in another one, which takes no third.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nesting {
    Alone,
    Inner,
}

const BAD_TYPE: MessageError = MessageError::refused(ErrorCode::BAD_TYPE, "an unknown type of messages");

impl Message {
    /// The message that `bytes` consist of. Hellos, errors and echoes may have any version, others have
    /// `version`.
    ///
    /// # Errors
    /// When the bytes are not such a message; [`MessageError::code`] is what a switch would answer.
    pub fn decode(bytes: &[u8], version: Version) -> Result<Message, MessageError> {
        Message::decode_nested(bytes, version, Nesting::Alone)
    }

    pub(super) fn decode_nested(
        bytes: &[u8],
        version: Version,
        nesting: Nesting,
    ) -> Result<Message, MessageError> {
        let header = Header::decode(bytes)?;
        if usize::from(header.length) != bytes.len() {
            let reason = "a message's length is not the one in its header";
            return Err(MessageError::refused(ErrorCode::BAD_LENGTH, reason));
        }
        if header.kind > kinds::ECHO_REPLY && header.version != version.wire() {
            let reason = "a message has another version than the one agreed upon";
            return Err(MessageError::refused(ErrorCode::BAD_VERSION, reason));
        }
        let mut r = Reader::new(&bytes[super::HEADER_LENGTH..]);
        let body = Body::decode(header, &mut r, version, nesting)?;
        if r.is_empty() {
            Ok(Message { xid: header.xid, body })
        } else {
            Err(MessageError::refused(ErrorCode::BAD_LENGTH, "bytes follow what the message says"))
        }
    }
}

impl Body {
    fn decode(
        header: Header,
        r: &mut Reader<'_>,
        version: Version,
        nesting: Nesting,
    ) -> Result<Body, MessageError> {
        Ok(match header.kind {
            kinds::HELLO => Body::Hello(Hello::decode(header.version, r)?),
            kinds::ERROR => Body::Error(ErrorMessage::decode(r)?),
            kinds::ECHO_REQUEST => Body::EchoRequest(r.rest().to_vec()),
            kinds::ECHO_REPLY => Body::EchoReply(r.rest().to_vec()),
            kinds::EXPERIMENTER => return Body::decode_experimenter(header.xid, r, version, nesting),
            kinds::FEATURES_REQUEST => Body::FeaturesRequest,
            kinds::FEATURES_REPLY => Body::FeaturesReply(SwitchFeatures::decode(r)?),
            kinds::GET_CONFIG_REQUEST => Body::GetConfigRequest,
            kinds::GET_CONFIG_REPLY => Body::GetConfigReply(SwitchConfig::decode(r)?),
            kinds::SET_CONFIG => Body::SetConfig(SwitchConfig::decode(r)?),
            kinds::PACKET_IN => Body::PacketIn(PacketIn::decode_standard(r)?),
            kinds::FLOW_REMOVED => Body::FlowRemoved(FlowRemoved::decode(r, version)?),
            kinds::PORT_STATUS => Body::PortStatus(PortStatus::decode(r, version)?),
            kinds::PACKET_OUT => Body::PacketOut(PacketOut::decode(r, version)?),
            kinds::FLOW_MOD => Body::FlowMod(FlowMod::decode(r, version)?),
            kinds::GROUP_MOD => Body::GroupMod(GroupMod::decode(r, version)?),
            kinds::MULTIPART_REQUEST => Body::MultipartRequest(MultipartRequest::decode(r, version)?),
            kinds::MULTIPART_REPLY => {
                let (reply, more) = MultipartReply::decode(r, version)?;
                Body::MultipartReply { reply, more }
            }
            kinds::BARRIER_REQUEST => Body::BarrierRequest,
            kinds::BARRIER_REPLY => Body::BarrierReply,
            kinds::ROLE_REQUEST => Body::RoleRequest(RoleRequest::decode(r)?),
            kinds::ROLE_REPLY => Body::RoleReply(RoleRequest::decode(r)?),
            kinds::GET_ASYNC_REQUEST => Body::GetAsyncRequest,
            kinds::GET_ASYNC_REPLY => Body::GetAsyncReply(AsyncConfig::decode(r, version)?),
            kinds::SET_ASYNC => Body::SetAsync(AsyncConfig::decode(r, version)?),
            kinds::METER_MOD => Body::MeterMod(MeterMod::decode(r)?),
            newer if version >= Version::V1_4 => {
                return Body::decode_newer(newer, header.xid, r, version, nesting);
            }
            _ => return Err(BAD_TYPE),
        })
    }

    /// Messages that OpenFlow 1.4 made standard.
    fn decode_newer(
        kind: u8,
        xid: u32,
        r: &mut Reader<'_>,
        version: Version,
        nesting: Nesting,
    ) -> Result<Body, MessageError> {
        Ok(match kind {
            kinds::ROLE_STATUS => Body::RoleStatus(RoleStatus::decode(r)?),
            kinds::REQUEST_FORWARD => Body::RequestForward(decode_forwarded(r, version, nesting)?),
            kinds::BUNDLE_CONTROL => Body::BundleControl(BundleControl::decode(r)?),
            kinds::BUNDLE_ADD => Body::BundleAdd(BundleAdd::decode(r, version, xid, nesting)?),
            _ => return Err(BAD_TYPE),
        })
    }

    fn decode_experimenter(
        xid: u32,
        r: &mut Reader<'_>,
        version: Version,
        nesting: Nesting,
    ) -> Result<Body, MessageError> {
        const SUBTYPE: MessageError = MessageError::refused(
            ErrorCode::BAD_EXPERIMENTER_TYPE,
            "an unknown message of a known experimenter",
        );
        let (experimenter, kind) = (r.u32()?, r.u32()?);
        Ok(match (experimenter, kind) {
            (vendor::NICIRA, nicira::SET_PACKET_IN_FORMAT) => Body::SetPacketInFormat(r.u32()?),
            (vendor::NICIRA, nicira::SET_CONTROLLER_ID) => Body::SetControllerId(read_last_u16(r)?),
            (vendor::NICIRA, nicira::TUNNEL_OPTION_MOD) => Body::TunnelOptionMod(TunnelOptionMod::decode(r)?),
            (vendor::NICIRA, nicira::TUNNEL_OPTION_REQUEST) => Body::TunnelOptionRequest,
            (vendor::NICIRA, nicira::TUNNEL_OPTION_REPLY) => {
                Body::TunnelOptionReply(TunnelOptionTable::decode(r)?)
            }
            (vendor::NICIRA, nicira::RESUME) => Body::Resume(PacketIn::decode(r)?),
            (vendor::NICIRA, nicira::CONNECTION_FLUSH_ZONE) => Body::ConnectionFlushZone(read_last_u16(r)?),
            (vendor::NICIRA, nicira::PACKET_IN2) => Body::PacketIn(PacketIn::decode(r)?),
            (vendor::NICIRA, nicira::CONNECTION_FLUSH) => Body::ConnectionFlush(ConnectionFlush::decode(r)?),
            (vendor::ONF, onf::FLOW_MONITOR_CANCEL) if version < Version::V1_4 => {
                Body::FlowMonitorCancel(r.u32()?)
            }
            (vendor::ONF, onf::FLOW_MONITOR_PAUSED) if version < Version::V1_4 => Body::FlowMonitorPaused,
            (vendor::ONF, onf::FLOW_MONITOR_RESUMED) if version < Version::V1_4 => Body::FlowMonitorResumed,
            (vendor::ONF, older) if version < Version::V1_4 => {
                let kind = match older {
                    onf::ROLE_STATUS => kinds::ROLE_STATUS,
                    onf::BUNDLE_CONTROL => kinds::BUNDLE_CONTROL,
                    onf::BUNDLE_ADD => kinds::BUNDLE_ADD,
                    onf::REQUEST_FORWARD => kinds::REQUEST_FORWARD,
                    _ => return Err(SUBTYPE),
                };
                return Body::decode_newer(kind, xid, r, version, nesting);
            }
            (vendor::NICIRA | vendor::ONF, _) => return Err(SUBTYPE),
            _ => {
                let reason = "a message of an unknown experimenter";
                return Err(MessageError::refused(ErrorCode::BAD_EXPERIMENTER, reason));
            }
        })
    }
}

fn decode_forwarded(
    r: &mut Reader<'_>,
    version: Version,
    nesting: Nesting,
) -> Result<Box<Message>, MessageError> {
    next_message(r, version, nesting).map(Box::new)
}

/// The number in the last two of eight bytes.
fn read_last_u16(r: &mut Reader<'_>) -> Result<u16, MessageError> {
    r.zeros(6)?;
    Ok(r.u16()?)
}
