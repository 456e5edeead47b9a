//! The control commands `vlog/*`.

use super::core::Vlog;
use crate::error_text::error_text;
use crate::unixctl::{Commands, Text};

const ANY_NUMBER: usize = usize::MAX;

/// Registers `vlog/set`, `vlog/list`, `vlog/list-pattern`, `vlog/enable-rate-limit`,
/// `vlog/disable-rate-limit`, `vlog/reopen` and `vlog/close`, with Open vSwitch's outputs.
pub fn register_commands(vlog: &Vlog, commands: &Commands) {
    let log = vlog.clone();
    let usage = "{spec | PATTERN:destination:pattern}";
    commands.register("vlog/set", usage, 0..=ANY_NUMBER, move |specs| set(&log, specs));
    let log = vlog.clone();
    commands.register("vlog/list", "", 0..=0, move |_| Ok(log.with_settings(|settings| settings.list())));
    let log = vlog.clone();
    commands.register("vlog/list-pattern", "", 0..=0, move |_| Ok(log.list_patterns()));
    let log = vlog.clone();
    commands.register("vlog/enable-rate-limit", "[module]...", 0..=ANY_NUMBER, move |modules| {
        limit_rate(&log, modules, true)
    });
    let log = vlog.clone();
    commands.register("vlog/disable-rate-limit", "[module]...", 0..=ANY_NUMBER, move |modules| {
        limit_rate(&log, modules, false)
    });
    let log = vlog.clone();
    commands.register("vlog/reopen", "", 0..=0, move |_| match log.reopen_file() {
        Ok(true) => Ok(String::new()),
        Ok(false) => Err("Logging to file not configured".into()),
        Err(error) => Err(error_text(&error)),
    });
    let log = vlog.clone();
    commands.register("vlog/close", "", 0..=0, move |_| {
        log.close_file();
        Ok(String::new())
    });
}

fn set(vlog: &Vlog, specs: &[String]) -> Text {
    if specs.is_empty() {
        vlog.change_settings(|settings| settings.apply("dbg"))?;
    }
    for spec in specs {
        vlog.change_settings(|settings| settings.apply(spec))?;
    }
    Ok(String::new())
}

fn limit_rate(vlog: &Vlog, modules: &[String], honor: bool) -> Text {
    if modules.is_empty() {
        vlog.change_settings(|settings| settings.honor_rate_limits(None, honor))?;
    }
    for module in modules {
        vlog.change_settings(|settings| settings.honor_rate_limits(Some(module), honor))?;
    }
    Ok(String::new())
}
