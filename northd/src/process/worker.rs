//! The loop: what the databases report goes through the translation and back to them.

use std::pin::Pin;
use std::sync::Arc;

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{Duration, Instant};
use weft_ovsdb::{
    Batch, Event, Events, OperationResult, SessionHandle, SessionOptions, StartError, TransactError,
    Transaction,
};
use weft_plan::plan::Plan;
use weft_value::HostRegistry;

use super::chassis_features::ChassisFeatures;
use super::metrics::{Cells, Turn};
use super::settings::Settings;
use super::status::{Request, Status};
use crate::clock::now_ms;
use crate::monitored::selections;
use crate::side::Side;
use crate::southbound::blame::Blame;
use crate::translator::{InFlight, RuleWarning, Translator, TranslatorError};

/// The lock that makes one northd of several the active one.
const LOCK: &str = "ovn_northd";

/// The delay after a first failure, and how often it doubles.
const RETRY_FIRST_MS: u64 = 50;
const RETRY_DOUBLINGS: u32 = 7;

/// The longest time without a look at the clock.
const LONGEST_WAIT_MS: i64 = 60_000;

type Reply = Pin<Box<dyn Future<Output = Result<Vec<OperationResult>, TransactError>> + Send>>;

/// A database that the loop talks to.
struct Peer {
    side: Side,
    handle: SessionHandle,
    events: Events,
    cells: Cells,
    /// Whether its contents are known: connected, and the first or a new report is in.
    is_current: bool,
    /// The transaction that it has not answered yet.
    reply: Option<Reply>,
    in_flight: InFlight,
    /// Failures in a row that nothing in particular was to blame for.
    failures: u32,
    /// When to write again after a failure, unless something changes before.
    retry_at: Option<Instant>,
}

/// Why the loop cannot run.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// The rules do not run between these databases.
    #[error(transparent)]
    Translator(#[from] TranslatorError),
    /// The schema that is built in does not parse.
    #[error("built-in schema: {0}")]
    Schema(String),
    /// A session cannot start.
    #[error(transparent)]
    Start(#[from] StartError),
}

/// What the loop runs with.
pub struct Setup {
    /// The rules.
    pub plan: Arc<Plan>,
    /// The host functions that they call.
    pub hosts: HostRegistry,
    /// The Northbound database; schema, remotes and TLS are set, the rest is the loop's.
    pub northbound: SessionOptions,
    /// The Southbound database, likewise.
    pub southbound: SessionOptions,
}

/// The loop's state.
struct Worker {
    translator: Translator,
    northbound: Peer,
    southbound: Peer,
    status: Status,
    chassis_features: ChassisFeatures,
    holds_lock: bool,
    /// Whether something was taken in and not yet derived.
    is_behind: bool,
    /// Whether everything was derived once.
    has_derived: bool,
    /// The longest rest after a derivation; it is never longer than the derivation took.
    longest_rest: Duration,
    /// Nothing is derived before.
    rested_at: Option<Instant>,
}

/// Why the loop ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The process is to end.
    Stopped,
    /// Everything is to be derived from nothing: run again.
    Restart,
}

/// Runs until `stop` completes, or until everything has to begin anew.
///
/// # Errors
/// When the rules do not run between these databases, or a session cannot start.
pub async fn run(
    setup: &Setup,
    status: &Status,
    requests: &mut UnboundedReceiver<Request>,
    stop: impl Future<Output = ()>,
) -> Result<Ended, WorkerError> {
    let mut worker = Worker::new(setup, status)?;
    tokio::pin!(stop);
    loop {
        let deadline = worker.next_deadline();
        let Worker { northbound, southbound, rested_at, .. } = &mut worker;
        tokio::select! {
            biased;
            () = &mut stop => return Ok(Ended::Stopped),
            request = requests.recv() => match request {
                Some(Request::Recompute) => return Ok(Ended::Restart),
                Some(request) => worker.asked(request),
                None => return Ok(Ended::Stopped),
            },
            event = southbound.events.recv() => worker.event(Side::Southbound, event),
            event = northbound.events.recv() => worker.event(Side::Northbound, event),
            reply = answer(&mut southbound.reply) => worker.answered(Side::Southbound, reply),
            reply = answer(&mut northbound.reply) => worker.answered(Side::Northbound, reply),
            () = wait_until(southbound.retry_at) => southbound.retry_at = None,
            () = wait_until(northbound.retry_at) => northbound.retry_at = None,
            () = wait_until(deadline) => {}
            () = wait_until(*rested_at) => *rested_at = None,
        }
        worker.drain_events();
        if worker.step() == Some(Ended::Restart) {
            return Ok(Ended::Restart);
        }
    }
}

