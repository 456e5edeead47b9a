//! Sending to a controller.

use std::fmt::{self, Display, Formatter};

use crate::action::Controller;

/// Bytes as `00.0a.ff`.
pub(super) struct Dotted<'a>(pub(super) &'a [u8]);

impl Display for Dotted<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (n, byte) in self.0.iter().enumerate() {
            write!(f, "{}{byte:02x}", if n > 0 { "." } else { "" })?;
        }
        Ok(())
    }
}

/// The reasons for sending a packet to a controller, by their number.
pub(crate) const REASONS: [&str; 6] =
    ["no_match", "action", "invalid_ttl", "action_set", "group", "packet_out"];

impl Display for Controller {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if self.reason != 1 {
            parts.push(match REASONS.get(usize::from(self.reason)) {
                Some(name) => format!("reason={name}"),
                None => format!("reason={}", self.reason),
            });
        }
        if self.controller_id != 0 {
            parts.push(format!("id={}", self.controller_id));
        }
        if !self.userdata.is_empty() {
            parts.push(format!("userdata={}", Dotted(&self.userdata)));
        }
        if self.pause {
            parts.push("pause".to_string());
        }
        if let Some(meter) = self.meter {
            parts.push(format!("meter_id={meter}"));
        }
        if parts.is_empty() {
            return write!(f, "CONTROLLER:{}", self.max_len);
        }
        if self.max_len != u16::MAX {
            parts.insert(usize::from(self.reason != 1), format!("max_len={}", self.max_len));
        }
        write!(f, "controller({})", parts.join(","))
    }
}
