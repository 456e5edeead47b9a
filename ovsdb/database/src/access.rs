//! Access control by role, as OVN's Southbound database describes it in `RBAC_Role` and `RBAC_Permission`
//! (ovsdb-server's `rbac.c`).

use weft_ovsdb_schema::{Atom, AtomSet, Value};

use crate::catalog::{TableId, TableInfo};
use crate::condition::Condition;
use crate::row::Row;
use crate::transaction::{Execution, Overlay};

/// What a session may do with the rows of a table.
pub(crate) enum Access<'d> {
    /// Anything: the session has no role, or the database no roles.
    Free,
    /// Nothing.
    None,
    /// What a permission says.
    Permission(Permission<'d>),
}

/// A row of `RBAC_Permission` for a table.
pub(crate) struct Permission<'d> {
    row: Row,
    schema: &'d TableInfo,
    target: &'d TableInfo,
    id: String,
}

impl<'d> Execution<'d, '_> {
    /// What the transaction's session may do with a table.
    pub(crate) fn access(&self, table: TableId) -> Access<'d> {
        let catalog = self.overlay.database.catalog();
        let role = self.context.role.filter(|role| !role.is_empty());
        let (Some(role), Some(roles)) = (role, catalog.table("RBAC_Role")) else { return Access::Free };
        let Some(id) = self.context.id else { return Access::None };
        let target = &catalog.tables[table];
        let found = permission_row(&self.overlay, roles, role, target.name());
        found.map_or(Access::None, |(row, schema)| {
            Access::Permission(Permission { row, schema, target, id: id.to_owned() })
        })
    }
}

fn permission_row<'d>(
    overlay: &Overlay<'d>,
    roles: TableId,
    role: &str,
    target: &str,
) -> Option<(Row, &'d TableInfo)> {
    let info = overlay.info(roles);
    let (name, permissions) = (info.column("name")?, info.column("permissions")?);
    let is_role = |row: &Row| strings(row.get(name)).any(|text| text == role);
    let row = overlay.find(roles, &Condition::default()).into_iter().find(is_role)?;
    let reference = info.columns[permissions].column_type.value.as_ref()?.reference.as_ref()?;
    let uuid = row.get(permissions).as_map()?.get(&Atom::string(target))?.as_uuid()?;
    let table = overlay.database.catalog().table(&reference.table)?;
    Some((overlay.get(table, uuid)?.clone(), overlay.info(table)))
}

fn strings(value: &Value) -> impl Iterator<Item = &str> {
    value.as_set().into_iter().flat_map(AtomSet::iter).filter_map(|atom| atom.as_str())
}

impl Access<'_> {
    /// Whether anything at all is allowed.
    pub(crate) fn may_try(&self) -> bool {
        !matches!(self, Self::None)
    }

    /// Whether a row of these values may be inserted.
    pub(crate) fn may_insert(&self, values: &[Value]) -> bool {
        self.permits(|permission| permission.owns(values) && permission.may_insert_and_delete())
    }

    /// Whether the row may be deleted.
    pub(crate) fn may_delete(&self, row: &Row) -> bool {
        self.may_insert(row.values())
    }

    /// Whether columns of the row may be changed.
    pub(crate) fn may_modify(&self, row: &Row, mut columns: impl Iterator<Item = usize>) -> bool {
        self.permits(|permission| {
            permission.owns(row.values()) && columns.all(|column| permission.may_update(column))
        })
    }

    fn permits(&self, check: impl FnOnce(&Permission<'_>) -> bool) -> bool {
        match self {
            Self::Free => true,
            Self::None => false,
            Self::Permission(permission) => check(permission),
        }
    }
}

impl Permission<'_> {
    fn column(&self, name: &str) -> Option<&Value> {
        self.schema.column(name).map(|column| self.row.get(column))
    }

    /// Whether a column that the permission names holds the client's id, or the permission is for every client.
    fn owns(&self, values: &[Value]) -> bool {
        let mut names = self.column("authorization").into_iter().flat_map(strings);
        names.any(|name| name.is_empty() || self.named_column_is_id(name, values))
    }

    fn named_column_is_id(&self, name: &str, values: &[Value]) -> bool {
        let content = |name| self.target.column(name).map(|column| (column, &values[column]));
        if !name.contains(':') {
            // A set of strings names nobody.
            let single = |column: usize| self.target.columns[column].column_type.max == Some(1);
            return content(name)
                .is_some_and(|(column, value)| single(column) && value.as_str() == Some(self.id.as_str()));
        }
        let mut parts = name.split(':').filter(|part| !part.is_empty());
        let (Some(column), Some(key)) = (parts.next(), parts.next()) else { return false };
        let value = content(column).and_then(|(_, value)| value.as_map()?.get_str(key));
        value == Some(self.id.as_str())
    }

    fn may_insert_and_delete(&self) -> bool {
        self.column("insert_delete").and_then(Value::as_boolean) == Some(true)
    }

    fn may_update(&self, column: usize) -> bool {
        let name = &self.target.columns[column].name;
        self.column("update").is_some_and(|columns| strings(columns).any(|allowed| *allowed == **name))
    }
}
