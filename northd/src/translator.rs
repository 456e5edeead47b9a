//! The translation: database changes in, transactions out. No input or output of its own.

use std::cell::RefCell;
use std::sync::Arc;

use uuid::Uuid;
use weft_dataflow::{
    AllocationMemory, Direct, Driver, HeadChange, Heads, InputChange, LoadError, SharedInterner,
};
use weft_ovsdb::{MonitorSpec, RowChange, SelectionError, Transaction};
use weft_ovsdb_schema::{Atom, DatabaseSchema, Value as Datum};
use weft_plan::plan::{HeadKind, Plan};
use weft_value::{HostRegistry, Value};

use crate::heads::HeadReader;
use crate::inputs::Inputs;
use crate::monitored::selections;
use crate::sequence::Sequence;
use crate::side::Side;
use crate::southbound::blame::Blame;
use crate::southbound::flow_flush::{FlowContext, FlowsInFlight};
use crate::southbound::flow_operations::encode_content;
use crate::southbound::flow_table::{FlowTable, Origin, StageIndex};
use crate::southbound::row_table::{TableError, UUID_COLUMN};
use crate::southbound::rows::{RowWarning, Rows, RowsInFlight, Writing};
use crate::southbound_rows::{FlowRows, group_changed};
use crate::timer::{Timer, TimerTable};

/// Rows up to which a standby does not ask itself which of them are gone.
const STANDBY_TOUCHED_MIN: usize = 10_000;

