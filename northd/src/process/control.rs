//! The commands of the control socket that are northd's own.

use std::sync::Arc;

use weft_daemon::unixctl::Commands;

use super::status::{Request, Status};

/// The parts of the translation that `inc-engine/show-stats` knows, under the names that scripts ask
/// for. They are one engine here and share its counts.
const NODES: &[&str] = &["northd", "lflow", "northd_output", "sync_to_sb"];

/// Registers the commands. `ask` hands a request to the worker; it must not block.
pub fn register(commands: &Commands, status: &Status, ask: impl Fn(Request) + Send + Sync + 'static) {
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
    register_threads(commands);
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
    commands.register("inc-engine/show-stats", "[engine_node_name] [counter_name]", 0..=2, move |words| {
        show_statistics(&counted, words)
    });
    let cleared = status.clone();
    commands.register("inc-engine/clear-stats", "", 0..=0, move |_| {
        cleared.recomputes.clear();
        cleared.computes.clear();
        Ok(String::new())
    });
}

fn show_statistics(status: &Status, words: &[String]) -> Result<String, String> {
    let counts = [("recompute", status.recomputes.get()), ("compute", status.computes.get()), ("cancel", 0)];
    let block = |node: &str| {
        let lines = counts.iter().map(|(name, count)| format!("- {name}: {count:>12}\n"));
        format!("Node: {node}\n{}", lines.collect::<String>())
    };
    let Some(node) = words.first() else {
        return Ok(NODES.iter().map(|node| block(node)).collect::<Vec<String>>().join("\n"));
    };
    if !NODES.contains(&node.as_str()) {
        return Err(format!("Engine node \"{node}\" does not exist"));
    }
    let Some(counter) = words.get(1) else { return Ok(block(node)) };
    let found = counts.iter().find(|(name, _)| name == counter);
    found
        .map(|(_, count)| format!("{count}\n"))
        .ok_or_else(|| format!("Counter \"{counter}\" does not exist"))
}

fn register_threads(commands: &Commands) {
    let threads = Arc::new(std::sync::atomic::AtomicU64::new(1));
    let read = Arc::clone(&threads);
    commands.register("parallel-build/get-n-threads", "", 0..=0, move |_| {
        Ok(format!("{}\n", read.load(std::sync::atomic::Ordering::Relaxed)))
    });
    commands.register("parallel-build/set-n-threads", "N_THREADS", 1..=1, move |words| {
        let word = words.first().map_or("", String::as_str);
        match word.parse::<u64>() {
            Ok(count @ 1..=256) => {
                threads.store(count, std::sync::atomic::Ordering::Relaxed);
                Ok(String::new())
            }
            _ => Err(format!("invalid n_threads: {word}")),
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
        assert_eq!(show_statistics(&status, &words("northd recompute")), Ok("1\n".to_owned()));
        assert_eq!(show_statistics(&status, &words("lflow compute")), Ok("0\n".to_owned()));
        assert!(show_statistics(&status, &words("nothing recompute")).is_err());
        assert!(show_statistics(&status, &words("northd nothing")).is_err());
        assert!(show_statistics(&status, &[]).unwrap().contains("Node: lflow\n- recompute:            1\n"));
    }
}
