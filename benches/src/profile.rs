//! Where the time of the engine goes.

use weft_dataflow::{Driver as _, NodeProfile};
use weft_northd::translator::Translator;

use crate::measure::say;

/// What every node has done so far.
#[must_use]
pub fn snapshot(translator: &Translator) -> Vec<NodeProfile> {
    translator.driver().profile()
}

/// Tells the nodes that took longest since `before`, over `changes` changes.
///
/// # Errors
/// When standard error is closed.
pub fn tell(
    before: &[NodeProfile],
    translator: &Translator,
    changes: usize,
    count: usize,
) -> std::io::Result<()> {
    let mut nodes: Vec<(u64, String)> = Vec::new();
    let (mut total_ns, mut total_runs) = (0, 0);
    for (position, node) in snapshot(translator).into_iter().enumerate() {
        let earlier = before.get(position).cloned().unwrap_or_default();
        let elapsed_ns = node.elapsed_ns - earlier.elapsed_ns;
        let runs = node.runs - earlier.runs;
        total_ns += elapsed_ns;
        total_runs += runs;
        let each = |value: u64| value as f64 / changes.max(1) as f64;
        let line = format!(
            "{:9.1} us {:8.1} runs {:9.1} in {:9.1} out  {} {}",
            each(elapsed_ns) / 1e3,
            each(runs),
            each(node.rows_in - earlier.rows_in),
            each(node.rows_out - earlier.rows_out),
            position,
            node.name
        );
        nodes.push((elapsed_ns, line));
    }
    nodes.sort_by_key(|(elapsed_ns, _)| std::cmp::Reverse(*elapsed_ns));
    let each = |value: u64| value as f64 / changes.max(1) as f64;
    say(&format!("  a change: {:.1} us in nodes, {:.0} runs", each(total_ns) / 1e3, each(total_runs)))?;
    nodes.iter().take(count).try_for_each(|(_, line)| say(&format!("  {line}")))
}
