//! The checker's state and its phases.

use std::collections::HashMap;

use weft_syntax::ast;
use weft_syntax::diagnostic::Diagnostic;
use weft_syntax::span::{FileId, Span};

use crate::attribute::EntitySource;
use crate::constant::Const;
use crate::names::Names;
use crate::order;
use crate::program::{Definition, Program, SourceFile, TableId};
use crate::register::Register;
use crate::report::Report;
use crate::schema::{LoadedDatabase, SchemaSource};
use crate::scope::{Body, BodyId};
use crate::types::Type;

/// What checking gives: the program, which is complete only without errors, and all diagnostics by place.
#[derive(Debug, Clone, Default)]
pub struct Checked {
    /// The typed program.
    pub program: Program,
    /// Errors and warnings.
    pub diagnostics: Vec<Diagnostic>,
}

/// Gives rule files their meaning: resolves names, infers types, and checks the rules of the language.
///
/// The position of a file in `files` must be the `FileId` that its spans carry. The program of files
/// with errors is for looking at, not for running.
#[must_use]
pub fn check(files: Vec<(SourceFile, ast::File)>, schemas: &dyn SchemaSource) -> Checked {
    let (sources, trees): (Vec<SourceFile>, Vec<ast::File>) = files.into_iter().unzip();
    let mut checker = Checker::new(sources);
    checker.check_all(&trees, schemas);
    let Checker { program, report, .. } = checker;
    Checked { program, diagnostics: report.finish() }
}

/// Parses rule files and checks them; the diagnostics of both steps come together.
#[must_use]
pub fn compile_source(files: Vec<SourceFile>, schemas: &dyn SchemaSource) -> Checked {
    let mut syntax_errors = Vec::new();
    let mut parsed = Vec::with_capacity(files.len());
    for (position, file) in files.into_iter().enumerate() {
        let parse = weft_syntax::parse(FileId(position as u32), &file.text);
        syntax_errors.extend(parse.diagnostics);
        parsed.push((file, parse.file));
    }
    let mut checked = check(parsed, schemas);
    checked.diagnostics.extend(syntax_errors);
    checked.diagnostics.sort_by_key(|diagnostic| (diagnostic.span, diagnostic.code));
    checked
}

/// State of a check. Entities and attributes are checked when something first needs their types.
pub(crate) struct Checker<'a> {
    pub(crate) program: Program,
    pub(crate) report: Report,
    pub(crate) names: Names<'a>,
    pub(crate) databases: Vec<LoadedDatabase>,
    /// For each table, whether its schema allows one row at most.
    pub(crate) at_most_one_row: Vec<bool>,
    pub(crate) consts: Vec<Const<'a>>,
    pub(crate) registers: Vec<Register<'a>>,
    /// The registers that rules name, by where they do.
    pub(crate) register_names: HashMap<Span, usize>,
    pub(crate) entities: Vec<EntitySource<'a>>,
    pub(crate) functions: Vec<FunctionSource<'a>>,
    pub(crate) allocs: Vec<LazyItem<'a, ast::Alloc>>,
    pub(crate) components: Vec<LazyItem<'a, ast::Components>>,
    pub(crate) bodies: Vec<Body>,
    /// What is being checked, outermost first, with the place that needs it.
    pub(crate) in_progress: Vec<(Definition, Span)>,
    pub(crate) outputs: HashMap<TableId, usize>,
    /// How many expressions are being checked, each inside or for the one before.
    pub(crate) depth: u32,
}

/// A function as written, with its resolved signature.
#[derive(Debug)]
pub(crate) struct FunctionSource<'a> {
    pub(crate) name: &'a ast::Name,
    pub(crate) parameters: &'a [(ast::Name, ast::Type)],
    pub(crate) result_ast: &'a ast::Type,
    pub(crate) body: &'a ast::Expr,
    pub(crate) parameter_types: Vec<Type>,
    pub(crate) result: Type,
}

/// An allocation or components item, whose clauses are checked when its type is needed.
#[derive(Debug)]
pub(crate) struct LazyItem<'a, T> {
    pub(crate) ast: &'a T,
    pub(crate) body: BodyId,
    /// The type of a holder or node, once the clauses are checked.
    pub(crate) ty: Option<Type>,
}

impl<'a> Checker<'a> {
    fn new(files: Vec<SourceFile>) -> Self {
        Checker {
            program: Program { files, ..Program::default() },
            report: Report::default(),
            names: Names::default(),
            databases: Vec::new(),
            at_most_one_row: Vec::new(),
            consts: Vec::new(),
            registers: Vec::new(),
            register_names: HashMap::new(),
            entities: Vec::new(),
            functions: Vec::new(),
            allocs: Vec::new(),
            components: Vec::new(),
            bodies: Vec::new(),
            in_progress: Vec::new(),
            outputs: HashMap::new(),
            depth: 0,
        }
    }

    fn check_all(&mut self, files: &'a [ast::File], schemas: &dyn SchemaSource) {
        self.collect(files, schemas);
        self.check_constants();
        self.check_registers();
        self.check_outputs(files);
        self.check_keys();
        self.check_functions();
        self.check_attributes();
        self.check_allocs();
        self.check_components();
        self.check_rules(files);
        self.check_tests(files);
        self.finish_entities();
        self.check_register_use();
        order::find(&mut self.program, &mut self.report);
        self.warn_of_unread_attributes();
    }
}