/// Why a plan cannot translate between two databases.
#[derive(Debug, thiserror::Error)]
pub enum TranslatorError {
    /// The plan does not run.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The plan reads something that the database does not have.
    #[error(transparent)]
    Selection(#[from] SelectionError),
    /// The plan writes something that the database does not have.
    #[error(transparent)]
    Table(#[from] TableError),
}

/// One database: what is monitored of it, and what is written to it.
struct Half {
    monitored: MonitorSpec,
    inputs: Inputs,
    rows: Rows,
    /// For each monitored table, the output that is written to it: its position in `rows`, and where
    /// its columns stand.
    outputs: Vec<Option<(usize, Vec<Place>)>>,
}

/// Where the value of an output's column stands.
#[derive(Debug, Clone, Copy)]
enum Place {
    /// At this position of the monitored columns.
    Column(usize),
    /// It is the row's UUID.
    Uuid,
}

impl Place {
    fn of(table: &weft_ovsdb::MonitoredTable, column: &str) -> Option<Self> {
        if column == UUID_COLUMN { Some(Self::Uuid) } else { table.position(column).map(Self::Column) }
    }
}

impl Half {
    fn new(plan: &Plan, side: Side, schema: &DatabaseSchema) -> Result<Self, TranslatorError> {
        let monitored = MonitorSpec::new(schema, &selections(plan, side))?;
        let written = plan.outputs.iter().filter(|output| output.database == side.name());
        let writing = match side {
            Side::Northbound => Writing::UpdateOnly,
            Side::Southbound => Writing::WholeRows,
        };
        let rows = Rows::new(written, schema, writing)?;
        let output = |table: &weft_ovsdb::MonitoredTable| {
            let position = rows.tables.iter().position(|output| *output.name == *table.name)?;
            let columns = rows.tables.get(position)?.columns();
            let columns: Option<Vec<Place>> = columns.map(|column| Place::of(table, &column.name)).collect();
            Some((position, columns?))
        };
        let outputs = monitored.tables.iter().map(output).collect();
        let inputs = Inputs::new(&plan.tables, side.name(), &monitored);
        Ok(Self { inputs, rows, outputs, monitored })
    }

    fn row_changed(&mut self, change: &RowChange) {
        let Some(Some((position, columns))) = self.outputs.get(change.table) else { return };
        let Some(table) = self.rows.tables.get_mut(*position) else { return };
        match &change.new {
            None => table.row_gone(change.uuid),
            Some(row) => {
                let value = |place: &Place| match place {
                    Place::Column(position) => row.values().get(*position).cloned(),
                    Place::Uuid => Some(Datum::scalar(Atom::Uuid(change.uuid))),
                };
                let values: Option<Vec<Datum>> = columns.iter().map(value).collect();
                if let Some(values) = values {
                    table.row_seen(change.uuid, values.into_boxed_slice());
                }
            }
        }
    }
}

/// What a transaction has asked for, to be asked for again if it fails.
#[derive(Debug, Default)]
pub struct InFlight {
    rows: RowsInFlight,
    flows: FlowsInFlight,
}

/// A transaction that is due, with what came up while it was made.
#[derive(Debug, Default)]
pub struct Due {
    /// The operations.
    pub transaction: Transaction,
    /// To be given back when the transaction fails.
    pub in_flight: InFlight,
    /// Rows that could not be written as they should be.
    pub warnings: Vec<RowWarning>,
    /// Whether everything must be derived anew, because a row vanished whose text is not at hand.
    pub must_rederive: bool,
}

/// A warning of a rule came up or went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleWarning {
    /// File and line of the rule.
    pub source: String,
    /// What it says.
    pub text: String,
    /// Whether it came up.
    pub is_new: bool,
}

/// Where an output's rows go.
#[derive(Debug, Clone, Copy)]
enum Target {
    /// To a database, at this position of its tables.
    Database(Side, usize),
    /// To the timer.
    Timer(TimerTable),
}

/// The targets of a plan's outputs.
fn targets(plan: &Plan) -> Vec<Target> {
    let mut counts = [0, 0];
    let outputs = plan.outputs.iter().map(|output| {
        if let Some(table) = TimerTable::of(&output.database, &output.table) {
            return Target::Timer(table);
        }
        let (side, count) = if output.database == Side::Northbound.name() {
            (Side::Northbound, &mut counts[0])
        } else {
            (Side::Southbound, &mut counts[1])
        };
        *count += 1;
        Target::Database(side, *count - 1)
    });
    outputs.collect()
}

/// Translates.
pub struct Translator {
    plan: Arc<Plan>,
    driver: Direct,
    interner: SharedInterner,
    reader: HeadReader,
    northbound: Half,
    southbound: Half,
    sequence: Sequence,
    flows: FlowTable,
    flow_rows: Option<(usize, FlowRows)>,
    group_rows: Option<(usize, usize)>,
    timer: Timer,
    /// For each output of the plan, where its rows go.
    outputs: Vec<Target>,
    pending: Vec<InputChange>,
    /// How many reports are among the pending changes.
    pending_reports: usize,
}

impl Translator {
    /// A translator that knows nothing of either database yet.
    ///
    /// # Errors
    /// When the plan does not run with these host functions, or not between these databases.
    pub fn new(
        plan: Arc<Plan>,
        hosts: &HostRegistry,
        northbound: &DatabaseSchema,
        southbound: &DatabaseSchema,
    ) -> Result<Self, TranslatorError> {
        let interner = SharedInterner::new();
        let driver = Direct::new(&plan, hosts, interner.clone(), &AllocationMemory::default())?;
        let heads = Heads::new(&plan, hosts, interner.clone())?;
        let northbound = Half::new(&plan, Side::Northbound, northbound)?;
        let southbound = Half::new(&plan, Side::Southbound, southbound)?;
        let monitored = &southbound.monitored;
        let flow_rows = monitored.position("Logical_Flow").and_then(|position| {
            let rows = FlowRows::new(monitored.tables.get(position)?, &plan.stages)?;
            Some((position, rows))
        });
        let group_rows = monitored
            .position("Logical_DP_Group")
            .and_then(|position| Some((position, monitored.tables.get(position)?.position("datapaths")?)));
        let sequence = Sequence::new(&northbound.monitored, monitored);
        let (timer, outputs) = (Timer::new(&plan), targets(&plan));
        Ok(Self {
            reader: HeadReader::new(Arc::clone(&plan), heads),
            plan,
            driver,
            interner,
            northbound,
            southbound,
            sequence,
            flows: FlowTable::new(Uuid::new_v4().as_u64_pair().0),
            flow_rows,
            group_rows,
            timer,
            outputs,
            pending: Vec::new(),
            pending_reports: 0,
        })
    }

