//! A connection to a real `ovs-vswitchd` with a dummy datapath; needs an installed OVN.

#![expect(clippy::panic, reason = "helpers of tests fail like tests")]

#[path = "../../../tests/messages/any_flow.rs"]
mod any_flow;
mod bundles;
mod groups_and_meters;
mod monitors;
mod packets;
mod restart;
mod switch;
