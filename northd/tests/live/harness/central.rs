//! Both servers and a northd.

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Connection, DatabaseServer, Installation, Kind, Northd};
use crate::contents::Contents;

/// What an OVN central runs. Fields are dropped in order: northd first, the directory last.
pub(crate) struct Central {
    pub(crate) northd: Northd,
    pub(crate) northbound: DatabaseServer,
    pub(crate) southbound: DatabaseServer,
    pub(crate) installation: Installation,
    /// Short, since paths of sockets are limited.
    pub(crate) directory: TempDir,
}

impl Central {
    /// Starts all three on empty databases; `None`, said on standard error, without an installed OVN.
    pub(crate) fn start() -> Option<Self> {
        let (installation, directory, northbound, southbound) = Self::servers()?;
        let northd = Northd::start(
            &installation,
            directory.path(),
            "northd",
            &northbound.remote(),
            &southbound.remote(),
        );
        Some(Self { northd, northbound, southbound, installation, directory })
    }

    /// Starts the servers and the installed C northd.
    pub(crate) fn start_with_installed_northd() -> Option<Self> {
        let (installation, directory, northbound, southbound) = Self::servers()?;
        let northd = Northd::start_installed(
            &installation,
            directory.path(),
            "installed",
            &northbound.remote(),
            &southbound.remote(),
        );
        Some(Self { northd, northbound, southbound, installation, directory })
    }

    fn servers() -> Option<(Installation, TempDir, DatabaseServer, DatabaseServer)> {
        let installation = Installation::find()?;
        let directory = tempfile::Builder::new().prefix("wn").tempdir().expect("a temporary directory");
        let northbound = DatabaseServer::start(&installation, Kind::Northbound, directory.path());
        let southbound = DatabaseServer::start(&installation, Kind::Southbound, directory.path());
        // The row exists before the first northd, so that tests can wait on it.
        northbound.connect().transact(&[json!({ "op": "insert", "table": "NB_Global", "row": {} })]);
        Some((installation, directory, northbound, southbound))
    }

    /// A second northd beside the first.
    pub(crate) fn another_northd(&self, name: &str) -> Northd {
        let (northbound, southbound) = (self.northbound.remote(), self.southbound.remote());
        Northd::start(&self.installation, self.directory.path(), name, &northbound, &southbound)
    }

    /// Waits until all that the Northbound database holds now is translated.
    pub(crate) fn sync(&self) {
        self.synced(&mut self.northbound.connect());
    }

    fn synced(&self, northbound: &mut Connection) {
        assert!(try_sync(northbound), "northd does not follow:\n{}", self.northd.log());
    }

    /// A transaction on the Northbound database, translated.
    pub(crate) fn translate(&self, operations: &[Value]) {
        let mut connection = self.northbound.connect();
        connection.transact(operations);
        self.synced(&mut connection);
    }

    /// What the Southbound database holds.
    pub(crate) fn contents(&self) -> Contents {
        Contents::read(&mut self.southbound.connect())
    }
}

/// Waits until a northd has translated all that the Northbound database holds now.
pub(crate) fn sync(northbound: &mut Connection) {
    assert!(try_sync(northbound), "no northd follows");
}

fn try_sync(northbound: &mut Connection) -> bool {
    northbound.transact(&[
        json!({ "op": "mutate", "table": "NB_Global", "where": [], "mutations": [["nb_cfg", "+=", 1]] }),
    ]);
    let wanted = northbound.rows("NB_Global")[0]["nb_cfg"].clone();
    northbound.wait_for("NB_Global", json!([]), &["sb_cfg"], json!([{ "sb_cfg": wanted }]))
}
