//! Flows as lines of text that can be compared: ids of conjunctive matches become names made of what they stand for.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use std::hash::{DefaultHasher, Hash, Hasher};

use weft_logical_flow::{Candidate, Choice, FlowTable};
use weft_openflow::Action;

/// A flow as `ovs-ofctl` prints it, in parts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Line {
    pub(crate) table: u8,
    priority: String,
    matches: String,
    actions: String,
    cookie: String,
}

/// What is wrong with a line is said by the one that asks for it.
fn field<'l>(head: &'l str, name: &str) -> Option<&'l str> {
    head.split([' ', ',']).find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
}

impl Line {
    /// A line of `ovs-ofctl dump-flows`.
    pub(crate) fn parse(text: &str) -> Line {
        let (head, actions) = text.split_once(" actions=").expect("a flow has actions");
        let fields = head.rsplit_once(' ').map_or(head, |(_, last)| last);
        let (priority, matches) = match fields.strip_prefix("priority=") {
            Some(rest) => rest.split_once(',').unwrap_or((rest, "")),
            None => ("32768", fields),
        };
        Line {
            table: field(head, "table").map_or(0, |table| table.parse().expect("a table")),
            priority: priority.to_owned(),
            matches: matches.to_owned(),
            actions: actions.to_owned(),
            cookie: field(head, "cookie").unwrap_or("0x0").to_owned(),
        }
    }

    fn conjunctive_match(&self) -> Option<&str> {
        field(&self.matches, "conj_id")
    }

    /// Ids and places of the clauses.
    fn clauses(&self) -> Vec<(&str, &str)> {
        let clauses = self.actions.split("conjunction(").skip(1);
        clauses.filter_map(|rest| rest.split_once(')')?.0.split_once(',')).collect()
    }
}

/// The flows of our table, with those that have the same right to be in the switch.
pub(crate) fn of_table(table: &FlowTable) -> Vec<Vec<Line>> {
    let lines = |choice: Choice<'_>| {
        let key = choice.key;
        let line = |candidate: Candidate| Line {
            table: key.table,
            priority: key.priority.to_string(),
            matches: key.matches.to_string(),
            actions: Action::list_text(&candidate.actions),
            cookie: format!("{:#x}", candidate.cookie()),
        };
        choice.candidates.into_iter().map(line).collect()
    };
    table.choices().map(lines).collect()
}

/// Gives conjunctive matches names in place of their numbers.
pub(crate) fn name_conjunctions(lines: &mut [Line]) {
    let mut parts: HashMap<String, Vec<String>> = HashMap::new();
    for line in lines.iter() {
        let Line { table, priority, matches, actions, .. } = line;
        if let Some(id) = line.conjunctive_match() {
            let matches = matches.replace(&format!("conj_id={id}"), "conj_id=*");
            let part = format!("{table} {priority} {matches} {actions}");
            parts.entry(id.to_owned()).or_default().push(part);
        }
        for (id, place) in line.clauses() {
            parts.entry(id.to_owned()).or_default().push(format!("{table} {priority} {matches} {place}"));
        }
    }
    let mut names: HashMap<String, String> = HashMap::new();
    for (id, mut parts) in parts {
        parts.sort_unstable();
        let mut hasher = DefaultHasher::new();
        parts.hash(&mut hasher);
        names.insert(id, format!("{:016x}", hasher.finish()));
    }
    for line in lines {
        if let Some(id) = line.conjunctive_match() {
            line.matches = line.matches.replace(&format!("conj_id={id}"), &format!("conj_id={}", names[id]));
        }
        let mut clauses: Vec<String> = line
            .clauses()
            .into_iter()
            .map(|(id, place)| format!("conjunction({},{place})", names[id]))
            .collect();
        if !clauses.is_empty() {
            clauses.sort_unstable();
            line.actions = clauses.join(",");
        }
    }
}

/// What is in one and not in the other, by table; empty if they are equal.
pub(crate) fn differences(ours: Vec<Vec<Line>>, theirs: &[Line]) -> BTreeMap<u8, Vec<String>> {
    let (mut first, rest): (Vec<Line>, Vec<Vec<Line>>) = ours
        .into_iter()
        .map(|mut candidates| {
            let first = candidates.remove(0);
            (first, candidates)
        })
        .unzip();
    let mut theirs = theirs.to_vec();
    name_conjunctions(&mut first);
    name_conjunctions(&mut theirs);
    let mut counts: BTreeMap<Line, i64> = BTreeMap::new();
    theirs.into_iter().for_each(|line| *counts.entry(line).or_default() -= 1);
    for (line, rest) in first.into_iter().zip(rest) {
        // Of flows with the same right to it, the switch has any.
        let there = rest.iter().find(|line| counts.get(line).is_some_and(|&count| count < 0));
        *counts.entry(there.cloned().unwrap_or(line)).or_default() += 1;
    }
    let mut differences: BTreeMap<u8, Vec<String>> = BTreeMap::new();
    for (line, count) in counts {
        if count != 0 {
            let Line { table, priority, matches, actions, cookie } = line;
            let mut text = if count > 0 { "+".to_owned() } else { "-".to_owned() };
            let _ = write!(text, " cookie={cookie}, priority={priority},{matches} actions={actions}");
            differences.entry(table).or_default().push(text);
        }
    }
    differences
}
