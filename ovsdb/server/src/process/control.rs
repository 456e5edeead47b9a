//! The control commands that operators use (ovsdb-server(1), "Runtime Management Commands").

use std::sync::Arc;

use weft_daemon::memory::Gauges;
use weft_daemon::unixctl::{Commands, Replier, Text};

use super::configuration::Place;
use super::start::apply;
use crate::remotes::{Remotes, check_remote};
use crate::server::Server;

/// What control commands work on; clones share it.
#[derive(Clone, Debug)]
pub(super) struct Control {
    pub server: Arc<Server>,
    pub remotes: Remotes,
    pub place: Arc<Place>,
}

impl Control {
    /// Registers the commands.
    pub(super) fn register(&self, commands: &Commands, gauges: &Gauges) {
        self.register_databases(commands);
        self.register_remotes(commands);
        self.register_others(commands);
        self.register_memory(commands, gauges);
    }

    fn register_databases(&self, commands: &Commands) {
        let control = self.clone();
        commands.register("ovsdb-server/list-dbs", "", 0..=0, move |_| Ok(lines(control.server.names())));
        let control = self.clone();
        commands.register("ovsdb-server/add-db", "DB", 1..=1, move |words| control.add_database(&words[0]));
        let control = self.clone();
        commands
            .register("ovsdb-server/remove-db", "DB", 1..=1, move |words| control.remove_database(&words[0]));
        let control = self.clone();
        commands.register_deferred("ovsdb-server/compact", "", 0..=1, move |words, replier| {
            control.compact(words, replier);
        });
        let control = self.clone();
        commands.register("ovsdb-server/get-db-storage-status", "DB", 1..=1, move |words| {
            let hosted = control.server.database(&words[0]).ok_or("Failed to find the database.")?;
            Ok(if hosted.must_be_compacted() {
                "status: the file takes no changes until it has been compacted".to_owned()
            } else {
                "status: ok".to_owned()
            })
        });
    }

    fn register_remotes(&self, commands: &Commands) {
        let control = self.clone();
        commands.register("ovsdb-server/list-remotes", "", 0..=0, move |_| {
            Ok(lines(control.remotes.all().into_keys()))
        });
        let control = self.clone();
        commands.register("ovsdb-server/add-remote", "REMOTE", 1..=1, move |words| {
            control.refuse_if_in_file()?;
            check_remote(&control.server, &words[0])?;
            control.remotes.add(&words[0]);
            control.saved()
        });
        let control = self.clone();
        commands.register("ovsdb-server/remove-remote", "REMOTE", 1..=1, move |words| {
            control.refuse_if_in_file()?;
            if control.remotes.remove(&words[0]) { control.saved() } else { Err("no such remote".to_owned()) }
        });
    }

    fn register_others(&self, commands: &Commands) {
        let control = self.clone();
        commands.register("ovsdb-server/reconnect", "", 0..=0, move |_| {
            control.server.disconnect_all("user ran ovsdb-server/reconnect");
            Ok(String::new())
        });
        let control = self.clone();
        commands.register("ovsdb-server/disable-monitor-cond", "", 0..=0, move |_| {
            control.server.disable_monitor_cond();
            Ok(String::new())
        });
        let control = self.clone();
        commands.register("ovsdb-server/reload", "", 0..=0, move |_| control.reload());
        // Scripts ask this of every server; one of standalone databases is never the copy of another.
        commands.register("ovsdb-server/sync-status", "", 0..=0, |_| Ok("state: active\n".to_owned()));
        commands.register("ovsdb-server/memory-trim-on-compaction", "on|off", 1..=1, |words| {
            // Memory goes back to the system as it is freed, whatever is said here.
            if ["on", "off"].contains(&words[0].as_str()) {
                Ok(String::new())
            } else {
                Err("invalid argument".into())
            }
        });
    }

    fn register_memory(&self, commands: &Commands, gauges: &Gauges) {
        let gauge = |name| gauges.gauge(name);
        let (sessions, atoms) = (gauge("sessions"), gauge("atoms"));
        let control = self.clone();
        let count = move || {
            sessions.set(control.server.session_count() as u64);
            let databases = control.server.databases();
            atoms.set(databases.iter().map(|hosted| hosted.contents().atoms() as u64).sum());
        };
        gauges.before_showing(count);
        gauges.register_commands(commands);
    }

    fn refuse_if_in_file(&self) -> Result<(), String> {
        self.place.refusal().map_or(Ok(()), Err)
    }

    fn saved(&self) -> Text {
        self.place.save(&self.server, &self.remotes);
        Ok(String::new())
    }

    fn add_database(&self, file: &str) -> Text {
        self.refuse_if_in_file()?;
        self.server.add_file(file).map_err(|error| error.to_string())?;
        self.remotes.touch();
        self.saved()
    }

    fn remove_database(&self, name: &str) -> Text {
        self.refuse_if_in_file()?;
        if self.server.database(name).is_none() {
            return Err("Failed to find the database.".to_owned());
        }
        if name.starts_with('_') {
            return Err("Cannot remove reserved database.".to_owned());
        }
        self.server.remove(name, &format!("removing {name} database by user request"));
        self.saved()
    }

    /// Compacts one database or all on a thread of its own.
    fn compact(&self, words: Vec<String>, replier: Replier) {
        let server = Arc::clone(&self.server);
        let name = words.into_iter().next();
        let compact = move || replier.reply(compact(&server, name.as_deref()));
        if let Err(error) = std::thread::Builder::new().name("compact".into()).spawn(compact) {
            tracing::error!(target: "ovsdb_server", "cannot start a thread to compact ({error})");
        }
    }

    fn reload(&self) -> Text {
        if self.place.refusal().is_none() {
            return Err("Configuration file was not specified on command line".to_owned());
        }
        let failed = |errors: &[String]| {
            errors.iter().for_each(|error| tracing::warn!(target: "ovsdb_server", "{error}"));
            "Configuration failed.  See the log file for details.".to_owned()
        };
        let configuration = self.place.read().map_err(|errors| failed(&errors))?;
        let errors = apply(&self.server, &self.remotes, configuration);
        if errors.is_empty() { Ok(String::new()) } else { Err(failed(&errors)) }
    }
}

fn compact(server: &Server, name: Option<&str>) -> Text {
    if name.is_some_and(|name| name.starts_with('_')) {
        return Err("cannot compact built-in databases".to_owned());
    }
    let is_wanted = |candidate: &str| name.map_or(!candidate.starts_with('_'), |name| candidate == name);
    let wanted: Vec<_> = server.databases().into_iter().filter(|hosted| is_wanted(hosted.name())).collect();
    if wanted.is_empty() {
        return Err("no database by that name".to_owned());
    }
    let mut errors = String::new();
    for hosted in wanted {
        tracing::info!(target: "ovsdb_server", "compacting {} database by user request", hosted.name());
        if let Err(error) = hosted.compact() {
            errors.push_str(&format!("{error}\n"));
        }
    }
    if errors.is_empty() { Ok(String::new()) } else { Err(errors) }
}

fn lines(names: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    names.into_iter().fold(String::new(), |text, name| text + name.as_ref() + "\n")
}
