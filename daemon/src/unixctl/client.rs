//! A client of a control socket.

use super::commands::Text;
use super::framing::Framing;
use super::socket::connect_to;
use serde_json::{Value, json};
use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;

/// A connection to a daemon's control socket.
#[derive(Debug)]
pub struct Client {
    stream: UnixStream,
    framing: Framing,
    next_id: u64,
}

impl Client {
    /// Connects to the socket at `path`.
    ///
    /// # Errors
    /// Fails as connecting does.
    pub fn connect(path: &Path) -> io::Result<Self> {
        Ok(Self { stream: connect_to(path)?, framing: Framing::default(), next_id: 0 })
    }

    /// Executes a command; the inner result is the daemon's answer.
    ///
    /// With `set-options --format json` the answer is the text of a JSON value.
    ///
    /// # Errors
    /// Fails when the connection breaks or brings no JSON.
    pub fn call(&mut self, command: &str, arguments: &[&str]) -> io::Result<Text> {
        let request = json!({"id": self.next_id, "method": command, "params": arguments});
        self.next_id += 1;
        self.stream.write_all(request.to_string().as_bytes())?;
        let mut reply = self.receive()?;
        let text = |value: Value| match value {
            Value::String(text) => text,
            other => other.to_string(),
        };
        match reply["error"].take() {
            Value::Null => Ok(Ok(text(reply["result"].take()))),
            error => Ok(Err(text(error))),
        }
    }

    fn receive(&mut self) -> io::Result<Value> {
        let mut buffer = [0; 4096];
        loop {
            match self.framing.next() {
                Ok(Some(value @ Value::Object(_))) => return Ok(value),
                Ok(Some(_)) => return Err(io::ErrorKind::InvalidData.into()),
                Ok(None) => {}
                Err(reason) => return Err(io::Error::new(io::ErrorKind::InvalidData, reason)),
            }
            match self.stream.read(&mut buffer)? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                n => self.framing.push(&buffer[..n]),
            }
        }
    }
}
