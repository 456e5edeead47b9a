//! Whether texts with choices are right.

use std::collections::{HashMap, HashSet};

use weft_ovn_lang::error::Error;
use weft_syntax::span::Span;

use crate::template::{ChoiceKind, Rendered, Taken, Template, branches, render};

/// How many texts are tried for one branch; what is not settled by then is taken for right.
const MOST_TEXTS: usize = 3000;

/// What is wrong with a text.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) error: Error,
    /// Where that is in the rules.
    pub(crate) place: Span,
}

/// What is wrong where no choice makes the text right, or none of those with one branch; one problem of each place.
pub(crate) fn problems(template: &Template, parse: impl Fn(&str) -> Option<Error>) -> Vec<Problem> {
    let mut search = Search { template, parse, known: HashMap::new(), right: HashSet::new() };
    let mut problems: Vec<Problem> = search.problem(&[]).into_iter().collect();
    if !problems.is_empty() {
        return problems;
    }
    for path in branches(template) {
        if path.last().is_some_and(|taken| !search.right.contains(taken)) {
            let new = search.problem(&path).filter(|new| problems.iter().all(|old| old.place != new.place));
            problems.extend(new);
        }
    }
    problems
}

struct Search<'t, P> {
    template: &'t Template,
    parse: P,
    /// What was found of texts: the same beginnings come again and again.
    known: HashMap<String, Option<Error>>,
    /// Branches that stand in a text that is right.
    right: HashSet<Taken>,
}

impl<P: Fn(&str) -> Option<Error>> Search<'_, P> {
    fn error(&mut self, text: &str) -> Option<Error> {
        if let Some(known) = self.known.get(text) {
            return known.clone();
        }
        let error = (self.parse)(text);
        self.known.insert(text.to_owned(), error.clone());
        error
    }

    /// Tries the texts with what is `forced` until one is right; the problem of the one that is right for longest if
    /// none is.
    fn problem(&mut self, forced: &[Taken]) -> Option<Problem> {
        let mut best: Option<(usize, Option<Problem>)> = None;
        let mut plan = Vec::new();
        for _ in 0..MOST_TEXTS {
            let rendered = render(self.template, &plan, forced);
            let Some(error) = self.error(&rendered.text) else {
                self.right.extend(rendered.decisions.iter().map(|decision| decision.taken));
                return None;
            };
            let rest = rendered.text.len().saturating_sub(error.span.start);
            let settled = self.settled(&rendered, &error);
            if best.as_ref().is_none_or(|(least, _)| rest < *least) {
                best = Some((rest, rendered.is_certain(&error).then(|| rendered.problem(error))));
            }
            // The next text: another choice among those that the error may depend on.
            plan = rendered.decisions[..settled].iter().map(|decision| decision.taken.1).collect();
            loop {
                let Some(branch) = plan.pop() else { return best.and_then(|(_, problem)| problem) };
                if branch + 1 < rendered.decisions[plan.len()].branches {
                    plan.push(branch + 1);
                    break;
                }
            }
        }
        None
    }

    /// How many of the choices the error depends on: it is there without the text of those behind.
    fn settled(&mut self, rendered: &Rendered, error: &Error) -> usize {
        let mut is_settled = |end: usize| {
            let before = &rendered.text[..end];
            error.span.end < before.trim_end().len()
                && self.error(before).is_some_and(|e| e.span == error.span && e.message == error.message)
        };
        let starts = rendered.decisions.iter().map(|decision| decision.start);
        starts.enumerate().find(|(_, start)| is_settled(*start)).map_or(rendered.decisions.len(), |(n, _)| n)
    }
}

impl Rendered {
    /// Whether the error is none of a text that may as well be another one: a token at least stands between them.
    fn is_certain(&self, error: &Error) -> bool {
        let free = self.decisions.iter().filter(|decision| decision.kind == ChoiceKind::Anything);
        free.into_iter().all(|decision| {
            let before = self.text.get(error.span.end..decision.start);
            let behind = self.text.get(decision.end..error.span.start);
            let has_token = |between: Option<&str>| between.is_some_and(|text| !text.trim().is_empty());
            has_token(before) || has_token(behind)
        })
    }

    fn problem(&self, error: Error) -> Problem {
        let at = |byte: usize| self.places.get(byte.min(self.places.len().saturating_sub(1))).copied();
        let first = at(error.span.start).unwrap_or_default();
        let last = at(error.span.end.max(error.span.start + 1) - 1).unwrap_or_default();
        let is_one = first.file == last.file && first.start <= last.start;
        // What begins in one literal and ends in another is where it begins.
        let place = if is_one && error.span.end <= self.places.len() {
            Span { end: last.end, ..first }
        } else {
            first
        };
        Problem { error, place }
    }
}
