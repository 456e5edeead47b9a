//! Sending to a controller.

use super::error::{DecodeError, Problem};
use super::reader::Reader;
use crate::action::{Action, Controller};

/// The first form.
pub(super) fn controller(mut body: Reader<'_>) -> Result<Action, DecodeError> {
    let (max_len, controller_id, reason) = (body.u16()?, body.u16()?, body.u8()?);
    Ok(Action::Controller(Controller { max_len, controller_id, reason, ..Controller::default() }))
}

/// The second form, whose arguments are properties.
pub(super) fn controller_with_properties(mut body: Reader<'_>) -> Result<Action, DecodeError> {
    body.zeros(6)?;
    let mut found = Controller::default();
    while !body.is_empty() {
        property(&mut body, &mut found)?;
    }
    Ok(Action::Controller(found))
}

fn property(body: &mut Reader<'_>, found: &mut Controller) -> Result<(), DecodeError> {
    let place = *body;
    let (kind, length) = (body.u16()?, usize::from(body.u16()?));
    let content = length.checked_sub(4).ok_or_else(|| place.error(Problem::Length(length)))?;
    let mut content = body.part(content)?;
    body.take(length.next_multiple_of(8) - length)?;
    match kind {
        0 => found.max_len = content.u16()?,
        1 => found.controller_id = content.u16()?,
        2 => found.reason = content.u8()?,
        3 => found.userdata = content.rest().to_vec(),
        4 => found.pause = true,
        5 => found.meter = Some(content.u32()?).filter(|&meter| meter != 0),
        _ => return Err(place.error(Problem::Argument("this property is not known"))),
    }
    // A number may be padded inside of its property.
    if content.len() < 4 { Ok(()) } else { Err(place.error(Problem::Length(length))) }
}
