//! The log itself: where messages meet settings and destinations.

use super::file::{self, LogFile};
use super::level::{Destination, Level};
use super::pattern::{Record, expand};
use super::settings::Settings;
use super::subscriber::Subscriber;
use super::syslog::{SyslogMessage, SyslogMethod, SyslogSink, SyslogTarget};
use super::thread_name::subprogram_name;
use crate::error_text::error_text;
use chrono::Utc;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Instant;

/// How to log, as the command line says.
#[derive(Clone, Debug)]
pub struct LogConfig {
    /// The program's name, for patterns and for the system's log.
    pub program: String,
    /// Levels and patterns.
    pub settings: Settings,
    /// The log file, if there is to be one.
    pub file: Option<PathBuf>,
    /// How to reach the system's log; `None` asks the environment.
    pub syslog_method: Option<SyslogMethod>,
    /// Who gets copies of messages for the system's log.
    pub syslog_target: Option<SyslogTarget>,
}

impl LogConfig {
    /// The defaults: level `INFO` on the console and in the system's log, and no file.
    pub fn new(program: &str, modules: &[&str]) -> Self {
        Self {
            program: program.to_owned(),
            settings: Settings::new(modules),
            file: None,
            syslog_method: None,
            syslog_target: None,
        }
    }
}

/// A handle on the process's log; clones share it.
#[derive(Clone, Debug)]
pub struct Vlog(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    program: String,
    settings: RwLock<Settings>,
    file: Mutex<LogFile>,
    syslog: Mutex<SyslogSink>,
    number: AtomicU64,
    start: Instant,
}

/// Sets up logging and makes it the place where the events of `tracing` go.
///
/// A log file that cannot be opened is a warning, also on the console, and the program goes on.
///
/// # Errors
/// Answers what is wrong with the environment's syslog method, or that another subscriber is
/// already in place.
pub fn init(config: LogConfig) -> Result<Vlog, String> {
    let file = config.file.clone();
    let vlog = Vlog::new(config)?;
    tracing::subscriber::set_global_default(Subscriber::new(vlog.clone())).map_err(|e| e.to_string())?;
    if let Some(path) = file
        && let Err(error) = vlog.open_file(path.clone())
    {
        let text = format!("failed to open {} for logging: {}", path.display(), error_text(&error));
        vlog.emit("vlog", Level::Warn, &text, Console::Always);
    }
    if lock(&vlog.0.syslog).has_target() {
        tracing::warn!(target: "vlog", "--syslog-target is deprecated, use --syslog-method instead");
    }
    Ok(vlog)
}

/// Whether a message goes to the console.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Console {
    IfEnabled,
    Always,
    Never,
}

impl Vlog {
    /// A log that receives no events but those that are passed to it.
    pub(super) fn new(config: LogConfig) -> Result<Self, String> {
        let method = config.syslog_method.map_or_else(SyslogMethod::from_env, Ok)?;
        Ok(Self(Arc::new(Shared {
            program: config.program,
            settings: RwLock::new(config.settings),
            file: Mutex::default(),
            syslog: Mutex::new(SyslogSink::new(method, config.syslog_target)),
            number: AtomicU64::new(0),
            start: Instant::now(),
        })))
    }

    /// Logs one message, wherever the settings send it.
    pub fn log(&self, module: &str, level: Level, message: &str) {
        self.emit(module, level, message, Console::IfEnabled);
    }

    /// Logs why the process cannot go on, at level `EMER`, but not on the console.
    ///
    /// The caller is to print the message on standard error itself and to exit.
    pub fn emergency(&self, module: &str, message: &str) {
        self.emit(module, Level::Emer, message, Console::Never);
    }

    /// The name of the log file, if there is one.
    pub fn log_file(&self) -> Option<PathBuf> {
        lock(&self.0.file).path().map(Path::to_path_buf)
    }

