//! First phase: the name table, and all types that are written down.
//!
//! Names come before types, so that items may refer to each other in any order.

use weft_syntax::ast::{self, ItemKind, Name};

use crate::attribute::EntitySource;
use crate::checker::{Checker, LazyItem};
use crate::constant::Const;
use crate::names::Global;
use crate::program::{
    AllocId, ComponentsId, Entity, EntityId, ExternType, ExternTypeId, FunctionId, HostFunction, HostId,
    Record, RecordId, Stage, StageId,
};
use crate::register::Register;
use crate::report::{Detail, did_you_mean, error};
use crate::schema::{self, SchemaSource};
use crate::types::Type;

impl<'a> Checker<'a> {
    /// Fills the name table and everything whose type is written.
    pub(crate) fn collect(&mut self, files: &'a [ast::File], schemas: &dyn SchemaSource) {
        let items = || files.iter().flat_map(|file| &file.items);
        for item in items() {
            self.collect_name(item, schemas);
        }
        self.collect_functions(files);
        for item in items() {
            match &item.kind {
                ItemKind::Pipeline(pipeline) => self.collect_pipeline(pipeline),
                ItemKind::Record { name, fields } => self.collect_record(name, fields),
                ItemKind::ExternType { name, representation } => {
                    self.collect_extern_type(name, representation);
                }
                ItemKind::ExternFn { name, parameters, result } => {
                    self.collect_host(name, parameters, result);
                }
                _ => {}
            }
        }
        self.collect_signatures();
        for position in 0..self.entities.len() {
            self.collect_attributes(EntityId(position as u32));
        }
    }

    fn collect_name(&mut self, item: &'a ast::Item, schemas: &dyn SchemaSource) {
        match &item.kind {
            ItemKind::Database { name, schema, schema_span } => {
                let Some(loaded) = schemas.schema(schema) else {
                    let message = format!("there is no schema `{schema}`");
                    self.report.push(error("E0207", *schema_span, message, "unknown schema"));
                    return;
                };
                let (id, tables) =
                    schema::load(&mut self.program, &name.text, &loaded, &mut self.at_most_one_row);
                self.databases.push(tables);
                self.define(name, Global::Database(id));
            }
            ItemKind::Const { name, value } => {
                self.define(name, Global::Const(self.consts.len()));
                self.consts.push(Const::new(name, value));
            }
            ItemKind::Register { name, place, place_span, scopes } => {
                self.define(name, Global::Register(self.registers.len()));
                self.registers.push(Register { name, place, place_span: *place_span, scopes });
            }
            ItemKind::Record { name, .. } => {
                self.define(name, Global::Record(RecordId(self.program.records.len() as u32)));
                self.program.records.push(Record { name: name.text.clone(), fields: Vec::new() });
            }
            ItemKind::ExternType { name, .. } => {
                let id = ExternTypeId(self.program.extern_types.len() as u32);
                self.define(name, Global::ExternType(id));
                let representation = Type::Unknown;
                self.program.extern_types.push(ExternType { name: name.text.clone(), representation });
            }
            ItemKind::ExternFn { name, .. } => {
                self.define(name, Global::Host(HostId(self.program.host_functions.len() as u32)));
                let host =
                    HostFunction { name: name.text.clone(), parameters: Vec::new(), result: Type::Unknown };
                self.program.host_functions.push(host);
            }
            ItemKind::Entity(entity) => self.collect_entity(entity),
            ItemKind::Alloc(alloc) => {
                self.define(&alloc.name, Global::Alloc(AllocId(self.allocs.len() as u32)));
                let body = self.new_body();
                self.allocs.push(LazyItem { ast: alloc, body, ty: None });
            }
            ItemKind::Components(components) => {
                let id = ComponentsId(self.components.len() as u32);
                self.define(&components.name, Global::Components(id));
                let body = self.new_body();
                self.components.push(LazyItem { ast: components, body, ty: None });
            }
            ItemKind::Output(_) | ItemKind::Pipeline(_) | ItemKind::Function { .. } => {}
            ItemKind::Rule { .. } | ItemKind::Test(_) => {}
        }
    }

