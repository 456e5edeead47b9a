//! The remotes and databases of a running server as a JSON file: what `--config-file` names, or what a monitor
//! process hands to the next server after a crash.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::Arc;

use parking_lot::Mutex;
use serde_json::{Map, Value, json};

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
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let json: Value = serde_json::from_str(text).map_err(|error| format!("config: {error}"))?;
        let members = json.as_object().ok_or("config: expected a JSON object")?;
        if let Some(unknown) = members.keys().find(|key| !["remotes", "databases"].contains(&key.as_str())) {
            return Err(format!("config: unexpected member '{unknown}'"));
        }
        let mut configuration = Self::default();
        for (target, options) in object(members, "remotes")? {
            configuration.remotes.insert(target.clone(), read_options(target, options)?);
        }
        for (file, options) in object(members, "databases")? {
            check_model(file, options)?;
            configuration.databases.push(file.clone());
        }
        Ok(configuration)
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
    pub(super) fn read(&self) -> Result<Configuration, String> {
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
        read.map_err(|error| format!("{name}: {error}"))?;
        Configuration::parse(&text)
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

fn object<'m>(members: &'m Map<String, Value>, name: &str) -> Result<Vec<(&'m String, &'m Value)>, String> {
    match members.get(name) {
        None => Err(format!("config: no '{name}'")),
        Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Object(members)) => Ok(members.iter().collect()),
        Some(_) => Err(format!("config: '{name}' is not a JSON object")),
    }
}

fn read_options(target: &str, json: &Value) -> Result<RemoteOptions, String> {
    let mut options = RemoteOptions::of(target);
    let members = match json {
        Value::Null => return Ok(options),
        Value::Object(members) => members,
        _ => return Err(format!("{target}: JSON-RPC options are not a JSON object or null")),
    };
    for (name, value) in members {
        let invalid = || format!("{target}: JSON-RPC options: '{name}' has an invalid value");
        match name.as_str() {
            "max-backoff" => options.max_backoff_ms = value.as_u64().ok_or_else(invalid)?,
            "inactivity-probe" => options.probe_interval_ms = value.as_u64().ok_or_else(invalid)?,
            "read-only" => options.read_only = value.as_bool().ok_or_else(invalid)?,
            "role" => options.role = Some(value.as_str().ok_or_else(invalid)?.to_owned()),
            // The mark of outgoing packets is left to the system.
            "dscp" => _ = value.as_u64().ok_or_else(invalid)?,
            _ => return Err(format!("{target}: JSON-RPC options: unexpected member '{name}'")),
        }
    }
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

fn check_model(file: &str, json: &Value) -> Result<(), String> {
    let members = match json {
        Value::Null => return Ok(()),
        Value::Object(members) => members,
        _ => return Err(format!("database {file}: options are not a JSON object or null")),
    };
    for (name, value) in members {
        match (name.as_str(), value.as_str()) {
            ("service-model", Some("standalone")) => {}
            ("service-model", Some(model @ ("clustered" | "relay" | "active-backup"))) => {
                return Err(format!("database {file}: service model {model} is ovsdb-server's alone"));
            }
            ("service-model", _) => {
                return Err(format!("database {file}: '{value}' is not a valid service model"));
            }
            _ => return Err(format!("database {file}: unexpected member '{name}'")),
        }
    }
    Ok(())
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
        assert_eq!(refusal(r#"{"remotes":[],"databases":{}}"#), "config: 'remotes' is not a JSON object");
        assert_eq!(
            refusal(r#"{"remotes":{},"databases":{"a":{"service-model":"relay"}}}"#),
            "database a: service model relay is ovsdb-server's alone"
        );
        assert_eq!(
            refusal(r#"{"remotes":{"ptcp:":{"role":1}},"databases":{}}"#),
            "ptcp:: JSON-RPC options: 'role' has an invalid value"
        );
    }
}
