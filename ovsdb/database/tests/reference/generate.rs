//! Random transactions, conditions and values for any schema.

use serde_json::{Map, Value as Json, json};
use weft_ovsdb_database::{Database, TableInfo, VERSION_COLUMN};
use weft_ovsdb_schema::{AtomicType, BaseType, ColumnType, Uuid};

use crate::random::Random;

pub(crate) struct Generator<'d> {
    pub(crate) random: &'d mut Random,
    pub(crate) database: &'d Database,
    /// The rows that the transaction inserted so far: table, identity, name.
    inserted: Vec<(usize, Uuid, String)>,
    /// Whether something was made wrong. Of several mistakes it is chance which one is told.
    is_faulty: bool,
}

impl<'d> Generator<'d> {
    pub(crate) fn new(random: &'d mut Random, database: &'d Database) -> Self {
        Self { random, database, inserted: Vec::new(), is_faulty: false }
    }

    /// Whether to make a mistake now, of which there is one at most.
    fn fault(&mut self, chance: usize) -> bool {
        let makes = !self.is_faulty && self.random.below(1000) < chance;
        self.is_faulty |= makes;
        makes
    }

    /// The parameters of a `transact` request.
    pub(crate) fn transaction(&mut self) -> Json {
        let mut operations = vec![Json::from(self.database.name())];
        for _ in 0..1 + self.random.below(4) {
            let table = self.random.below(self.database.catalog().tables.len());
            operations.push(self.operation(table));
        }
        operations.into()
    }

    fn operation(&mut self, table: usize) -> Json {
        let info = &self.database.catalog().tables[table];
        let name = info.name();
        match self.random.below(100) {
            0..40 => self.insert(table),
            40..60 => {
                json!({"op": "update", "table": name, "where": self.condition(table), "row": self.row(table, 30)})
            }
            60..78 => {
                let mutations: Vec<Json> = (0..self.random.below(4)).map(|_| self.mutation(table)).collect();
                json!({"op": "mutate", "table": name, "where": self.condition(table), "mutations": mutations})
            }
            78..86 => json!({"op": "delete", "table": name, "where": self.condition(table)}),
            86..92 => {
                json!({"op": "select", "table": name, "where": self.condition(table), "columns": self.columns(table)})
            }
            92..95 => json!({"op": "wait", "table": name, "where": self.condition(table), "timeout": 0,
                "columns": self.columns(table), "until": *self.random.pick(&["==", "!="]), "rows": [self.row(table, 50)]}),
            95 => json!({"op": "comment", "comment": "a \"comment\""}),
            96 => json!({"op": "commit", "durable": false}),
            97 => json!({"op": "abort"}),
            98 => json!({"op": "assert", "lock": "nobody"}),
            _ => json!({"op": "select", "table": name, "where": [], "unknown": 1, "columns": ["_uuid"]}),
        }
    }

    fn insert(&mut self, table: usize) -> Json {
        let uuid = self.random.uuid();
        let mut operation = json!({"op": "insert", "table": self.database.catalog().tables[table].name(),
            "uuid": uuid.to_string(), "row": self.row(table, 60)});
        let name = format!("row{}", self.inserted.len());
        if self.random.percent(60) {
            operation["uuid-name"] = name.as_str().into();
            self.inserted.push((table, uuid, name));
        }
        operation
    }

    fn row(&mut self, table: usize, chance: usize) -> Json {
        let info = &self.database.catalog().tables[table];
        let mut row = Map::new();
        for column in info.own_columns() {
            let column = &info.columns[column];
            // A default that is not allowed is a mistake.
            let needed = column.column_type.check_elements(&column.column_type.default_value()).is_err();
            if self.random.percent(chance) || (needed && !self.fault(20)) {
                row.insert(column.name.to_string(), self.value(&column.column_type));
            }
        }
        row.into()
    }

    fn columns(&mut self, table: usize) -> Json {
        let info = &self.database.catalog().tables[table];
        let mut columns: Vec<&str> = vec!["_uuid"];
        columns.extend(info.own_columns().map(|column| &*info.columns[column].name));
        columns.retain(|_| self.random.percent(50));
        columns.into()
    }

