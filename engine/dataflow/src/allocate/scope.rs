//! One scope of an allocation.

use std::collections::{BTreeSet, HashMap, HashSet};

use rustc_hash::FxBuildHasher;
use weft_value::{Datum, Interner};

use crate::change::Diff;

use super::EmitRow;
use super::intervals::Intervals;

/// What a holder wants, as its row says: lowest, highest, request, keep.
pub(super) type Claim = [Datum; 4];

type Map<K, V> = HashMap<K, V, FxBuildHasher>;

/// The holders of a scope and their ids.
#[derive(Default)]
pub(super) struct Scope {
    holders: Map<Datum, Holder>,
    owners: Map<i64, Datum>,
    used: Intervals,
    /// Those who request an id that lies in their range.
    requesters: Map<i64, Vec<Datum>>,
    /// Holders for whom no id was left.
    waiting: HashSet<Datum, FxBuildHasher>,
    /// Ids given before, of holders that did not come yet.
    remembered: Map<Datum, i64>,
}

#[derive(Default)]
struct Holder {
    claims: Vec<(Claim, Diff)>,
    /// The claim that counts, as it was at the last settling.
    want: Option<Want>,
    id: Option<i64>,
    /// Whether it had an id at the start of the settling.
    had_id: bool,
    /// The id and the flag as they were emitted.
    shown: Option<(Datum, Datum)>,
}

#[derive(Clone, Copy)]
struct Want {
    low: i64,
    high: i64,
    request: Option<i64>,
    keep: Option<i64>,
}

impl Want {
    /// A claim whose range is not two numbers has no id to wish for.
    fn new(claim: &Claim, interner: &Interner) -> Want {
        let [low, high, request, keep] = claim.map(|datum| interner.as_int(datum));
        Want { low: low.unwrap_or(1), high: high.unwrap_or(0), request, keep }
    }

    fn allows(&self, id: i64) -> bool {
        (self.low..=self.high).contains(&id)
    }

    /// The request, when it lies in the range.
    fn valid_request(&self) -> Option<i64> {
        self.request.filter(|id| self.allows(*id))
    }
}

/// What a settling still has to do.
#[derive(Default)]
struct Work {
    /// Ids whose requesters or owner changed.
    contested: BTreeSet<i64>,
    /// Holders that may need an id.
    pending: Vec<Datum>,
    /// Holders whose output may have changed.
    affected: Vec<Datum>,
    has_freed: bool,
}

impl Scope {
    pub(super) fn remember(&mut self, holder: Datum, id: i64) {
        self.remembered.insert(holder, id);
    }

