//! Flows as `ovs-ofctl` writes them.

use std::fmt::Write;

use super::flows::Flow;
use crate::action::Action;
use crate::text::Duration;

/// What a switch counted for a flow, as `ovs-ofctl dump-flows` shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FlowStatistics {
    /// Seconds since it was added.
    pub duration_s: u32,
    /// Nanoseconds beside.
    pub duration_ns: u32,
    /// Packets, if they are counted.
    pub packets: Option<u64>,
    /// Bytes, if they are counted.
    pub bytes: Option<u64>,
    /// Seconds since the last packet, if that is known.
    pub idle_age_s: Option<u32>,
    /// Seconds since it was changed, if that is known.
    pub hard_age_s: Option<u32>,
}

impl Flow {
    /// A line of `dump-flows`, with statistics or as with `--no-stats`; without the blank before it
    /// (`ofputil_flow_stats_format` in Open vSwitch).
    pub fn dump_text(&self, statistics: Option<&FlowStatistics>) -> String {
        let mut out = String::new();
        let mut put = |part: std::fmt::Arguments<'_>| {
            // Writing to a string cannot fail.
            let _ = write!(out, "{part}");
        };
        let count = |count: Option<u64>| count.map_or("?".to_string(), |count| count.to_string());
        if statistics.is_some() || self.cookie != 0 {
            put(format_args!("cookie={:#x}, ", self.cookie));
        }
        if let Some(statistics) = statistics {
            let duration = Duration((statistics.duration_s, statistics.duration_ns));
            put(format_args!("duration={duration}, "));
        }
        if statistics.is_some() || self.table != 0 {
            put(format_args!("table={}, ", self.table));
        }
        if let Some(statistics) = statistics {
            put(format_args!("n_packets={}, ", count(statistics.packets)));
            put(format_args!("n_bytes={}, ", count(statistics.bytes)));
        }
        if self.idle_timeout_s != 0 {
            put(format_args!("idle_timeout={}, ", self.idle_timeout_s));
        }
        if self.hard_timeout_s != 0 {
            put(format_args!("hard_timeout={}, ", self.hard_timeout_s));
        }
        self.flags.names().for_each(|name| put(format_args!("{name} ")));
        if self.importance != 0 {
            put(format_args!("importance={}, ", self.importance));
        }
        if let Some(statistics) = statistics {
            if let Some(age) = statistics.idle_age_s {
                put(format_args!("idle_age={age}, "));
            }
            if let Some(age) = statistics.hard_age_s.filter(|&age| age != statistics.duration_s) {
                put(format_args!("hard_age={age}, "));
            }
        }
        let matches = self.match_text();
        let blank = if matches.is_empty() { "" } else { " " };
        put(format_args!("{matches}{blank}actions={}", Action::list_text(&self.actions)));
        out
    }

    /// The flow as the argument of a flow-mod that adds it, in the form in which `parse-flow` and `snoop` print it after
    /// `ADD`: `table:3 priority=5,ip actions=drop` (`ofputil_flow_mod_format` in Open vSwitch).
    pub fn add_text(&self) -> String {
        let mut parts = Vec::new();
        if self.table != 0 {
            parts.push(format!("table:{}", self.table));
        }
        parts.push(self.match_text());
        // This number says in a flow-mod that a cookie stays what it is.
        if self.cookie != 0 && self.cookie != u64::MAX {
            parts.push(format!("cookie:{:#x}", self.cookie));
        }
        if self.idle_timeout_s != 0 {
            parts.push(format!("idle:{}", self.idle_timeout_s));
        }
        if self.hard_timeout_s != 0 {
            parts.push(format!("hard:{}", self.hard_timeout_s));
        }
        if self.importance != 0 {
            parts.push(format!("importance:{}", self.importance));
        }
        parts.extend(self.flags.names().map(str::to_string));
        parts.push(format!("actions={}", Action::list_text(&self.actions)));
        parts.retain(|part| !part.is_empty());
        parts.join(" ")
    }

    /// The match with the priority before it.
    fn match_text(&self) -> String {
        let fields = self.matches.to_string();
        match self.priority {
            Flow::DEFAULT_PRIORITY => fields,
            priority if fields.is_empty() => format!("priority={priority}"),
            priority => format!("priority={priority},{fields}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::parse_flow;

    #[test]
    fn a_dump_has_what_is_not_usual() {
        let flow = parse_flow("table=3,priority=5,cookie=7,idle_timeout=9,send_flow_rem,ip actions=1")
            .expect("a flow");
        assert_eq!(
            flow.dump_text(None),
            "cookie=0x7, table=3, idle_timeout=9, send_flow_rem priority=5,ip actions=output:1"
        );
        assert_eq!(flow.add_text(), "table:3 priority=5,ip cookie:0x7 idle:9 send_flow_rem actions=output:1");
        assert_eq!(Flow::default().dump_text(None), "actions=drop");
        assert_eq!(Flow::default().add_text(), "actions=drop");
    }

    #[test]
    fn statistics_come_between() {
        let statistics = FlowStatistics {
            duration_s: 12,
            duration_ns: 5_000_000,
            packets: Some(3),
            idle_age_s: Some(4),
            hard_age_s: Some(12),
            ..FlowStatistics::default()
        };
        assert_eq!(
            Flow::default().dump_text(Some(&statistics)),
            "cookie=0x0, duration=12.005s, table=0, n_packets=3, n_bytes=?, idle_age=4, actions=drop"
        );
    }
}
