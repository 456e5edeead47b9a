//! A running daemon.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Installation;

/// How long a daemon may take to answer its control socket: a guard for broken tests.
const PATIENCE: Duration = Duration::from_secs(60);

/// A process with a log and a control socket, killed at the end.
pub struct Daemon {
    installation: Installation,
    program: PathBuf,
    directory: PathBuf,
    name: String,
    arguments: Vec<String>,
    process: Option<Child>,
}

impl Daemon {
    /// Starts `program`; its files are `NAME.*` in `directory`.
    pub fn start(
        installation: &Installation,
        program: &Path,
        directory: &Path,
        name: &str,
        arguments: Vec<String>,
    ) -> Self {
        let mut daemon = Self {
            installation: installation.clone(),
            program: program.to_owned(),
            directory: directory.to_owned(),
            name: name.to_owned(),
            arguments,
            process: None,
        };
        daemon.launch();
        daemon
    }

    fn file(&self, extension: &str) -> PathBuf {
        self.directory.join(format!("{}.{extension}", self.name))
    }

    /// Starts the process.
    pub fn launch(&mut self) {
        let log = File::options().create(true).append(true).open(self.file("log"));
        let mut command = Command::new(&self.program);
        for variable in ["OVN_RUNDIR", "OVS_RUNDIR", "OVN_LOGDIR", "OVS_LOGDIR", "OVN_DBDIR", "OVS_DBDIR"] {
            command.env(variable, &self.directory);
        }
        let process = command
            .args(["-vconsole:info", "-vsyslog:off", "-vfile:off", "--no-chdir"])
            .arg(format!("--unixctl={}", self.file("ctl").display()))
            .args(&self.arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log.expect("the log opens"))
            .spawn();
        self.process = Some(process.expect("the daemon starts"));
    }

    /// Ends the process without a chance to say goodbye.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().expect("the daemon is killed");
            process.wait().expect("the daemon has ended");
        }
    }

    /// Waits for the process to end of its own accord; says whether it ended well.
    pub fn ended_well(&mut self) -> bool {
        self.process.take().is_some_and(|mut process| process.wait().expect("the daemon ends").success())
    }

    /// Whether the process is still there.
    pub fn is_running(&mut self) -> bool {
        let process = self.process.as_mut();
        process.is_some_and(|process| process.try_wait().expect("the daemon is a child").is_none())
    }

    /// What it has written to its log so far.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(self.file("log")).unwrap_or_default()).into_owned()
    }

    /// Asks its control socket, which must be there.
    pub fn control(&self, words: &[&str]) -> String {
        let target = self.file("ctl").display().to_string();
        let mut arguments = vec!["-t", &target];
        arguments.extend_from_slice(words);
        self.installation.run("ovs-appctl", &arguments)
    }

    /// Asks its control socket again and again until it answers so.
    pub fn wait_for_control(&self, words: &[&str], answer: &str) {
        let target = self.file("ctl").display().to_string();
        let mut arguments = vec!["-t", &target];
        arguments.extend_from_slice(words);
        let deadline = Instant::now() + PATIENCE;
        loop {
            // Each question is a process of its own: that is pause enough.
            let output = self.installation.output("ovs-appctl", &arguments);
            if output.status.success() && String::from_utf8_lossy(&output.stdout).trim_end() == answer {
                return;
            }
            assert!(Instant::now() < deadline, "{words:?} is not {answer:?}: {output:?}\n{}", self.log());
        }
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        if let Some(process) = &mut self.process {
            // A test that fails has other things to say.
            drop(process.kill());
            drop(process.wait());
        }
    }
}
