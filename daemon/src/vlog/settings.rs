//! What is logged where and how: the state that `-v` and `vlog/set` change.

use super::level::{Destination, Level};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Levels by module and destination, patterns, and the syslog facility.
#[derive(Clone, Debug)]
pub struct Settings {
    modules: BTreeMap<String, Module>,
    /// What a module gets that turns up later.
    template: Module,
    patterns: [String; 3],
    facility: Option<u8>,
}

#[derive(Clone, Debug)]
struct Module {
    levels: [Level; 3],
    honor_rate_limits: bool,
}

/// The modules that every daemon has, under the names that users' scripts know.
const COMMON_MODULES: &[&str] = &[
    "backtrace",
    "coverage",
    "daemon",
    "daemon_unix",
    "dns_resolve",
    "fatal_signal",
    "jsonrpc",
    "lockfile",
    "memory",
    "memory_trim",
    "ovs_rcu",
    "ovs_thread",
    "ovsdb_cs",
    "ovsdb_error",
    "ovsdb_idl",
    "poll_loop",
    "process",
    "reconnect",
    "signals",
    "socket_util",
    "socket_util_unix",
    "stopwatch",
    "stream",
    "stream_fd",
    "stream_ssl",
    "stream_tcp",
    "stream_unix",
    "timeval",
    "unixctl",
    "util",
    "uuid",
    "vlog",
];

impl Settings {
    /// Level `INFO` and the default pattern everywhere, for the common modules and `modules`.
    pub fn new(modules: &[&str]) -> Self {
        let template = Module { levels: [Level::Info; 3], honor_rate_limits: true };
        let names = COMMON_MODULES.iter().chain(modules);
        Self {
            modules: names.map(|&name| (name.to_owned(), template.clone())).collect(),
            template,
            patterns: Destination::ALL.map(|destination| destination.default_pattern().to_owned()),
            facility: None,
        }
    }

    /// Applies one specification of `-v` or `vlog/set`.
    ///
    /// # Errors
    /// Answers what is wrong with `spec` in Open vSwitch's words; then nothing has changed.
    pub fn apply(&mut self, spec: &str) -> Result<(), String> {
        let (first, rest) = next_word(spec);
        if first.eq_ignore_ascii_case("PATTERN") {
            self.apply_pattern(rest)
        } else if first.eq_ignore_ascii_case("FACILITY") {
            self.facility = Some(facility(rest).ok_or("invalid facility")?);
            Ok(())
        } else {
            self.apply_levels(spec)
        }
    }

    fn apply_pattern(&mut self, rest: &str) -> Result<(), String> {
        let (word, pattern) = next_word(rest);
        if word.is_empty() {
            return Err("missing destination".into());
        }
        if word.eq_ignore_ascii_case("ANY") {
            self.patterns.fill(pattern.to_owned());
        } else {
            let destination =
                Destination::from_name(word).ok_or_else(|| format!("unknown destination \"{word}\""))?;
            pattern.clone_into(&mut self.patterns[destination as usize]);
        }
        Ok(())
    }

    fn apply_levels(&mut self, spec: &str) -> Result<(), String> {
        let (mut destination, mut level, mut module) = (None, None, None);
        for word in spec.split(SEPARATORS).filter(|word| !word.is_empty()) {
            if word.eq_ignore_ascii_case("ANY") {
                continue;
            } else if let Some(named) = Destination::from_name(word) {
                set_once(&mut destination, named, "destinations")?;
            } else if let Some(named) = Level::from_name(word) {
                set_once(&mut level, named, "levels")?;
            } else if let Some(named) = self.module_name(word) {
                set_once(&mut module, named, "modules")?;
            } else {
                return Err(format!("no destination, level, or module \"{word}\""));
            }
        }
        let level = level.unwrap_or(Level::Dbg);
        for_selected(&mut self.modules, &mut self.template, module.as_deref(), |module| match destination {
            Some(destination) => module.levels[destination as usize] = level,
            None => module.levels.fill(level),
        });
        Ok(())
    }

    /// Turns rate limits of a module on or off; of all modules for `None` or `ANY`.
    ///
    /// # Errors
    /// Answers `unknown module`.
    pub fn honor_rate_limits(&mut self, module: Option<&str>, honor: bool) -> Result<(), String> {
        let module = match module.filter(|name| !name.eq_ignore_ascii_case("ANY")) {
            Some(name) => Some(self.module_name(name).ok_or("unknown module")?),
            None => None,
        };
        let change = |module: &mut Module| module.honor_rate_limits = honor;
        for_selected(&mut self.modules, &mut self.template, module.as_deref(), change);
        Ok(())
    }

    /// Adds a module with the levels that hold for all, unless it is there.
    pub(super) fn add_module(&mut self, name: &str) {
        if !self.modules.contains_key(name) {
            self.modules.insert(name.to_owned(), self.template.clone());
        }
    }

    fn module_name(&self, word: &str) -> Option<String> {
        self.modules.keys().find(|name| name.eq_ignore_ascii_case(word)).cloned()
    }

    fn module(&self, name: &str) -> &Module {
        self.modules.get(name).unwrap_or(&self.template)
    }

    /// The most detailed level of `module` that goes to `destination`.
    pub fn level(&self, module: &str, destination: Destination) -> Level {
        self.module(module).levels[destination as usize]
    }

    /// The most detailed level of `module` that goes anywhere.
    pub(super) fn max_level(&self, module: &str) -> Level {
        self.module(module).levels.into_iter().max().unwrap_or(Level::Off)
    }

    pub(super) fn limits_rate(&self, module: &str) -> bool {
        self.module(module).honor_rate_limits
    }

