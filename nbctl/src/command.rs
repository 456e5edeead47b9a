//! From a line of words to commands and their effects.

use std::collections::BTreeMap;

use weft_ovsdb_schema::{Atom, Value};

use crate::commands;
use crate::database::{Database, RowId};
use crate::error::{CommandError, TransactionError};
use crate::symbols::Symbols;
use crate::transaction::Transaction;
use crate::value_text::Reader;
use crate::words::split_words;

const GLOBAL: &str = "NB_Global";

/// Carries out a line of commands in the manner of ovn-nbctl(8) and gives what it would print. Several
/// commands are joined by ` -- `; they are one transaction.
///
/// # Errors
/// A command is unknown or fails, or the database refuses the result. Nothing is changed then.
pub fn run(database: &mut Database, line: &str) -> Result<String, CommandError> {
    let commands = split_commands(split_words(line)?)?;
    database.transact(|transaction| {
        insert_global_row(transaction)?;
        let mut symbols = Symbols::default();
        let mut output = String::new();
        for command in &commands {
            let mut context = Context { transaction, symbols: &mut symbols, command, output: &mut output };
            let failed = |message| CommandError::Command { command: command.name.clone(), message };
            commands::run(&mut context).map_err(failed)?;
        }
        symbols.check()?;
        Ok(output)
    })
}

/// Any command of ovn-nbctl makes the row of NB_Global if there is none.
fn insert_global_row(transaction: &mut Transaction<'_>) -> Result<(), TransactionError> {
    let has_table = transaction.database().schema().table(GLOBAL).is_some();
    if has_table && transaction.database().rows(GLOBAL).next().is_none() {
        transaction.insert(GLOBAL, [])?;
    }
    Ok(())
}

/// A command as written.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Command {
    pub(crate) name: String,
    /// `--may-exist`, `--tier=2`: by name, dashes included.
    pub(crate) options: BTreeMap<String, Option<String>>,
    pub(crate) arguments: Vec<String>,
}

fn split_commands(words: Vec<String>) -> Result<Vec<Command>, CommandError> {
    let mut commands = Vec::new();
    let groups = words.split(|word| word == "--").filter(|group| !group.is_empty());
    for group in groups {
        let options = group.iter().take_while(|word| word.starts_with("--")).count();
        let Some(name) = group.get(options) else {
            return Err(CommandError::Words(format!("{} is followed by no command", group.join(" "))));
        };
        let option = |word: &String| match word.split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
            None => (word.clone(), None),
        };
        commands.push(Command {
            name: name.clone(),
            options: group[..options].iter().map(option).collect(),
            arguments: group[options + 1..].to_vec(),
        });
    }
    if commands.is_empty() {
        return Err(CommandError::Words("there is no command".to_owned()));
    }
    Ok(commands)
}

/// What a command works on.
pub(crate) struct Context<'c, 'a> {
    pub(crate) transaction: &'c mut Transaction<'a>,
    pub(crate) symbols: &'c mut Symbols,
    pub(crate) command: &'c Command,
    pub(crate) output: &'c mut String,
}

impl<'c, 'a> Context<'c, 'a> {
    /// The argument at a position; the number of arguments was checked before.
    pub(crate) fn argument(&self, position: usize) -> &'c str {
        self.command.arguments.get(position).map_or("", String::as_str)
    }

    /// The arguments from a position on.
    pub(crate) fn arguments(&self, from: usize) -> &'c [String] {
        self.command.arguments.get(from..).unwrap_or_default()
    }

    /// How many arguments there are.
    pub(crate) fn count(&self) -> usize {
        self.command.arguments.len()
    }

    pub(crate) fn has_option(&self, name: &str) -> bool {
        self.command.options.contains_key(name)
    }

    pub(crate) fn option(&self, name: &str) -> Option<&'c str> {
        self.command.options.get(name)?.as_deref()
    }

    pub(crate) fn database(&self) -> &Database {
        self.transaction.database()
    }

    /// Prints a line.
    pub(crate) fn print(&mut self, line: &str) {
        self.output.push_str(line);
        self.output.push('\n');
    }

    pub(crate) fn reader(&mut self) -> Reader<'_, 'a> {
        Reader { symbols: self.symbols, transaction: self.transaction }
    }

    pub(crate) fn value(&self, id: &RowId, column: &str) -> Value {
        self.database().column(id, column).cloned().unwrap_or_else(Value::empty_set)
    }

    /// The string in a column; empty when there is none.
    pub(crate) fn text(&self, id: &RowId, column: &str) -> String {
        self.value(id, column).as_str().unwrap_or_default().to_owned()
    }

    /// The strings in a column.
    pub(crate) fn texts(&self, id: &RowId, column: &str) -> Vec<String> {
        let value = self.value(id, column);
        let atoms = value.as_set().into_iter().flatten();
        atoms.filter_map(Atom::as_str).map(str::to_owned).collect()
    }

    /// The rows of a table that a column refers to and that are there: a reference that must be set
    /// names none at first.
    pub(crate) fn referred(&self, id: &RowId, column: &str, table: &str) -> Vec<RowId> {
        let value = self.value(id, column);
        let uuids = value.as_set().into_iter().flatten().filter_map(Atom::as_uuid);
        let ids = uuids.map(|uuid| RowId { table: table.into(), uuid });
        ids.filter(|id| self.database().row(table, id.uuid).is_some()).collect()
    }

    /// Inserts a row and lets a set column of another row refer to it.
    pub(crate) fn insert_into<'v>(
        &mut self,
        parent: &RowId,
        column: &str,
        table: &str,
        columns: impl IntoIterator<Item = (&'v str, Value)>,
    ) -> Result<RowId, TransactionError> {
        let id = self.transaction.insert(table, columns)?;
        self.transaction.add_member(parent, column, id.uuid)?;
        Ok(id)
    }

    pub(crate) fn update<'v>(
        &mut self,
        id: &RowId,
        columns: impl IntoIterator<Item = (&'v str, Value)>,
    ) -> Result<(), TransactionError> {
        self.transaction.update(id, columns)
    }
}
