//! Whole flows in text (`parse_ofp_flow_mod_str` in Open vSwitch).

use super::actions::instructions;
use super::error::ParseError;
use super::matches::Reading;
use super::number::{table, u16_of, u64_of};
use super::pairs::{Pair, Pairs, Part};
use crate::flow::{Flow, check};

/// What `ovs-ofctl` prints of a flow that is no part of it.
const IGNORED: [&str; 7] =
    ["duration", "n_packets", "n_bytes", "idle_age", "hard_age", "no_readonly_table", "allow_hidden_fields"];

/// Parses a flow to add, such as a line of `dump-flows`: `table=3,priority=5,tcp,tp_dst=80 actions=output:2`.
///
/// # Errors
/// What is no part of a flow, a wrong value, no actions, and actions that do not go with the match.
pub fn parse_flow(text: &str) -> Result<Flow, ParseError> {
    let whole = Part::new(text);
    let (before, actions) = whole.split_once("action").ok_or_else(|| whole.error("actions are missing"))?;
    let (_, actions) = actions.split_once("=").ok_or_else(|| actions.error("`=` and actions are missing"))?;
    let mut flow = Flow::default();
    let mut reading = Reading::default();
    for pair in Pairs::new(before) {
        if !attribute(&mut flow, pair)? && !reading.take(pair)? {
            return Err(pair
                .key
                .error(format!("`{}` is neither a field nor a part of a flow", pair.key.text)));
        }
    }
    flow.matches = reading.finish()?;
    flow.actions = instructions(actions)?;
    check(&flow.actions, &flow.matches, flow.table)
        .map_err(|wrong| actions.error(format!("actions do not go with the match: {wrong}")))?;
    Ok(flow)
}

/// Takes a pair that is about the flow beside match and actions; else it is none.
fn attribute(flow: &mut Flow, pair: Pair<'_>) -> Result<bool, ParseError> {
    let Pair { key, value } = pair;
    match key.text {
        "table" => flow.table = table(value)?,
        "priority" => flow.priority = u16_of(value)?,
        "idle_timeout" => flow.idle_timeout_s = u16_of(value)?,
        "hard_timeout" => flow.hard_timeout_s = u16_of(value)?,
        "importance" => flow.importance = u16_of(value)?,
        "cookie" if value.text.contains('/') => {
            return Err(value.error("a flow to add has a cookie without a mask"));
        }
        "cookie" => flow.cookie = u64_of(value)?,
        "send_flow_rem" => flow.flags.send_flow_removed = true,
        "check_overlap" => flow.flags.check_overlap = true,
        "reset_counts" => flow.flags.reset_counts = true,
        "no_packet_counts" => flow.flags.no_packet_counts = true,
        "no_byte_counts" => flow.flags.no_byte_counts = true,
        name => return Ok(IGNORED.contains(&name)),
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_a_dump_is_a_flow() {
        let line = " cookie=0x5, duration=3.25s, table=7, n_packets=0, n_bytes=0, idle_timeout=9, send_flow_rem \
                    importance=3, idle_age=2, priority=11,tcp,tp_dst=80 actions=output:2";
        let flow = parse_flow(line).expect("a flow");
        assert_eq!((flow.cookie, flow.table, flow.priority, flow.importance), (5, 7, 11, 3));
        assert_eq!((flow.idle_timeout_s, flow.flags.send_flow_removed), (9, true));
        assert_eq!((flow.matches.to_string().as_str(), flow.actions.len()), ("tcp,tp_dst=80", 1));
    }

    #[test]
    fn errors_are_at_their_place() {
        let position = |text| parse_flow(text).map(|_| ()).map_err(|e| e.position);
        assert_eq!(position("table=256,actions=drop"), Err(6));
        assert_eq!(position("ip,foo=1 actions=drop"), Err(3));
        assert_eq!(position("ip"), Err(0));
        assert_eq!(position("ip actions=output:1,foo"), Err(20));
        assert_eq!(position("actions=mod_nw_src:1.2.3.4"), Err(8));
    }
}
