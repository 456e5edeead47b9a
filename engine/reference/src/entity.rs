//! Entities: their members and attributes.

use std::collections::BTreeSet;
use std::rc::Rc;

use weft_lang::expr::Expr;
use weft_lang::program::{AttributeValue, Entity, EntityId, Members};
use weft_value::Value;

use crate::environment::Environment;
use crate::evaluator::Evaluator;
use crate::expression::{entity_key, set};

impl<'a> Evaluator<'a> {
    /// The keys of an entity's members.
    pub fn members(&self, entity: EntityId) -> Rc<BTreeSet<Value>> {
        let declared = &self.program.entities[entity.index()];
        let members = self.known.members.get(entity.0, || {
            let environment = Environment::new(declared.variables.len());
            let rows = self.rows(&declared.clauses, &environment);
            let keys = rows.iter().filter_map(|row| self.all_values(&declared.key, row));
            Rc::new(keys.map(|parts| entity_key(&parts)).collect())
        });
        members.or_else(|| self.fault(declared.span, "the entity needs itself")).unwrap_or_default()
    }

    /// An attribute of a member: no value when it was skipped or when there is no such member.
    pub fn attribute(&self, entity: EntityId, position: usize, member: &Value) -> Option<Value> {
        let declared = &self.program.entities[entity.index()];
        let key = (entity.0, position, member.clone());
        let value = self.known.attributes.get(key, || {
            if !self.members(entity).contains(member) {
                return None;
            }
            self.compute_attribute(declared, position, member)
        });
        match value {
            Some(value) => value,
            None => self.fault(declared.attributes[position].span, "the attribute needs itself"),
        }
    }

    /// Computes all attributes of all members, for the sake of their warnings.
    pub(crate) fn all_attributes(&self) {
        for (id, entity) in (0u32..).zip(&self.program.entities) {
            for member in self.members(EntityId(id)).iter() {
                for position in 0..entity.attributes.len() {
                    let _ = self.attribute(EntityId(id), position, member);
                }
            }
        }
    }

    fn compute_attribute(&self, entity: &'a Entity, position: usize, member: &Value) -> Option<Value> {
        let environment = member_environment(entity, member);
        match &entity.attributes[position].value {
            AttributeValue::Members(parts) => {
                Some(set(parts.iter().flat_map(|part| self.member_set(part, &environment))))
            }
            AttributeValue::Value { expr, unwrap, warn } => {
                if !*unwrap {
                    return self.value(expr, &environment);
                }
                let value = self.inner_value(expr, &environment);
                if value.is_none() {
                    self.warn_for(warn.as_ref(), &environment);
                }
                value
            }
        }
    }

    fn member_set(&self, part: &'a Members, environment: &Environment) -> Vec<Value> {
        let rows = self.rows(&part.clauses, environment);
        rows.iter().filter_map(|row| self.value(&part.value, row)).collect()
    }

    /// Gives a warning, if one is written and its text has a value.
    pub(crate) fn warn_for(&self, text: Option<&'a Expr>, environment: &Environment) {
        if let Some(expr) = text
            && let Some(text) = self.string(expr, environment)
        {
            self.warn(text, expr.span);
        }
    }
}

/// The variables that attributes read: the parts of the member's key.
fn member_environment(entity: &Entity, member: &Value) -> Environment {
    let mut environment = Environment::new(entity.variables.len());
    match (entity.key_variables.as_slice(), member) {
        ([variable], member) => environment.bind(*variable, member.clone()),
        (variables, Value::Tuple(parts)) => {
            for (variable, part) in variables.iter().zip(parts.iter()) {
                environment.bind(*variable, part.clone());
            }
        }
        _ => {}
    }
    environment
}
