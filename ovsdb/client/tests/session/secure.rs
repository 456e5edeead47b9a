//! TCP and TLS.

use std::path::Path;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use weft_ovsdb::{Event, StartError, TlsOptions, start};

use crate::support::server::{Server, installed};
use crate::support::{initial, options, until};

/// Writes a new authority's certificate and a key pair that it signed, as `ca.pem`, `key.pem` and `cert.pem`.
fn write_files(directory: &Path, name: &str) {
    let mut params = CertificateParams::new([]).expect("no names are fine");
    params.distinguished_name.push(DnType::CommonName, format!("authority of {name}"));
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_key = KeyPair::generate().expect("a key");
    let authority = CertifiedIssuer::self_signed(params, authority_key).expect("a certificate");
    let key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::new([name.to_owned()]).expect("a name");
    params.distinguished_name.push(DnType::CommonName, name);
    let certificate = params.signed_by(&key, &authority).expect("a certificate");
    let files =
        [("ca.pem", authority.pem()), ("key.pem", key.serialize_pem()), ("cert.pem", certificate.pem())];
    for (file, pem) in files {
        std::fs::write(directory.join(file), pem).expect("the file is writable");
    }
}

fn tls(directory: &Path) -> TlsOptions {
    TlsOptions {
        private_key: directory.join("key.pem"),
        certificate: directory.join("cert.pem"),
        ca_certificate: directory.join("ca.pem"),
        server_name: None,
    }
}

fn server_arguments(directory: &Path) -> Vec<String> {
    let file = |name: &str| directory.join(name).display().to_string();
    vec![
        format!("--private-key={}", file("key.pem")),
        format!("--certificate={}", file("cert.pem")),
        format!("--ca-cert={}", file("ca.pem")),
        "--remote=pssl:0:127.0.0.1".to_owned(),
        "--remote=ptcp:0:[::1]".to_owned(),
    ]
}

#[tokio::test]
async fn tls_connects_both_ways_verified_and_rereads_its_files() {
    let Some(prefix) = installed() else { return };
    let (served, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write_files(served.path(), "server");
    write_files(other.path(), "other");
    let server = Server::start_with(&prefix, &server_arguments(served.path()));
    let mine = tempfile::tempdir().unwrap();
    let copy = |from: &Path| {
        for file in ["ca.pem", "key.pem", "cert.pem"] {
            std::fs::copy(from.join(file), mine.path().join(file)).unwrap();
        }
    };

    copy(other.path());
    let mut options = options(&format!("ssl:127.0.0.1:{}", server.port("127.0.0.1")));
    options.tls = Some(tls(mine.path()));
    let (_handle, mut events) = start(options.clone()).unwrap();
    let reason = until(&mut events, |event| match event {
        Event::Disconnected { reason, .. } => Some(reason.clone()),
        _ => None,
    });
    assert!(reason.await.contains("invalid peer certificate"));

    copy(served.path());
    initial(&mut events).await;

    options.tls = Some(TlsOptions { server_name: Some("server".to_owned()), ..tls(mine.path()) });
    let (_handle, mut events) = start(options.clone()).unwrap();
    initial(&mut events).await;

    options.tls = Some(TlsOptions { server_name: Some("another".to_owned()), ..tls(mine.path()) });
    let (_handle, mut events) = start(options).unwrap();
    let reason = until(&mut events, |event| match event {
        Event::Disconnected { reason, .. } => Some(reason.clone()),
        _ => None,
    });
    assert!(reason.await.contains("not valid for name"));
}

#[tokio::test]
async fn an_ipv6_address_is_reached_over_tcp() {
    let Some(prefix) = installed() else { return };
    let files = tempfile::tempdir().unwrap();
    write_files(files.path(), "server");
    let server = Server::start_with(&prefix, &server_arguments(files.path()));
    let (_handle, mut events) = start(options(&format!("tcp:[::1]:{}", server.port("[::1]")))).unwrap();
    initial(&mut events).await;
}

#[tokio::test]
async fn an_ssl_remote_needs_files() {
    let error = start(options("ssl:127.0.0.1:1")).unwrap_err();
    assert!(matches!(error, StartError::NoTls(_)), "{error}");
}
