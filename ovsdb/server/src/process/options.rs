//! The command line, which is that of ovsdb-server as far as it concerns standalone databases.

use std::path::Path;

use weft_daemon::directories::Directories;
use weft_daemon::options::{Argument, LongOption, Options, Spec, Version};

use crate::transport::TlsFiles;

/// The name under which scripts and `ovs-appctl -t` find the server.
pub(super) const PROGRAM: &str = "ovsdb-server";

const OPTIONS: &[LongOption] = &[
    LongOption::long("remote", Argument::Required),
    LongOption::long("run", Argument::Required),
    LongOption::long("bootstrap-ca-cert", Argument::Required),
    LongOption::long("peer-ca-cert", Argument::Required),
    LongOption::long("no-dbs", Argument::None),
    LongOption::long("disable-file-no-data-conversion", Argument::None),
    LongOption::long("config-file", Argument::Required),
];

const OPTIONS_HELP: &str = "  DATABASE...               database files (default: conf.db)
  --remote=REMOTE           listen on punix:FILE, ptcp:[PORT][:IP] or pssl:[PORT][:IP],
                            connect to unix:FILE, tcp:HOST:PORT or ssl:HOST:PORT,
                            or do what rows say: db:DATABASE,TABLE,COLUMN
  --config-file=FILE        read remotes and databases from FILE
  --bootstrap-ca-cert=FILE  file with the peer's CA certificate, which must exist
  --peer-ca-cert=FILE       file with CA certificates to send to peers
  --run=COMMAND             run COMMAND as subprocess, then exit
  --no-dbs                  do not add the default database
";

/// The log modules that `-v` accepts.
const LOG_MODULES: &[&str] = &[
    "ovsdb_server",
    "ovsdb_file",
    "ovsdb_log",
    "jsonrpc_server",
    "jsonrpc",
    "reconnect",
    "stream_ssl",
    "lockfile",
    "socket_util",
];

/// What distinguishes the command line from that of other daemons.
pub(super) fn spec() -> Spec {
    Spec {
        program: PROGRAM,
        description: "OVSDB server for standalone databases",
        version: Version { ovn: "26.03.1", open_vswitch: "3.7.1", weft: env!("CARGO_PKG_VERSION") },
        options: OPTIONS,
        options_help: OPTIONS_HELP.into(),
        log_modules: LOG_MODULES,
    }
}

/// The database files to offer.
pub(super) fn database_files(options: &Options) -> Vec<String> {
    if !options.arguments.is_empty() {
        return options.arguments.clone();
    }
    if options.given("no-dbs") || options.given("config-file") {
        return Vec::new();
    }
    vec![Directories::open_vswitch_databases().join("conf.db").display().to_string()]
}

/// What is contradictory on the command line.
pub(super) fn contradiction(options: &Options) -> Option<String> {
    if options.given("config-file") {
        if options.given("remote") {
            return Some("--config-file is mutually exclusive with --remote".to_owned());
        }
        if !options.arguments.is_empty() {
            return Some("Databases should be specified in a config file".to_owned());
        }
    }
    let bootstrap = options.last("bootstrap-ca-cert").filter(|path| !Path::new(path).exists());
    bootstrap.map(|path| format!("{path}: no such file; get the CA certificate there by other means"))
}

/// The TLS files, as configured.
pub(super) fn tls_files(options: &Options) -> TlsFiles {
    let tls = &options.tls;
    let bootstrap = options.last("bootstrap-ca-cert").map(str::to_owned);
    TlsFiles {
        private_key: tls.private_key.clone(),
        certificate: tls.certificate.clone(),
        ca_certificate: tls.ca_cert.clone().or(bootstrap),
        peer_ca_certificate: options.last("peer-ca-cert").map(str::to_owned),
        protocols: tls.protocols.clone(),
        ciphers: tls.ciphers.clone(),
        ciphersuites: tls.ciphersuites.clone(),
    }
}
