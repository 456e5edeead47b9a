//! The one namespace of a program's items.

use std::collections::HashMap;

use weft_syntax::ast::Name;
use weft_syntax::span::Span;

use crate::program::{
    AllocId, ComponentsId, DatabaseId, EntityId, ExternTypeId, FunctionId, HostId, RecordId, StageId,
};
use crate::report::{Detail, Report, error};

/// What a name at the top level stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Global {
    Database(DatabaseId),
    Const(usize),
    Register(usize),
    Stage(StageId),
    Record(RecordId),
    ExternType(ExternTypeId),
    Host(HostId),
    Function(FunctionId),
    Entity(EntityId),
    Alloc(AllocId),
    Components(ComponentsId),
}

impl Global {
    /// The kind of item, with its article.
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Global::Database(_) => "a database",
            Global::Const(_) => "a constant",
            Global::Register(_) => "a register",
            Global::Stage(_) => "a stage",
            Global::Record(_) => "a record type",
            Global::ExternType(_) => "an extern type",
            Global::Host(_) | Global::Function(_) => "a function",
            Global::Entity(_) => "an entity",
            Global::Alloc(_) => "an allocation of ids",
            Global::Components(_) => "connected components",
        }
    }
}

impl Global {
    /// Whether it stands for data that changes.
    pub(crate) fn is_stored(self) -> bool {
        matches!(self, Global::Database(_) | Global::Entity(_) | Global::Alloc(_) | Global::Components(_))
    }
}

/// Names of the language itself, which items cannot take.
const RESERVED: [&str; 16] = [
    "bool", "int", "string", "uuid", "Stage", "Match", "Actions", "Option", "Set", "List", "Map", "raw",
    "quote", "min", "max", "hash",
];

/// All names at the top level.
#[derive(Debug, Default)]
pub(crate) struct Names<'a> {
    globals: HashMap<&'a str, (Global, Span)>,
}

impl<'a> Names<'a> {
    /// Adds an item; a second one of the same name is an error, and the first stays.
    pub(crate) fn define(&mut self, name: &'a Name, global: Global, report: &mut Report) {
        if RESERVED.contains(&name.text.as_str()) {
            let message = format!("`{}` is a name of the language", name.text);
            report.push(error("E0202", name.span, message, "choose another name"));
            return;
        }
        if let Some((_, first)) = self.globals.get(name.text.as_str()) {
            let message = format!("the name `{}` is taken", name.text);
            let problem = error("E0202", name.span, message, "defined again here");
            report.push(problem.related(*first, "first defined here"));
            return;
        }
        self.globals.insert(&name.text, (global, name.span));
    }

    /// What the name stands for.
    pub(crate) fn get(&self, name: &str) -> Option<Global> {
        self.globals.get(name).map(|(global, _)| *global)
    }

    /// The names whose meaning passes the test.
    pub(crate) fn candidates<'s>(
        &'s self,
        test: impl Fn(Global) -> bool + 's,
    ) -> impl Iterator<Item = &'a str> + 's {
        self.globals.iter().filter(move |(_, (global, _))| test(*global)).map(|(name, _)| *name)
    }
}