    /// What is monitored of a database.
    #[must_use]
    pub fn monitored(&self, side: Side) -> &MonitorSpec {
        &self.half(side).monitored
    }

    fn half(&self, side: Side) -> &Half {
        match side {
            Side::Northbound => &self.northbound,
            Side::Southbound => &self.southbound,
        }
    }

    fn half_mut(&mut self, side: Side) -> &mut Half {
        match side {
            Side::Northbound => &mut self.northbound,
            Side::Southbound => &mut self.southbound,
        }
    }

    /// Takes in what a database reports. Takes effect with the next [`Translator::derive`].
    pub fn take_in(&mut self, side: Side, changes: &[RowChange]) {
        self.pending_reports += 1;
        let interner = self.interner.read();
        let half = match side {
            Side::Northbound => &mut self.northbound,
            Side::Southbound => &mut self.southbound,
        };
        for change in changes {
            half.inputs.encode(change, &interner, &mut self.pending);
            half.row_changed(change);
            self.sequence.take_in(side, change);
            if side == Side::Northbound {
                continue;
            }
            match (&self.flow_rows, self.group_rows) {
                (Some((table, rows)), _) if *table == change.table => {
                    rows.flow_changed(change, &mut self.flows);
                }
                (_, Some((table, column))) if table == change.table => {
                    group_changed(change, column, &mut self.flows);
                }
                _ => {}
            }
        }
    }

    /// Derives what follows from all that was taken in: one transaction of the engine. Returns the
    /// warnings of rules that came up or went.
    pub fn derive(&mut self) -> Vec<RuleWarning> {
        let mut pending = std::mem::take(&mut self.pending);
        if std::mem::take(&mut self.pending_reports) > 1 {
            cancel_intermediate(&mut pending);
        }
        let mut changes = self.driver.transact(pending);
        // Additions first: what is derived once less and once more is never gone in between.
        changes.sort_by_key(|change| change.diff < 0);
        let mut warnings = Vec::new();
        let mut datapaths = Vec::new();
        for change in &changes {
            match self.reader.head(change.head).map(|head| &head.kind) {
                Some(HeadKind::Row { .. } | HeadKind::Member { .. }) => {
                    self.change_row(change, &mut datapaths);
                }
                Some(HeadKind::ClassMember) => {
                    if let Some((class, member)) = self.reader.class_member(change) {
                        self.flows.change_member(class, member, change.diff);
                    }
                }
                Some(HeadKind::Flow) => {
                    let (reader, flows) = (&mut self.reader, &mut self.flows);
                    reader.flow(change.head, &change.row, |flow| flows.change_flow(flow, change.diff));
                }
                Some(HeadKind::Warning) => warnings.extend(self.warning(change)),
                None => {}
            }
        }
        self.southbound.rows.assign_uuids();
        self.northbound.rows.assign_uuids();
        for datapath in datapaths {
            self.flows.datapath_changed(datapath);
        }
        for defect in self.driver.take_warnings().into_iter().chain(self.reader.take_warnings()) {
            tracing::warn!(target: "rules", "{defect}");
        }
        warnings
    }

    /// Lets time pass: what has become too old by now takes effect with the next [`Translator::derive`].
    /// Says whether that has anything to do.
    pub fn pass_time(&mut self, now_ms: i64) -> bool {
        self.timer.pass(now_ms, &self.interner.read(), &mut self.pending);
        !self.pending.is_empty()
    }

