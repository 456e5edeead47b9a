//! From the words of a command line to the settings of a daemon.

use super::getopt::{Item, Occurrence, scan};
use super::help;
use super::spec::Spec;
use crate::directories::Directories;
use crate::process::{ProcessConfig, parse_user};
use crate::vlog::{LogConfig, SyslogMethod, SyslogTarget};
use std::path::PathBuf;

/// What the command line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Run the daemon.
    Run,
    /// Print this text on standard output and exit with status 0.
    Print(String),
    /// Print this line on standard error and exit with status 1.
    Fail(String),
}

/// The files and restrictions for TLS connections, as given on the command line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TlsOptions {
    /// `-p`, `--private-key`: file with the private key.
    pub private_key: Option<String>,
    /// `-c`, `--certificate`: file with the certificate for the private key.
    pub certificate: Option<String>,
    /// `-C`, `--ca-cert`: file with the peer's CA certificate.
    pub ca_cert: Option<String>,
    /// `--ssl-protocols`: the protocol versions to enable.
    pub protocols: Option<String>,
    /// `--ssl-ciphers`: the ciphers to enable with TLS 1.2.
    pub ciphers: Option<String>,
    /// `--ssl-ciphersuites`: the cipher suites to enable with TLS 1.3 and later.
    pub ciphersuites: Option<String>,
    /// `--ssl-server-name`: the name for the server name indication.
    pub server_name: Option<String>,
}

/// A command line, understood.
#[derive(Clone, Debug)]
pub struct Options {
    /// What to do; everything else matters only for [`Action::Run`].
    pub action: Action,
    /// Lines for standard error about words that were ignored, complete with the program's name.
    pub diagnostics: Vec<String>,
    /// How to become a daemon.
    pub process: ProcessConfig,
    /// How to log.
    pub log: LogConfig,
    /// TLS files and restrictions.
    pub tls: TlsOptions,
    /// `--unixctl`: name of the control socket, for [`Directories::control_socket`].
    pub unixctl: Option<String>,
    /// The words that are no options, in order.
    pub arguments: Vec<String>,
    own: Vec<Occurrence>,
}

impl Options {
    /// Whether the program's own option `name` was given.
    pub fn given(&self, name: &str) -> bool {
        self.own.iter().any(|option| option.name == name)
    }

    /// The argument of the last occurrence of the program's own option `name`.
    pub fn last(&self, name: &str) -> Option<&str> {
        self.own.iter().rev().find(|option| option.name == name)?.value.as_deref()
    }

    /// The arguments of all occurrences of the program's own option `name`, in order.
    pub fn all<'o>(&'o self, name: &'o str) -> impl Iterator<Item = &'o str> {
        self.own.iter().filter(move |option| option.name == name).filter_map(|option| option.value.as_deref())
    }
}

/// Reads the words of a command line, without the program's own name.
///
/// Words take effect in order, up to the first that ends the program (such as `--help` or a bad
/// `-v`): what follows it is not looked at.
/// Unknown options end up in [`Options::diagnostics`], words that are no options in [`Options::arguments`].
pub fn parse(spec: &Spec, directories: &Directories, words: impl IntoIterator<Item = String>) -> Options {
    let table = spec.table();
    let mut options = Options {
        action: Action::Run,
        diagnostics: Vec::new(),
        process: ProcessConfig::new(spec.program),
        log: LogConfig::new(spec.program, spec.log_modules),
        tls: TlsOptions::default(),
        unixctl: None,
        arguments: Vec::new(),
        own: Vec::new(),
    };
    for item in scan(spec.program, &table, words) {
        match item {
            Item::Diagnostic(line) => options.diagnostics.push(line),
            Item::Argument(word) => options.arguments.push(word),
            Item::Option(option) => options.apply(spec, directories, option),
        }
        if options.action != Action::Run {
            break;
        }
    }
    options
}

impl Options {
    fn apply(&mut self, spec: &Spec, directories: &Directories, option: Occurrence) {
        if spec.options.iter().any(|own| own.name == option.name) {
            self.own.push(option);
            return;
        }
        let Occurrence { name, value } = option;
        match name {
            "unixctl" => self.unixctl = value,
            "help" => self.action = Action::Print(help::help(spec, directories)),
            "options" => self.action = Action::Print(help::list(&spec.table())),
            "version" => self.action = Action::Print(spec.version.command_line_text(spec.program)),
            "private-key" => self.tls.private_key = value,
            "certificate" => self.tls.certificate = value,
            "ca-cert" => self.tls.ca_cert = value,
            "ssl-protocols" => self.tls.protocols = value,
            "ssl-ciphers" => self.tls.ciphers = value,
            "ssl-ciphersuites" => self.tls.ciphersuites = value,
            "ssl-server-name" => self.tls.server_name = value,
            _ => {
                let result =
                    self.apply_process(spec, directories, name, value.as_deref()).and_then(|known| {
                        if known { Ok(()) } else { self.apply_log(spec, directories, name, value.as_deref()) }
                    });
                if let Err(reason) = result {
                    self.action = Action::Fail(format!("{}: {reason}", spec.program));
                }
            }
        }
    }

