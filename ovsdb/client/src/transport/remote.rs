use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use thiserror::Error;

/// A server's address, in the syntax of ovsdb(7), "Active Connection Methods".
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Remote {
    /// `unix:PATH`
    Unix(PathBuf),
    /// `tcp:HOST:PORT`, an IPv6 host in brackets.
    Tcp {
        /// Name or address, without brackets.
        host: String,
        /// Port.
        port: u16,
    },
    /// `ssl:HOST:PORT`, an IPv6 host in brackets.
    Ssl {
        /// Name or address, without brackets.
        host: String,
        /// Port.
        port: u16,
    },
}

/// A text that is no remote.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{text:?} is no OVSDB remote: {reason}")]
pub struct RemoteError {
    /// The text.
    pub text: String,
    /// What is wrong with it.
    pub reason: &'static str,
}

/// The port that IANA assigned to OVSDB (RFC 7047 section 6).
const DEFAULT_PORT: u16 = 6640;

impl Remote {
    /// Whether the server is on the same machine, which needs no inactivity probes.
    pub fn is_local(&self) -> bool {
        matches!(self, Self::Unix(_))
    }
}

impl FromStr for Remote {
    type Err = RemoteError;

    fn from_str(text: &str) -> Result<Self, RemoteError> {
        let error = |reason| RemoteError { text: text.to_owned(), reason };
        let (kind, address) = text.split_once(':').ok_or_else(|| error("it has no method such as unix:"))?;
        if address.is_empty() {
            return Err(error("it has no address"));
        }
        match kind {
            "unix" => Ok(Self::Unix(PathBuf::from(address))),
            "tcp" => host_port(address).map(|(host, port)| Self::Tcp { host, port }).map_err(error),
            "ssl" => host_port(address).map(|(host, port)| Self::Ssl { host, port }).map_err(error),
            _ => Err(error("its method is none of unix, tcp and ssl")),
        }
    }
}

fn host_port(address: &str) -> Result<(String, u16), &'static str> {
    let (host, port) = match address.strip_prefix('[') {
        Some(bracketed) => {
            let (host, rest) = bracketed.split_once(']').ok_or("its bracket is not closed")?;
            (host, rest.strip_prefix(':').or(rest.is_empty().then_some("")).ok_or("its port lacks a colon")?)
        }
        None => address.split_once(':').unwrap_or((address, "")),
    };
    if host.is_empty() {
        return Err("it has no host");
    }
    if port.contains(':') {
        return Err("an IPv6 address needs brackets");
    }
    let port = if port.is_empty() { Ok(DEFAULT_PORT) } else { port.parse() };
    Ok((host.to_owned(), port.map_err(|_| "its port is no number below 65536")?))
}

impl fmt::Display for Remote {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, host, port) = match self {
            Self::Unix(path) => return write!(formatter, "unix:{}", path.display()),
            Self::Tcp { host, port } => ("tcp", host, port),
            Self::Ssl { host, port } => ("ssl", host, port),
        };
        if host.contains(':') {
            write!(formatter, "{kind}:[{host}]:{port}")
        } else {
            write!(formatter, "{kind}:{host}:{port}")
        }
    }
}

/// One or more remotes that serve the same database, as one text with commas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remotes(Vec<Remote>);

impl Remotes {
    /// The remotes, at least one.
    pub fn as_slice(&self) -> &[Remote] {
        &self.0
    }

    /// Puts the remotes in an order that `random` decides, so that clients spread over a cluster.
    /// `random(n)` gives a number below `n`.
    pub fn shuffle(&mut self, mut random: impl FnMut(usize) -> usize) {
        for end in (2..=self.0.len()).rev() {
            self.0.swap(end - 1, random(end) % end);
        }
    }
}

impl FromStr for Remotes {
    type Err = RemoteError;

    fn from_str(text: &str) -> Result<Self, RemoteError> {
        let remotes: Result<Vec<Remote>, RemoteError> =
            text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::parse).collect();
        let remotes = remotes?;
        if remotes.is_empty() {
            return Err(RemoteError { text: text.to_owned(), reason: "it is empty" });
        }
        Ok(Self(remotes))
    }
}

impl From<Remote> for Remotes {
    fn from(remote: Remote) -> Self {
        Self(vec![remote])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&str, &str>) {
        let parsed = text.parse::<Remote>().map(|remote| remote.to_string()).map_err(|error| error.reason);
        assert_eq!(parsed.as_deref().map_err(|reason| *reason), expected, "{text}");
    }

    #[test]
    fn remotes_are_read_and_written() {
        check("unix:/run/db.sock", Ok("unix:/run/db.sock"));
        check("tcp:10.0.0.1:6641", Ok("tcp:10.0.0.1:6641"));
        check("ssl:[fd00::1]:6642", Ok("ssl:[fd00::1]:6642"));
        check("tcp:localhost", Ok("tcp:localhost:6640"));
        check("tcp:[::1]", Ok("tcp:[::1]:6640"));
    }

    #[test]
    fn malformed_remotes_are_refused() {
        check("/run/db.sock", Err("it has no method such as unix:"));
        check("unix:", Err("it has no address"));
        check("http:host", Err("its method is none of unix, tcp and ssl"));
        check("tcp:fd00::1:6641", Err("an IPv6 address needs brackets"));
        check("tcp:host:port", Err("its port is no number below 65536"));
        check("ssl:[::1", Err("its bracket is not closed"));
        check("ssl:[::1]6642", Err("its port lacks a colon"));
        check("tcp::1", Err("it has no host"));
    }

    #[test]
    fn shuffling_keeps_every_remote() {
        let mut remotes: Remotes = "tcp:a, tcp:b,tcp:c,".parse().unwrap();
        remotes.shuffle(|_| 0);
        let names: Vec<String> = remotes.as_slice().iter().map(Remote::to_string).collect();
        assert_eq!(names, ["tcp:b:6640", "tcp:c:6640", "tcp:a:6640"]);
        assert!(" , ".parse::<Remotes>().is_err());
    }
}
