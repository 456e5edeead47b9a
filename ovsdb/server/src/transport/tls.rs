use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use parking_lot::Mutex;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{ClientConfig, RootCertStore, ServerConfig, SupportedProtocolVersion};
use weft_ovsdb::TlsOptions;
use x509_parser::prelude::{FromDer, X509Certificate};

use super::cipher_suites::admitted;

/// The files that TLS connections need, all in PEM.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TlsFiles {
    /// The server's private key.
    pub private_key: Option<String>,
    /// The server's certificate.
    pub certificate: Option<String>,
    /// Certificates of the authorities that a client's certificate must come from; `none` asks for none.
    pub ca_certificate: Option<String>,
    /// Certificates to send to clients along with the server's own.
    pub peer_ca_certificate: Option<String>,
    /// The protocols to speak, such as `TLSv1.2,TLSv1.3`.
    pub protocols: Option<String>,
    /// The ciphers to offer with TLS 1.2, by OpenSSL's names.
    pub ciphers: Option<String>,
    /// The cipher suites to offer with TLS 1.3.
    pub ciphersuites: Option<String>,
}

/// What is made of the files; made anew when one of them changes.
#[derive(Debug, Default)]
pub(crate) struct TlsMaterial(Mutex<Option<Made>>);

#[derive(Debug)]
struct Made {
    files: TlsFiles,
    stamps: Vec<Option<SystemTime>>,
    config: Arc<ServerConfig>,
}

impl TlsMaterial {
    /// How to speak TLS with a client.
    ///
    /// # Errors
    /// A file is not configured, cannot be read, or does not fit the others.
    pub(crate) fn server_config(&self, files: &TlsFiles) -> io::Result<Arc<ServerConfig>> {
        let mut made = self.0.lock();
        let stamps = files.stamps();
        if let Some(made) = &*made
            && made.files == *files
            && made.stamps == stamps
        {
            return Ok(Arc::clone(&made.config));
        }
        let config = Arc::new(files.server_config()?);
        *made = Some(Made { files: files.clone(), stamps, config: Arc::clone(&config) });
        Ok(config)
    }
}

impl TlsFiles {
    /// How to speak TLS with a client that listens.
    ///
    /// # Errors
    /// A file is not configured, cannot be read, or does not fit the others.
    pub fn client_config(&self) -> io::Result<Arc<ClientConfig>> {
        let options = TlsOptions {
            private_key: required(&self.private_key, "private key")?.into(),
            certificate: required(&self.certificate, "certificate")?.into(),
            ca_certificate: required(&self.ca_certificate, "CA certificate")?.into(),
            server_name: None,
        };
        options.client_config().map_err(io::Error::other)
    }

    fn stamps(&self) -> Vec<Option<SystemTime>> {
        [&self.private_key, &self.certificate, &self.ca_certificate, &self.peer_ca_certificate]
            .into_iter()
            .map(|path| Path::new(path.as_ref()?).metadata().and_then(|metadata| metadata.modified()).ok())
            .collect()
    }

    fn server_config(&self) -> io::Result<ServerConfig> {
        let provider = ring::default_provider();
        let cipher_suites = admitted(&provider.cipher_suites, self);
        let provider = Arc::new(CryptoProvider { cipher_suites, ..provider });
        let key = required(&self.private_key, "private key")?;
        let mut chain = certificates(required(&self.certificate, "certificate")?)?;
        if let Some(path) = &self.peer_ca_certificate {
            chain.extend(certificates(path)?);
        }
        let key = PrivateKeyDer::from_pem_file(key).map_err(|error| in_file(key, error))?;
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(&self.versions())
            .map_err(io::Error::other)?;
        let authority = required(&self.ca_certificate, "CA certificate")?;
        let builder = if authority == "none" {
            builder.with_no_client_auth()
        } else {
            let mut roots = RootCertStore::empty();
            for certificate in certificates(authority)? {
                roots.add(certificate).map_err(|error| in_file(authority, error))?;
            }
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build();
            builder.with_client_cert_verifier(verifier.map_err(|error| in_file(authority, error))?)
        };
        builder.with_single_cert(chain, key).map_err(io::Error::other)
    }

    fn versions(&self) -> Vec<&'static SupportedProtocolVersion> {
        let all = [("TLSv1.2", &rustls::version::TLS12), ("TLSv1.3", &rustls::version::TLS13)];
        let Some(protocols) = &self.protocols else { return all.map(|(_, version)| version).to_vec() };
        let is_wanted = |name: &str| {
            protocols.split([',', ' ', '\t']).any(|word| match word.split_once('-') {
                Some((first, last)) => first.min(last) <= name && name <= first.max(last),
                // A plus sign means the named protocol and all later ones.
                None => word == name || word.strip_suffix('+').is_some_and(|least| least <= name),
            })
        };
        let wanted: Vec<_> =
            all.iter().filter(|(name, _)| is_wanted(name)).map(|(_, version)| *version).collect();
        if wanted.is_empty() {
            tracing::warn!(target: "stream_ssl", per_minute = 1, "{protocols}: no such SSL/TLS protocol, using the default");
            return all.map(|(_, version)| version).to_vec();
        }
        wanted
    }
}

/// The common name in a certificate, by which access control knows a client.
pub(super) fn peer_name(certificate: &CertificateDer<'_>) -> Option<String> {
    let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
    let name = certificate.subject().iter_common_name().next()?.as_str().ok()?;
    Some(name.to_owned())
}

fn required<'f>(file: &'f Option<String>, what: &str) -> io::Result<&'f str> {
    file.as_deref().ok_or_else(|| io::Error::other(format!("{what} must be configured to use SSL/TLS")))
}

fn certificates(path: &str) -> io::Result<Vec<CertificateDer<'static>>> {
    let found: Result<Vec<_>, _> =
        CertificateDer::pem_file_iter(path).map_err(|error| in_file(path, error))?.collect();
    found.map_err(|error| in_file(path, error))
}

fn in_file(path: &str, error: impl std::fmt::Display) -> io::Error {
    io::Error::other(format!("{path}: {error}"))
}
