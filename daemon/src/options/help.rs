//! The texts of `--help` and `--options`.

use super::getopt::{Argument, LongOption};
use super::spec::Spec;
use crate::directories::Directories;
use std::fmt::Write;

/// The text of `--help`.
pub(super) fn help(spec: &Spec, directories: &Directories) -> String {
    let Spec { program, description, options_help, .. } = spec;
    let pid_file = directories.pid_file(program, None);
    let log_file = directories.log_file(program);
    format!(
        "{program}: {description}\nusage: {program} [OPTIONS]\n\nOptions:\n{options_help}{COMMON}\
         {DAEMON}{pid_file})\n{AFTER_PID_FILE}\
         {LOGGING}{log_file})\n{AFTER_LOG_FILE}{CONNECTIONS}",
        pid_file = pid_file.display(),
        log_file = log_file.display(),
    )
}

/// The text of `--options`: each option's long and short form on a line of its own.
pub(super) fn list(table: &[LongOption]) -> String {
    let mut text = String::new();
    for option in table {
        let (long, short) = match option.argument {
            Argument::None => ("", ""),
            Argument::Required => ("=ARG", "ARG"),
            Argument::Optional => ("=[ARG]", "[ARG]"),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "--{}{long}", option.name);
        if let Some(letter) = option.short {
            let _ = writeln!(text, "-{letter} {short}");
        }
    }
    text
}

const COMMON: &str = "  --unixctl=SOCKET          name of the control socket, or none
  -h, --help                print this text
  -o, --options             print the options alone
  -V, --version             print the versions
";

const DAEMON: &str = "
Process:
  --detach                  go to the background once started
  --monitor                 restart the daemon when it crashes
  --user=USER[:GROUP]       run as another user and group
  --no-chdir                keep the working directory when detaching
  --pidfile[=FILE]          write a pid file (default: ";

const AFTER_PID_FILE: &str = "  --overwrite-pidfile       start though the pid file is in use
";

const LOGGING: &str = "
Logging:
  -vSPEC, --verbose=SPEC    set log levels, such as -vfile:dbg
  -v, --verbose             log everything everywhere
  --log-file[=FILE]         log to a file (default: ";

const AFTER_LOG_FILE: &str = "  --syslog-method=METHOD    libc, unix:FILE, udp:IP:PORT or null
  --syslog-target=IP:PORT   send system log messages there by UDP, too
";

const CONNECTIONS: &str = "
Databases, several separated by commas:
  tcp:HOST:PORT             TCP connection
  ssl:HOST:PORT             TLS connection
  unix:FILE                 Unix domain socket
  -p, --private-key=FILE    private key for TLS
  -c, --certificate=FILE    certificate for the private key
  -C, --ca-cert=FILE        certificate of the authority that signed the peer's
  --ssl-protocols=LIST      TLS versions to allow
  --ssl-ciphers=LIST        ciphers to allow with TLS 1.2
  --ssl-ciphersuites=LIST   cipher suites to allow with TLS 1.3
  --ssl-server-name=NAME    server name to ask for
";
