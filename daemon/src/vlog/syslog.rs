//! The system's log as a destination.

use super::clock::format_time;
use crate::error_text::error_text;
use chrono::{DateTime, Utc};
use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::os::unix::net::UnixDatagram;
use std::path::PathBuf;

const SYSTEM_SOCKET: &str = "/dev/log";
const SYSLOG_PORT: u16 = 514;
const FACILITY_DAEMON: u8 = 3 << 3;

/// How messages get to the system's log (`--syslog-method`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SyslogMethod {
    /// To the system's socket, framed as the C library's `syslog(3)` does.
    Libc,
    /// To this Unix datagram socket, without a frame.
    Unix(PathBuf),
    /// To this address by UDP, without a frame.
    Udp(SocketAddr),
    /// Nowhere.
    Null,
}

impl SyslogMethod {
    /// Reads `libc`, `unix:FILE`, `udp:IP[:PORT]` or `null`.
    ///
    /// # Errors
    /// Answers what is wrong with `text`.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            None if text == "libc" => Ok(Self::Libc),
            None if text == "null" => Ok(Self::Null),
            Some(("unix", path)) => Ok(Self::Unix(path.into())),
            Some(("udp", address)) => Ok(Self::Udp(parse_address(address, Some(SYSLOG_PORT))?)),
            _ => Err(format!("unsupported syslog method '{text}'")),
        }
    }

    /// The method of the environment variable `OVS_SYSLOG_METHOD`, or `libc`.
    ///
    /// # Errors
    /// Answers what is wrong with the variable's text.
    pub(super) fn from_env() -> Result<Self, String> {
        match std::env::var("OVS_SYSLOG_METHOD") {
            Ok(text) if !text.is_empty() => Self::parse(&text),
            _ => Ok(Self::Libc),
        }
    }

    /// What precedes each message, as a log pattern.
    pub(super) fn prefix(&self) -> &'static str {
        match self {
            Self::Libc => "<%B> %D{%h %e %T} %E %A:",
            Self::Unix(_) | Self::Udp(_) => "<%B>",
            Self::Null => "",
        }
    }
}

/// An address that gets a copy of each message by UDP (`--syslog-target`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SyslogTarget(SocketAddr);

impl SyslogTarget {
    /// The pattern of these messages, after RFC 5424.
    pub(super) const PATTERN: &'static str = "<%B>1 %D{%Y-%m-%dT%H:%M:%S.###Z} %E %A %P %c - \u{feff}%m";

    /// Reads `IP:PORT`.
    ///
    /// # Errors
    /// Answers what is wrong with `text`.
    pub fn parse(text: &str) -> Result<Self, String> {
        parse_address(text, None).map(Self)
    }
}

fn parse_address(text: &str, default_port: Option<u16>) -> Result<SocketAddr, String> {
    let without_port = || {
        let address: IpAddr = text.trim_start_matches('[').trim_end_matches(']').parse().ok()?;
        Some(SocketAddr::new(address, default_port?))
    };
    text.parse().ok().or_else(without_port).ok_or_else(|| format!("{text}: not an IP address and port"))
}

/// Sends messages by one method, and copies of them to a target.
#[derive(Debug)]
pub(super) struct SyslogSink {
    pub(super) method: SyslogMethod,
    target: Option<SyslogTarget>,
    socket: Option<Socket>,
    target_socket: Option<Socket>,
    failure_reported: bool,
}

#[derive(Debug)]
enum Socket {
    Unix(UnixDatagram),
    Udp(UdpSocket),
}

/// One message, ready to be framed.
pub(super) struct SyslogMessage<'a> {
    pub(super) program: &'a str,
    pub(super) severity: u8,
    pub(super) facility: Option<u8>,
    pub(super) time: DateTime<Utc>,
    /// The line after the pattern of the syslog destination.
    pub(super) text: &'a str,
    /// The line for the target, when there is one.
    pub(super) target_text: Option<&'a str>,
}

impl SyslogSink {
    pub(super) fn new(method: SyslogMethod, target: Option<SyslogTarget>) -> Self {
        Self { method, target, socket: None, target_socket: None, failure_reported: false }
    }

    pub(super) fn has_target(&self) -> bool {
        self.target.is_some()
    }

    /// Sends a message; answers what went wrong, but only the first time that something does.
    pub(super) fn send(&mut self, message: &SyslogMessage<'_>) -> Option<String> {
        let mut result = Ok(());
        let priority = u32::from(message.severity) + u32::from(message.facility.unwrap_or(FACILITY_DAEMON));
        for line in message.text.split('\n').filter(|line| !line.is_empty()) {
            let frame = match self.method {
                SyslogMethod::Null => break,
                SyslogMethod::Libc => {
                    let time = format_time(message.time, "%h %e %T", false);
                    format!("<{priority}>{time} {}: {line}", message.program)
                }
                SyslogMethod::Unix(_) | SyslogMethod::Udp(_) => format!("<{priority}>{line}"),
            };
            result = result.and(send_on(&mut self.socket, || Socket::open(&self.method), &frame));
        }
        if let (Some(SyslogTarget(address)), Some(text)) = (self.target, message.target_text) {
            result = result.and(send_on(&mut self.target_socket, || Socket::open_udp(address), text));
        }
        let error = result.err()?;
        if std::mem::replace(&mut self.failure_reported, true) {
            return None;
        }
        Some(format!("cannot log to syslog: {error}"))
    }
}

