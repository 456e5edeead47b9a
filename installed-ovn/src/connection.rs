//! A blocking OVSDB connection of a test, and operations for it.

use std::io::{BufReader, Write};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use serde_json::de::IoRead;
use serde_json::{Deserializer, StreamDeserializer, Value, json};
use uuid::Uuid;

/// How long a server may take for anything, in milliseconds: a guard for broken tests.
const PATIENCE_MS: u64 = 60_000;

/// A connection to one database.
pub struct Connection {
    stream: UnixStream,
    messages: StreamDeserializer<'static, IoRead<BufReader<UnixStream>>, Value>,
    database: &'static str,
}

impl Connection {
    /// Connects to the socket at `path`, for one database.
    pub fn new(path: &str, database: &'static str) -> Self {
        let stream = UnixStream::connect(path).expect("the server listens");
        stream.set_read_timeout(Some(Duration::from_millis(PATIENCE_MS + 10_000))).expect("a timeout is set");
        let reader = BufReader::new(stream.try_clone().expect("the socket is shared"));
        Self { stream, messages: Deserializer::from_reader(reader).into_iter(), database }
    }

    /// The results of a transaction, or `None` when the connection broke.
    pub fn try_transact(&mut self, operations: &[Value]) -> Option<Vec<Value>> {
        self.send(&json!({ "method": "transact", "params": self.parameters(operations), "id": 1 })).ok()?;
        loop {
            let message = self.messages.next()?.ok()?;
            if message["method"] == "echo" {
                self.send(&json!({ "result": message["params"], "error": null, "id": message["id"] }))
                    .ok()?;
            } else if message["id"] == 1 {
                assert!(message["result"].is_array(), "refused: {message}");
                return message["result"].as_array().cloned();
            }
        }
    }

    /// Asks for a transaction without waiting for what comes of it.
    pub fn ask_to_transact(&mut self, operations: &[Value]) {
        let request = json!({ "method": "transact", "params": self.parameters(operations), "id": 2 });
        self.send(&request).expect("the server takes it");
    }

    fn parameters(&self, operations: &[Value]) -> Vec<Value> {
        let mut parameters = vec![json!(self.database)];
        parameters.extend_from_slice(operations);
        parameters
    }

    fn send(&mut self, message: &Value) -> std::io::Result<()> {
        self.stream.write_all(message.to_string().as_bytes())
    }

    /// The results of a transaction that must succeed.
    pub fn transact(&mut self, operations: &[Value]) -> Vec<Value> {
        let results = self.try_transact(operations).expect("the server answers");
        for result in &results {
            assert!(result.get("error").is_none(), "{result}");
        }
        results
    }

    /// All rows of a table, all columns.
    pub fn rows(&mut self, table: &str) -> Vec<Value> {
        self.rows_where(table, json!([]))
    }

    /// Some rows of a table, all columns.
    pub fn rows_where(&mut self, table: &str, condition: Value) -> Vec<Value> {
        let select = json!({ "op": "select", "table": table, "where": condition });
        let results = self.transact(&[select]);
        results[0]["rows"].as_array().cloned().expect("a selection gives rows")
    }

    /// Waits until columns of exactly the rows that `condition` selects are `rows`; false when that takes
    /// too long.
    pub fn wait_for(&mut self, table: &str, condition: Value, columns: &[&str], rows: Value) -> bool {
        let wait = json!({
            "op": "wait", "timeout": PATIENCE_MS, "table": table, "where": condition,
            "columns": columns, "until": "==", "rows": rows,
        });
        let results = self.try_transact(&[wait]).expect("the server answers");
        results.iter().all(|result| result.get("error").is_none())
    }
}

/// An insertion under a UUID of the caller's choice.
pub fn insert(table: &str, uuid: Uuid, row: Value) -> Value {
    json!({ "op": "insert", "table": table, "uuid": uuid, "row": row })
}

/// An update of one row.
pub fn update(table: &str, uuid: Uuid, row: Value) -> Value {
    json!({ "op": "update", "table": table, "where": [["_uuid", "==", reference(uuid)]], "row": row })
}

/// A mutation of one column of one row.
pub fn mutate(table: &str, uuid: Uuid, column: &str, mutator: &str, value: Value) -> Value {
    json!({
        "op": "mutate", "table": table, "where": [["_uuid", "==", reference(uuid)]],
        "mutations": [[column, mutator, value]],
    })
}

/// A deletion of one row.
pub fn delete(table: &str, uuid: Uuid) -> Value {
    json!({ "op": "delete", "table": table, "where": [["_uuid", "==", reference(uuid)]] })
}

/// A reference to a row.
pub fn reference(uuid: Uuid) -> Value {
    json!(["uuid", uuid])
}

/// References to rows.
pub fn references(uuids: impl IntoIterator<Item = Uuid>) -> Value {
    json!(["set", uuids.into_iter().map(reference).collect::<Vec<_>>()])
}

/// A row's UUID.
pub fn uuid_of(row: &Value) -> String {
    row["_uuid"][1].as_str().unwrap_or_default().to_owned()
}
