//! The commands of the control socket that are northd's own.

use std::sync::Arc;

use weft_daemon::unixctl::Commands;

use super::status::{Count, Request, Status};

/// The parts of the translation that `inc-engine/*` knows, under the names that scripts ask for. They are
/// one engine here and share its counts.
const NODES: &[&str] = &["northd", "lflow", "northd_output", "sync_to_sb"];

/// Registers the commands. `threads` were asked for on the command line; `ask` hands a request to the
/// worker and must not block.
pub fn register(
    commands: &Commands,
    status: &Status,
    threads: u32,
    ask: impl Fn(Request) + Send + Sync + 'static,
) {
    let ask: Arc<dyn Fn(Request) + Send + Sync> = Arc::new(ask);
    for (name, request) in [
        ("pause", Request::Pause),
        ("resume", Request::Resume),
        ("inc-engine/recompute", Request::Recompute),
        ("nb-cluster-state-reset", Request::ResetNorthbound),
        ("sb-cluster-state-reset", Request::ResetSouthbound),
    ] {
        let (ask, status) = (Arc::clone(&ask), status.clone());
        commands.register(name, "", 0..=0, move |_| {
            match request {
                Request::Pause => status.is_paused.set(true),
                Request::Resume => status.is_paused.set(false),
                _ => {}
            }
            ask(request);
            Ok(String::new())
        });
    }
    register_views(commands, status);
    register_engine(commands, status);
    register_threads(commands, threads);
}

fn register_views(commands: &Commands, status: &Status) {
    let shown = status.clone();
    commands.register("is-paused", "", 0..=0, move |_| Ok(shown.is_paused.get().to_string()));
    let shown = status.clone();
    commands.register("status", "", 0..=0, move |_| Ok(format!("Status: {}\n", shown.word())));
    let flags = [
        ("nb-connection-status", status.is_northbound_connected.clone()),
        ("sb-connection-status", status.is_southbound_connected.clone()),
    ];
    for (name, flag) in flags {
        commands.register(name, "", 0..=0, move |_| {
            Ok(if flag.get() { "connected\n" } else { "not connected\n" }.to_owned())
        });
    }
}

fn register_engine(commands: &Commands, status: &Status) {
    let counted = status.clone();
    commands.register("inc-engine/show-stats", "", 0..=2, move |words| Ok(show_statistics(&counted, words)));
    let cleared = status.clone();
    commands.register("inc-engine/clear-stats", "", 0..=0, move |_| {
        cleared.recomputes.clear();
        cleared.computes.clear();
        Ok(String::new())
    });
    commands.register("inc-engine/list-stopwatches", "", 0..=1, |words| Ok(list_stopwatches(words)));
    let limited = status.clone();
    commands.register("inc-engine/compute-log-timeout", "", 1..=1, move |words| {
        let limit_ms = words.first().and_then(|word| word.parse::<u32>().ok());
        limited.slow_ms.set(limit_ms.ok_or("unsigned integer required")?.into());
        Ok(String::new())
    });
    let shown = status.clone();
    commands.register("debug/chassis-features-list", "", 0..=0, move |_| Ok(shown.chassis_features.get()));
}

fn show_statistics(status: &Status, words: &[String]) -> String {
    let counts = [("recompute", status.recomputes.get()), ("compute", status.computes.get()), ("cancel", 0)];
    let block = |node: &str| {
        let lines = counts.iter().map(|(name, count)| format!("- {:<11}{count:>12}\n", format!("{name}:")));
        format!("Node: {node}\n{}", lines.collect::<String>())
    };
    let wanted = words.first();
    let nodes: Vec<&str> =
        NODES.iter().copied().filter(|node| wanted.is_none_or(|wanted| wanted == node)).collect();
    let Some(counter) = words.get(1) else { return nodes.into_iter().map(block).collect() };
    let count = match counts.iter().find(|(name, _)| name == counter) {
        Some((_, count)) => count.to_string(),
        None => format!("Invalid stat type : {counter}"),
    };
    nodes.into_iter().map(|_| count.as_str()).collect()
}

fn list_stopwatches(words: &[String]) -> String {
    let part = words.first().map_or("", String::as_str);
    NODES.iter().filter(|node| node.contains(part)).map(|node| format!("{node}\n")).collect()
}

fn register_threads(commands: &Commands, threads: u32) {
    let threads = Count::of(threads.into());
    let read = threads.clone();
    commands.register("parallel-build/get-n-threads", "", 0..=0, move |_| Ok(format!("{}\n", read.get())));
    commands.register("parallel-build/set-n-threads", "N_THREADS", 1..=1, move |words| {
        let word = words.first().map_or("", String::as_str);
        // What is no number counts as 0.
        match word.parse::<u64>().unwrap_or_default() {
            count @ 1..=256 => {
                threads.set(count);
                Ok(String::new())
            }
            count => Err(format!("invalid n_threads: {count}")),
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_of_a_node_is_a_bare_number() {
        let status = Status::default();
        status.recomputes.increment();
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<String>>();
        assert_eq!(show_statistics(&status, &words("northd recompute")), "1");
        assert_eq!(show_statistics(&status, &words("lflow compute")), "0");
        assert_eq!(show_statistics(&status, &words("nothing recompute")), "");
        assert_eq!(show_statistics(&status, &words("northd nothing")), "Invalid stat type : nothing");
        let block =
            "Node: lflow\n- recompute:            1\n- compute:              0\n- cancel:               0\n";
        assert_eq!(show_statistics(&status, &words("lflow")), block);
        assert!(show_statistics(&status, &[]).contains(block));
        assert_eq!(list_stopwatches(&words("output")), "northd_output\n");
    }
}
