//! A switch that does what a test says.

use std::path::PathBuf;
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use weft_openflow::Version;
use weft_openflow::message::{Body, ErrorCode, ErrorMessage, Header, Hello, Message, SwitchFeatures};
use weft_openflow_connection::{Event, Events, SwitchAddress, SwitchHandle, SwitchOptions, start};

pub(crate) const FEATURES: SwitchFeatures = SwitchFeatures {
    datapath_id: 0x1234,
    buffers: 0,
    tables: 254,
    auxiliary_id: 0,
    capabilities: 0x4f,
    reserved: 0,
};

/// Where a switch listens.
pub(crate) struct FakeSwitch {
    folder: TempDir,
    listener: UnixListener,
}

impl FakeSwitch {
    pub(crate) fn new() -> FakeSwitch {
        let folder = TempDir::new().expect("a folder");
        let listener = UnixListener::bind(folder.path().join("s")).expect("a socket");
        FakeSwitch { folder, listener }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("s")
    }

    pub(crate) fn options(&self) -> SwitchOptions {
        SwitchOptions::new(SwitchAddress::Unix(self.path()))
    }

    pub(crate) async fn accept(&self) -> Peer {
        let accepted = tokio::time::timeout(Duration::from_secs(20), self.listener.accept()).await;
        let (stream, _) = accepted.expect("a connection in time").expect("a connection");
        Peer { stream, version: Version::V1_5 }
    }

    /// A connection that is greeted, and the controller's side of it.
    pub(crate) async fn connected(&self, options: SwitchOptions) -> (Peer, SwitchHandle, Events) {
        let (handle, mut events) = start(options);
        let mut peer = self.accept().await;
        peer.greet().await;
        let event = next(&mut events).await;
        assert!(
            matches!(event, Event::Connected { version: Version::V1_5, features } if features == FEATURES)
        );
        (peer, handle, events)
    }
}

pub(crate) async fn next(events: &mut Events) -> Event {
    let event = tokio::time::timeout(Duration::from_secs(20), events.recv()).await;
    event.expect("an event in time").expect("an event")
}

/// A connection as the switch sees it.
pub(crate) struct Peer {
    stream: UnixStream,
    version: Version,
}

impl Peer {
    pub(crate) async fn greet(&mut self) {
        assert!(matches!(self.receive().await.body, Body::Hello(_)));
        self.send(1, Body::Hello(Hello::offering(&[Version::V1_3, Version::V1_5]))).await;
        let request = self.receive().await;
        assert_eq!(request.body, Body::FeaturesRequest);
        self.send(request.xid, Body::FeaturesReply(FEATURES)).await;
    }

    /// The next message, or nothing if the controller has gone.
    pub(crate) async fn try_receive(&mut self) -> Option<Message> {
        let mut head = [0; 8];
        self.stream.read_exact(&mut head).await.ok()?;
        let length = usize::from(Header::decode(&head).expect("eight bytes").length);
        let mut bytes = head.to_vec();
        bytes.resize(length, 0);
        self.stream.read_exact(&mut bytes[8..]).await.ok()?;
        Some(Message::decode(&bytes, self.version).expect("a message"))
    }

    pub(crate) async fn receive(&mut self) -> Message {
        let received = tokio::time::timeout(Duration::from_secs(20), self.try_receive()).await;
        received.expect("a message in time").expect("a message")
    }

    pub(crate) async fn send(&mut self, xid: u32, body: Body) {
        let bytes = Message::new(xid, body).encode(self.version).expect("a message of the version");
        self.send_bytes(&bytes).await;
    }

    pub(crate) async fn send_bytes(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.expect("a connection");
    }

    pub(crate) async fn refuse(&mut self, xid: u32, code: ErrorCode) {
        self.send(xid, Body::Error(ErrorMessage { code, data: Vec::new() })).await;
    }
}
