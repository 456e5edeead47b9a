//! Figures of the process, under the names that operators know from OVN (`coverage/show`, `memory/show`,
//! `stopwatch/show`).

use std::time::{Duration, Instant};

use weft_daemon::coverage::{Counter, Counters};
use weft_daemon::memory::{Gauge, Gauges};
use weft_daemon::stopwatch::{Stopwatch, Stopwatches, Unit};
use weft_daemon::unixctl::Commands;
use weft_ovsdb::{Batch, MonitorSpec, TransactError};

use crate::side::Side;

/// What is counted and timed.
#[derive(Clone)]
pub struct Metrics {
    counters: Counters,
    gauges: Gauges,
    stopwatches: Stopwatches,
    /// How often what follows from the databases was derived.
    pub northd_run: Counter,
    /// Connections to databases.
    pub stream_open: Counter,
    /// Transactions that were sent and have to be waited for.
    pub txn_incomplete: Counter,
    /// Derivations after which a database needed nothing.
    pub txn_unchanged: Counter,
    txn_success: Counter,
    txn_error: Counter,
    txn_try_again: Counter,
    txn_aborted: Counter,
    cells: [Gauge; 2],
    /// Logical flows that are derived or written.
    pub logical_flows: Gauge,
    /// A turn of the loop that had something to derive or write.
    pub northd_loop: Stopwatch,
    /// Taking in what the Northbound database reports.
    pub northbound_run: Stopwatch,
    /// Taking in what the Southbound database reports.
    pub southbound_run: Stopwatch,
    /// Deriving flows and rows.
    pub build_flows: Stopwatch,
    /// Making the Southbound transaction.
    pub flows_to_southbound: Stopwatch,
    /// Merging indexes and giving memory back.
    pub clear_flows: Stopwatch,
}

impl Default for Metrics {
    fn default() -> Self {
        let (counters, gauges, stopwatches) = (Counters::new(), Gauges::new(), Stopwatches::new());
        let counter = |name| counters.counter(name);
        let cells = |side| gauges.gauge(&format!("idl-cells-{}", database(side)));
        let stopwatch = |name| stopwatches.create(name, Unit::Msec);
        // Never counted: what is sent was checked before, and the control socket is the only listener.
        counter("txn_uncommitted");
        counter("pstream_open").increment();
        Self {
            northd_run: counter("northd_run"),
            stream_open: counter("stream_open"),
            txn_incomplete: counter("txn_incomplete"),
            txn_unchanged: counter("txn_unchanged"),
            txn_success: counter("txn_success"),
            txn_error: counter("txn_error"),
            txn_try_again: counter("txn_try_again"),
            txn_aborted: counter("txn_aborted"),
            cells: [cells(Side::Northbound), cells(Side::Southbound)],
            logical_flows: gauges.gauge("logical-flows"),
            northd_loop: stopwatch("ovn-northd-loop"),
            northbound_run: stopwatch("ovnnb_db_run"),
            southbound_run: stopwatch("ovnsb_db_run"),
            build_flows: stopwatch("build_flows_ctx"),
            flows_to_southbound: stopwatch("lflows_to_sb"),
            clear_flows: stopwatch("clear_lflows_ctx"),
            counters,
            gauges,
            stopwatches,
        }
    }
}

fn database(side: Side) -> &'static str {
    match side {
        Side::Northbound => "OVN_Northbound",
        Side::Southbound => "OVN_Southbound",
    }
}

impl Metrics {
    /// Registers the commands that show them.
    pub fn register_commands(&self, commands: &Commands) {
        self.counters.register_commands(commands);
        self.gauges.register_commands(commands);
        self.stopwatches.register_commands(commands);
    }

    /// Counts how a transaction ended.
    pub fn transaction_ended<T>(&self, result: &Result<T, TransactError>) {
        let counter = match result {
            Ok(_) => &self.txn_success,
            Err(TransactError::Failed(_)) => &self.txn_try_again,
            Err(TransactError::Refused(_)) => &self.txn_error,
            Err(TransactError::NotConnected | TransactError::CommitUnknown) => &self.txn_aborted,
        };
        counter.increment();
    }

    /// Shows how much of a database is held.
    pub fn show_cells(&self, side: Side, cells: u64) {
        let [northbound, southbound] = &self.cells;
        match side {
            Side::Northbound => northbound.set(cells),
            Side::Southbound => southbound.set(cells),
        }
    }

    /// The stopwatch for taking in what a database reports.
    #[must_use]
    pub fn run_of(&self, side: Side) -> &Stopwatch {
        match side {
            Side::Northbound => &self.northbound_run,
            Side::Southbound => &self.southbound_run,
        }
    }
}

/// How many cells of a database's rows are held: a row counts as many as its table has monitored columns.
#[derive(Debug, Default, Clone, Copy)]
pub struct Cells(u64);

impl Cells {
    /// The number after a report.
    pub fn take_in(&mut self, monitored: &MonitorSpec, batch: &Batch) -> u64 {
        for change in &batch.changes {
            let columns = monitored.tables.get(change.table).map_or(0, |table| table.columns.len() as u64);
            match (&change.old, &change.new) {
                (None, Some(_)) => self.0 += columns,
                (Some(_), None) => self.0 = self.0.saturating_sub(columns),
                _ => {}
            }
        }
        self.0
    }
}

/// How long a turn of the loop may take before the log says so.
const LONG_TURN: Duration = Duration::from_secs(1);

/// A turn of the loop.
#[derive(Debug)]
pub struct Turn(Instant);

impl Turn {
    /// It begins.
    #[must_use]
    pub fn begin() -> Self {
        Self(Instant::now())
    }

    /// It has ended, and had something to do. A long one is told of in the words that tools look for.
    pub fn end(self, stopwatch: &Stopwatch) {
        let took = self.0.elapsed();
        let took_ms = took.as_millis();
        stopwatch.add_sample(took_ms as u64);
        if took > LONG_TURN {
            tracing::warn!(target: "timeval", per_minute = 20, "Unreasonably long {took_ms}ms poll interval");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_transaction_is_counted_under_its_name() {
        let metrics = Metrics::default();
        metrics.transaction_ended(&Ok(()));
        metrics.transaction_ended::<()>(&Err(TransactError::CommitUnknown));
        metrics.transaction_ended::<()>(&Err(TransactError::NotConnected));
        let total = |name: &str| metrics.counters.counter(name).total();
        assert_eq!((total("txn_success"), total("txn_aborted"), total("txn_try_again")), (1, 2, 0));
    }
}
