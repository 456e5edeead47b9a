//! Which type fits where, and the type that two branches have in common.

use crate::program::{Program, RecordId};
use crate::types::Type;

impl Type {
    /// `Option<T>` of this type; an `Option` stays as it is.
    #[must_use]
    pub fn optional(self) -> Type {
        match self {
            Type::Option(_) => self,
            other => Type::Option(Box::new(other)),
        }
    }

    /// The type inside an `Option`, or this type.
    #[must_use]
    pub fn without_option(&self) -> &Type {
        match self {
            Type::Option(inner) => inner,
            other => other,
        }
    }

    /// Whether it is an `Option`.
    #[must_use]
    pub fn is_option(&self) -> bool {
        matches!(self, Type::Option(_))
    }

    /// Whether a part of it is not determined.
    #[must_use]
    pub fn is_open(&self) -> bool {
        match self {
            Type::Unknown => true,
            Type::Option(inner) | Type::Set(inner) | Type::List(inner) => inner.is_open(),
            Type::Map(key, value) => key.is_open() || value.is_open(),
            Type::Tuple(parts) => parts.iter().any(Type::is_open),
            _ => false,
        }
    }

    /// The type with rows that the program writes taken as rows of the table.
    pub(crate) fn with_rows_for_output_rows(&self) -> Type {
        let inside = |inner: &Type| Box::new(inner.with_rows_for_output_rows());
        match self {
            Type::OutputRow(table) => Type::Row(*table),
            Type::Option(inner) => Type::Option(inside(inner)),
            Type::Set(inner) => Type::Set(inside(inner)),
            Type::List(inner) => Type::List(inside(inner)),
            Type::Map(key, value) => Type::Map(inside(key), inside(value)),
            other => other.clone(),
        }
    }
}

/// Whether a value of type `found` can stand where `expected` is wanted. `T` fits `Option<T>`.
pub(crate) fn fits(found: &Type, expected: &Type) -> bool {
    match (found, expected) {
        (Type::Unknown, _) | (_, Type::Unknown) => true,
        (Type::Option(found), Type::Option(expected))
        | (Type::Set(found), Type::Set(expected))
        | (Type::List(found), Type::List(expected)) => fits(found, expected),
        (Type::Option(_), _) => false,
        (found, Type::Option(expected)) => fits(found, expected),
        (Type::Map(key, value), Type::Map(expected_key, expected_value)) => {
            fits(key, expected_key) && fits(value, expected_value)
        }
        (Type::Tuple(found), Type::Tuple(expected)) => {
            found.len() == expected.len() && found.iter().zip(expected).all(|(f, e)| fits(f, e))
        }
        _ => found == expected,
    }
}

/// The least type that both fit.
pub(crate) fn join(a: &Type, b: &Type) -> Option<Type> {
    match (a, b) {
        (Type::Unknown, other) | (other, Type::Unknown) => Some(other.clone()),
        (Type::Option(x), Type::Option(y)) => Some(join(x, y)?.optional()),
        (Type::Option(x), y) | (y, Type::Option(x)) => Some(join(x, y)?.optional()),
        (Type::Set(x), Type::Set(y)) => Some(Type::Set(Box::new(join(x, y)?))),
        (Type::List(x), Type::List(y)) => Some(Type::List(Box::new(join(x, y)?))),
        (Type::Map(k, v), Type::Map(l, w)) => Some(Type::Map(Box::new(join(k, l)?), Box::new(join(v, w)?))),
        (Type::Tuple(xs), Type::Tuple(ys)) if xs.len() == ys.len() => {
            xs.iter().zip(ys).map(|(x, y)| join(x, y)).collect::<Option<Vec<_>>>().map(Type::Tuple)
        }
        _ => (a == b).then(|| a.clone()),
    }
}

impl Program {
    /// Whether the type is or holds `Match` or `Actions`, which cannot be compared.
    #[must_use]
    pub fn is_output_only(&self, ty: &Type) -> bool {
        self.holds_output_only(ty, &mut Vec::new())
    }

    /// `seen` are the records looked at, which may hold each other.
    fn holds_output_only(&self, ty: &Type, seen: &mut Vec<RecordId>) -> bool {
        match ty {
            Type::Match | Type::Actions => true,
            Type::Option(inner) | Type::Set(inner) | Type::List(inner) => self.holds_output_only(inner, seen),
            Type::Map(key, value) => self.holds_output_only(key, seen) || self.holds_output_only(value, seen),
            Type::Tuple(parts) => parts.iter().any(|part| self.holds_output_only(part, seen)),
            Type::Record(id) if !seen.contains(id) => {
                seen.push(*id);
                self.records[id.index()].fields.iter().any(|(_, ty)| self.holds_output_only(ty, seen))
            }
            _ => false,
        }
    }

    /// The type as it is written in rules; `_` for a part that is not determined.
    #[must_use]
    pub fn type_name(&self, ty: &Type) -> String {
        let row = |table: usize| {
            let table = &self.tables[table];
            format!("{}.{}", self.databases[table.database.index()].name, table.name)
        };
        match ty {
            Type::Bool => "bool".to_owned(),
            Type::Int => "int".to_owned(),
            Type::String => "string".to_owned(),
            Type::Uuid => "uuid".to_owned(),
            Type::Stage => "Stage".to_owned(),
            Type::Match => "Match".to_owned(),
            Type::Actions => "Actions".to_owned(),
            Type::Row(table) => row(table.index()),
            Type::OutputRow(table) => format!("ref {}", row(table.index())),
            Type::Entity(entity) => self.entities[entity.index()].name.clone(),
            Type::Record(record) => self.records[record.index()].name.clone(),
            Type::Extern(ty) => self.extern_types[ty.index()].name.clone(),
            Type::Option(inner) => format!("Option<{}>", self.type_name(inner)),
            Type::Set(inner) => format!("Set<{}>", self.type_name(inner)),
            Type::List(inner) => format!("List<{}>", self.type_name(inner)),
            Type::Map(key, value) => format!("Map<{}, {}>", self.type_name(key), self.type_name(value)),
            Type::Tuple(parts) => {
                let parts: Vec<_> = parts.iter().map(|part| self.type_name(part)).collect();
                format!("({})", parts.join(", "))
            }
            Type::Unknown => "_".to_owned(),
        }
    }
}
