//! A running northd.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::Installation;

/// How long a northd may take to answer its control socket: a guard for broken tests.
const PATIENCE: Duration = Duration::from_secs(60);

/// A northd process, killed at the end.
pub(crate) struct Northd {
    installation: Installation,
    program: PathBuf,
    remotes: [String; 2],
    control: PathBuf,
    log: PathBuf,
    process: Option<Child>,
}

impl Northd {
    /// Starts this workspace's northd; its files are `NAME.*` in `directory`.
    pub(crate) fn start(
        installation: &Installation,
        directory: &Path,
        name: &str,
        northbound: &str,
        southbound: &str,
    ) -> Self {
        let program = PathBuf::from(env!("CARGO_BIN_EXE_ovn-northd"));
        Self::start_program(installation, program, directory, name, [northbound, southbound])
    }

    /// Starts the installed C northd.
    pub(crate) fn start_installed(
        installation: &Installation,
        directory: &Path,
        name: &str,
        northbound: &str,
        southbound: &str,
    ) -> Self {
        let program = installation.program("ovn-northd");
        Self::start_program(installation, program, directory, name, [northbound, southbound])
    }

    fn start_program(
        installation: &Installation,
        program: PathBuf,
        directory: &Path,
        name: &str,
        remotes: [&str; 2],
    ) -> Self {
        let mut northd = Self {
            installation: installation.clone(),
            program,
            remotes: remotes.map(str::to_owned),
            control: directory.join(format!("{name}.ctl")),
            log: directory.join(format!("{name}.log")),
            process: None,
        };
        northd.launch();
        northd
    }

    /// Starts the process.
    pub(crate) fn launch(&mut self) {
        let open = || File::options().create(true).append(true).open(&self.log);
        let process = Command::new(&self.program)
            .args(["-vconsole:info", "-vsyslog:off", "-vfile:off", "--no-chdir"])
            .arg(format!("--ovnnb-db={}", self.remotes[0]))
            .arg(format!("--ovnsb-db={}", self.remotes[1]))
            .arg(format!("--unixctl={}", self.control.display()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(open().expect("the log opens"))
            .spawn();
        self.process = Some(process.expect("northd starts"));
    }

    /// Ends the process without a chance to say goodbye.
    pub(crate) fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().expect("northd is killed");
            process.wait().expect("northd has ended");
        }
    }

    /// Waits for the process to end of its own accord; says whether it ended well.
    pub(crate) fn ended_well(&mut self) -> bool {
        self.process.take().is_some_and(|mut process| process.wait().expect("northd ends").success())
    }

    /// Whether the process is still there.
    pub(crate) fn is_running(&mut self) -> bool {
        let process = self.process.as_mut();
        process.is_some_and(|process| process.try_wait().expect("northd is a child").is_none())
    }

    /// What it has written to its log so far.
    pub(crate) fn log(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(&self.log).unwrap_or_default()).into_owned()
    }

    /// Asks its control socket, which must be there.
    pub(crate) fn control(&self, words: &[&str]) -> String {
        let target = self.control.display().to_string();
        let mut arguments = vec!["-t", &target];
        arguments.extend_from_slice(words);
        self.installation.run("ovs-appctl", &arguments)
    }

    /// Asks its control socket again and again until it answers so.
    pub(crate) fn wait_for_control(&self, words: &[&str], answer: &str) {
        let target = self.control.display().to_string();
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

impl Drop for Northd {
    fn drop(&mut self) {
        if let Some(process) = &mut self.process {
            // A test that fails has other things to say.
            drop(process.kill());
            drop(process.wait());
        }
    }
}