/// Sends on the open socket, or on a new one when that fails (the log daemon may have restarted).
fn send_on(slot: &mut Option<Socket>, open: impl Fn() -> io::Result<Socket>, text: &str) -> io::Result<()> {
    if let Some(socket) = slot.take()
        && socket.send(text).is_ok()
    {
        *slot = Some(socket);
        return Ok(());
    }
    let socket = open()?;
    socket.send(text)?;
    *slot = Some(socket);
    Ok(())
}

impl Socket {
    fn open(method: &SyslogMethod) -> io::Result<Self> {
        match method {
            SyslogMethod::Libc | SyslogMethod::Null => Self::open_unix(SYSTEM_SOCKET.into()),
            SyslogMethod::Unix(path) => Self::open_unix(path.clone()),
            SyslogMethod::Udp(address) => Self::open_udp(*address),
        }
    }

    fn open_unix(path: PathBuf) -> io::Result<Self> {
        let socket = UnixDatagram::unbound()?;
        socket
            .connect(&path)
            .map_err(|e| io::Error::new(e.kind(), format!("{}: {}", path.display(), error_text(&e))))?;
        // A stuck log daemon must not stop this one.
        socket.set_nonblocking(true)?;
        Ok(Self::Unix(socket))
    }

    fn open_udp(address: SocketAddr) -> io::Result<Self> {
        let any = if address.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
        let socket = UdpSocket::bind(any)?;
        socket.connect(address)?;
        socket.set_nonblocking(true)?;
        Ok(Self::Udp(socket))
    }

    /// Sends `text`, shortened as far as the socket demands.
    fn send(&self, text: &str) -> io::Result<()> {
        let mut bytes = text.as_bytes();
        loop {
            let result = match self {
                Self::Unix(socket) => socket.send(bytes),
                Self::Udp(socket) => socket.send(bytes),
            };
            match result {
                Err(error) if error.raw_os_error() == Some(nix::libc::EMSGSIZE) && bytes.len() > 20 => {
                    bytes = &bytes[..bytes.len() - bytes.len() / 20];
                }
                other => return other.map(drop),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{SyslogMessage, SyslogMethod, SyslogSink, SyslogTarget};
    use chrono::{DateTime, Utc};
    use std::net::UdpSocket;
    use std::os::unix::net::UnixDatagram;

    fn message(text: &str) -> SyslogMessage<'_> {
        SyslogMessage {
            program: "ovn-northd",
            severity: 4,
            facility: None,
            time: DateTime::<Utc>::UNIX_EPOCH,
            text,
            target_text: Some("copy"),
        }
    }

    #[test]
    fn methods_and_targets_are_read() {
        assert_eq!(SyslogMethod::parse("libc"), Ok(SyslogMethod::Libc));
        assert_eq!(SyslogMethod::parse("unix:/x"), Ok(SyslogMethod::Unix("/x".into())));
        let with_default_port = SyslogMethod::Udp("127.0.0.1:514".parse().unwrap());
        assert_eq!(SyslogMethod::parse("udp:127.0.0.1"), Ok(with_default_port));
        assert_eq!(SyslogMethod::parse("tcp:x"), Err("unsupported syslog method 'tcp:x'".into()));
        assert!(SyslogTarget::parse("localhost:1").is_err());
    }

    #[test]
    fn each_line_is_sent_with_its_priority_and_the_target_gets_a_copy() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("log");
        let receiver = UnixDatagram::bind(&path).unwrap();
        let target = UdpSocket::bind("127.0.0.1:0").unwrap();
        let address = target.local_addr().unwrap().to_string();
        let mut sink =
            SyslogSink::new(SyslogMethod::Unix(path), Some(SyslogTarget::parse(&address).unwrap()));
        assert_eq!(sink.send(&message("one\ntwo")), None);
        let mut buffer = [0; 100];
        for expected in ["<28>one", "<28>two"] {
            let length = receiver.recv(&mut buffer).unwrap();
            assert_eq!(&buffer[..length], expected.as_bytes());
        }
        let length = target.recv(&mut buffer).unwrap();
        assert_eq!(&buffer[..length], b"copy");
    }

    #[test]
    fn a_missing_log_daemon_is_reported_once() {
        let directory = tempfile::tempdir().unwrap();
        let mut sink = SyslogSink::new(SyslogMethod::Unix(directory.path().join("none")), None);
        assert!(sink.send(&message("one")).unwrap().starts_with("cannot log to syslog: "));
        assert_eq!(sink.send(&message("two")), None);
    }
}
