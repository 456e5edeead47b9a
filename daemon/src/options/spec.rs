//! What distinguishes one daemon's command line from another's.

use super::getopt::{Argument, LongOption};

/// The versions that a daemon reports about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The OVN release whose behaviour the daemon has, such as `26.03.1`.
    pub ovn: &'static str,
    /// The Open vSwitch release that belongs to it, such as `3.7.1`.
    pub open_vswitch: &'static str,
    /// Weft's own version.
    pub weft: &'static str,
}

impl Version {
    /// The two lines, without a final line end, that the control command `version` answers.
    pub fn control_text(&self, program: &str) -> String {
        format!("{program} {}\nOpen vSwitch Library {}", self.ovn, self.open_vswitch)
    }

    /// The text of `--version`: the lines of the control command and one for Weft.
    pub fn command_line_text(&self, program: &str) -> String {
        format!("{}\nWeft {}\n", self.control_text(program), self.weft)
    }
}

/// One daemon's command line: its name, and its options beside those that all daemons share.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The program's name, such as `ovn-northd`.
    pub program: &'static str,
    /// What the program is, in a few words.
    pub description: &'static str,
    /// The versions to report.
    pub version: Version,
    /// The options of this program alone.
    pub options: &'static [LongOption],
    /// The lines of the help text for `options`.
    pub options_help: String,
    /// The log modules that `-v` accepts beside those that are always there.
    pub log_modules: &'static [&'static str],
}

impl Spec {
    /// The whole option table: the program's own options first, as the help text shows them.
    pub fn table(&self) -> Vec<LongOption> {
        self.options.iter().chain(SHARED).copied().collect()
    }
}

/// The options that all OVN daemons have.
const SHARED: &[LongOption] = &[
    LongOption::with_short("unixctl", 'u', Argument::Required),
    LongOption::with_short("help", 'h', Argument::None),
    LongOption::with_short("options", 'o', Argument::None),
    LongOption::with_short("version", 'V', Argument::None),
    LongOption::long("detach", Argument::None),
    LongOption::long("no-self-confinement", Argument::None),
    LongOption::long("no-chdir", Argument::None),
    LongOption::long("pidfile", Argument::Optional),
    LongOption::long("overwrite-pidfile", Argument::None),
    LongOption::long("monitor", Argument::None),
    LongOption::long("user", Argument::Required),
    LongOption::with_short("verbose", 'v', Argument::Optional),
    LongOption::long("log-file", Argument::Optional),
    LongOption::long("syslog-method", Argument::Required),
    LongOption::long("syslog-target", Argument::Required),
    LongOption::with_short("private-key", 'p', Argument::Required),
    LongOption::with_short("certificate", 'c', Argument::Required),
    LongOption::with_short("ca-cert", 'C', Argument::Required),
    LongOption::long("ssl-protocols", Argument::Required),
    LongOption::long("ssl-ciphers", Argument::Required),
    LongOption::long("ssl-ciphersuites", Argument::Required),
    LongOption::long("ssl-server-name", Argument::Required),
];
