use std::time::Duration;

use weft_ovsdb_schema::{Uuid, Value, write_json_string};

use super::clause::{Mutation, Where};

/// The operations of one transaction, kept as the JSON text that is sent.
///
/// Values are written as they are; a caller that does not know that they fit their columns asks
/// [`ColumnSchema::check`](weft_ovsdb_schema::ColumnSchema::check) before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transaction {
    operations: String,
    count: usize,
}

/// How a new row is named (RFC 7047 section 5.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowId<'a> {
    /// The server makes up a uuid.
    Anonymous,
    /// The server makes up a uuid, and the transaction's other operations know the row by this name.
    Named(&'a str),
    /// The row gets this uuid (ovsdb-server(7) section 5.2.1).
    Explicit(Uuid),
}

/// What a `wait` waits for (RFC 7047 section 5.2.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// The rows are exactly those given.
    Equal,
    /// The rows are not exactly those given.
    NotEqual,
}

impl Transaction {
    /// A transaction without operations.
    pub fn new() -> Self {
        Self::default()
    }

    /// Number of operations.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there is no operation.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Length of the JSON text, in bytes.
    pub fn encoded_length(&self) -> usize {
        self.operations.len()
    }

    /// The operations' JSON objects with commas between them.
    pub fn encoded(&self) -> &str {
        &self.operations
    }

    /// Appends an operation that is JSON text already: exactly one `<operation>` object.
    pub fn push_encoded(&mut self, operation: &str) {
        self.operation(|out| out.push_str(operation));
    }

    /// Appends the operations of another transaction.
    pub fn append(&mut self, other: &Self) {
        if !other.is_empty() {
            self.operation(|out| out.push_str(&other.operations));
            self.count += other.count - 1;
        }
    }

    /// Inserts a row; columns that are not given get their defaults (RFC 7047 section 5.2.1).
    pub fn insert<'v>(
        &mut self,
        table: &str,
        id: RowId<'_>,
        row: impl IntoIterator<Item = (&'v str, &'v Value)>,
    ) {
        self.operation(|out| {
            write_head("insert", table, out);
            match id {
                RowId::Anonymous => {}
                RowId::Named(name) => {
                    out.push_str(",\"uuid-name\":");
                    write_json_string(name, out);
                }
                RowId::Explicit(uuid) => {
                    out.push_str(",\"uuid\":");
                    write_json_string(&uuid.to_string(), out);
                }
            }
            out.push_str(",\"row\":");
            write_row(row, out);
            out.push('}');
        });
    }

    /// Overwrites columns of rows (RFC 7047 section 5.2.3).
    pub fn update<'v>(
        &mut self,
        table: &str,
        rows: &Where,
        row: impl IntoIterator<Item = (&'v str, &'v Value)>,
    ) {
        self.operation(|out| {
            write_head_where("update", table, rows, out);
            out.push_str(",\"row\":");
            write_row(row, out);
            out.push('}');
        });
    }

    /// Changes columns of rows in place (RFC 7047 section 5.2.4).
    pub fn mutate<'m>(
        &mut self,
        table: &str,
        rows: &Where,
        mutations: impl IntoIterator<Item = &'m Mutation>,
    ) {
        self.operation(|out| {
            write_head_where("mutate", table, rows, out);
            out.push_str(",\"mutations\":[");
            write_separated(mutations, out, Mutation::write_json);
            out.push_str("]}");
        });
    }

    /// Deletes rows (RFC 7047 section 5.2.5).
    pub fn delete(&mut self, table: &str, rows: &Where) {
        self.operation(|out| {
            write_head_where("delete", table, rows, out);
            out.push('}');
        });
    }

    /// Reads rows (RFC 7047 section 5.2.2); all columns unless some are given.
    pub fn select(&mut self, table: &str, rows: &Where, columns: Option<&[&str]>) {
        self.operation(|out| {
            write_head_where("select", table, rows, out);
            if let Some(columns) = columns {
                out.push_str(",\"columns\":[");
                write_separated(columns, out, |column, out| write_json_string(column, out));
                out.push(']');
            }
            out.push('}');
        });
    }

    /// Waits until the given columns of the rows that `rows` selects are, or are not, those of `expected`
    /// (RFC 7047 section 5.2.6). A zero timeout checks once; `None` waits without end.
    pub fn wait(
        &mut self,
        table: &str,
        rows: &Where,
        columns: &[&str],
        until: Until,
        expected: &[Vec<(&str, &Value)>],
        timeout: Option<Duration>,
    ) {
        self.operation(|out| {
            write_head_where("wait", table, rows, out);
            if let Some(timeout) = timeout {
                out.push_str(",\"timeout\":");
                out.push_str(&timeout.as_millis().to_string());
            }
            out.push_str(",\"columns\":[");
            write_separated(columns, out, |column, out| write_json_string(column, out));
            out.push_str("],\"until\":");
            write_json_string(if until == Until::Equal { "==" } else { "!=" }, out);
            out.push_str(",\"rows\":[");
            write_separated(expected, out, |row, out| write_row(row.iter().copied(), out));
            out.push_str("]}");
        });
    }

    /// Leaves a note in the server's log (RFC 7047 section 5.2.9).
    pub fn comment(&mut self, text: &str) {
        self.operation(|out| {
            out.push_str("{\"op\":\"comment\",\"comment\":");
            write_json_string(text, out);
            out.push('}');
        });
    }

    /// Aborts the transaction unless this connection owns the lock (RFC 7047 section 5.2.10).
    pub fn assert_lock(&mut self, lock: &str) {
        self.operation(|out| {
            out.push_str("{\"op\":\"assert\",\"lock\":");
            write_json_string(lock, out);
            out.push('}');
        });
    }

    fn operation(&mut self, write: impl FnOnce(&mut String)) {
        if self.count > 0 {
            self.operations.push(',');
        }
        write(&mut self.operations);
        self.count += 1;
    }
}

