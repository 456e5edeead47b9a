//! The scales of severity and of destinations.

/// How severe a message is, or up to where a destination takes messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// As a limit: no message at all.
    Off,
    /// The process cannot go on.
    Emer,
    /// An operation failed.
    Err,
    /// Something is likely to be wrong.
    Warn,
    /// An event that is worth a note.
    Info,
    /// Details for developers.
    Dbg,
}

impl Level {
    const ALL: [Self; 6] = [Self::Off, Self::Emer, Self::Err, Self::Warn, Self::Info, Self::Dbg];

    /// The name in capitals.
    pub fn name(self) -> &'static str {
        match self {
            Self::Off => "OFF",
            Self::Emer => "EMER",
            Self::Err => "ERR",
            Self::Warn => "WARN",
            Self::Info => "INFO",
            Self::Dbg => "DBG",
        }
    }

    /// The level of this name, in any case of letters.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.name().eq_ignore_ascii_case(name))
    }

    /// The severity of RFC 5424 section 6.2.1 under which Open vSwitch sends this level.
    pub(super) fn syslog_severity(self) -> u8 {
        match self {
            Self::Off | Self::Emer => 1,
            Self::Err => 3,
            Self::Warn => 4,
            Self::Info => 5,
            Self::Dbg => 7,
        }
    }
}

impl From<tracing::Level> for Level {
    fn from(level: tracing::Level) -> Self {
        match level {
            tracing::Level::ERROR => Self::Err,
            tracing::Level::WARN => Self::Warn,
            tracing::Level::INFO => Self::Info,
            tracing::Level::DEBUG | tracing::Level::TRACE => Self::Dbg,
        }
    }
}

/// Where messages go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination {
    /// The system's log.
    Syslog,
    /// Standard error.
    Console,
    /// The log file.
    File,
}

impl Destination {
    /// All destinations, in the order of `vlog/list-pattern`.
    pub const ALL: [Self; 3] = [Self::Syslog, Self::Console, Self::File];

    /// The name in capitals.
    pub fn name(self) -> &'static str {
        match self {
            Self::Syslog => "SYSLOG",
            Self::Console => "CONSOLE",
            Self::File => "FILE",
        }
    }

    /// The destination of this name, in any case of letters.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|destination| destination.name().eq_ignore_ascii_case(name))
    }

    pub(super) fn default_pattern(self) -> &'static str {
        match self {
            Self::Syslog => "ovs|%05N|%c%T|%p|%m",
            Self::Console => "%D{%Y-%m-%dT%H:%M:%SZ}|%05N|%c%T|%p|%m",
            Self::File => "%D{%Y-%m-%dT%H:%M:%S.###Z}|%05N|%c%T|%p|%m",
        }
    }
}
