use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::PathBuf;

use thiserror::Error;
use weft_ovsdb::Remote;

/// A remote of the server: where it listens, or where it connects to (ovsdb(7), "OVSDB Connection Methods").
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    /// `punix:PATH`
    ListenUnix(PathBuf),
    /// `ptcp:[PORT][:IP]` or `pssl:[PORT][:IP]`; an IPv6 address in brackets.
    Listen {
        /// The port; 0 takes any that is free.
        port: u16,
        /// The address; without one all IPv4 addresses.
        ip: IpAddr,
        /// Whether TLS is spoken.
        is_tls: bool,
    },
    /// `unix:PATH`, `tcp:HOST:PORT` or `ssl:HOST:PORT`
    Connect(Remote),
}

/// A text that is no remote.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{text}: {reason}")]
pub(crate) struct AddressError {
    /// The text.
    pub text: String,
    /// What is wrong with it.
    pub reason: String,
}

/// The port that IANA assigned to OVSDB (RFC 7047 section 6).
const DEFAULT_PORT: u16 = 6640;

impl Address {
    /// Reads a remote.
    ///
    /// # Errors
    /// The text is none of those that [`Address`] lists.
    pub(crate) fn parse(text: &str) -> Result<Self, AddressError> {
        let error = |reason: String| AddressError { text: text.to_owned(), reason };
        let (kind, rest) = text.split_once(':').unwrap_or((text, ""));
        match kind {
            "punix" if rest.is_empty() => Err(error("it has no path".to_owned())),
            "punix" => Ok(Self::ListenUnix(PathBuf::from(rest))),
            "ptcp" | "pssl" => {
                let (port, ip) = parse_listen(rest).map_err(error)?;
                Ok(Self::Listen { port, ip, is_tls: kind == "pssl" })
            }
            _ => text.parse().map(Self::Connect).map_err(|failure| error(failure.to_string())),
        }
    }

    /// Whether clients of the remote are probed unless it is configured otherwise.
    pub(crate) fn needs_probes(&self) -> bool {
        !matches!(self, Self::ListenUnix(_) | Self::Connect(Remote::Unix(_)))
    }
}

fn parse_listen(text: &str) -> Result<(u16, IpAddr), String> {
    let (port, address) = match text.strip_prefix('[') {
        // An address alone, without a port.
        Some(_) => ("", text),
        None => text.split_once(':').unwrap_or((text, "")),
    };
    let port = if port.is_empty() { Ok(DEFAULT_PORT) } else { port.parse() };
    let port = port.map_err(|_| "its port is no number below 65536".to_owned())?;
    let bare = address.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(address);
    // A link-local address may name its interface.
    let bare = bare.split('%').next().unwrap_or(bare);
    if bare.is_empty() {
        return Ok((port, Ipv4Addr::UNSPECIFIED.into()));
    }
    let v6 = bare.parse::<Ipv6Addr>().map(IpAddr::from);
    let ip = v6.or_else(|_| bare.parse::<Ipv4Addr>().map(IpAddr::from));
    Ok((port, ip.map_err(|_| format!("{address} is no IP address"))?))
}

#[cfg(test)]
mod tests {
    use super::{Address, parse_listen};

    #[test]
    fn ports_and_addresses_are_read_in_all_their_forms() {
        let listen = |text| parse_listen(text).map(|(port, ip)| format!("{ip} {port}"));
        assert_eq!(listen("6641"), Ok("0.0.0.0 6641".to_owned()));
        assert_eq!(listen("0:127.0.0.1"), Ok("127.0.0.1 0".to_owned()));
        assert_eq!(listen("6642:[::]"), Ok(":: 6642".to_owned()));
        assert_eq!(listen("6642:::1"), Ok("::1 6642".to_owned()));
        assert_eq!(listen(""), Ok("0.0.0.0 6640".to_owned()));
        assert_eq!(listen("x"), Err("its port is no number below 65536".to_owned()));
        assert_eq!(listen("1:host"), Err("host is no IP address".to_owned()));
    }

    #[test]
    fn only_local_sockets_are_not_probed() {
        let probes = |text| Address::parse(text).map(|address| address.needs_probes());
        assert_eq!(probes("punix:/run/db.sock"), Ok(false));
        assert_eq!(probes("unix:/run/db.sock"), Ok(false));
        assert_eq!(probes("ptcp:6641"), Ok(true));
        assert_eq!(probes("ssl:10.0.0.1:6642"), Ok(true));
        assert!(probes("http:x").is_err());
    }
}