fn write_head(operation: &str, table: &str, out: &mut String) {
    out.push_str("{\"op\":");
    write_json_string(operation, out);
    out.push_str(",\"table\":");
    write_json_string(table, out);
}

fn write_head_where(operation: &str, table: &str, rows: &Where, out: &mut String) {
    write_head(operation, table, out);
    out.push_str(",\"where\":");
    rows.write_json(out);
}

fn write_row<'v>(row: impl IntoIterator<Item = (&'v str, &'v Value)>, out: &mut String) {
    out.push('{');
    write_separated(row, out, |(column, value), out| {
        write_json_string(column, out);
        out.push(':');
        value.write_json(out);
    });
    out.push('}');
}

fn write_separated<T>(items: impl IntoIterator<Item = T>, out: &mut String, write: impl Fn(T, &mut String)) {
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write(item, out);
    }
}

#[cfg(test)]
mod tests {
    use weft_ovsdb_schema::Atom;

    use super::*;
    use crate::transaction::clause::{Condition, Function};

    #[test]
    fn operations_are_written_as_the_protocol_has_them() {
        let uuid = Uuid::from_u128(1);
        let (name, ports) = (Value::from("a\"b"), Value::from(Atom::NamedUuid("p".into())));
        let mut transaction = Transaction::new();
        transaction.assert_lock("l");
        transaction.insert("T", RowId::Named("r"), [("name", &name), ("ports", &ports)]);
        transaction.insert("T", RowId::Explicit(uuid), []);
        transaction.update("T", &Where::Uuid(uuid), [("name", &name)]);
        let larger = Condition { column: "n".into(), function: Function::Greater, value: Value::from(3) };
        let conditions = Where::Conditions(vec![Condition::equal("name", name.clone()), larger]);
        let add = Mutation::insert("options", Value::map([("k", "v")]));
        transaction.mutate("T", &conditions, [&add, &Mutation::delete("ports", Value::empty_set())]);
        transaction.delete("T", &Where::All);
        transaction.select("T", &Where::All, Some(&["name"]));
        let rows = [vec![("name", &name)]];
        transaction.wait("T", &Where::All, &["name"], Until::Equal, &rows, Some(Duration::ZERO));
        transaction.comment("done");
        transaction.push_encoded("{\"op\":\"abort\"}");
        let expected = [
            r#"{"op":"assert","lock":"l"}"#,
            r#"{"op":"insert","table":"T","uuid-name":"r","row":{"name":"a\"b","ports":["named-uuid","p"]}}"#,
            r#"{"op":"insert","table":"T","uuid":"00000000-0000-0000-0000-000000000001","row":{}}"#,
            r#"{"op":"update","table":"T","where":[["_uuid","==",["uuid","00000000-0000-0000-0000-000000000001"]]],"row":{"name":"a\"b"}}"#,
            r#"{"op":"mutate","table":"T","where":[["name","==","a\"b"],["n",">",3]],"mutations":[["options","insert",["map",[["k","v"]]]],["ports","delete",["set",[]]]]}"#,
            r#"{"op":"delete","table":"T","where":[]}"#,
            r#"{"op":"select","table":"T","where":[],"columns":["name"]}"#,
            r#"{"op":"wait","table":"T","where":[],"timeout":0,"columns":["name"],"until":"==","rows":[{"name":"a\"b"}]}"#,
            r#"{"op":"comment","comment":"done"}"#,
            r#"{"op":"abort"}"#,
        ];
        assert_eq!(transaction.encoded(), expected.join(","));
        assert_eq!(transaction.len(), expected.len());
    }

    #[test]
    fn appending_joins_operations() {
        let (mut first, mut second) = (Transaction::new(), Transaction::new());
        second.comment("b");
        second.comment("c");
        first.append(&second);
        first.append(&Transaction::new());
        first.comment("d");
        assert_eq!(first.len(), 3);
        assert_eq!(
            first.encoded(),
            r#"{"op":"comment","comment":"b"},{"op":"comment","comment":"c"},{"op":"comment","comment":"d"}"#
        );
    }
}
