//! Actions that send packets out of ports.

use super::error::ParseError;
use super::number::{port, required_port, table, u32_of};
use super::pairs::{Pairs, Part};
use super::subfield::subfield;
use crate::action::Action;
use crate::port::Port;

/// The shortest packet that a truncating output makes: an Ethernet header.
const MIN_TRUNCATED: u32 = 14;

/// A port, bits that hold one, or a port with a length.
pub(super) fn output(part: Part<'_>) -> Result<Action, ParseError> {
    if part.text.contains("port") && part.text.contains("max_len") {
        return truncated(part);
    }
    if let Some(port) = port(part) {
        let max_len = if port == Port::CONTROLLER { u16::MAX } else { 0 };
        return Ok(Action::Output { port, max_len });
    }
    match subfield(part) {
        Ok(source) if source.bits > 64 => Err(part.error("this action has room for 64 bits at most")),
        Ok(source) => Ok(Action::OutputField { source, max_len: u16::MAX }),
        Err(_) => Err(part.error(format!("`{}` is neither a port nor a field", part.text))),
    }
}

fn truncated(part: Part<'_>) -> Result<Action, ParseError> {
    let (mut found_port, mut max_len) = (Port(0), 0);
    for pair in Pairs::new(part) {
        match pair.key.text {
            "port" => {
                found_port = required_port(pair.value)?;
                let possible = found_port <= Port::MAX || [Port::LOCAL, Port::IN_PORT].contains(&found_port);
                if !possible {
                    return Err(pair.value.error("packets to this port cannot be truncated"));
                }
            }
            "max_len" => {
                max_len = u32_of(pair.value)?;
                if max_len < MIN_TRUNCATED {
                    return Err(pair.value.error(format!("a packet has at least {MIN_TRUNCATED} bytes")));
                }
            }
            other => return Err(pair.key.error(format!("`{other}` is none of port, max_len"))),
        }
    }
    Ok(Action::OutputTruncated { port: found_port, max_len })
}

/// `port:queue` or `port,queue`.
pub(super) fn enqueue(part: Part<'_>) -> Result<Action, ParseError> {
    let syntax = || part.error("a queue is written as enqueue:port:queue");
    let mut pieces = part.pieces(&[':', 'q', ',']);
    let (port, queue) = pieces.next().zip(pieces.next()).ok_or_else(syntax)?;
    Ok(Action::Enqueue { port: required_port(port)?, queue: u32_of(queue)? })
}

/// `port`, or `port,table,ct` of which all but one may be empty.
pub(super) fn resubmit(part: Part<'_>) -> Result<Action, ParseError> {
    let (port_part, rest) = part.split_once(",").unwrap_or((part, part.split_at(part.text.len()).1));
    let (table_part, ct_part) = rest.split_once(",").unwrap_or((rest, rest.split_at(rest.text.len()).1));
    let in_port = if port_part.is_empty() { Port::IN_PORT } else { required_port(port_part)? };
    let table = if table_part.is_empty() { 255 } else { table(table_part)? };
    let original_tuple = match ct_part.text {
        "" => false,
        "ct" => true,
        other => return Err(ct_part.error(format!("`{other}` is not `ct`"))),
    };
    if in_port == Port::IN_PORT && table == 255 {
        return Err(part.error("a port or a table is missing"));
    }
    Ok(Action::Resubmit { in_port, table, original_tuple })
}
