//! Types as rules write them.

use weft_lang::program::{HostFunction, Program};
use weft_lang::types::Type;

/// `(string, int) -> Option<Ip>`
pub(crate) fn signature(program: &Program, function: &HostFunction) -> String {
    let parameters: Vec<String> = function.parameters.iter().map(|ty| type_name(program, ty)).collect();
    format!("({}) -> {}", parameters.join(", "), type_name(program, &function.result))
}

fn type_name(program: &Program, ty: &Type) -> String {
    let name = |inner: &Type| type_name(program, inner);
    let row = |table: &weft_lang::program::TableId| {
        let table = &program.tables[table.index()];
        format!("{}.{}", program.databases[table.database.index()].name, table.name)
    };
    match ty {
        Type::Bool => "bool".into(),
        Type::Int => "int".into(),
        Type::String => "string".into(),
        Type::Uuid => "uuid".into(),
        Type::Stage => "Stage".into(),
        Type::Match => "Match".into(),
        Type::Actions => "Actions".into(),
        Type::Row(table) | Type::OutputRow(table) => row(table),
        Type::Entity(entity) => program.entities[entity.index()].name.clone(),
        Type::Record(record) => program.records[record.index()].name.clone(),
        Type::Extern(id) => program.extern_types[id.index()].name.clone(),
        Type::Option(inner) => format!("Option<{}>", name(inner)),
        Type::Set(inner) => format!("Set<{}>", name(inner)),
        Type::List(inner) => format!("List<{}>", name(inner)),
        Type::Map(key, value) => format!("Map<{}, {}>", name(key), name(value)),
        Type::Tuple(parts) => {
            format!("({})", parts.iter().map(name).collect::<Vec<_>>().join(", "))
        }
        Type::Unknown => "_".into(),
    }
}