    pub(super) fn len(&self) -> usize {
        self.holders.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.holders.is_empty() && self.remembered.is_empty()
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = (Datum, i64)> {
        let given = self.holders.iter().filter_map(|(holder, state)| Some((*holder, state.id?)));
        given.chain(self.remembered.iter().map(|(holder, id)| (*holder, *id)))
    }

    pub(super) fn datums(&self, mark: &mut dyn FnMut(Datum)) {
        self.remembered.keys().for_each(|holder| mark(*holder));
        for (holder, state) in &self.holders {
            mark(*holder);
            state.claims.iter().flat_map(|(claim, _)| claim).for_each(|datum| mark(*datum));
            state.shown.iter().for_each(|(id, _)| mark(*id));
        }
    }

    /// Takes a changed row of a holder; [`Scope::settle`] acts on it.
    pub(super) fn change(&mut self, holder: Datum, claim: Claim, diff: Diff) {
        let claims = &mut self.holders.entry(holder).or_default().claims;
        match claims.iter_mut().find(|(known, _)| *known == claim) {
            Some((_, count)) => *count += diff,
            None => claims.push((claim, diff)),
        }
        claims.retain(|(_, count)| *count != 0);
    }

    /// Gives ids after changes of these holders, and emits what is different.
    pub(super) fn settle(&mut self, mut touched: Vec<Datum>, interner: &Interner, emit: &mut EmitRow<'_>) {
        touched.sort_unstable();
        touched.dedup();
        let mut work = Work { affected: touched.clone(), ..Work::default() };
        for holder in touched {
            self.take_want(holder, interner, &mut work);
        }
        while let Some(id) = work.contested.pop_first() {
            self.contest(id, interner, &mut work);
        }
        if work.has_freed {
            work.pending.extend(self.waiting.iter().copied());
        }
        let mut pending = std::mem::take(&mut work.pending);
        pending.sort_by(|a, b| interner.compare(*a, *b));
        pending.dedup();
        pending.retain(|holder| self.holders.get(holder).is_some_and(|h| h.id.is_none() && h.want.is_some()));
        work.affected.extend(pending.iter().copied());
        self.give(&mut pending, |scope, holder, _| scope.remembered.get(&holder).copied());
        self.give(&mut pending, |_, _, want| want.keep);
        self.give(&mut pending, |scope, _, want| scope.used.lowest_free(want.low, want.high));
        self.waiting.extend(pending);
        self.show(work.affected, interner, emit);
    }

    /// Replaces a holder's want by what its rows say now.
    fn take_want(&mut self, holder: Datum, interner: &Interner, work: &mut Work) {
        let Some(state) = self.holders.get_mut(&holder) else { return };
        let present = state.claims.iter().filter(|(_, count)| *count > 0).map(|(claim, _)| claim);
        let claim = present.min_by(|a, b| interner.compare_slices(*a, *b));
        let new = claim.map(|claim| Want::new(claim, interner));
        let old = std::mem::replace(&mut state.want, new);
        let id = state.id;
        if let Some(request) = old.and_then(|want| want.valid_request()) {
            if let Some(requesters) = self.requesters.get_mut(&request) {
                requesters.retain(|other| *other != holder);
                if requesters.is_empty() {
                    self.requesters.remove(&request);
                }
            }
            work.contested.insert(request);
        }
        if let Some(request) = new.and_then(|want| want.valid_request()) {
            self.requesters.entry(request).or_default().push(holder);
            work.contested.insert(request);
        }
        match (id, new) {
            (Some(id), want) if !want.is_some_and(|want| want.allows(id)) => self.release(id, work),
            _ => {}
        }
        self.waiting.remove(&holder);
        work.pending.push(holder);
    }

    /// Takes an id from its owner.
    fn release(&mut self, id: i64, work: &mut Work) {
        if let Some(owner) = self.owners.remove(&id) {
            if let Some(state) = self.holders.get_mut(&owner) {
                state.id = None;
                state.had_id = true;
            }
            work.pending.push(owner);
            work.affected.push(owner);
        }
        self.used.remove(id);
        work.contested.insert(id);
        work.has_freed = true;
    }

    fn assign(&mut self, id: i64, holder: Datum) {
        if let Some(state) = self.holders.get_mut(&holder) {
            state.id = Some(id);
            self.owners.insert(id, holder);
            self.used.insert(id);
            self.waiting.remove(&holder);
            self.remembered.remove(&holder);
        }
    }

    /// Gives an id to one of those who request it: who has it, else who had it, else the least.
    fn contest(&mut self, id: i64, interner: &Interner, work: &mut Work) {
        let Some(requesters) = self.requesters.get(&id) else { return };
        let owner = self.owners.get(&id).copied();
        if owner.is_some_and(|owner| requesters.contains(&owner)) {
            return;
        }
        let rank = |holder: &Datum| {
            let state = self.holders.get(holder);
            let is_fresh = state.is_some_and(|state| state.id.is_none() && !state.had_id);
            let kept = state.and_then(|state| state.want).and_then(|want| want.keep);
            match is_fresh {
                true if self.remembered.get(holder) == Some(&id) => 0,
                true if kept == Some(id) => 1,
                _ => 2,
            }
        };
        let least = |a: &&Datum, b: &&Datum| rank(a).cmp(&rank(b)).then(interner.compare(**a, **b));
        let Some(winner) = requesters.iter().min_by(least).copied() else { return };
        if owner.is_some() {
            self.release(id, work);
            work.contested.remove(&id);
        }
        if let Some(former) = self.holders.get(&winner).and_then(|state| state.id) {
            self.release(former, work);
        }
        self.assign(id, winner);
        work.affected.push(winner);
    }

    /// Gives each pending holder the id that `choose` names, if it may have it and nobody does.
    fn give(&mut self, pending: &mut Vec<Datum>, choose: impl Fn(&Scope, Datum, &Want) -> Option<i64>) {
        pending.retain(|holder| {
            let want = self.holders.get(holder).and_then(|state| state.want);
            let choice = want.and_then(|want| choose(self, *holder, &want).filter(|id| want.allows(*id)));
            match choice {
                Some(id) if !self.owners.contains_key(&id) => {
                    self.assign(id, *holder);
                    false
                }
                _ => true,
            }
        });
    }

    fn show(&mut self, mut affected: Vec<Datum>, interner: &Interner, emit: &mut EmitRow<'_>) {
        affected.sort_unstable();
        affected.dedup();
        for holder in affected {
            let Some(state) = self.holders.get_mut(&holder) else { continue };
            state.had_id = false;
            let now = state.want.map(|want| {
                let id = state.id.map_or(Datum::NONE, |id| interner.int(id));
                (id, Datum::bool(want.request.is_some() && want.request != state.id))
            });
            let before = std::mem::replace(&mut state.shown, now);
            if before != now {
                before.iter().for_each(|(id, unmet)| emit(&[holder, *id, *unmet], -1));
                now.iter().for_each(|(id, unmet)| emit(&[holder, *id, *unmet], 1));
            }
            if state.claims.is_empty() {
                self.holders.remove(&holder);
            }
        }
    }
}
