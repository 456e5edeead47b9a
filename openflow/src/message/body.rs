//! Messages.

use super::asynchronous::AsyncConfig;
use super::bundle::{BundleAdd, BundleControl};
use super::connection_tracking::ConnectionFlush;
use super::error::ErrorMessage;
use super::flow_mod::FlowMod;
use super::flow_removed::FlowRemoved;
use super::hello::Hello;
use super::multipart::{MultipartReply, MultipartRequest};
use super::packet_in::PacketIn;
use super::packet_out::PacketOut;
use super::port::PortStatus;
use super::role::{RoleRequest, RoleStatus};
use super::switch::{SwitchConfig, SwitchFeatures};
use super::tunnel_options::{TunnelOptionMod, TunnelOptionTable};
use crate::group::GroupMod;
use crate::meter::MeterMod;

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The number that a reply repeats.
    pub xid: u32,
    /// What it says.
    pub body: Body,
}

impl Message {
    /// The message `body` with number `xid`.
    pub fn new(xid: u32, body: Body) -> Message {
        Message { xid, body }
    }
}

/// What a message says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// Which versions a side speaks.
    Hello(Hello),
    /// Something went wrong.
    Error(ErrorMessage),
    /// Asks whether the other side lives.
    EchoRequest(Vec<u8>),
    /// It does; with the bytes that it was asked with.
    EchoReply(Vec<u8>),
    /// Asks what the switch is.
    FeaturesRequest,
    /// What the switch is.
    FeaturesReply(SwitchFeatures),
    /// Asks how the switch is set up.
    GetConfigRequest,
    /// How the switch is set up.
    GetConfigReply(SwitchConfig),
    /// Sets the switch up.
    SetConfig(SwitchConfig),
    /// A packet for the controller.
    PacketIn(PacketIn),
    /// A flow went.
    FlowRemoved(FlowRemoved),
    /// A port changed.
    PortStatus(PortStatus),
    /// A packet from the controller.
    PacketOut(PacketOut),
    /// Changes flows.
    FlowMod(FlowMod),
    /// Changes a group.
    GroupMod(GroupMod),
    /// Changes a meter.
    MeterMod(MeterMod),
    /// Asks for much.
    MultipartRequest(MultipartRequest),
    /// Answers with much.
    MultipartReply {
        /// The answer, or a part of it.
        reply: MultipartReply,
        /// Whether more of it follows.
        more: bool,
    },
    /// Asks for an answer after all that came before is done.
    BarrierRequest,
    /// All is done.
    BarrierReply,
    /// Asks for a role.
    RoleRequest(RoleRequest),
    /// The role.
    RoleReply(RoleRequest),
    /// The role changed.
    RoleStatus(RoleStatus),
    /// Asks what is sent unasked.
    GetAsyncRequest,
    /// What is sent unasked.
    GetAsyncReply(AsyncConfig),
    /// Sets what is sent unasked.
    SetAsync(AsyncConfig),
    /// Another controller changed a group or a meter so.
    RequestForward(Box<Message>),
    /// About a bundle.
    BundleControl(BundleControl),
    /// Adds to a bundle.
    BundleAdd(BundleAdd),
    /// Ends a flow monitor; before OpenFlow 1.4.
    FlowMonitorCancel(u32),
    /// Too much changes for the flow monitors; before OpenFlow 1.4.
    FlowMonitorPaused,
    /// The flow monitors tell all changes again; before OpenFlow 1.4.
    FlowMonitorResumed,
    /// Sets the form of packets for the controller: one of
    /// [`packet_in_format`](super::packet_in_format).
    SetPacketInFormat(u32),
    /// Sets the number by which actions name this controller.
    SetControllerId(u16),
    /// Changes which tunnel options are fields.
    TunnelOptionMod(TunnelOptionMod),
    /// Asks which tunnel options are fields.
    TunnelOptionRequest,
    /// Which tunnel options are fields.
    TunnelOptionReply(TunnelOptionTable),
    /// Lets a packet that waits go on.
    Resume(PacketIn),
    /// Forgets the connections of a zone.
    ConnectionFlushZone(u16),
    /// Forgets connections.
    ConnectionFlush(ConnectionFlush),
}

impl Body {
    /// Whether switches answer to such a message even if all goes well.
    pub fn has_answer(&self) -> bool {
        matches!(
            self,
            Body::EchoRequest(_)
                | Body::FeaturesRequest
                | Body::GetConfigRequest
                | Body::MultipartRequest(_)
                | Body::BarrierRequest
                | Body::RoleRequest(_)
                | Body::GetAsyncRequest
                | Body::BundleControl(_)
                | Body::TunnelOptionRequest
        )
    }
}
