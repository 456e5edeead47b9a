use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

/// How long something may take that should be quick, on a machine that is busy.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A small schema: a table of numbers with an index.
pub(crate) const SCHEMA: &str = r#"{"name":"D","version":"1.0.0","tables":{"T":{"columns":
    {"n":{"type":"integer"},"s":{"type":{"key":"string","min":0,"max":"unlimited"}}},
    "indexes":[["n"]],"isRoot":true}}}"#;

/// Where an OVN is installed; says so if there is none.
pub(crate) fn installed() -> Option<PathBuf> {
    let prefix = std::env::var_os("OVN_PREFIX").map(PathBuf::from);
    if prefix.is_none() {
        eprintln!("skipped: OVN_PREFIX is not set");
    }
    prefix
}

/// A server that runs in a directory of its own, on the socket `db.sock`.
pub(crate) struct Server {
    pub directory: TempDir,
    child: Child,
}

impl Server {
    /// Starts with a new database of [`SCHEMA`].
    pub(crate) fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("schema"), SCHEMA).unwrap();
        create(&directory.path().join("db"), &directory.path().join("schema"));
        Self::start_in(directory, &["db"])
    }

    /// Starts with these further arguments.
    pub(crate) fn start_in(directory: TempDir, arguments: &[&str]) -> Self {
        let child = spawn(directory.path(), arguments);
        let server = Self { directory, child };
        server.client();
        server
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Connects, waiting until the server listens.
    pub(crate) fn client(&self) -> Client {
        Client::new(wait_for("a server", || UnixStream::connect(self.path("db.sock")).ok()))
    }

    /// What the server has written to its log.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.path("log")).unwrap_or_default()
    }

    /// The port of a remote such as `0:127.0.0.1`, whose number the server chose.
    pub(crate) fn port(&self, remote: &str) -> u16 {
        let words = format!("|{remote}: listening on port ");
        wait_for("a port", || {
            let log = self.log();
            let (_, rest) = log.rsplit_once(&words)?;
            rest.lines().next()?.parse().ok()
        })
    }

    /// Runs a control command; answers its text or error.
    pub(crate) fn control(&self, command: &str, words: &[&str]) -> Result<String, String> {
        let connect = || weft_daemon::unixctl::Client::connect(&self.path("db.ctl")).ok();
        wait_for("the control socket", connect).call(command, words).unwrap()
    }

    /// Kills it as `kill -9` does; answers its directory.
    pub(crate) fn kill(mut self) -> TempDir {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        std::mem::replace(&mut self.directory, tempfile::tempdir().unwrap())
    }

    /// The size of its memory in kB.
    pub(crate) fn memory_kb(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asks again and again until there is an answer.
pub(crate) fn wait_for<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(start.elapsed() < PATIENCE, "{what} does not come");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn spawn(directory: &Path, arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_weft-ovsdb-server"))
        .current_dir(directory)
        .args([
            "--remote=punix:db.sock",
            "--unixctl=db.ctl",
            "-vconsole:off",
            "-vsyslog:off",
            "--log-file=log",
        ])
        .args(arguments)
        .env("OVS_RUNDIR", directory)
        .stdin(Stdio::null())
        .spawn()
        .unwrap()
}

/// Creates a database file with Weft's tool.
pub(crate) fn create(path: &Path, schema: &Path) {
    let status = Command::new(env!("CARGO_BIN_EXE_weft-ovsdb-tool"))
        .arg("create")
        .args([path, schema])
        .status()
        .unwrap();
    assert!(status.success());
}

/// Runs a command that must succeed; answers its standard output.
pub(crate) fn output(command: &mut Command) -> String {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = String::from_utf8_lossy(&stdout).into_owned();
    assert!(status.success(), "{command:?}: {status}\n{text}{}", String::from_utf8_lossy(&stderr));
    text
}

/// A connection of any kind.
pub(crate) trait Stream: Read + Write + Send {}

impl<S: Read + Write + Send> Stream for S {}

/// A client that speaks JSON-RPC.
pub(crate) struct Client {
    stream: Box<dyn Stream>,
    buffer: Vec<u8>,
}

impl Client {
    pub(crate) fn new(stream: impl Stream + 'static) -> Self {
        Self { stream: Box::new(stream), buffer: Vec::new() }
    }

    pub(crate) fn send(&mut self, id: Value, method: &str, params: Value) -> std::io::Result<()> {
        let text = json!({ "id": id, "method": method, "params": params }).to_string();
        self.stream.write_all(text.as_bytes())
    }

    /// The next message; `None` when the connection is over.
    pub(crate) fn receive(&mut self) -> Option<Value> {
        loop {
            let mut values = serde_json::Deserializer::from_slice(&self.buffer).into_iter::<Value>();
            if let Some(Ok(value)) = values.next() {
                let used = values.byte_offset();
                self.buffer.drain(..used);
                return Some(value);
            }
            let mut chunk = [0; 65536];
            match self.stream.read(&mut chunk) {
                Ok(0) | Err(_) => return None,
                Ok(n) => self.buffer.extend_from_slice(&chunk[..n]),
            }
        }
    }

    /// Answers a request of the server's.
    pub(crate) fn answer(&mut self, request: &Value) {
        let text = json!({ "id": request["id"], "result": request["params"], "error": null }).to_string();
        self.stream.write_all(text.as_bytes()).unwrap();
    }

    /// Calls a method; answers the whole response.
    pub(crate) fn call(&mut self, method: &str, params: Value) -> Option<Value> {
        self.send(json!(1), method, params).ok()?;
        loop {
            let message = self.receive()?;
            if message["id"] == 1 {
                return Some(message);
            }
        }
    }

    /// Inserts a number; answers whether the server acknowledged it.
    pub(crate) fn insert(&mut self, n: u64, durable: bool) -> bool {
        let mut params = vec![json!("D"), json!({ "op": "insert", "table": "T", "row": { "n": n } })];
        if durable {
            params.push(json!({ "op": "commit", "durable": true }));
        }
        let reply = self.call("transact", Value::Array(params));
        reply.is_some_and(|reply| reply["error"].is_null() && reply["result"][0]["uuid"].is_array())
    }

    /// All numbers, sorted.
    pub(crate) fn numbers(&mut self) -> Vec<u64> {
        let select = json!({ "op": "select", "table": "T", "where": [], "columns": ["n"] });
        let reply = self.call("transact", json!(["D", select])).unwrap();
        let rows = reply["result"][0]["rows"].as_array().unwrap();
        let mut numbers: Vec<u64> = rows.iter().map(|row| row["n"].as_u64().unwrap()).collect();
        numbers.sort_unstable();
        numbers
    }
}
