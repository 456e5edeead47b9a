//! The remotes and databases of a running server as a JSON file: what `--config-file` names, or what a monitor
//! process hands to the next server after a crash.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::Arc;

use parking_lot::Mutex;
use serde_json::{Map, Value, json};
use weft_ovsdb_schema::{Json, Kind, ObjectReader};

use super::options::PROGRAM;
use crate::remotes::{RemoteOptions, Remotes};
use crate::server::Server;

/// What is to be served.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Configuration {
    pub remotes: BTreeMap<String, RemoteOptions>,
    pub databases: Vec<String>,
}

/// Where the configuration is kept.
#[derive(Debug)]
pub(super) enum Place {
    /// In the file of this name, which people write.
    Named(PathBuf),
    /// In a file without a name, which the server writes whenever a control command changes something.
    Own(Mutex<File>),
}

impl Configuration {
    /// Reads the JSON text.
    ///
    /// # Errors
    /// What is wrong, in lines for the log.
    pub(super) fn parse(text: &str) -> Result<Self, Vec<String>> {
        let failed = |line: String| vec![line];
        let json =
            Json::parse(text).map_err(|error| failed(format!("config: reading JSON failed ({error})")))?;
        let members =
            json.as_object().ok_or_else(|| failed("configuration in a file must be a JSON object".into()))?;
        let part = |name: &'static str, read: &mut dyn FnMut(&str, &Json<'_>) -> Result<(), String>| {
            let mut read_all = || match members.get(name) {
                None | Some(Json::Null) => Ok(()),
                Some(Json::Object(members)) => members.iter().try_for_each(|(name, json)| read(name, json)),
                Some(_) => Err(format!("config: '{name}' is not a JSON object")),
            };
            read_all().map_err(|error: String| vec![error, format!("config: failed to parse '{name}'")])
        };
        let mut configuration = Self::default();
        part("remotes", &mut |target, json| {
            configuration.remotes.insert(target.to_owned(), read_options(target, json)?);
            Ok(())
        })?;
        part("databases", &mut |file, json| {
            check_model(file, json)?;
            configuration.databases.push(file.to_owned());
            Ok(())
        })?;
        let unknown = members.iter().find(|(name, _)| !["remotes", "databases"].contains(name));
        match unknown {
            None => Ok(configuration),
            Some((name, _)) => Err(failed(format!("config: '{name}' is not for this server"))),
        }
    }

    fn to_json(&self) -> Value {
        let remotes: Map<String, Value> =
            self.remotes.iter().map(|(target, options)| (target.clone(), write_options(options))).collect();
        let databases: Map<String, Value> =
            self.databases.iter().map(|file| (file.clone(), Value::Null)).collect();
        json!({ "remotes": remotes, "databases": databases })
    }
}

impl Place {
    /// A file without a name that holds a configuration.
    pub(super) fn new(configuration: &Configuration) -> io::Result<Self> {
        let place = Self::Own(Mutex::new(tempfile::tempfile()?));
        place.write(configuration)?;
        Ok(place)
    }

    /// Reads the configuration.
    ///
    /// # Errors
    /// What is wrong, in lines for the log.
    pub(super) fn read(&self) -> Result<Configuration, Vec<String>> {
        let mut text = String::new();
        let read = match self {
            Self::Named(path) => File::open(path).and_then(|mut file| file.read_to_string(&mut text)),
            Self::Own(file) => {
                let mut file = file.lock();
                file.seek(SeekFrom::Start(0)).and_then(|_| file.read_to_string(&mut text))
            }
        };
        let name = match self {
            Self::Named(path) => path.display().to_string(),
            Self::Own(_) => PROGRAM.to_owned(),
        };
        read.map_err(|error| vec![format!("failed to open configuration file '{name}': {error}")])?;
        Configuration::parse(&text).map_err(|mut errors| {
            errors.push(format!("failed to load configuration from {name}"));
            errors
        })
    }

    /// Keeps what the server offers now, unless people keep it.
    pub(super) fn save(&self, server: &Arc<Server>, remotes: &Remotes) {
        let databases = server.databases();
        let files = databases.iter().filter_map(|hosted| hosted.file());
        let databases = files.map(|file| file.name.clone()).collect();
        if let Err(error) = self.write(&Configuration { remotes: remotes.all(), databases }) {
            tracing::error!(target: "ovsdb_server", "failed to write temporary file ({error})");
        }
    }

    fn write(&self, configuration: &Configuration) -> io::Result<()> {
        let Self::Own(file) = self else { return Ok(()) };
        let mut file = file.lock();
        file.set_len(0)?;
        file.seek(SeekFrom::Start(0))?;
        file.write_all(configuration.to_json().to_string().as_bytes())
    }