    /// When something becomes too old next.
    #[must_use]
    pub fn next_deadline_ms(&self) -> Option<i64> {
        self.timer.next_ms()
    }

    fn change_row(&mut self, change: &HeadChange, datapaths: &mut Vec<Uuid>) {
        let Some(row) = self.reader.row(change) else { return };
        let Some(target) = self.outputs.get(row.output).copied() else { return };
        let Some(head) = self.plan.heads.get(change.head.0 as usize) else { return };
        let (side, position) = match (target, &head.kind) {
            (Target::Database(side, position), _) => (side, position),
            (Target::Timer(table), HeadKind::Row { columns, .. }) => {
                let columns: Vec<(&str, Value)> =
                    columns.iter().map(String::as_str).zip(row.columns).collect();
                let interner = self.interner.read();
                self.timer.change_row(table, &row.key, &columns, change.diff, &interner, &mut self.pending);
                return;
            }
            (Target::Timer(_), _) => return,
        };
        let half = match side {
            Side::Northbound => &mut self.northbound,
            Side::Southbound => &mut self.southbound,
        };
        let Some(table) = half.rows.tables.get_mut(position) else { return };
        let datapath = match row.key.first() {
            Some(Value::Uuid(datapath)) if table.name == "Datapath_Binding" => {
                Some(Uuid::from_u128(*datapath))
            }
            _ => None,
        };
        let key = Arc::clone(&row.key);
        let is_new_or_gone = match &head.kind {
            HeadKind::Row { columns, .. } => {
                let columns = columns
                    .iter()
                    .zip(row.columns)
                    .filter_map(|(name, value)| table.written_column(name).map(|column| (column, value)));
                let columns = columns.collect();
                table.change_row(row.key, columns, change.diff)
            }
            HeadKind::Member { column, .. } => {
                match (table.written_column(column), row.columns.into_iter().next()) {
                    (Some(column), Some(member)) => table.change_member(row.key, column, member, change.diff),
                    _ => false,
                }
            }
            _ => false,
        };
        if is_new_or_gone {
            half.rows.row_came_or_went(position, &key);
            datapaths.extend(datapath);
        }
    }

    fn warning(&mut self, change: &HeadChange) -> Option<RuleWarning> {
        let source = self.reader.head(change.head)?.source.clone();
        let Value::String(text) = self.reader.warning(change)? else { return None };
        Some(RuleWarning { source, text: text.to_string(), is_new: change.diff > 0 })
    }

    /// The operations that bring the Southbound database to what was derived. It must answer them
    /// before the next call.
    pub fn flush_southbound(&mut self) -> Due {
        if self.southbound.rows.adopt_rows() {
            self.compare_all(Side::Southbound);
        }
        let mut due = Due::default();
        (due.in_flight.rows, due.warnings) = self.southbound.rows.flush(&mut due.transaction);
        let context = Context { rows: &self.southbound.rows, reader: RefCell::new(&mut self.reader) };
        let flush = self.flows.flush(&context, &mut due.transaction);
        due.in_flight.flows = flush.in_flight;
        due.must_rederive = flush.must_rederive;
        self.sequence.write_southbound(&mut due.transaction);
        due
    }

    /// The operations that bring the Northbound database to what was derived. It must answer them
    /// before the next call. `is_settled` says that the Southbound database has nothing left to answer:
    /// then clients are told how far it is.
    pub fn flush_northbound(&mut self, is_settled: bool) -> Due {
        let mut due = Due::default();
        (due.in_flight.rows, due.warnings) = self.northbound.rows.flush(&mut due.transaction);
        if is_settled {
            self.sequence.write_northbound(&mut due.transaction);
        }
        due
    }

