//! The languages of OVN's logical flows.
//!
//! A *match* says which packets a logical flow is about: `ip4.dst == 10.0.0.0/8 && tcp.dst == {80, 443}`.
//! [`expr::parse`] gives its tree, [`expr::compile`] the matches of the OpenFlow flows that say the same on one
//! chassis.

pub mod action;
pub mod encode;
pub mod error;
pub mod evaluate;
pub mod expr;
pub mod lexer;
pub mod reason;
pub mod symbol;