async fn answer(reply: &mut Option<Reply>) -> Result<Vec<OperationResult>, TransactError> {
    match reply {
        Some(reply) => reply.await,
        None => std::future::pending().await,
    }
}

async fn wait_until(moment: Option<Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment).await,
        None => std::future::pending().await,
    }
}

impl Peer {
    fn start(side: Side, options: SessionOptions) -> Result<Self, StartError> {
        let (handle, events) = weft_ovsdb::start(options)?;
        Ok(Self {
            side,
            handle,
            events,
            cells: Cells::default(),
            is_current: false,
            reply: None,
            in_flight: InFlight::default(),
            failures: 0,
            retry_at: None,
        })
    }

    fn back_off(&mut self) {
        let delay_ms = RETRY_FIRST_MS << self.failures.min(RETRY_DOUBLINGS);
        self.failures += 1;
        self.retry_at = Some(Instant::now() + Duration::from_millis(delay_ms));
    }

    /// Whether a transaction may be sent now.
    fn is_ready(&self) -> bool {
        self.reply.is_none() && self.retry_at.is_none()
    }

    fn send(&mut self, transaction: Transaction, in_flight: InFlight) {
        tracing::debug!(target: "northd", side = self.side.name(), operations = transaction.len(), "transaction");
        self.in_flight = in_flight;
        self.reply = Some(Box::pin(self.handle.transact(transaction)));
    }
}

impl Worker {
    fn new(setup: &Setup, status: &Status) -> Result<Self, WorkerError> {
        let (mut northbound, mut southbound) = (setup.northbound.clone(), setup.southbound.clone());
        let translator =
            Translator::new(Arc::clone(&setup.plan), &setup.hosts, &northbound.schema, &southbound.schema)?;
        northbound.tables = selections(&setup.plan, Side::Northbound);
        southbound.tables = selections(&setup.plan, Side::Southbound);
        southbound.lock = (!status.is_paused.get()).then(|| LOCK.to_owned());
        status.recomputes.increment();
        Ok(Self {
            northbound: Peer::start(Side::Northbound, northbound)?,
            southbound: Peer::start(Side::Southbound, southbound)?,
            translator,
            status: status.clone(),
            chassis_features: ChassisFeatures::default(),
            holds_lock: false,
            is_behind: true,
            has_derived: false,
            longest_rest: Duration::ZERO,
            rested_at: None,
        })
    }

    fn peer(&mut self, side: Side) -> &mut Peer {
        match side {
            Side::Northbound => &mut self.northbound,
            Side::Southbound => &mut self.southbound,
        }
    }

    fn asked(&mut self, request: Request) {
        match request {
            Request::Pause => self.southbound.handle.set_lock(None),
            Request::Resume => self.southbound.handle.set_lock(Some(LOCK)),
            Request::ResetNorthbound => self.northbound.handle.reset_cluster_state(),
            Request::ResetSouthbound => self.southbound.handle.reset_cluster_state(),
            Request::Recompute => {}
        }
    }

    /// Takes in all that the databases have reported by now: a reply comes after what it changed, and
    /// changes that came together cost one derivation.
    fn drain_events(&mut self) {
        for side in [Side::Southbound, Side::Northbound] {
            while let Ok(event) = self.peer(side).events.try_recv() {
                self.event(side, Some(event));
            }
        }
    }

