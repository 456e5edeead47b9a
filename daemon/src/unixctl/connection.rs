//! One client's connection to the control socket.

use super::commands::{Commands, Text};
use super::framing::Framing;
use super::server::stopped;
use serde_json::{Value, json};
use std::io;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::sync::watch;

/// How a connection wants its answers (`set-options --format`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Text,
    Json,
}

/// A request of JSON-RPC 1.0.
#[derive(Debug, PartialEq)]
struct Request {
    id: Value,
    method: String,
    params: Vec<Value>,
}

pub(super) struct Connection {
    stream: UnixStream,
    commands: Commands,
    framing: Framing,
    format: Format,
}

impl Connection {
    pub(super) fn new(stream: UnixStream, commands: Commands) -> Self {
        Self { stream, commands, framing: Framing::default(), format: Format::Text }
    }

    /// Answers requests until the client hangs up or, between requests, `stop` turns true.
    pub(super) async fn run(mut self, mut stop: watch::Receiver<bool>) {
        let mut buffer = [0; 4096];
        loop {
            match self.answer_pending().await {
                Ok(()) => {}
                Err(error) => {
                    tracing::warn!(target: "unixctl", per_minute = 5, "control connection: {error}");
                    return;
                }
            }
            tokio::select! {
                read = self.stream.read(&mut buffer) => match read {
                    Ok(0) | Err(_) => return,
                    Ok(n) => self.framing.push(&buffer[..n]),
                },
                () = stopped(&mut stop) => return,
            }
        }
    }

    async fn answer_pending(&mut self) -> io::Result<()> {
        while let Some(value) = self.framing.next().map_err(invalid_data)? {
            let request = parse_request(value).map_err(invalid_data)?;
            tracing::debug!(
                target: "unixctl",
                "received request {}{}, id={}", request.method, json!(request.params), request.id
            );
            let reply = self.answer(request).await;
            tracing::debug!(target: "unixctl", "replying with {reply}");
            self.stream.write_all(reply.to_string().as_bytes()).await?;
        }
        Ok(())
    }

    async fn answer(&mut self, request: Request) -> Value {
        let Request { id, method, params } = request;
        match self.execute(&method, params).await {
            Ok(result) => json!({"id": id, "result": result, "error": null}),
            Err(error) => json!({"id": id, "result": null, "error": error}),
        }
    }

    async fn execute(&mut self, method: &str, params: Vec<Value>) -> Result<Value, String> {
        self.commands.check(method, params.len())?;
        let words: Option<Vec<String>> = params.iter().map(|word| word.as_str().map(str::to_owned)).collect();
        let words = words.ok_or_else(|| format!("\"{method}\" command has non-string argument"))?;
        if method == "set-options" {
            self.format = parse_format(&words)?.unwrap_or(self.format);
        }
        if method == "list-commands" && self.format == Format::Json {
            let usages = self.commands.usages();
            return Ok(Value::Object(
                usages.into_iter().map(|(name, usage)| (name.into(), usage.into())).collect(),
            ));
        }
        let receiver = self.commands.start(method, words)?;
        let text: Text = receiver.await.unwrap_or_else(|_| Err(format!("\"{method}\" gave no answer")));
        let text = text?;
        Ok(match self.format {
            Format::Text => Value::String(text),
            Format::Json => json!({"reply-format": "plain", "reply": text}),
        })
    }
}

fn invalid_data(reason: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason)
}

fn parse_request(value: Value) -> Result<Request, String> {
    let Value::Object(mut members) = value else { return Err("received no JSON object".into()) };
    let mut take = |name: &str| members.remove(name).unwrap_or_default();
    match (take("id"), take("method"), take("params")) {
        (Value::Null, Value::String(_), _) => Err("received unexpected notification message".into()),
        (id, Value::String(method), Value::Array(params)) => Ok(Request { id, method, params }),
        _ => Err("received a message that is no request".into()),
    }
}

/// Reads the arguments of `set-options`: `--format text|json`, also as `--format=...` or `-f ...`.
fn parse_format(words: &[String]) -> Result<Option<Format>, String> {
    use crate::options::{Argument, Item, LongOption, scan};
    const TABLE: &[LongOption] = &[LongOption::with_short("format", 'f', Argument::Required)];
    let mut format = None;
    for item in scan("", TABLE, words.iter().cloned()) {
        match item {
            Item::Option(option) => {
                let name = option.value.unwrap_or_default();
                format = Some(match name.to_ascii_lowercase().as_str() {
                    "text" => Format::Text,
                    "json" => Format::Json,
                    _ => return Err(format!("option format has invalid value {name}")),
                });
            }
            Item::Diagnostic(line) => return Err(line.trim_start_matches(": ").to_owned()),
            Item::Argument(_) => {}
        }
    }
    Ok(format)
}

#[cfg(test)]
mod tests {
    use super::{Format, parse_format, parse_request};
    use serde_json::json;

    #[test]
    fn the_output_format_is_read_from_the_options() {
        let format = |words: &[&str]| parse_format(&words.iter().map(|&w| w.to_owned()).collect::<Vec<_>>());
        assert_eq!(format(&["--format", "json"]), Ok(Some(Format::Json)));
        assert_eq!(format(&["--format=TEXT"]), Ok(Some(Format::Text)));
        assert_eq!(format(&["--format", "xml"]), Err("option format has invalid value xml".into()));
        assert_eq!(format(&["--formatx", "xml"]), Err("unrecognized option '--formatx'".into()));
    }

    #[test]
    fn only_requests_are_taken() {
        assert!(parse_request(json!({"id": 0, "method": "m", "params": []})).is_ok());
        assert!(parse_request(json!({"id": null, "method": "m", "params": []})).is_err());
        assert!(parse_request(json!({"id": 0, "result": 1, "error": null})).is_err());
        assert!(parse_request(json!([1])).is_err());
        assert!(parse_request(json!("text")).is_err());
    }
}
