//! Sending to a controller.

use super::buffer::{nicira, put_property, put_u16, put_zeros};
use crate::action::Controller;

pub(super) fn put_controller(out: &mut Vec<u8>, c: &Controller) {
    if c.userdata.is_empty() && !c.pause && c.meter.is_none() {
        return nicira(out, 20, |b| {
            put_u16(b, c.max_len);
            put_u16(b, c.controller_id);
            b.extend([c.reason, 0]);
        });
    }
    nicira(out, 37, |b| {
        put_zeros(b, 6);
        if c.max_len != u16::MAX {
            put_number(b, 0, u32::from(c.max_len) << 16);
        }
        if c.controller_id != 0 {
            put_number(b, 1, u32::from(c.controller_id) << 16);
        }
        if c.reason != 1 {
            put_property(b, 2, &[c.reason]);
        }
        if !c.userdata.is_empty() {
            put_property(b, 3, &c.userdata);
        }
        if c.pause {
            put_property(b, 4, &[]);
        }
        if let Some(meter) = c.meter {
            put_number(b, 5, meter);
        }
    });
}

/// A number of 16 bits counts with the two bytes after it.
fn put_number(out: &mut Vec<u8>, kind: u16, number: u32) {
    put_property(out, kind, &number.to_be_bytes());
}
