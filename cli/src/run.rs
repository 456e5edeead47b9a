//! `weft run`

use std::time::Instant;

use weft_nbctl::Database;
use weft_reference::{AllocState, Evaluation};
use weft_rules::{Compiled, registry};

use crate::input::read_input;
use crate::options::{Format, RunOptions};
use crate::oracle::Oracle;
use crate::print::{Datapaths, FlowFilter, flows_as_json, flows_as_text, select_flows, table_rows};
use crate::report::{Report, counted};
use crate::rules::compile_rules;
use crate::schemas::{Schemas, northbound_name, schemas_of};
use crate::session::{InputEdit, Session};

/// Runs rules on a Northbound database and prints what the Southbound one should hold.
///
/// # Errors
/// Rules or input cannot be read or are wrong, or what is asked for does not exist.
pub fn run(options: &RunOptions) -> anyhow::Result<Report> {
    let compiled = compile_rules(options.rules.rules.as_deref())?;
    let schemas = schemas_of(&compiled.program)?;
    let northbound = northbound_name(&compiled.program)?;
    let schema = schemas.get(northbound).cloned();
    let schema = schema.ok_or_else(|| anyhow::anyhow!("there is no schema of {northbound}"))?;
    let mut database = read_input(&options.input, schema)?;
    let edits: Vec<InputEdit> = database
        .take_edits()
        .into_iter()
        .map(|edit| InputEdit { database: northbound.to_owned(), edit })
        .collect();

    let start = Instant::now();
    let evaluation = evaluate(&compiled, &schemas, &edits, options.reference)?;
    let elapsed_ms = start.elapsed().as_millis();
    let datapaths = Datapaths::new(&database);
    let output = print(options, &compiled, &evaluation, &datapaths)?;
    let rows: usize = evaluation.rows.values().map(std::collections::BTreeMap::len).sum();
    let summary = format!(
        "{}; {} on {}, {}, {} in {elapsed_ms} ms{}",
        counted(row_count(&database), "Northbound row"),
        counted(evaluation.flows.len(), "flow"),
        counted(datapaths.len(), "datapath"),
        counted(rows, "other row"),
        counted(evaluation.warnings.len(), "warning"),
        warnings(&evaluation),
    );
    Ok(Report { output, summary, has_failed: false })
}

fn evaluate(
    compiled: &Compiled,
    schemas: &Schemas,
    edits: &[InputEdit],
    by_reference: bool,
) -> anyhow::Result<Evaluation> {
    let hosts = registry();
    if by_reference {
        let mut oracle = Oracle::default();
        oracle.apply(schemas, edits);
        return oracle.evaluate(&compiled.program, &hosts, &AllocState::new());
    }
    let mut session = Session::new(&compiled.plan, &hosts, schemas)?;
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

fn warnings(evaluation: &Evaluation) -> String {
    let lines = evaluation.warnings.iter();
    lines.map(|warning| format!("\nwarning: {} ({})", warning.text, warning.source)).collect()
}
