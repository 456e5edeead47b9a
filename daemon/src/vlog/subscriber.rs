//! Where the events of `tracing` enter the log.

use super::core::Vlog;
use super::level::Level;
use super::rate_limit::{RateLimit, Verdict};
use std::collections::HashMap;
use std::fmt::{Debug, Write};
use std::sync::{Mutex, PoisonError};
use tracing::callsite::Identifier;
use tracing::field::{Field, Visit};
use tracing::span;
use tracing::subscriber::Interest;
use tracing::{Event, Metadata};

/// Passes events on to a log; spans play no role.
pub(super) struct Subscriber {
    vlog: Vlog,
    limits: Mutex<HashMap<Identifier, RateLimit>>,
}

impl Subscriber {
    pub(super) fn new(vlog: Vlog) -> Self {
        Self { vlog, limits: Mutex::default() }
    }

    fn verdict(&self, call_site: Identifier, per_minute: u64) -> Verdict {
        let now_ms = self.vlog.elapsed_ms();
        let mut limits = self.limits.lock().unwrap_or_else(PoisonError::into_inner);
        limits.entry(call_site).or_insert_with(|| RateLimit::new(per_minute, now_ms)).admit(now_ms)
    }
}

/// The log module of an event's target: its last path segment.
fn module(target: &str) -> &str {
    target.rsplit("::").next().unwrap_or(target)
}

impl tracing::Subscriber for Subscriber {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if metadata.is_event() {
            self.vlog.add_module(module(metadata.target()));
        }
        if self.enabled(metadata) { Interest::always() } else { Interest::never() }
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        let module = module(metadata.target());
        let limit = self.vlog.with_settings(|settings| settings.max_level(module));
        metadata.is_event() && Level::from(*metadata.level()) <= limit
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        let metadata = event.metadata();
        let (module, level) = (module(metadata.target()), Level::from(*metadata.level()));
        let mut fields = Fields::default();
        event.record(&mut fields);
        let limited = self.vlog.with_settings(|settings| settings.limits_rate(module));
        if let Some(per_minute) = fields.per_minute.filter(|_| limited) {
            match self.verdict(metadata.callsite(), per_minute) {
                Verdict::Drop => return,
                Verdict::Pass => {}
                Verdict::PassAfter(note) => self.vlog.log(module, level, &note),
            }
        }
        self.vlog.log(module, level, &fields.text());
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

/// The fields of an event: its message, its rate limit, and the rest as ` name=value`.
#[derive(Default)]
struct Fields {
    message: String,
    rest: String,
    per_minute: Option<u64>,
}

impl Fields {
    fn text(mut self) -> String {
        self.message.push_str(&self.rest);
        self.message
    }

    fn add(&mut self, field: &Field, value: &dyn Debug) {
        // Writing to a string cannot fail.
        let _ = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            name => write!(self.rest, " {name}={value:?}"),
        };
    }
}

impl Visit for Fields {
    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "per_minute" {
            self.per_minute = Some(value);
        } else {
            self.add(field, &value);
        }
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        match u64::try_from(value) {
            Ok(value) => self.record_u64(field, value),
            Err(_) => self.add(field, &value),
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" { self.message.push_str(value) } else { self.add(field, &value) }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.add(field, value);
    }
}

#[cfg(test)]
mod tests {
    use super::Subscriber;
    use crate::vlog::core::{LogConfig, Vlog};
    use crate::vlog::syslog::SyslogMethod;

    /// What is logged while `act` runs, one message a line, without line numbers.
    fn logged(specs: &[&str], act: impl FnOnce(&Vlog)) -> String {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("log");
        let mut config = LogConfig::new("test", &[]);
        for spec in ["console:off", "PATTERN:file:%c|%p|%m"].iter().chain(specs) {
            config.settings.apply(spec).unwrap();
        }
        config.syslog_method = Some(SyslogMethod::Null);
        let vlog = Vlog::new(config).unwrap();
        vlog.open_file(path.clone()).unwrap();
        tracing::subscriber::with_default(Subscriber::new(vlog.clone()), || act(&vlog));
        let text = std::fs::read_to_string(path).unwrap();
        text.split_once('\n').map(|(_, rest)| rest.to_owned()).unwrap()
    }

    #[test]
    fn the_last_segment_of_the_target_is_the_module() {
        let text = logged(&[], |_| {
            tracing::info!(target: "ovsdb::reconnect", attempt = 3, peer = "x", "connecting to {}", "db");
            tracing::debug!(target: "ovsdb::reconnect", "hidden");
        });
        assert_eq!(text, "reconnect|INFO|connecting to db attempt=3 peer=\"x\"\n");
    }

    #[test]
    fn a_limited_call_site_falls_silent() {
        let act = || {
            for round in 0..5 {
                tracing::warn!(target: "memory", per_minute = 2, "round {round}");
            }
        };
        assert_eq!(logged(&[], |_| act()), "memory|WARN|round 0\nmemory|WARN|round 1\n");
        let unlimited = logged(&[], |vlog| {
            vlog.change_settings(|settings| settings.honor_rate_limits(None, false)).unwrap();
            act();
        });
        assert_eq!(unlimited.lines().count(), 5);
    }
}
