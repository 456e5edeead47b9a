//! The `ovs-ofctl` of an installed Open vSwitch.

use std::path::PathBuf;
use std::process::{Command, Output};

use weft_openflow::Version;

use crate::hexadecimal::{bytes, hexadecimal};

/// A flow-mod as `ovs-ofctl` shows it.
#[derive(Debug, PartialEq, Eq)]
pub struct Shown {
    /// What follows `ADD `.
    pub text: String,
    /// The whole message.
    pub bytes: Vec<u8>,
}

/// The program, with a folder for what it is given.
pub struct Ofctl {
    program: PathBuf,
    folder: tempfile::TempDir,
}

impl Ofctl {
    /// That of `OVN_PREFIX`; without, says that a test is skipped.
    #[expect(clippy::print_stdout, reason = "a skipped test says so")]
    pub fn installed(test: &str) -> Option<Ofctl> {
        let Some(prefix) = std::env::var_os("OVN_PREFIX") else {
            println!("{test} is skipped: OVN_PREFIX names no installed Open vSwitch");
            return None;
        };
        let folder = tempfile::tempdir().expect("a folder for files");
        Some(Ofctl { program: PathBuf::from(prefix).join("bin/ovs-ofctl"), folder })
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(&self.program);
        command.args(arguments).env("OVS_RUNDIR", self.folder.path()).output().expect("ovs-ofctl runs")
    }

    fn text(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "ovs-ofctl {}: {errors}", arguments.join(" "));
        String::from_utf8(output.stdout).expect("ovs-ofctl writes text")
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).expect("a file is written");
        path.to_str().expect("a path is text").to_string()
    }

    /// What `ovs-ofctl parse-flows` makes of flows, a line each; or why it refuses a line.
    pub fn parse_flows(&self, lines: &[String], version: Version) -> Vec<Result<Shown, String>> {
        let mut found = Vec::with_capacity(lines.len());
        let mut rest = lines;
        // It stops at the first line that it refuses, and then shows nothing of those before.
        loop {
            let (refused, reason) = match self.parse_all(rest, version) {
                Ok(shown) => {
                    found.extend(shown.into_iter().map(Ok));
                    break;
                }
                Err(refused) => refused,
            };
            let before = self.parse_all(&rest[..refused], version).expect("these lines are not refused");
            found.extend(before.into_iter().map(Ok));
            found.push(Err(reason));
            rest = &rest[refused + 1..];
        }
        assert_eq!(found.len(), lines.len(), "something is said of each line");
        found
    }

    /// What is shown of flows if none is refused; else which is, counted from 0, and why.
    fn parse_all(&self, lines: &[String], version: Version) -> Result<Vec<Shown>, (usize, String)> {
        let file = self.file("flows", lines.join("\n") + "\n");
        let output = self.run(&["-O", &version.protocol(), "-mmmmmm", "parse-flows", &file]);
        if output.status.success() {
            return Ok(shown_flows(&String::from_utf8_lossy(&output.stdout)));
        }
        let error = String::from_utf8_lossy(&output.stderr);
        let place = error.split_once(&format!("{file}:")).and_then(|(_, rest)| rest.split_once(": "));
        let (line, reason) = place.expect("an error names its line");
        let line: usize = line.parse().expect("the number of a line");
        Err((line - 1, reason.trim().to_string()))
    }

    /// Whether `ovs-ofctl` takes a flow for OpenFlow 1.3 and later, and what it says if not.
    pub fn accepts(&self, flow: &str) -> Result<(), String> {
        let output = self.run(&["-O", "OpenFlow13,OpenFlow14,OpenFlow15", "parse-flow", flow]);
        match output.status.success() {
            true => Ok(()),
            false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
        }
    }

    /// What `ovs-ofctl parse-nx-match` makes of NXM entries.
    pub fn nxm(&self, matches: &[Vec<u8>]) -> Vec<Vec<u8>> {
        let lines: Vec<String> = matches.iter().map(|bytes| nxm_text(bytes)).collect();
        let mut command = Command::new(&self.program);
        command.args(["--strict", "-m", "parse-nx-match"]).env("OVS_RUNDIR", self.folder.path());
        let input =
            std::fs::File::open(self.file("nxm", lines.join("\n") + "\n")).expect("the file is there");
        let output = command.stdin(input).output().expect("ovs-ofctl runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let shown = String::from_utf8(output.stdout).expect("ovs-ofctl writes text");
        let mut found: Vec<Vec<u8>> = Vec::new();
        for line in shown.lines() {
            match (found.last_mut(), hex_dump(&format!("{line}|"))) {
                (Some(last), Some(bytes)) if !line.contains('(') => last.extend(bytes),
                _ => found.push(Vec::new()),
            }
        }
        found
    }

    /// What `ovs-ofctl ofp-print` says of a message, whether it understands it or not.
    pub fn print(&self, message: &[u8]) -> String {
        String::from_utf8_lossy(&self.run(&["ofp-print", &hexadecimal(message)]).stdout).into_owned()
    }

    /// The lines that `ovs-ofctl ofp-parse` prints of each message.
    pub fn show(&self, messages: &[u8]) -> Vec<Vec<String>> {
        let file = self.file("messages", messages);
        let mut found: Vec<Vec<String>> = Vec::new();
        for line in self.text(&["ofp-parse", &file]).lines() {
            match found.last_mut() {
                Some(message) if !line.starts_with("OFP") => message.push(line.to_string()),
                _ => found.push(vec![line.to_string()]),
            }
        }
        found
    }
}

/// The flows of messages that add some, as `ovs-ofctl` shows them.
fn shown_flows(text: &str) -> Vec<Shown> {
    let mut found: Vec<Shown> = Vec::new();
    for line in text.lines() {
        if let Some((_, text)) = line.split_once("): ADD ") {
            found.push(Shown { text: text.to_string(), bytes: Vec::new() });
        } else if let (Some(last), Some(bytes)) = (found.last_mut(), hex_dump(line)) {
            last.bytes.extend(bytes);
        }
    }
    found
}

/// NXM entries as `ovs-ofctl parse-nx-match` takes them: `00000602(0800), …` with the digits of the header.
fn nxm_text(mut bytes: &[u8]) -> String {
    let mut parts = Vec::new();
    while !bytes.is_empty() {
        let experimenter = if bytes[..2] == [0xff, 0xff] { 4 } else { 0 };
        let (header, rest) = bytes.split_at(4 + experimenter);
        let (payload, rest) = rest.split_at(usize::from(header[3]) - experimenter);
        let masked = header[2] & 1 != 0;
        let (value, mask) = payload.split_at(if masked { payload.len() / 2 } else { payload.len() });
        let mask = if masked { format!("/{}", hexadecimal(mask)) } else { String::new() };
        parts.push(format!("{}({}{mask})", hexadecimal(header), hexadecimal(value)));
        bytes = rest;
    }
    if parts.is_empty() { "<any>".to_string() } else { parts.join(", ") }
}

/// The bytes of a line such as `00000010  00 01-02 |...|`.
fn hex_dump(line: &str) -> Option<Vec<u8>> {
    let (line, _) = line.split_once('|')?;
    let (_, line) = line.split_once("  ")?;
    let digits: String = line.chars().filter(char::is_ascii_hexdigit).collect();
    bytes(&digits)
}