    fn event(&mut self, side: Side, event: Option<Event>) {
        let Some(event) = event else { return };
        match event {
            Event::Connected { remote, missing } => {
                self.status.metrics.stream_open.increment();
                tracing::info!(target: "reconnect", "{remote}: connected");
                for name in missing {
                    tracing::warn!(target: "ovsdb", "{remote}: the schema has no {name}; it is taken as empty");
                }
            }
            Event::Disconnected { remote, reason, retry_after } => {
                tracing::info!(target: "reconnect", "{remote}: {reason}; next attempt in {} ms", retry_after.as_millis());
                self.set_current(side, false);
            }
            Event::Initial(batch) => {
                self.take_in(side, &batch);
                self.set_current(side, true);
            }
            Event::Resynced(batch) => {
                self.take_in(side, &batch);
                self.translator.compare_all(side);
                self.set_current(side, true);
            }
            Event::Changes(batch) => self.take_in(side, &batch),
            Event::LockAcquired => self.set_lock(true),
            Event::LockContended | Event::LockLost => self.set_lock(false),
        }
    }

    fn set_current(&mut self, side: Side, is_current: bool) {
        self.peer(side).is_current = is_current;
        match side {
            Side::Northbound => self.status.is_northbound_connected.set(is_current),
            Side::Southbound => self.status.is_southbound_connected.set(is_current),
        }
    }

    fn set_lock(&mut self, holds_lock: bool) {
        if holds_lock && !self.holds_lock {
            tracing::info!(target: "ovn_northd", "ovn-northd lock acquired. This ovn-northd instance is now active.");
            self.translator.compare_all(Side::Southbound);
            self.translator.compare_all(Side::Northbound);
        } else if !holds_lock && self.holds_lock {
            tracing::info!(target: "ovn_northd", "ovn-northd lock lost. This ovn-northd instance is now on standby.");
        }
        self.holds_lock = holds_lock;
        self.status.is_active.set(holds_lock);
    }

    fn take_in(&mut self, side: Side, batch: &Batch) {
        if side == Side::Northbound
            && let Some(settings) = Settings::changed(self.translator.monitored(side), &batch.changes)
        {
            self.northbound.handle.set_probe_interval(settings.probe_interval);
            self.southbound.handle.set_probe_interval(settings.probe_interval);
            self.longest_rest = settings.longest_rest;
        }
        let monitored = self.translator.monitored(side);
        if let Some(list) = self.chassis_features.take_in(side, monitored, &batch.changes) {
            self.status.chassis_features.set(list);
        }
        let peer = if side == Side::Northbound { &mut self.northbound } else { &mut self.southbound };
        let metrics = &self.status.metrics;
        metrics.show_cells(side, peer.cells.take_in(monitored, batch));
        metrics.run_of(side).time(|| self.translator.take_in(side, &batch.changes));
        self.southbound.retry_at = None;
        self.northbound.retry_at = None;
        self.is_behind = true;
    }

    fn answered(&mut self, side: Side, reply: Result<Vec<OperationResult>, TransactError>) {
        self.status.metrics.transaction_ended(&reply);
        let peer = self.peer(side);
        peer.reply = None;
        let in_flight = std::mem::take(&mut peer.in_flight);
        let Err(error) = reply else {
            self.peer(side).failures = 0;
            return;
        };
        // What the transaction asked for is compared with the database again, as it then is.
        let blame = match &error {
            TransactError::Failed(error) => Blame::of(error, if side == Side::Southbound { 1 } else { 0 }),
            _ => Blame::Nothing,
        };
        tracing::warn!(target: "ovsdb", per_minute = 20, "{}: {error}; trying again", side.name());
        match self.translator.ask_again(side, in_flight, blame) {
            Some(row) => tracing::warn!(target: "ovsdb", "{row} is left alone until it changes"),
            None => self.peer(side).back_off(),
        }
    }

    fn can_derive(&self) -> bool {
        self.northbound.is_current && self.southbound.is_current
    }

