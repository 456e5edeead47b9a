//! A server that says exactly what a test wants.

use std::path::PathBuf;

use serde_json::{Value as Json, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use weft_ovsdb::Framer;
use weft_ovsdb_schema::{northbound, to_json};

/// Listens on a unix socket of its own.
pub(crate) struct FakeServer {
    directory: TempDir,
    listener: UnixListener,
}

impl FakeServer {
    pub(crate) fn listen() -> Self {
        let directory = tempfile::Builder::new().prefix("weft").tempdir().expect("a temporary directory");
        let listener = UnixListener::bind(directory.path().join("sock")).expect("the socket is free");
        Self { directory, listener }
    }

    pub(crate) fn remote(&self) -> String {
        let path: PathBuf = self.directory.path().join("sock");
        format!("unix:{}", path.display())
    }

    pub(crate) async fn accept(&self) -> Peer {
        let (stream, _) = self.listener.accept().await.expect("a client connects");
        Peer { stream, framer: Framer::new() }
    }

    /// Accepts a client, refuses the `_Server` database, gives the schema and the contents.
    pub(crate) async fn serve(&self, found: bool, transaction: u128, updates: Json) -> (Peer, Json) {
        let mut peer = self.accept().await;
        peer.refuse("monitor_cond").await;
        peer.give_schema().await;
        let (id, params) = peer.expect("monitor_cond_since").await;
        peer.reply(&id, &json!([found, uuid(transaction), updates])).await;
        (peer, params)
    }
}

/// A connected client.
pub(crate) struct Peer {
    stream: UnixStream,
    framer: Framer,
}

impl Peer {
    /// The next message, or `None` at the end of the stream.
    pub(crate) async fn read(&mut self) -> Option<Json> {
        loop {
            if let Some(message) = self.framer.next_message().expect("the client sends objects") {
                return Some(serde_json::from_slice(&message).expect("the client sends JSON"));
            }
            if self.stream.read_buf(self.framer.buffer_mut()).await.expect("the stream is readable") == 0 {
                return None;
            }
        }
    }

    /// The next message must be this request; gives id and parameters.
    pub(crate) async fn expect(&mut self, method: &str) -> (Json, Json) {
        let message = self.read().await.expect("the client sends a request");
        assert_eq!(message["method"], method, "{message}");
        (message["id"].clone(), message["params"].clone())
    }

    pub(crate) async fn refuse(&mut self, method: &str) {
        let (id, _) = self.expect(method).await;
        self.send(&json!({"id": id, "result": null, "error": "unknown method"})).await;
    }

    pub(crate) async fn give_schema(&mut self) {
        let (id, params) = self.expect("get_schema").await;
        assert_eq!(params, json!(["OVN_Northbound"]));
        let schema = northbound().expect("the embedded schema is well formed");
        self.reply(&id, &to_json(&schema)).await;
    }

    pub(crate) async fn reply(&mut self, id: &Json, result: &Json) {
        self.send(&json!({"id": id, "result": result, "error": null})).await;
    }

    pub(crate) async fn notify(&mut self, method: &str, params: Json) {
        self.send(&json!({"id": null, "method": method, "params": params})).await;
    }

    pub(crate) async fn send(&mut self, message: &Json) {
        self.stream.write_all(message.to_string().as_bytes()).await.expect("the stream is writable");
    }
}

/// A uuid's text.
pub(crate) fn uuid(number: u128) -> String {
    weft_ovsdb_schema::Uuid::from_u128(number).to_string()
}

/// Updates of one switch.
pub(crate) fn switch(number: u128, update: Json) -> Json {
    json!({"Logical_Switch": {uuid(number): update}})
}