    /// Applies a daemon option; answers whether `name` is one.
    fn apply_process(
        &mut self,
        spec: &Spec,
        directories: &Directories,
        name: &str,
        value: Option<&str>,
    ) -> Result<bool, String> {
        match name {
            "detach" => self.process.detach = true,
            // Confinement is Open vSwitch's own mandatory access control, which Weft does not apply.
            "no-self-confinement" => {}
            "no-chdir" => self.process.chdir = false,
            "pidfile" => self.process.pid_file = Some(directories.pid_file(spec.program, value)),
            "overwrite-pidfile" => self.process.overwrite_pid_file = true,
            "monitor" => self.process.monitor = true,
            "user" => self.process.user = Some(parse_user(value.unwrap_or_default())?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn apply_log(
        &mut self,
        spec: &Spec,
        directories: &Directories,
        name: &str,
        value: Option<&str>,
    ) -> Result<(), String> {
        let given = value.unwrap_or_default();
        match name {
            "verbose" => {
                let spec = value.unwrap_or("dbg");
                self.log.settings.apply(spec).map_err(|reason| format!("processing \"{spec}\": {reason}"))?;
            }
            "log-file" => {
                self.log.file = Some(value.map_or_else(|| directories.log_file(spec.program), PathBuf::from));
            }
            "syslog-method" => {
                let method = SyslogMethod::parse(given)?;
                // As in Open vSwitch the first method given counts.
                self.log.syslog_method.get_or_insert(method);
            }
            "syslog-target" => self.log.syslog_target = Some(SyslogTarget::parse(given)?),
            _ => return Err(format!("option '--{name}' is not handled")),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Action, Options, Spec, parse};
    use crate::directories::Directories;
    use crate::options::{Argument, LongOption, Version};
    use std::path::PathBuf;

    const OPTIONS: &[LongOption] = &[
        LongOption::with_short("ovnnb-db", 'D', Argument::Required),
        LongOption::long("dry-run", Argument::None),
    ];

    fn spec() -> Spec {
        Spec {
            program: "ovn-northd",
            description: "OVN northbound management daemon",
            version: Version { ovn: "26.03.1", open_vswitch: "3.7.1", weft: "0.1.0" },
            options: OPTIONS,
            options_help: "  --dry-run                 start in paused state\n".into(),
            log_modules: &["ovn_northd"],
        }
    }

    fn options(line: &str) -> Options {
        let directories = Directories { run: "/run/ovn".into(), log: "/log/ovn".into() };
        parse(&spec(), &directories, line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn the_command_line_of_the_service_script_is_understood() {
        let options = options(
            "-vconsole:emer -vsyslog:err -vfile:info --ovnnb-db=tcp:a --no-chdir --log-file=/a.log \
             --pidfile=/p.pid --detach --monitor --ovnnb-db=tcp:b --log-file=/b.log -p k -cC",
        );
        assert_eq!(options.action, Action::Run);
        assert_eq!(options.last("ovnnb-db"), Some("tcp:b"));
        assert_eq!(options.log.file, Some(PathBuf::from("/b.log")));
        assert_eq!(options.process.pid_file, Some(PathBuf::from("/p.pid")));
        assert!(options.process.detach && options.process.monitor && !options.process.chdir);
        assert_eq!(options.tls.private_key.as_deref(), Some("k"));
        assert_eq!(options.tls.certificate.as_deref(), Some("C"));
        assert!(!options.given("dry-run"));
    }

    #[test]
    fn a_pid_file_after_a_space_is_ignored() {
        let options = options("--pidfile /other.pid --dry-run");
        assert_eq!(options.process.pid_file, Some(PathBuf::from("/run/ovn/ovn-northd.pid")));
        assert!(options.given("dry-run"));
        assert_eq!(options.arguments, ["/other.pid"]);
    }

    #[test]
    fn an_option_may_occur_more_than_once() {
        let options = options("-D a --dry-run --ovnnb-db=b");
        assert_eq!(options.all("ovnnb-db").collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn an_unknown_option_is_reported_and_the_daemon_runs() {
        let options = options("--foo --detach");
        assert_eq!(options.diagnostics, ["ovn-northd: unrecognized option '--foo'"]);
        assert_eq!(options.action, Action::Run);
        assert!(options.process.detach);
    }

    #[test]
    fn a_bad_log_specification_ends_the_program() {
        let reason = "ovn-northd: processing \"xx:yy\": no destination, level, or module \"xx\"";
        assert_eq!(options("--bar -vxx:yy --help").action, Action::Fail(reason.into()));
        let reason = "ovn-northd: unsupported syslog method 'x'";
        assert_eq!(options("--syslog-method=x").action, Action::Fail(reason.into()));
        assert_eq!(options("-vovn_northd:file:dbg").action, Action::Run);
    }

    #[test]
    fn version_and_option_list_have_the_established_layout() {
        let version = "ovn-northd 26.03.1\nOpen vSwitch Library 3.7.1\nWeft 0.1.0\n";
        assert_eq!(options("-V").action, Action::Print(version.into()));
        let Action::Print(list) = options("-o").action else { panic!("-o prints a list") };
        assert!(list.starts_with("--ovnnb-db=ARG\n-D ARG\n--dry-run\n--unixctl=ARG\n-u ARG\n--help\n-h \n"));
        assert!(list.contains("--verbose=[ARG]\n-v [ARG]\n"));
    }

    #[test]
    fn the_help_text_names_the_default_files() {
        let Action::Print(text) = options("--help").action else { panic!("--help prints a text") };
        assert!(
            text.starts_with("ovn-northd: OVN northbound management daemon\nusage: ovn-northd [OPTIONS]\n")
        );
        assert!(text.contains("\n  --unixctl=SOCKET          name of the control socket, or none\n"));
        assert!(text.contains("write a pid file (default: /run/ovn/ovn-northd.pid)\n  --overwrite-pidfile "));
        assert!(text.contains("(default: /log/ovn/ovn-northd.log)\n  --syslog-method="));
    }
}
