//! Allocation of ids, as LANGUAGE.md has it under *emit*.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use weft_lang::expr::Expr;
use weft_lang::program::{Alloc, AllocId};
use weft_value::Value;

use crate::environment::Environment;
use crate::evaluator::Evaluator;

/// Ids given: by the name of the `alloc`, by holder.
pub type AllocState = BTreeMap<String, BTreeMap<Value, Allocation>>;

/// An id given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allocation {
    /// The scope in which it is unique.
    pub scope: Value,
    /// The id.
    pub id: i64,
}

/// Ids by holder.
pub(crate) type Ids = BTreeMap<Value, Allocation>;

/// What a holder brings.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Claim {
    scope: Value,
    low: i64,
    high: i64,
    request: Option<i64>,
    /// Found in the database.
    keep: Option<i64>,
    /// Given before, in the same scope.
    previous: Option<i64>,
}

impl<'a> Evaluator<'a> {
    /// The id of a holder; no value when none is left, or for what holds none.
    pub fn allocated(&self, alloc: AllocId, holder: &Value) -> Option<Value> {
        self.ids(alloc).get(holder).map(|allocation| Value::Int(allocation.id))
    }

    /// Gives all ids of all allocations, with their warnings.
    pub(crate) fn all_ids(&self) -> AllocState {
        (0u32..)
            .zip(&self.program.allocs)
            .map(|(id, alloc)| (alloc.name.clone(), (*self.ids(AllocId(id))).clone()))
            .collect()
    }

    fn ids(&self, alloc: AllocId) -> Rc<Ids> {
        let declared = &self.program.allocs[alloc.index()];
        self.known
            .ids
            .get(alloc.0, || Rc::new(self.give_ids(declared)))
            .or_else(|| self.fault(declared.span, "the allocation needs itself"))
            .unwrap_or_default()
    }

    fn give_ids(&self, alloc: &'a Alloc) -> Ids {
        let rows = self.rows(&alloc.clauses, &Environment::new(alloc.variables.len()));
        let mut holders: BTreeMap<Value, (Claim, &Environment)> = BTreeMap::new();
        for row in &rows {
            let Some(holder) = row.get(alloc.holder) else { continue };
            let Some(claim) = self.claim(alloc, holder, row) else { continue };
            let known = holders.entry(holder.clone()).or_insert_with(|| (claim.clone(), row));
            if claim < known.0 {
                *known = (claim, row);
            }
        }
        let mut scopes: BTreeMap<&Value, BTreeMap<&Value, &Claim>> = BTreeMap::new();
        for (holder, (claim, _)) in &holders {
            scopes.entry(&claim.scope).or_default().insert(holder, claim);
        }
        let mut ids = Ids::new();
        for (scope, claims) in scopes {
            for (holder, id) in ids_of_scope(&claims) {
                ids.insert(holder.clone(), Allocation { scope: scope.clone(), id });
            }
        }
        for (holder, (claim, row)) in &holders {
            let id = ids.get(holder).map(|allocation| allocation.id);
            if claim.request.is_some() && claim.request != id {
                self.warn_for(alloc.clash.as_ref(), row);
            }
        }
        ids
    }

    /// None where the scope or the range has no value: then there is no such holder.
    fn claim(&self, alloc: &'a Alloc, holder: &Value, row: &Environment) -> Option<Claim> {
        let scope = match &alloc.scope {
            Some(scope) => self.value(scope, row)?,
            None => Value::None,
        };
        let optional = |expr: &'a Option<Expr>| match self.inner_value(expr.as_ref()?, row)? {
            Value::Int(id) => Some(id),
            _ => self.fault(alloc.span, "an id that is not an int"),
        };
        let previous = self.previous.get(&alloc.name).and_then(|ids| ids.get(holder));
        Some(Claim {
            low: self.int(&alloc.range.0, row)?,
            high: self.int(&alloc.range.1, row)?,
            request: optional(&alloc.request),
            keep: optional(&alloc.keep),
            previous: previous.filter(|given| given.scope == scope).map(|given| given.id),
            scope,
        })
    }
}

/// The ids of one scope.
fn ids_of_scope<'v>(claims: &BTreeMap<&'v Value, &Claim>) -> BTreeMap<&'v Value, i64> {
    let mut given = Given::default();

    // A contested request goes to the holder that has the id, else to the least.
    for (holder, claim) in claims.iter().filter(|(_, claim)| claim.request == claim.previous) {
        given.try_give(holder, claim, claim.request);
    }
    for (holder, claim) in claims.iter().filter(|(_, claim)| claim.request == claim.held()) {
        given.try_give(holder, claim, claim.request);
    }
    for (holder, claim) in claims {
        given.try_give(holder, claim, claim.request);
    }
    // What was given goes before what the database says.
    for (holder, claim) in claims {
        given.try_give(holder, claim, claim.previous);
    }
    for (holder, claim) in claims {
        given.try_give(holder, claim, claim.keep);
    }
    for (holder, claim) in claims {
        given.give_lowest(holder, claim);
    }
    given.ids
}

