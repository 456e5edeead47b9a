//! `weft run`

use std::time::Instant;

use anyhow::Context as _;
use weft_nbctl::Database;
use weft_reference::{AllocState, Evaluation};
use weft_rules::{Compiled, registry};

use crate::input::read_input;
use crate::options::{Format, RunOptions};
use crate::oracle::Oracle;
use crate::print::{Datapaths, FlowFilter, flows_as_json, flows_as_text, select_flows, table_rows};
use crate::report::{Report, counted};
use crate::rules::compile_rules;
use crate::schemas::{Schemas, northbound_name, schemas_of, southbound_name};
use crate::session::{InputEdit, Session};

/// More warnings than these are only counted.
const SHOWN_WARNINGS: usize = 10;

/// Runs rules on a Northbound database and prints what the Southbound one should hold.
///
/// # Errors
/// Rules or input cannot be read or are wrong, or what is asked for does not exist.
pub fn run(options: &RunOptions) -> anyhow::Result<Report> {
    let compiled = compile_rules(options.rules.rules.as_deref())?;
    let schemas = schemas_of(&compiled.program)?;
    let names = [northbound_name(&compiled.program)?, southbound_name(&compiled.program)?];
    let schema =
        |name: &str| schemas.get(name).cloned().with_context(|| format!("there is no schema of {name}"));
    let mut input = read_input(&options.input, schema(names[0])?, schema(names[1])?)?;
    let mut edits = Vec::new();
    for (name, database) in names.into_iter().zip([&mut input.northbound, &mut input.southbound]) {
        let new = database.take_edits().into_iter();
        edits.extend(new.map(|edit| InputEdit { database: name.to_owned(), edit }));
    }
    let database = input.northbound;

    let start = Instant::now();
    let evaluation = evaluate(&compiled, &schemas, &edits, options)?;
    let elapsed_ms = start.elapsed().as_millis();
    let datapaths = Datapaths::new(&database);
    let output = print(options, &compiled, &evaluation, &datapaths)?;
    let rows: usize = evaluation.rows.values().map(std::collections::BTreeMap::len).sum();
    let summary = format!(
        "{}{}; {} on {}, {}, {} in {elapsed_ms} ms",
        warnings(&evaluation),
        counted(row_count(&database), "Northbound row"),
        counted(evaluation.flows.len(), "flow"),
        counted(datapaths.len(), "datapath"),
        counted(rows, "other row"),
        counted(evaluation.warnings.len(), "warning"),
    );
    Ok(Report { output, summary, has_failed: false })
}

fn evaluate(
    compiled: &Compiled,
    schemas: &Schemas,
    edits: &[InputEdit],
    options: &RunOptions,
) -> anyhow::Result<Evaluation> {
    let hosts = registry();
    if options.reference {
        let mut oracle = Oracle::default();
        oracle.apply(schemas, edits);
        return oracle.evaluate(&compiled.program, &hosts, &AllocState::new());
    }
    let mut session = match options.workers {
        None => Session::new(&compiled.plan, &hosts, schemas)?,
        Some(workers) => Session::on_workers(&compiled.plan, &hosts, schemas, workers.into())?,
    };
    session.transact(&crate::session::net(edits));
    let defects = session.take_defects();
    anyhow::ensure!(
        defects.is_empty(),
        "the engine has a defect; --reference goes around it: {}",
        defects.join("; ")
    );
    Ok(session.evaluation())
}

fn print(
    options: &RunOptions,
    compiled: &Compiled,
    evaluation: &Evaluation,
    datapaths: &Datapaths,
) -> anyhow::Result<String> {
    if let Some(table) = &options.table {
        return table_rows(&compiled.plan, evaluation, datapaths, table, options.format);
    }
    let filter = FlowFilter::new(
        &compiled.plan.stages,
        datapaths,
        options.stage.as_deref(),
        options.datapath.as_deref(),
    )?;
    let flows = select_flows(&compiled.plan.stages, evaluation, datapaths, &filter);
    Ok(match options.format {
        Format::Text => flows_as_text(&flows),
        Format::Json => flows_as_json(&flows),
    })
}

fn row_count(database: &Database) -> usize {
    database.schema().tables.keys().map(|table| database.rows(table).count()).sum()
}

/// The first warnings, a line for each.
fn warnings(evaluation: &Evaluation) -> String {
    let all = &evaluation.warnings;
    let first = all.iter().take(SHOWN_WARNINGS);
    let mut lines: String =
        first.map(|warning| format!("warning: {} ({})\n", warning.text, warning.source)).collect();
    if all.len() > SHOWN_WARNINGS {
        lines.push_str(&format!("… and {}\n", counted(all.len() - SHOWN_WARNINGS, "more warning")));
    }
    lines
}
