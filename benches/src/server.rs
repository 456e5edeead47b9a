//! Database servers as processes, and connections to them.

use std::error::Error;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use weft_ovsdb_wire::Framer;

/// What goes wrong between processes.
pub type Failure = Box<dyn Error + Send + Sync>;

/// A running database server, killed in the end.
pub struct Server {
    process: Child,
    socket: PathBuf,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Server {
    /// Serves a database on a socket in the directory.
    ///
    /// # Errors
    /// When the program does not start.
    pub fn start(program: &Path, directory: &Path, database: &Path) -> Result<Self, Failure> {
        let socket = directory.join("s");
        let mut command = Command::new(program);
        command
            .arg(format!("--remote=punix:{}", socket.display()))
            .args(["-vconsole:off", "-vsyslog:off"])
            .arg(format!("--unixctl={}", directory.join("c").display()))
            .arg(database)
            .current_dir(directory)
            .env("OVS_RUNDIR", directory);
        Ok(Self { process: command.spawn()?, socket })
    }

    /// A connection, once the server listens.
    ///
    /// # Errors
    /// When it does not listen within five minutes.
    pub fn connect(&self) -> Result<Client, Failure> {
        let begin = Instant::now();
        loop {
            match UnixStream::connect(&self.socket) {
                Ok(stream) => return Ok(Client { stream, framer: Framer::new() }),
                Err(error) if begin.elapsed() > Duration::from_secs(300) => return Err(error.into()),
                Err(_) => std::thread::sleep(Duration::from_millis(2)),
            }
        }
    }

    /// What the server's threads ran since it started, in milliseconds.
    ///
    /// # Errors
    /// When the process is gone.
    pub fn ran_ms(&self) -> Result<u64, Failure> {
        /// The kernel counts in these.
        const TICK_MS: u64 = 10;
        let text = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id()))?;
        // After the program's name, in parentheses, user and system time are the 12th and 13th field.
        let (_, fields) = text.rsplit_once(')').ok_or("no fields in stat")?;
        let ticks = fields.split_whitespace().skip(11).take(2).map(str::parse::<u64>);
        Ok(ticks.sum::<Result<u64, _>>()? * TICK_MS)
    }

    /// Peak and present size in memory, in MiB.
    ///
    /// # Errors
    /// When the process is gone.
    pub fn memory_mib(&self) -> Result<(u64, u64), Failure> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or_default()
                / 1024
        };
        Ok((field("VmHWM:"), field("VmRSS:")))
    }
}

/// A connection to a server.
pub struct Client {
    stream: UnixStream,
    framer: Framer,
}

impl Client {
    /// The next message.
    ///
    /// # Errors
    /// When the connection ends.
    pub fn receive(&mut self) -> Result<Vec<u8>, Failure> {
        let mut chunk = vec![0; 1 << 18];
        loop {
            if let Some(message) = self.framer.next_message()? {
                return Ok(message.to_vec());
            }
            match self.stream.read(&mut chunk)? {
                0 => return Err("the connection was closed".into()),
                n => self.framer.buffer_mut().extend_from_slice(&chunk[..n]),
            }
        }
    }

    /// Calls a method, and gives the whole answer as it came.
    ///
    /// # Errors
    /// When the connection ends.
    pub fn call(&mut self, method: &str, params: &Value) -> Result<Vec<u8>, Failure> {
        let request = json!({ "id": 1, "method": method, "params": params }).to_string();
        self.stream.write_all(request.as_bytes())?;
        loop {
            let message = self.receive()?;
            // Notifications of a watching client have no id.
            if message.starts_with(b"{\"id\":1,") || message.ends_with(b"\"id\":1}") {
                return Ok(message);
            }
        }
    }

    /// A handle of the stream, to end the connection from elsewhere.
    ///
    /// # Errors
    /// When the system refuses another handle.
    pub fn try_clone_stream(&self) -> std::io::Result<UnixStream> {
        self.stream.try_clone()
    }
}
