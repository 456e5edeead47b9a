//! Types of messages on the wire (OpenFlow 1.5.1, section 7.1.1; `ofp-msgs.h` of Open vSwitch for extensions).

pub(super) const HELLO: u8 = 0;
pub(super) const ERROR: u8 = 1;
pub(super) const ECHO_REQUEST: u8 = 2;
pub(super) const ECHO_REPLY: u8 = 3;
pub(super) const EXPERIMENTER: u8 = 4;
pub(super) const FEATURES_REQUEST: u8 = 5;
pub(super) const FEATURES_REPLY: u8 = 6;
pub(super) const GET_CONFIG_REQUEST: u8 = 7;
pub(super) const GET_CONFIG_REPLY: u8 = 8;
pub(super) const SET_CONFIG: u8 = 9;
pub(super) const PACKET_IN: u8 = 10;
pub(super) const FLOW_REMOVED: u8 = 11;
pub(super) const PORT_STATUS: u8 = 12;
pub(super) const PACKET_OUT: u8 = 13;
pub(super) const FLOW_MOD: u8 = 14;
pub(super) const GROUP_MOD: u8 = 15;
pub(super) const MULTIPART_REQUEST: u8 = 18;
pub(super) const MULTIPART_REPLY: u8 = 19;
pub(super) const BARRIER_REQUEST: u8 = 20;
pub(super) const BARRIER_REPLY: u8 = 21;
pub(super) const ROLE_REQUEST: u8 = 24;
pub(super) const ROLE_REPLY: u8 = 25;
pub(super) const GET_ASYNC_REQUEST: u8 = 26;
pub(super) const GET_ASYNC_REPLY: u8 = 27;
pub(super) const SET_ASYNC: u8 = 28;
pub(super) const METER_MOD: u8 = 29;
/// From OpenFlow 1.4 on, as the next ones; before, they are ONF's.
pub(super) const ROLE_STATUS: u8 = 30;
pub(super) const REQUEST_FORWARD: u8 = 32;
pub(super) const BUNDLE_CONTROL: u8 = 33;
pub(super) const BUNDLE_ADD: u8 = 34;

/// Nicira's.
pub(super) mod nicira {
    pub(in super::super) const SET_PACKET_IN_FORMAT: u32 = 16;
    pub(in super::super) const SET_CONTROLLER_ID: u32 = 20;
    pub(in super::super) const TUNNEL_OPTION_MOD: u32 = 24;
    pub(in super::super) const TUNNEL_OPTION_REQUEST: u32 = 25;
    pub(in super::super) const TUNNEL_OPTION_REPLY: u32 = 26;
    pub(in super::super) const RESUME: u32 = 28;
    pub(in super::super) const CONNECTION_FLUSH_ZONE: u32 = 29;
    pub(in super::super) const PACKET_IN2: u32 = 30;
    pub(in super::super) const CONNECTION_FLUSH: u32 = 32;
}

/// ONF's, for OpenFlow 1.3.
pub(super) mod onf {
    pub(in super::super) const FLOW_MONITOR_CANCEL: u32 = 1870;
    pub(in super::super) const FLOW_MONITOR_PAUSED: u32 = 1871;
    pub(in super::super) const FLOW_MONITOR_RESUMED: u32 = 1872;
    pub(in super::super) const ROLE_STATUS: u32 = 1911;
    pub(in super::super) const BUNDLE_CONTROL: u32 = 2300;
    pub(in super::super) const BUNDLE_ADD: u32 = 2301;
    pub(in super::super) const REQUEST_FORWARD: u32 = 2350;
}