impl Claim {
    fn held(&self) -> Option<i64> {
        self.previous.or(self.keep)
    }
}

#[derive(Default)]
struct Given<'v> {
    ids: BTreeMap<&'v Value, i64>,
    taken: BTreeSet<i64>,
}

impl<'v> Given<'v> {
    /// Gives an id that is in the holder's range and free, if it has none.
    fn try_give(&mut self, holder: &'v Value, claim: &Claim, id: Option<i64>) {
        if let Some(id) = id
            && (claim.low..=claim.high).contains(&id)
            && !self.ids.contains_key(holder)
            && self.taken.insert(id)
        {
            self.ids.insert(holder, id);
        }
    }

    fn give_lowest(&mut self, holder: &'v Value, claim: &Claim) {
        let lowest = (claim.low..=claim.high).find(|id| !self.taken.contains(id));
        self.try_give(holder, claim, lowest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Holder, request, keep, previous.
    type Row<'t> = (&'t str, Option<i64>, Option<i64>, Option<i64>);

    /// Claims in a range of 1 to 9.
    fn ids(claims: &[Row]) -> Vec<(String, i64)> {
        ids_in(9, claims)
    }

    fn ids_in(high: i64, claims: &[Row]) -> Vec<(String, i64)> {
        let claims: BTreeMap<Value, Claim> = claims
            .iter()
            .map(|(holder, request, keep, previous)| {
                let claim = Claim {
                    scope: Value::None,
                    low: 1,
                    high,
                    request: *request,
                    keep: *keep,
                    previous: *previous,
                };
                (Value::String((*holder).into()), claim)
            })
            .collect();
        let given = ids_of_scope(&claims.iter().collect());
        given
            .into_iter()
            .map(|(holder, id)| (crate::builtin::text_of(holder).unwrap_or("").to_owned(), id))
            .collect()
    }

    fn expect(ids: Vec<(String, i64)>, wanted: &[(&str, i64)]) {
        let ids: Vec<(&str, i64)> = ids.iter().map(|(holder, id)| (holder.as_str(), *id)).collect();
        assert_eq!(ids, wanted);
    }

    #[test]
    fn ids_are_the_lowest_free_in_the_order_of_holders() {
        expect(ids(&[("b", None, None, None), ("a", None, None, None)]), &[("a", 1), ("b", 2)]);
    }

    #[test]
    fn a_request_goes_before_what_another_holder_has() {
        let claims = [("a", None, Some(5), Some(5)), ("b", Some(5), None, None)];
        expect(ids(&claims), &[("a", 1), ("b", 5)]);
    }

    #[test]
    fn a_contested_request_stays_with_the_holder_that_has_the_id() {
        let claims = [("a", Some(5), None, None), ("b", Some(5), None, Some(5))];
        expect(ids(&claims), &[("a", 1), ("b", 5)]);
        let claims = [("a", Some(5), None, None), ("b", Some(5), Some(5), None)];
        expect(ids(&claims), &[("a", 1), ("b", 5)]);
    }

    #[test]
    fn a_contested_request_that_nobody_has_goes_to_the_least_holder() {
        let claims = [("b", Some(5), None, None), ("a", Some(5), None, None)];
        expect(ids(&claims), &[("a", 5), ("b", 1)]);
    }

    #[test]
    fn an_id_given_before_goes_before_one_found_in_the_database() {
        let claims = [("a", None, Some(5), None), ("b", None, None, Some(5))];
        expect(ids(&claims), &[("a", 1), ("b", 5)]);
    }

    #[test]
    fn a_holder_that_loses_its_request_keeps_what_it_has() {
        let claims = [("a", Some(5), None, None), ("b", Some(5), None, Some(7))];
        expect(ids(&claims), &[("a", 5), ("b", 7)]);
    }

    #[test]
    fn a_holder_that_is_displaced_goes_back_to_the_id_of_the_database() {
        let claims = [("a", None, Some(7), Some(5)), ("b", Some(5), None, None)];
        expect(ids(&claims), &[("a", 7), ("b", 5)]);
    }

    #[test]
    fn ids_out_of_range_are_neither_requested_nor_kept() {
        let claims = [("a", Some(10), None, None), ("b", None, Some(0), None)];
        expect(ids(&claims), &[("a", 1), ("b", 2)]);
    }

    #[test]
    fn a_range_is_its_holders_own() {
        let claim =
            |high, keep| Claim { scope: Value::None, low: 1, high, request: None, keep, previous: None };
        let (a, b) = (Value::String("a".into()), Value::String("b".into()));
        let (narrow, wide) = (claim(1, Some(7)), claim(7, Some(7)));
        let given = ids_of_scope(&BTreeMap::from([(&a, &narrow), (&b, &wide)]));
        assert_eq!(given.into_values().collect::<Vec<i64>>(), [1, 7]);
    }

    #[test]
    fn a_full_range_leaves_the_greatest_holders_without_ids() {
        let claims = [("a", None, None, None), ("b", None, None, None), ("c", None, None, Some(1))];
        expect(ids_in(2, &claims), &[("a", 2), ("c", 1)]);
    }
}
