//! Messages: what is written is read back, what a switch wrote is written again, and Open vSwitch understands it.

mod any_body;
mod any_bytes;
mod any_flow;
mod any_group;
mod any_reply;
mod mutations;
mod ofp_print;
mod recorded;
mod round_trip;
