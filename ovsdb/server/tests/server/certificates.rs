//! An authority of certificates, and connections that speak TLS.

use std::io::BufReader;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::server::WebPkiClientVerifier;
use rustls::{ClientConfig, ClientConnection, RootCertStore, ServerConfig, ServerConnection, StreamOwned};

/// An authority, whose files are in a directory of its own.
pub(crate) struct Authority {
    directory: tempfile::TempDir,
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::new([]).unwrap();
        params.distinguished_name.push(DnType::CommonName, "authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("ca.pem"), issuer.pem()).unwrap();
        Self { directory, issuer }
    }

    /// The options of a server whose certificate has this name.
    pub(crate) fn server_arguments(&self, name: &str) -> Vec<String> {
        let (key, certificate) = self.issue(name);
        vec![
            format!("--private-key={}", key.display()),
            format!("--certificate={}", certificate.display()),
            format!("--ca-cert={}", self.file().display()),
        ]
    }

    fn file(&self) -> PathBuf {
        self.directory.path().join("ca.pem")
    }

    /// Writes a key and a certificate of a name.
    fn issue(&self, name: &str) -> (PathBuf, PathBuf) {
        let path = |kind: &str| self.directory.path().join(format!("{name}-{kind}.pem"));
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        std::fs::write(path("key"), key.serialize_pem()).unwrap();
        std::fs::write(path("cert"), certificate.pem()).unwrap();
        (path("key"), path("cert"))
    }

    fn roots(&self) -> Arc<RootCertStore> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(self.file()).unwrap()).unwrap();
        Arc::new(roots)
    }

    /// Connects to the server `server` at a port; with a certificate of this name, if there is one.
    pub(crate) fn connect(
        &self,
        port: u16,
        name: Option<&str>,
    ) -> std::io::Result<StreamOwned<ClientConnection, TcpStream>> {
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(self.roots());
        let config = match name {
            None => builder.with_no_client_auth(),
            Some(name) => {
                let (key, certificate) = self.issue(name);
                builder.with_client_auth_cert(chain(&certificate), read_key(&key)).unwrap()
            }
        };
        let server = ServerName::try_from("server").unwrap();
        let mut connection = ClientConnection::new(Arc::new(config), server).unwrap();
        let mut socket = TcpStream::connect(("127.0.0.1", port))?;
        socket.set_read_timeout(Some(Duration::from_secs(30)))?;
        while connection.is_handshaking() {
            connection.complete_io(&mut socket)?;
        }
        Ok(StreamOwned::new(connection, socket))
    }

    /// The other end of a connection that somebody opened to the client `server`.
    pub(crate) fn accept(&self, socket: TcpStream) -> StreamOwned<ServerConnection, TcpStream> {
        let provider = Arc::new(ring::default_provider());
        let (key, certificate) = self.issue("server");
        let verifier =
            WebPkiClientVerifier::builder_with_provider(self.roots(), Arc::clone(&provider)).build();
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_client_cert_verifier(verifier.unwrap())
            .with_single_cert(chain(&certificate), read_key(&key))
            .unwrap();
        StreamOwned::new(ServerConnection::new(Arc::new(config)).unwrap(), socket)
    }
}

fn chain(path: &Path) -> Vec<CertificateDer<'static>> {
    let file = BufReader::new(std::fs::File::open(path).unwrap());
    CertificateDer::pem_reader_iter(file).map(Result::unwrap).collect()
}

fn read_key(path: &Path) -> PrivateKeyDer<'static> {
    PrivateKeyDer::from_pem_file(path).unwrap()
}
