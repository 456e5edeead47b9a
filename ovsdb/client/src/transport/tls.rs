use std::path::PathBuf;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use thiserror::Error as ThisError;

/// Files for `ssl:` remotes, in PEM. They are read for every connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsOptions {
    /// The client's private key.
    pub private_key: PathBuf,
    /// The client's certificate, with its chain.
    pub certificate: PathBuf,
    /// Certificates of the authorities that the server's certificate must come from.
    pub ca_certificate: PathBuf,
    /// The name that the server's certificate must bear, and that the server is told. Without it any
    /// certificate of the authorities will do, as in Open vSwitch.
    pub server_name: Option<String>,
}

/// Why no TLS connection can be made.
#[derive(Debug, ThisError)]
pub enum TlsError {
    /// A file cannot be read, or holds no PEM item of the kind that is needed.
    #[error("{path}: {message}")]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// The files do not make a usable configuration.
    #[error("TLS configuration: {0}")]
    Config(#[from] Error),
    /// The CA file's certificates cannot be used to verify a server.
    #[error("TLS configuration: {0}")]
    Verifier(#[from] rustls::client::VerifierBuilderError),
}

impl TlsOptions {
    /// Reads the files into what makes TLS connections.
    ///
    /// # Errors
    /// A file cannot be read, or the files do not fit together.
    pub fn client_config(&self) -> Result<Arc<ClientConfig>, TlsError> {
        let provider = Arc::new(ring::default_provider());
        let mut roots = RootCertStore::empty();
        for certificate in certificates(&self.ca_certificate)? {
            roots.add(certificate)?;
        }
        let verifier =
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider)).build()?;
        let verifier = Arc::new(ChainVerifier { inner: verifier, check_name: self.server_name.is_some() });
        let key = PrivateKeyDer::from_pem_file(&self.private_key)
            .map_err(|error| TlsError::File { path: self.private_key.clone(), message: error.to_string() })?;
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_client_auth_cert(certificates(&self.certificate)?, key)?;
        Ok(Arc::new(config))
    }
}

fn certificates(path: &PathBuf) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let error = |message: String| TlsError::File { path: path.clone(), message };
    let found: Result<Vec<_>, _> =
        CertificateDer::pem_file_iter(path).map_err(|cause| error(cause.to_string()))?.collect();
    let found = found.map_err(|cause| error(cause.to_string()))?;
    if found.is_empty() { Err(error("no certificate in the file".to_owned())) } else { Ok(found) }
}

/// Verifies the chain as usual, and the name only if one was asked for.
///
/// OVSDB deployments have a private authority whose certificates bear no host names: whoever holds one of its
/// certificates is trusted.
#[derive(Debug)]
struct ChainVerifier {
    inner: Arc<WebPkiServerVerifier>,
    check_name: bool,
}

impl ServerCertVerifier for ChainVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let result =
            self.inner.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        match result {
            // The name is looked at only after the chain was found good.
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if !self.check_name => Ok(ServerCertVerified::assertion()),
            result => result,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}