    /// What to say to who wants to change the configuration by a control command.
    pub(super) fn refusal(&self) -> Option<String> {
        match self {
            Self::Named(path) => {
                Some(format!("Update the {} and use ovsdb-server/reload instead", path.display()))
            }
            Self::Own(_) => None,
        }
    }
}

fn read_options(target: &str, json: &Json<'_>) -> Result<RemoteOptions, String> {
    let mut options = RemoteOptions::of(target);
    match json {
        Json::Null => return Ok(options),
        Json::Object(_) => {}
        _ => return Err(format!("{target}: JSON-RPC options are not a JSON object or null")),
    }
    let mut reader = ObjectReader::new(json, &"JSON-RPC options");
    let mut milliseconds = |name: &'static str, value: &mut u64| {
        let json = reader.optional(name, &[Kind::Integer]).and_then(Json::as_integer);
        if let Some(given) = json {
            match u64::try_from(given) {
                Ok(given) => *value = given,
                Err(_) => reader.raise(format!("'{name}' is negative")),
            }
        }
    };
    milliseconds("max-backoff", &mut options.max_backoff_ms);
    milliseconds("inactivity-probe", &mut options.probe_interval_ms);
    // The mark of outgoing packets is left to the system.
    reader.optional("dscp", &[Kind::Integer]);
    let read_only = reader.optional("read-only", &[Kind::Boolean]).and_then(Json::as_boolean);
    options.read_only = read_only.unwrap_or(options.read_only);
    options.role = reader.optional("role", &[Kind::String]).and_then(Json::as_str).map(str::to_owned);
    reader.finish().map_err(|error| error.to_string())?;
    Ok(options)
}

fn write_options(options: &RemoteOptions) -> Value {
    let mut members = json!({
        "max-backoff": options.max_backoff_ms,
        "inactivity-probe": options.probe_interval_ms,
        "read-only": options.read_only,
    });
    if let Some(role) = &options.role {
        members["role"] = role.as_str().into();
    }
    members
}

fn check_model(file: &str, json: &Json<'_>) -> Result<(), String> {
    if matches!(json, Json::Null) {
        return Ok(());
    }
    let subject = format!("database {file}");
    let mut reader = ObjectReader::new(json, &subject);
    match reader.optional("service-model", &[Kind::String]).and_then(Json::as_str) {
        None | Some("standalone") => {}
        Some(model @ ("clustered" | "relay" | "active-backup")) => {
            return Err(format!("database {file}: service model {model} is ovsdb-server's alone"));
        }
        Some(model) => {
            tracing::warn!(target: "ovsdb_server", "Unrecognized database service model: '{model}'");
            reader.raise(format!("'{model}' is not a valid service model"));
        }
    }
    reader.finish().map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::{Configuration, Place};

    #[test]
    fn a_configuration_is_read_as_it_was_kept() {
        let text = r#"{"remotes":{"ptcp:0":{"inactivity-probe":7,"role":"r"},"punix:s":null},
                       "databases":{"a.db":{"service-model":"standalone"},"b.db":null}}"#;
        let configuration = Configuration::parse(text).unwrap();
        assert_eq!(configuration.remotes["ptcp:0"].probe_interval_ms, 7);
        assert_eq!(configuration.databases, ["a.db", "b.db"]);
        assert_eq!(Place::new(&configuration).unwrap().read(), Ok(configuration));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        let refusal = |text| Configuration::parse(text).unwrap_err();
        let in_remotes = |line: &str| [line.to_owned(), "config: failed to parse 'remotes'".to_owned()];
        let in_databases = |line: &str| [line.to_owned(), "config: failed to parse 'databases'".to_owned()];
        assert_eq!(
            refusal(r#"{"remotes":[],"databases":{}}"#),
            in_remotes("config: 'remotes' is not a JSON object")
        );
        assert_eq!(
            refusal(r#"{"remotes":{},"databases":{"a":{"service-model":"relay"}}}"#),
            in_databases("database a: service model relay is ovsdb-server's alone")
        );
        assert_eq!(
            refusal(r#"{"databases":{"a":{"service-model":"x"}}}"#),
            in_databases(
                r#"syntax "{"service-model":"x"}": syntax error: Parsing database a failed: 'x' is not a valid service model"#
            )
        );
        assert_eq!(
            refusal(r#"{"remotes":{"ptcp:":{"role":1}},"databases":{}}"#),
            in_remotes(
                r#"syntax "{"role":1}": syntax error: Parsing JSON-RPC options failed: Type mismatch for member 'role'."#
            )
        );
        assert_eq!(refusal(r#"{"remote":{}}"#), ["config: 'remote' is not for this server"]);
    }
}