    fn existing(&mut self, table: usize) -> Option<Uuid> {
        let of_table: Vec<Uuid> =
            self.inserted.iter().filter(|row| row.0 == table).map(|row| row.1).collect();
        if !of_table.is_empty() && self.random.percent(30) {
            return Some(*self.random.pick(&of_table));
        }
        let mut rows: Vec<Uuid> = self.database.rows(table).map(|row| row.uuid()).collect();
        rows.sort_unstable();
        if rows.is_empty() { None } else { Some(*self.random.pick(&rows)) }
    }

    pub(crate) fn condition(&mut self, table: usize) -> Json {
        let mut clauses: Vec<Json> = Vec::new();
        if self.random.percent(60)
            && let Some(uuid) = self.existing(table)
        {
            clauses.push(json!(["_uuid", "==", ["uuid", uuid.to_string()]]));
        }
        for _ in 0..self.random.below(3) {
            clauses.push(self.clause(table));
        }
        clauses.into()
    }

    pub(crate) fn clause(&mut self, table: usize) -> Json {
        if self.random.percent(3) {
            return self.random.percent(50).into();
        }
        let info = &self.database.catalog().tables[table];
        let column = self.own_column(info);
        let column_type = &info.columns[column].column_type;
        let is_number = matches!(column_type.key.atomic, AtomicType::Integer | AtomicType::Real);
        let ordered = is_number && (column_type.is_scalar() || column_type.is_optional());
        let functions: &[&str] = if ordered || self.fault(10) {
            &["==", "!=", "includes", "excludes", "<", "<=", ">", ">="]
        } else {
            &["==", "!=", "includes", "excludes"]
        };
        let function = *self.random.pick(functions);
        let mut column_type = column_type.clone();
        if function.starts_with(['<', '>']) {
            column_type.min = 1;
        }
        let column_type = &column_type;
        json!([&*info.columns[column].name, function, self.value(column_type)])
    }

    fn own_column(&mut self, info: &TableInfo) -> usize {
        VERSION_COLUMN + 1 + self.random.below(info.columns.len() - VERSION_COLUMN - 1)
    }

    fn mutation(&mut self, table: usize) -> Json {
        let info = &self.database.catalog().tables[table];
        let column = self.own_column(info);
        let (name, column_type) = (&info.columns[column].name, &info.columns[column].column_type);
        let is_number = matches!(column_type.key.atomic, AtomicType::Integer | AtomicType::Real);
        if (is_number && !column_type.is_map() && self.random.percent(60)) || self.fault(10) {
            let mutators: &[&str] = if column_type.key.atomic == AtomicType::Real && !self.fault(20) {
                &["+=", "-=", "*=", "/="]
            } else {
                &["+=", "-=", "*=", "/=", "%="]
            };
            let mutator = *self.random.pick(mutators);
            let unconstrained = BaseType::unconstrained(column_type.key.atomic);
            return json!([&**name, mutator, self.atom(&unconstrained)]);
        }
        let mutator = *self.random.pick(&["insert", "delete"]);
        let mut argument = column_type.clone();
        if mutator == "delete" && self.random.percent(40) {
            argument.value = None;
        }
        json!([&**name, mutator, self.value(&argument)])
    }

    fn value(&mut self, column_type: &ColumnType) -> Json {
        let most = column_type.max.unwrap_or(4).min(4) as usize;
        let least = column_type.min as usize;
        let mut count = least + self.random.below(most - least + 1);
        // A reference to nothing is refused with the whole transaction.
        let bases = [Some(&column_type.key), column_type.value.as_ref()].into_iter().flatten();
        let targets = bases.filter_map(|base| self.database.catalog().table(&base.reference.as_ref()?.table));
        if targets.collect::<Vec<_>>().into_iter().any(|table| self.existing(table).is_none()) {
            count = least;
        }
        if self.fault(10) {
            count += 1;
        }
        let (mut keys, mut known): (Vec<Json>, Vec<Json>) = (Vec::new(), Vec::new());
        for _ in 0..count {
            let key = self.atom(&column_type.key);
            let meant = self.meant(&key);
            if !known.contains(&meant) || self.fault(10) {
                known.push(meant);
                keys.push(key);
            }
        }
        if let Some(value) = &column_type.value {
            let pairs: Vec<Json> = keys.into_iter().map(|key| json!([key, self.atom(value)])).collect();
            return json!(["map", pairs]);
        }
        match <[Json; 1]>::try_from(keys) {
            Ok([only]) if self.random.percent(80) => only,
            Ok(only) => json!(["set", only]),
            Err(keys) => json!(["set", keys]),
        }
    }