    fn define(&mut self, name: &'a Name, global: Global) {
        self.names.define(name, global, &mut self.report);
    }

    fn collect_entity(&mut self, entity: &'a ast::Entity) {
        self.define(&entity.name, Global::Entity(EntityId(self.entities.len() as u32)));
        let body = self.new_body();
        self.entities.push(EntitySource::new(entity, body));
        self.program.entities.push(Entity {
            name: entity.name.text.clone(),
            span: entity.name.span,
            variables: Vec::new(),
            clauses: Vec::new(),
            key: Vec::new(),
            key_variables: Vec::new(),
            is_group: !entity.group_by.is_empty(),
            row: None,
            attributes: Vec::new(),
        });
    }

    /// Functions get their positions so that each stands after those it calls.
    fn collect_functions(&mut self, files: &'a [ast::File]) {
        for function in crate::function::in_call_order(files, &mut self.report) {
            self.define(function.name, Global::Function(FunctionId(self.functions.len() as u32)));
            self.functions.push(function);
        }
    }

    fn collect_signatures(&mut self) {
        for position in 0..self.functions.len() {
            let (parameters, result) =
                (self.functions[position].parameters, self.functions[position].result_ast);
            let parameter_types = parameters.iter().map(|(_, ty)| self.resolve_type(ty)).collect();
            self.functions[position].parameter_types = parameter_types;
            self.functions[position].result = self.resolve_type(result);
        }
    }

    fn collect_pipeline(&mut self, pipeline: &'a ast::Pipeline) {
        let datapaths = match self.names.get(&pipeline.over.text) {
            Some(Global::Entity(entity)) => entity,
            _ => {
                let message = format!("there is no entity `{}`", pipeline.over.text);
                let names = self.names.candidates(|global| matches!(global, Global::Entity(_)));
                let help = did_you_mean(&pipeline.over.text, names);
                self.report.push(error("E0201", pipeline.over.span, message, "not an entity").help(help));
                return;
            }
        };
        for (number, name) in pipeline.stages.iter().enumerate() {
            self.define(name, Global::Stage(StageId(self.program.stages.len() as u32)));
            self.program.stages.push(Stage {
                name: name.text.clone(),
                kind: pipeline.kind.text.clone(),
                direction: pipeline.direction.text.clone(),
                number: number as u32,
                datapaths,
            });
        }
    }

    fn collect_record(&mut self, name: &'a Name, fields: &'a [(Name, ast::Type)]) {
        let mut resolved: Vec<(String, Type)> = Vec::with_capacity(fields.len());
        for (field, ty) in fields {
            if resolved.iter().any(|(other, _)| *other == field.text) {
                let message = format!("the record has two fields `{}`", field.text);
                self.report.push(error("E0202", field.span, message, "defined again here"));
            }
            let ty = self.resolve_type(ty);
            resolved.push((field.text.clone(), ty));
        }
        if let Some(Global::Record(id)) = self.names.get(&name.text) {
            self.program.records[id.index()].fields = resolved;
        }
    }

    fn collect_extern_type(&mut self, name: &'a Name, representation: &'a ast::Type) {
        let representation = self.resolve_type(representation);
        if let Some(Global::ExternType(id)) = self.names.get(&name.text) {
            self.program.extern_types[id.index()].representation = representation;
        }
    }

    fn collect_host(&mut self, name: &'a Name, parameters: &'a [(Name, ast::Type)], result: &'a ast::Type) {
        let parameters = parameters.iter().map(|(_, ty)| self.resolve_type(ty)).collect();
        let result = self.resolve_type(result);
        if let Some(Global::Host(id)) = self.names.get(&name.text) {
            let host = &mut self.program.host_functions[id.index()];
            host.parameters = parameters;
            host.result = result;
        }
    }
}