    /// To be called in place of the flushes while another program writes: what is gone is forgotten as soon
    /// as that is more than what is there. Before the next flush everything has to be compared
    /// ([`Translator::compare_all`]).
    pub fn stand_by(&mut self) {
        let kept = self.flows.len() + self.northbound.rows.emitted() + self.southbound.rows.emitted();
        // Each row that is there is touched at most twice: as what is wanted, and as what is written.
        if self.touched() > 2 * kept + STANDBY_TOUCHED_MIN {
            // What is due, what cannot be written and what must be derived anew will be found out again.
            let due = [
                (Side::Southbound, self.flush_southbound()),
                (Side::Northbound, self.flush_northbound(false)),
            ];
            for (side, due) in due {
                self.ask_again(side, due.in_flight, Blame::Nothing);
            }
        }
    }

    /// A transaction failed: what it asked for is to be asked for again, but for the row that is to blame,
    /// which waits until something about it changes. Returns that row, for a warning.
    pub fn ask_again(&mut self, side: Side, in_flight: InFlight, blame: Blame) -> Option<String> {
        let row = self.half_mut(side).rows.ask_again(in_flight.rows, blame);
        let is_flow = side == Side::Southbound && self.flows.ask_again(in_flight.flows, blame);
        row.or_else(|| is_flow.then(|| "Logical_Flow".to_owned()))
    }

    /// Marks everything as to be compared with the database again.
    pub fn compare_all(&mut self, side: Side) {
        self.half_mut(side)
            .rows
            .tables
            .iter_mut()
            .for_each(crate::southbound::row_table::RowTable::touch_all);
        if side == Side::Southbound {
            self.flows.touch_all();
        }
    }

    /// Merges what has gathered in the indexes; to be called when what is due has been handed over.
    pub fn maintain(&mut self) {
        self.driver.maintain();
    }

    /// Has the driver measure its nodes, for [`Translator::driver`]'s profile.
    pub fn time_nodes(&mut self) {
        self.driver.time_nodes();
    }

    /// Gives memory back that nothing needs any more; to be called in a quiet moment.
    pub fn reclaim(&mut self) {
        let flows = &self.flows;
        self.driver.reclaim(&mut |mark| {
            for row in flows.origins() {
                row.iter().for_each(|datum| mark(*datum));
            }
        });
    }

    /// The driver, for its profile.
    #[must_use]
    pub fn driver(&self) -> &Direct {
        &self.driver
    }

    /// How many rows and flows are to be compared with the databases, some of them on both sides.
    #[must_use]
    pub fn touched(&self) -> usize {
        self.flows.touched() + self.northbound.rows.touched() + self.southbound.rows.touched()
    }

    /// How many flows are derived or written.
    #[must_use]
    pub fn flow_count(&self) -> usize {
        self.flows.len()
    }

    /// How often flows are derived, all taken together.
    #[must_use]
    pub fn flow_derivations(&self) -> i64 {
        self.flows.derivations()
    }
}

/// Cancels what came and went again between two derivations: a row that many transactions changed, as the
/// row of a growing set, is read twice and not twice for each of them.
fn cancel_intermediate(changes: &mut Vec<InputChange>) {
    changes.sort_unstable_by(|a, b| (a.table, &a.row).cmp(&(b.table, &b.row)));
    changes.dedup_by(|next, held| {
        let is_same = next.table == held.table && next.row == held.row;
        if is_same {
            held.diff += next.diff;
        }
        is_same
    });
    changes.retain(|change| change.diff != 0);
}

struct Context<'a> {
    rows: &'a Rows,
    reader: RefCell<&'a mut HeadReader>,
}

impl FlowContext for Context<'_> {
    fn datapath_row(&self, datapath: Uuid) -> Option<Uuid> {
        self.rows.find("Datapath_Binding", &[Value::Uuid(datapath.as_u128())])
    }

    fn stage_name(&self, stage: StageIndex) -> String {
        self.reader.borrow().stage(stage).map(|stage| stage.name.clone()).unwrap_or_default()
    }

    fn render(&self, origin: &Origin) -> Option<String> {
        self.reader.borrow_mut().flow(origin.head, &origin.row, |flow| encode_content(&flow.content))
    }
}