    /// Milliseconds since logging was set up.
    pub(super) fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.0.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Reads the settings.
    pub(super) fn with_settings<T>(&self, read: impl FnOnce(&Settings) -> T) -> T {
        read(&self.0.settings.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the settings; takes care that call sites learn of it.
    ///
    /// # Errors
    /// Passes on what `change` answers.
    pub fn change_settings(
        &self,
        change: impl FnOnce(&mut Settings) -> Result<(), String>,
    ) -> Result<(), String> {
        let result = change(&mut self.0.settings.write().unwrap_or_else(PoisonError::into_inner));
        tracing::callsite::rebuild_interest_cache();
        result
    }

    /// Adds a module that a call site names; call sites need not hear of it.
    pub(super) fn add_module(&self, name: &str) {
        self.0.settings.write().unwrap_or_else(PoisonError::into_inner).add_module(name);
    }

    /// The text of `vlog/list-pattern`.
    pub(super) fn list_patterns(&self) -> String {
        let prefix = lock(&self.0.syslog).method.prefix();
        self.with_settings(|settings| settings.list_patterns(prefix))
    }

    /// Opens the log file `path` in place of the one that is open, unless it is the same.
    ///
    /// # Errors
    /// Fails as opening the file does; then the old one stays in use.
    pub fn open_file(&self, path: PathBuf) -> io::Result<()> {
        let new = file::open(&path)?;
        let (was_open, same) = {
            let current = lock(&self.0.file);
            (current.is_open(), current.is_same(&new))
        };
        if same {
            return Ok(());
        }
        if was_open {
            self.log("vlog", Level::Info, "closing log file");
        }
        let text = format!("opened log file {}", path.display());
        lock(&self.0.file).install(path, new);
        self.log("vlog", Level::Info, &text);
        Ok(())
    }

    /// Opens the log file anew, as after log rotation; answers whether there is a log file at all.
    ///
    /// # Errors
    /// Fails as opening the file does.
    pub fn reopen_file(&self) -> io::Result<bool> {
        match self.log_file() {
            Some(path) => self.open_file(path).map(|()| true),
            None => Ok(false),
        }
    }

    /// Closes the log file until it is opened again.
    pub fn close_file(&self) {
        lock(&self.0.file).close();
    }

    fn emit(&self, module: &str, level: Level, message: &str, console: Console) {
        let file_open = lock(&self.0.file).is_open();
        let lines = self.with_settings(|settings| {
            let enabled = |destination| settings.level(module, destination) >= level;
            let to_console =
                console == Console::Always || console == Console::IfEnabled && enabled(Destination::Console);
            let to_syslog = enabled(Destination::Syslog);
            let to_file = file_open && enabled(Destination::File);
            if !(to_console || to_syslog || to_file) {
                return None;
            }
            let thread = subprogram_name();
            let record = Record {
                program: &self.0.program,
                module,
                level,
                message,
                number: self.0.number.fetch_add(1, Ordering::Relaxed) + 1,
                time: Utc::now(),
                elapsed: self.0.start.elapsed(),
                thread: &thread,
                facility: settings.facility(),
            };
            let line = |destination| expand(settings.pattern(destination), &record);
            Some(Lines {
                console: to_console.then(|| line(Destination::Console)),
                file: to_file.then(|| line(Destination::File)),
                syslog: to_syslog
                    .then(|| (line(Destination::Syslog), expand(SyslogTarget::PATTERN, &record))),
                facility: settings.facility(),
            })
        });
        if let Some(lines) = lines {
            self.write(lines, level);
        }
    }

    fn write(&self, lines: Lines, level: Level) {
        if let Some(mut line) = lines.console {
            line.push('\n');
            // Standard error may be closed, and then nobody is left to tell.
            let _ = io::stderr().write_all(line.as_bytes());
        }
        if let Some(line) = lines.file {
            lock(&self.0.file).write(line);
        }
        let Some((text, target_text)) = lines.syslog else { return };
        let problem = lock(&self.0.syslog).send(&SyslogMessage {
            program: &self.0.program,
            severity: level.syslog_severity(),
            facility: lines.facility,
            time: Utc::now(),
            text: &text,
            target_text: Some(&target_text),
        });
        if let Some(problem) = problem {
            self.log("vlog", Level::Warn, &problem);
        }
    }
}

struct Lines {
    console: Option<String>,
    file: Option<String>,
    /// The line for the system's log and the one for the target of copies.
    syslog: Option<(String, String)>,
    facility: Option<u8>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::{LogConfig, Vlog};
    use crate::vlog::{Level, SyslogMethod};

    fn vlog() -> Vlog {
        let mut config = LogConfig::new("ovn-northd", &["ovn_northd"]);
        config.settings.apply("console:off").unwrap();
        config.settings.apply("PATTERN:file:%05N|%c|%p|%m").unwrap();
        config.syslog_method = Some(SyslogMethod::Null);
        Vlog::new(config).unwrap()
    }

    #[test]
    fn only_enabled_messages_reach_the_file() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("log");
        let vlog = vlog();
        vlog.open_file(path.clone()).unwrap();
        vlog.log("ovn_northd", Level::Dbg, "hidden");
        vlog.log("ovn_northd", Level::Err, "shown");
        let number_of_opening = "00001|vlog|INFO|opened log file ";
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text, format!("{number_of_opening}{}\n00002|ovn_northd|ERR|shown\n", path.display()));
    }

    #[test]
    fn a_rotated_file_is_opened_anew() {
        let directory = tempfile::tempdir().unwrap();
        let (path, rotated) = (directory.path().join("log"), directory.path().join("log.1"));
        let vlog = vlog();
        assert!(!vlog.reopen_file().unwrap());
        vlog.open_file(path.clone()).unwrap();
        assert!(vlog.reopen_file().unwrap());
        std::fs::rename(&path, &rotated).unwrap();
        assert!(vlog.reopen_file().unwrap());
        vlog.close_file();
        vlog.log("ovn_northd", Level::Err, "to nowhere");
        let old = std::fs::read_to_string(&rotated).unwrap();
        assert!(old.ends_with("00002|vlog|INFO|closing log file\n"));
        assert!(std::fs::read_to_string(&path).unwrap().starts_with("00003|vlog|INFO|opened log file "));
    }
}
