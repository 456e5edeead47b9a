//! An installed ovsdb-server, spoken to over its socket.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value as Json, json};
use weft_ovsdb_schema::{DatabaseSchema, to_json};

use crate::compare::Answer;

pub(crate) struct Server {
    process: Child,
    stream: UnixStream,
    buffer: Vec<u8>,
    requests: u64,
    _directory: tempfile::TempDir,
}

/// Where OVN is installed; says so if it is not.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
pub(crate) fn prefix() -> Option<PathBuf> {
    let prefix = std::env::var_os("OVN_PREFIX").map(PathBuf::from);
    if prefix.is_none() {
        eprintln!("skipped: OVN_PREFIX does not name an installed OVN");
    }
    prefix
}

impl Server {
    pub(crate) fn start(prefix: &std::path::Path, schema: &DatabaseSchema) -> Self {
        let directory = tempfile::Builder::new().prefix("weft-db").tempdir().expect("a directory");
        let path = |name: &str| directory.path().join(name);
        std::fs::write(path("schema"), to_json(schema).to_string()).expect("the schema is written");
        let created = Command::new(prefix.join("bin/ovsdb-tool"))
            .args(["create".as_ref(), path("db").as_os_str(), path("schema").as_os_str()])
            .stdout(Stdio::null())
            .status();
        assert!(created.expect("ovsdb-tool runs").success());
        let process = Command::new(prefix.join("bin/ovsdb-server"))
            .arg(format!("--remote=punix:{}", path("sock").display()))
            .arg(format!("--unixctl={}", path("ctl").display()))
            .args(["--no-chdir", "-vconsole:off"])
            .arg(path("db"))
            .env("OVS_RUNDIR", directory.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("ovsdb-server runs");
        let connect = || UnixStream::connect(path("sock")).ok();
        let stream = (0..500)
            .find_map(|_| {
                std::thread::sleep(Duration::from_millis(10));
                connect()
            })
            .expect("ovsdb-server listens");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout is set");
        Self { process, stream, buffer: Vec::new(), requests: 0, _directory: directory }
    }

    /// Sends a request and reads messages until the response.
    pub(crate) fn request(&mut self, method: &str, params: &Json) -> Answer {
        self.requests += 1;
        let id = self.requests;
        let request = json!({"id": id, "method": method, "params": params});
        self.stream.write_all(request.to_string().as_bytes()).expect("ovsdb-server reads");
        let mut notifications = Vec::new();
        loop {
            let message = self.next_message();
            if message.get("method").is_some_and(|method| method == "echo") {
                let reply = json!({"id": message["id"], "result": message["params"], "error": null});
                self.stream.write_all(reply.to_string().as_bytes()).expect("ovsdb-server reads");
            } else if message.get("method").is_some() {
                notifications.push(message);
            } else {
                assert_eq!(message["id"], id);
                let error = message["error"].clone();
                let reply = if error.is_null() { message["result"].clone() } else { error };
                return Answer { reply, notifications };
            }
        }
    }

    fn next_message(&mut self) -> Json {
        loop {
            let mut messages = serde_json::Deserializer::from_slice(&self.buffer).into_iter::<Json>();
            if let Some(Ok(message)) = messages.next() {
                let read = messages.byte_offset();
                self.buffer.drain(..read);
                return message;
            }
            let mut piece = [0; 65536];
            let length = self.stream.read(&mut piece).expect("ovsdb-server answers");
            assert!(length > 0, "ovsdb-server hung up");
            self.buffer.extend_from_slice(&piece[..length]);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