    pub(super) fn pattern(&self, destination: Destination) -> &str {
        &self.patterns[destination as usize]
    }

    pub(super) fn facility(&self) -> Option<u8> {
        self.facility
    }

    /// The text of `vlog/list`.
    pub(super) fn list(&self) -> String {
        let mut text =
            "                 console    syslog    file\n                 -------    ------    ------\n"
                .to_owned();
        for (name, module) in &self.modules {
            let [syslog, console, file] = module.levels.map(Level::name);
            let note = if module.honor_rate_limits { "" } else { "    (rate limiting disabled)" };
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{name:<16}  {console:>4}       {syslog:>4}       {file:>4}{note}");
        }
        text
    }

    /// The text of `vlog/list-pattern`, where `syslog_prefix` is what precedes each syslog message.
    pub(super) fn list_patterns(&self, syslog_prefix: &str) -> String {
        let mut text = "         prefix                            format\n         ------                            ------\n"
            .to_owned();
        for destination in Destination::ALL {
            let prefix = if destination == Destination::Syslog { syslog_prefix } else { "none" };
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{:<7}  {prefix:<32}  {}", destination.name(), self.pattern(destination));
        }
        text
    }
}

const SEPARATORS: [char; 4] = [' ', ',', ':', '\t'];

/// The first word and what follows the separator behind it.
fn next_word(text: &str) -> (&str, &str) {
    let text = text.trim_start_matches(SEPARATORS);
    text.split_once(SEPARATORS).unwrap_or((text, ""))
}

fn set_once<T>(slot: &mut Option<T>, value: T, what: &str) -> Result<(), String> {
    match slot.replace(value) {
        Some(_) => Err(format!("cannot specify multiple {what}")),
        None => Ok(()),
    }
}

fn for_selected(
    modules: &mut BTreeMap<String, Module>,
    template: &mut Module,
    selected: Option<&str>,
    change: impl Fn(&mut Module),
) {
    match selected {
        Some(name) => modules.get_mut(name).into_iter().for_each(change),
        None => modules.values_mut().chain([template]).for_each(change),
    }
}

/// The facility of this name after RFC 5424 section 6.2.1, times eight.
fn facility(name: &str) -> Option<u8> {
    const NAMES: [&str; 24] = [
        "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "clock", "authpriv",
        "ftp", "ntp", "audit", "alert", "clock2", "local0", "local1", "local2", "local3", "local4", "local5",
        "local6", "local7",
    ];
    let code = NAMES.iter().position(|known| known.eq_ignore_ascii_case(name))?;
    u8::try_from(code << 3).ok()
}

#[cfg(test)]
mod tests {
    use super::Settings;
    use crate::vlog::level::{Destination, Level};

    fn settings() -> Settings {
        Settings::new(&["ovn_northd"])
    }

    #[test]
    fn words_select_module_destination_and_level_in_any_order() {
        let mut settings = settings();
        settings.apply("dbg,FILE:ovn_northd").unwrap();
        assert_eq!(settings.level("ovn_northd", Destination::File), Level::Dbg);
        assert_eq!(settings.level("ovn_northd", Destination::Console), Level::Info);
        assert_eq!(settings.level("memory", Destination::File), Level::Info);
        settings.apply("console:off").unwrap();
        settings.add_module("later");
        assert_eq!(settings.level("later", Destination::Console), Level::Off);
        settings.apply("ANY").unwrap();
        assert_eq!(settings.level("later", Destination::Console), Level::Dbg);
    }

    #[test]
    fn errors_have_the_established_wording_and_change_nothing() {
        let mut settings = settings();
        for (spec, expected) in [
            ("file:foo", "no destination, level, or module \"foo\""),
            ("file:console", "cannot specify multiple destinations"),
            ("info:dbg", "cannot specify multiple levels"),
            ("memory:vlog", "cannot specify multiple modules"),
            ("PATTERN", "missing destination"),
            ("pattern:foo:x", "unknown destination \"foo\""),
            ("FACILITY:xx", "invalid facility"),
        ] {
            assert_eq!(settings.apply(spec), Err(expected.to_owned()));
        }
        assert_eq!(settings.list(), Settings::new(&["ovn_northd"]).list());
    }

    #[test]
    fn a_pattern_keeps_its_separators() {
        let mut settings = settings();
        settings.apply("PATTERN:console:%D{%H:%M} %c, %m").unwrap();
        assert_eq!(settings.pattern(Destination::Console), "%D{%H:%M} %c, %m");
        settings.apply("FACILITY:local3").unwrap();
        assert_eq!(settings.facility(), Some(19 << 3));
    }

    #[test]
    fn lists_have_the_established_layout() {
        let mut settings = settings();
        settings.apply("console:off").unwrap();
        settings.honor_rate_limits(Some("vlog"), false).unwrap();
        assert_eq!(settings.honor_rate_limits(Some("xx"), true), Err("unknown module".to_owned()));
        let list = settings.list();
        assert!(list.contains("\novn_northd         OFF       INFO       INFO\n"));
        assert!(
            list.ends_with("\nvlog               OFF       INFO       INFO    (rate limiting disabled)\n")
        );
        assert!(settings.list_patterns("<%B>").ends_with(
            "SYSLOG   <%B>                              ovs|%05N|%c%T|%p|%m\n\
             CONSOLE  none                              %D{%Y-%m-%dT%H:%M:%SZ}|%05N|%c%T|%p|%m\n\
             FILE     none                              %D{%Y-%m-%dT%H:%M:%S.###Z}|%05N|%c%T|%p|%m\n"
        ));
    }
}
