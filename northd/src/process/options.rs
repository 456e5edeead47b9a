//! The command line of ovn-northd.

use weft_daemon::options::{Argument, LongOption, Spec, Version};

/// The release whose place this program takes, as `ovn-northd --version` prints it.
pub const OVN_VERSION: &str = "26.03.1";

/// The version that ovn-controller compares with its own when `ovn-match-northd-version` is set: the
/// release, the Southbound schema, and two counters of the C sources of that release.
pub const INTERNAL_VERSION: &str = "26.03.1-21.8.0-82.14";

const OPTIONS: &[LongOption] = &[
    LongOption::with_short("ovnsb-db", 'd', Argument::Required),
    LongOption::with_short("ovnnb-db", 'D', Argument::Required),
    LongOption::long("n-threads", Argument::Required),
    LongOption::long("dry-run", Argument::None),
    LongOption::long("dump-inc-proc-graph", Argument::Optional),
    LongOption::long("rules", Argument::Required),
];

const HELP: &str =
    "  --ovnnb-db=DATABASE       Northbound database: unix:PATH, tcp:HOST:PORT or ssl:HOST:PORT,
                            several separated by commas (default: $OVN_NB_DB)
  --ovnsb-db=DATABASE       Southbound database, likewise (default: $OVN_SB_DB)
  --rules=DIR               translate with the rule files under DIR instead of those built in
  --n-threads=N             accepted; the engine does not need it
  --dry-run                 start paused
";

/// What the daemon library needs to know to parse the command line.
#[must_use]
pub fn spec() -> Spec {
    Spec {
        program: "ovn-northd",
        description: "translation of the Northbound into the Southbound database",
        version: Version { ovn: OVN_VERSION, open_vswitch: "3.7.1", weft: env!("CARGO_PKG_VERSION") },
        options: OPTIONS,
        options_help: HELP.into(),
        log_modules: &["inc_proc_eng", "northd", "ovn_northd", "ovsdb", "reconnect", "rules", "timeval"],
    }
}
