//! Where OVN is installed, and its programs.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use crate::Kind;

/// Where OVN is installed.
#[derive(Debug, Clone)]
pub struct Installation(PathBuf);

impl Installation {
    /// The one that the environment names.
    #[expect(clippy::print_stderr, reason = "a skipped test says so")]
    pub fn find() -> Option<Self> {
        let prefix = std::env::var_os("OVN_PREFIX").map(PathBuf::from);
        if prefix.is_none() {
            eprintln!("skipped: OVN_PREFIX does not name an installed OVN");
        }
        prefix.map(Self)
    }

    /// One of its programs.
    pub fn program(&self, name: &str) -> PathBuf {
        self.0.join("bin").join(name)
    }

    /// The file of a database's schema.
    pub fn schema(&self, kind: Kind) -> String {
        self.0.join("schemas").join(kind.schema()).display().to_string()
    }

    /// Runs one of its programs and returns what it prints.
    pub fn run(&self, program: &str, arguments: &[&str]) -> String {
        let output = self.output(program, arguments);
        assert!(
            output.status.success(),
            "{program} {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Runs one of its programs, whatever comes of it.
    pub fn output(&self, program: &str, arguments: &[&str]) -> Output {
        let command = &mut Command::new(self.program(program));
        command.args(arguments).stdin(Stdio::null()).output().expect("the program runs")
    }
}
