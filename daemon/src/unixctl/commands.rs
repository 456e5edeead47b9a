//! The commands that a control socket answers.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;

/// The outcome of a command: the text to print, or the text of an error.
pub type Text = Result<String, String>;

/// Answers one request, now or later.
///
/// When it is dropped without an answer, the requester gets an error.
#[derive(Debug)]
pub struct Replier(oneshot::Sender<Text>);

impl Replier {
    /// Sends the answer; a requester that has gone does not get it.
    pub fn reply(self, text: Text) {
        // A requester that hung up wants no answer.
        let _ = self.0.send(text);
    }

    pub(super) fn new() -> (Self, oneshot::Receiver<Text>) {
        let (sender, receiver) = oneshot::channel();
        (Self(sender), receiver)
    }
}

type Handler = Arc<dyn Fn(Vec<String>, Replier) + Send + Sync>;
type Task = Arc<dyn Fn() + Send + Sync>;

/// A registry of commands; clones share it, and it may grow while the server runs.
#[derive(Clone)]
pub struct Commands(Arc<Mutex<Registry>>);

struct Registry {
    version: String,
    commands: BTreeMap<&'static str, Command>,
    tasks: Vec<(Duration, Task)>,
}

struct Command {
    usage: &'static str,
    arguments: RangeInclusive<usize>,
    handler: Handler,
}

impl Commands {
    /// A registry of `list-commands`, `set-options` and `version`, which answers `version`.
    pub fn new(version: impl Into<String>) -> Self {
        let registry = Registry { version: version.into(), commands: BTreeMap::new(), tasks: Vec::new() };
        let commands = Self(Arc::new(Mutex::new(registry)));
        let weak = Arc::downgrade(&commands.0);
        let listed = weak.clone();
        commands.register("list-commands", "", 0..=0, move |_| {
            Ok(listed.upgrade().map(|registry| Self(registry).list()).unwrap_or_default())
        });
        commands.register("version", "", 0..=0, move |_| {
            Ok(weak.upgrade().map(|registry| Self(registry).registry().version.clone()).unwrap_or_default())
        });
        // The connection itself answers this command, which changes how it answers the others.
        commands.register("set-options", "[--format text|json]", 1..=2, |_| Ok(String::new()));
        commands
    }

    /// Registers a command whose handler answers at once, in place of any other of the same name.
    ///
    /// `usage` shows the arguments in `list-commands`, `arguments` is how many there may be.
    /// Handlers run on the thread of the server, so they should do little more than ask or tell
    /// other threads.
    pub fn register(
        &self,
        name: &'static str,
        usage: &'static str,
        arguments: RangeInclusive<usize>,
        handler: impl Fn(&[String]) -> Text + Send + Sync + 'static,
    ) {
        self.register_deferred(name, usage, arguments, move |words, replier| replier.reply(handler(&words)));
    }

    /// Registers a command whose handler may keep the replier and answer later, from any thread.
    pub fn register_deferred(
        &self,
        name: &'static str,
        usage: &'static str,
        arguments: RangeInclusive<usize>,
        handler: impl Fn(Vec<String>, Replier) + Send + Sync + 'static,
    ) {
        let command = Command { usage, arguments, handler: Arc::new(handler) };
        self.registry().commands.insert(name, command);
    }

    /// Has the server's thread call `task` each `interval`, if registered before the server starts.
    pub fn register_periodic(&self, interval: Duration, task: impl Fn() + Send + Sync + 'static) {
        self.registry().tasks.push((interval, Arc::new(task)));
    }

    pub(super) fn tasks(&self) -> Vec<(Duration, Task)> {
        self.registry().tasks.clone()
    }

    /// Finds the command and checks the number of arguments, then starts it.
    pub(crate) fn start(&self, name: &str, words: Vec<String>) -> Result<oneshot::Receiver<Text>, String> {
        self.check(name, words.len())?;
        let handler = self.registry().commands.get(name).map(|command| Arc::clone(&command.handler));
        let (replier, receiver) = Replier::new();
        // The registry is free while the handler runs, so that a handler may register commands.
        if let Some(handler) = handler {
            handler(words, replier);
        }
        Ok(receiver)
    }

    pub(super) fn check(&self, name: &str, n_words: usize) -> Result<(), String> {
        let registry = self.registry();
        let Some(command) = registry.commands.get(name) else {
            return Err(format!(
                "\"{name}\" is not a valid command (use \"list-commands\" to see a list of valid commands)"
            ));
        };
        let (min, max) = (*command.arguments.start(), *command.arguments.end());
        if n_words < min {
            Err(format!("\"{name}\" command requires at least {min} arguments"))
        } else if n_words > max {
            Err(format!("\"{name}\" command takes at most {max} arguments"))
        } else {
            Ok(())
        }
    }

    /// Names and usages, by name.
    pub(super) fn usages(&self) -> Vec<(&'static str, &'static str)> {
        self.registry().commands.iter().map(|(name, command)| (*name, command.usage)).collect()
    }

    fn list(&self) -> String {
        let mut text = "The available commands are:\n".to_owned();
        for (name, usage) in self.usages() {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "  {name:<23} {usage}");
        }
        text
    }

    fn registry(&self) -> MutexGuard<'_, Registry> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::Commands;

    #[test]
    fn wrong_calls_are_refused_in_the_established_words() {
        let commands = Commands::new("v");
        commands.register("status", "", 0..=0, |_| Ok("fine".into()));
        commands.register("set", "X", 1..=1, |_| Ok(String::new()));
        let refusal = |name: &str, words: usize| commands.check(name, words).unwrap_err();
        assert_eq!(
            refusal("bogus", 0),
            "\"bogus\" is not a valid command (use \"list-commands\" to see a list of valid commands)"
        );
        assert_eq!(refusal("status", 1), "\"status\" command takes at most 0 arguments");
        assert_eq!(refusal("set", 0), "\"set\" command requires at least 1 arguments");
    }

    #[test]
    fn the_list_shows_names_and_usages_in_order() {
        let commands = Commands::new("v");
        commands.register("parallel-build/get-n-threads", "", 0..=0, |_| Ok(String::new()));
        let mut receiver = commands.start("list-commands", Vec::new()).unwrap();
        let list = "The available commands are:\n  list-commands           \n  \
                    parallel-build/get-n-threads \n  set-options             [--format text|json]\n  \
                    version                 \n";
        assert_eq!(receiver.try_recv().unwrap(), Ok(list.to_owned()));
    }

    #[test]
    fn a_forgotten_reply_is_noticed() {
        let commands = Commands::new("v");
        commands.register_deferred("lost", "", 0..=0, |_, replier| drop(replier));
        let mut receiver = commands.start("lost", Vec::new()).unwrap();
        assert!(receiver.try_recv().is_err());
    }
}