    /// When to look at the time again: as something becomes too old, but not much later than that should
    /// the clock be set.
    fn next_deadline(&self) -> Option<Instant> {
        let at_ms =
            self.translator.next_deadline_ms().filter(|_| self.can_derive() && self.rested_at.is_none())?;
        let wait_ms = at_ms.saturating_sub(now_ms()).clamp(0, LONGEST_WAIT_MS);
        Some(Instant::now() + Duration::from_millis(wait_ms.unsigned_abs()))
    }

    /// Derives and writes what is due. Returns [`Ended::Restart`] when everything has to begin anew.
    fn step(&mut self) -> Option<Ended> {
        // What has come since is written together with what follows from it.
        if !self.can_derive() || (self.is_behind && self.rested_at.is_some()) {
            return None;
        }
        let turn = Turn::begin();
        self.is_behind |= self.translator.pass_time(now_ms());
        let has_work = self.is_behind;
        while self.is_behind {
            self.derive();
            self.is_behind = self.translator.pass_time(now_ms());
        }
        let ended = if self.holds_lock && !self.status.is_paused.get() { self.write() } else { None };
        if !self.holds_lock && self.southbound.reply.is_none() && self.northbound.reply.is_none() {
            self.translator.stand_by();
        }
        self.tidy_up();
        if has_work {
            turn.end(&self.status.metrics.northd_loop);
        }
        ended
    }

    fn derive(&mut self) {
        let begin = Instant::now();
        let metrics = &self.status.metrics;
        metrics.northd_run.increment();
        self.status.computes.increment();
        metrics.build_flows.time(|| self.translator.derive()).iter().for_each(log_warning);
        let took = begin.elapsed();
        let rest = took.min(self.longest_rest);
        self.rested_at = (!rest.is_zero()).then(|| Instant::now() + rest);
        let took_ms = took.as_millis();
        let kind = if self.has_derived { "handler for input databases" } else { "recompute (forced)" };
        self.has_derived = true;
        if took_ms > self.status.slow_ms.get().into() {
            tracing::info!(target: "inc_proc_eng", per_minute = 20, "node: lflow, {kind} took {took_ms}ms");
        }
    }

    fn write(&mut self) -> Option<Ended> {
        if self.southbound.is_ready() && self.write_southbound() == Some(Ended::Restart) {
            return Some(Ended::Restart);
        }
        if self.northbound.is_ready() {
            self.write_northbound();
        }
        self.status.metrics.logical_flows.set(self.translator.flow_count() as u64);
        None
    }

    /// What can wait until the result is on its way.
    fn tidy_up(&mut self) {
        let metrics = &self.status.metrics;
        metrics.clear_flows.time(|| {
            self.translator.maintain();
            if self.southbound.reply.is_none() {
                self.translator.reclaim();
            }
        });
    }

    fn write_southbound(&mut self) -> Option<Ended> {
        let metrics = &self.status.metrics;
        let due = metrics.flows_to_southbound.time(|| self.translator.flush_southbound());
        for warning in &due.warnings {
            tracing::warn!(target: "northd", per_minute = 20, "{}: {}", warning.table, warning.message);
        }
        if due.must_rederive {
            return Some(Ended::Restart);
        }
        if !due.transaction.is_empty() {
            let mut transaction = Transaction::new();
            transaction.assert_lock(LOCK);
            transaction.append(&due.transaction);
            self.southbound.send(transaction, due.in_flight);
            self.status.metrics.txn_incomplete.increment();
        } else {
            self.status.metrics.txn_unchanged.increment();
        }
        None
    }

    fn write_northbound(&mut self) {
        let due = self.translator.flush_northbound(self.southbound.is_ready());
        if !due.transaction.is_empty() {
            self.northbound.send(due.transaction, due.in_flight);
            self.status.metrics.txn_incomplete.increment();
        } else {
            self.status.metrics.txn_unchanged.increment();
        }
    }
}

fn log_warning(warning: &RuleWarning) {
    if warning.is_new {
        tracing::warn!(target: "rules", per_minute = 60, "{}: {}", warning.source, warning.text);
    }
}
