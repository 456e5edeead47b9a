//! Sending to a controller.

use super::error::ParseError;
use super::number::{bytes, u16_of, u32_of};
use super::pairs::{Pairs, Part};
use crate::action::{Action, Controller};
use crate::port::Port;
use crate::text::REASONS;

/// Nothing, a length, or arguments by name.
pub(super) fn controller(part: Part<'_>) -> Result<Action, ParseError> {
    let mut found = Controller::default();
    if !part.is_empty() && part.text.bytes().all(|b| b.is_ascii_digit()) {
        found.max_len = u16_of(part)?;
    } else {
        for pair in Pairs::new(part) {
            argument(&mut found, pair.key, pair.value)?;
        }
    }
    let plain = Controller { max_len: found.max_len, ..Controller::default() };
    if found == plain {
        return Ok(Action::Output { port: Port::CONTROLLER, max_len: found.max_len });
    }
    Ok(Action::Controller(found))
}

fn argument(found: &mut Controller, name: Part<'_>, value: Part<'_>) -> Result<(), ParseError> {
    match name.text {
        "reason" => {
            let reason = REASONS.iter().position(|known| known.eq_ignore_ascii_case(value.text));
            let wrong = || value.error(format!("the reason is one of {}", REASONS.join(", ")));
            found.reason = reason.ok_or_else(wrong)? as u8;
        }
        "max_len" => found.max_len = u16_of(value)?,
        "id" => found.controller_id = u16_of(value)?,
        "userdata" => found.userdata = bytes(value)?,
        "pause" => found.pause = true,
        "meter_id" => found.meter = Some(u32_of(value)?).filter(|&meter| meter != 0),
        other => {
            let known = "reason, max_len, id, userdata, pause, meter_id";
            return Err(name.error(format!("`{other}` is none of {known}")));
        }
    }
    Ok(())
}