    /// The atom with the uuid in the place of a row's name.
    fn meant(&self, atom: &Json) -> Json {
        let row = self.inserted.iter().find(|row| *atom == json!(["named-uuid", row.2]));
        row.map_or_else(|| atom.clone(), |row| json!(["uuid", row.1.to_string()]))
    }

    fn atom(&mut self, base: &BaseType) -> Json {
        if self.fault(5) {
            return self
                .random
                .pick(&[json!(1), json!("x"), json!(1.5), json!(true), json!(["uuid", "x"])])
                .clone();
        }
        if let Some(allowed) = &base.enumeration
            && !self.fault(10)
        {
            let text = self.random.pick(allowed.as_slice()).to_string();
            return serde_json::from_str(&text).expect("an atom is JSON");
        }
        match base.atomic {
            AtomicType::Integer => self.integer(base).into(),
            AtomicType::Real => {
                json!(self.random.below(36) as f64 / 4.0 + if self.fault(10) { -3.0 } else { -2.0 })
            }
            AtomicType::Boolean => self.random.percent(50).into(),
            AtomicType::String => {
                if (base.length_max.is_none() && self.random.percent(15)) || self.fault(10) {
                    return "longer text".into();
                }
                if self.random.percent(40) {
                    return format!("n{}", self.random.below(40)).into();
                }
                (*self.random.pick(&["", "a", "b", "c d", "é\"\\\n", "0", "true"])).into()
            }
            AtomicType::Uuid => self.reference(base),
        }
    }

    fn integer(&mut self, base: &BaseType) -> i64 {
        let is_bounded = base.integer_min.is_some() || base.integer_max.is_some();
        if (!is_bounded && self.random.percent(2)) || self.fault(10) {
            return *self.random.pick(&[i64::MAX, i64::MIN, -1, 1 << 40]);
        }
        let least = base.integer_min.unwrap_or(-2);
        least.saturating_add(self.random.below(9) as i64)
    }

    fn reference(&mut self, base: &BaseType) -> Json {
        let target = base.reference.as_ref().and_then(|to| self.database.catalog().table(&to.table));
        let Some(table) = target else { return json!(["uuid", self.random.uuid().to_string()]) };
        let named: Vec<String> =
            self.inserted.iter().filter(|row| row.0 == table).map(|row| row.2.clone()).collect();
        if !named.is_empty() && self.random.percent(50) {
            return json!(["named-uuid", self.random.pick(&named)]);
        }
        let uuid = self.existing(table).filter(|_| self.random.percent(97));
        json!(["uuid", uuid.unwrap_or_else(|| self.random.uuid()).to_string()])
    }

    /// The requests of a monitor with conditions on some tables.
    pub(crate) fn monitor_requests(&mut self, with_conditions: bool) -> Json {
        let mut requests = Map::new();
        for (table, info) in self.database.catalog().tables.iter().enumerate() {
            let mut columns: Vec<&str> =
                info.own_columns().map(|column| &*info.columns[column].name).collect();
            // ovsdb-server reads beyond a row's columns when a changed condition compares one that is not monitored.
            columns.retain(|_| with_conditions || self.random.percent(80));
            let mut request = json!({"columns": columns});
            if self.random.percent(30) {
                request["select"] = json!({"initial": self.random.percent(70), "insert": self.random.percent(70),
                    "delete": self.random.percent(70), "modify": self.random.percent(70)});
            }
            if with_conditions && self.random.percent(60) {
                request["where"] = self.monitor_condition(table);
            }
            requests.insert(info.name().to_owned(), json!([request]));
        }
        requests.into()
    }

    fn monitor_condition(&mut self, table: usize) -> Json {
        let clauses: Vec<Json> = (0..self.random.below(3)).map(|_| self.clause(table)).collect();
        // Monitors know no names of rows.
        let text = Json::from(clauses).to_string().replace("named-uuid", "uuid");
        serde_json::from_str(&text).expect("still JSON")
    }

    /// The requests of `monitor_cond_change`.
    pub(crate) fn condition_changes(&mut self) -> Json {
        // Of a request that it refuses, ovsdb-server changes the conditions that it read before the mistake.
        self.is_faulty = true;
        let mut requests = Map::new();
        for (table, info) in self.database.catalog().tables.iter().enumerate() {
            if self.random.percent(30) {
                requests.insert(info.name().to_owned(), json!([{"where": self.monitor_condition(table)}]));
            }
        }
        requests.into()
    }
}
