//! What is true of matches whatever the packet: whether one implies another, whether both can hold.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use weft_openflow::Field;

use crate::expr::{Compare, Expr, In, Operand, Relation};
use crate::symbol::{Source, SymbolTable};

/// An answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It is so.
    Yes,
    /// It is not.
    No,
    /// It depends on the members of sets, or there are too many cases.
    Unknown,
}

/// How many cases are looked at.
const MAX_CASES: usize = 100_000;

/// Whether every packet that matches `a` also matches `b`, prerequisites included.
///
/// # Errors
/// The table of symbols contradicts itself.
pub fn implies(a: &Expr, b: &Expr, table: &SymbolTable) -> Result<Answer, String> {
    let counterexample = a.clone().annotated(table)?.and(b.clone().annotated(table)?.negated());
    Ok(match satisfiable(counterexample, table) {
        Answer::Yes => Answer::No,
        Answer::No => Answer::Yes,
        Answer::Unknown => Answer::Unknown,
    })
}

/// Whether some packet matches both.
///
/// # Errors
/// The table of symbols contradicts itself.
pub fn can_both_hold(a: &Expr, b: &Expr, table: &SymbolTable) -> Result<Answer, String> {
    Ok(satisfiable(a.clone().annotated(table)?.and(b.clone().annotated(table)?), table))
}

/// Whether some packet matches an annotated match.
fn satisfiable(expr: Expr, table: &SymbolTable) -> Answer {
    let mut search = Search { table, cases: 0, unsure: false };
    let simplified = expr.simplified(table);
    match search.all(&mut vec![&simplified], &mut Facts::default()) {
        true => Answer::Yes,
        false if search.unsure || search.cases > MAX_CASES => Answer::Unknown,
        false => Answer::No,
    }
}

/// What a case takes for given.
#[derive(Debug, Clone, Default)]
struct Facts {
    bits: HashMap<Field, (u128, u128)>,
    ports: HashMap<Field, Arc<str>>,
    other_ports: HashSet<(Field, Arc<str>)>,
    residents: HashMap<Arc<str>, bool>,
    /// Fields that are, or are not, in sets.
    sets: Vec<In>,
}

struct Search<'t> {
    table: &'t SymbolTable,
    cases: usize,
    /// A case holds unless the members of a set say otherwise.
    unsure: bool,
}

impl Search<'_> {
    /// Whether a packet meets all `goals` and `facts`.
    fn all<'e>(&mut self, goals: &mut Vec<&'e Expr>, facts: &mut Facts) -> bool {
        self.cases += 1;
        if self.cases > MAX_CASES {
            return false;
        }
        // What leaves no choice first: it makes most choices impossible.
        let mut choices: Vec<&'e Expr> = Vec::new();
        while let Some(goal) = goals.pop() {
            match goal {
                Expr::And(parts) => goals.extend(parts),
                Expr::Or(_) => choices.push(goal),
                leaf => {
                    if !self.take(leaf, facts) {
                        return false;
                    }
                }
            }
        }
        let Some(Expr::Or(alternatives)) = choices.pop() else {
            return self.conclude(facts);
        };
        alternatives.iter().any(|alternative| {
            let mut rest = choices.clone();
            rest.push(alternative);
            self.all(&mut rest, &mut facts.clone())
        })
    }

    /// Adds a fact; false if it contradicts the others.
    fn take(&self, leaf: &Expr, facts: &mut Facts) -> bool {
        match leaf {
            Expr::Boolean(value) => *value,
            Expr::Resident { port, negated } => {
                *facts.residents.entry(port.clone()).or_insert(!negated) != *negated
            }
            Expr::In(within) => {
                let opposite = In { equal: !within.equal, ..within.clone() };
                facts.sets.push(within.clone());
                !facts.sets.contains(&opposite)
            }
            Expr::Compare(compare) => self.compare(compare, facts),
            Expr::And(_) | Expr::Or(_) => true,
        }
    }

    fn compare(&self, compare: &Compare, facts: &mut Facts) -> bool {
        let Source::Field(field) = self.table.get(compare.symbol).source else { return true };
        match (&compare.operand, compare.relation) {
            (Operand::Bits { value, mask }, _) => {
                let (known, known_mask) = facts.bits.entry(field).or_default();
                if (*known ^ value) & *known_mask & mask != 0 {
                    return false;
                }
                *known |= value;
                *known_mask |= mask;
                true
            }
            (Operand::Port(port), Relation::NotEqual) => {
                facts.other_ports.insert((field, port.clone()));
                facts.ports.get(&field) != Some(port)
            }
            (Operand::Port(port), _) => {
                let known = facts.ports.entry(field).or_insert_with(|| port.clone());
                known == port && !facts.other_ports.contains(&(field, port.clone()))
            }
        }
    }

    /// A case without contradictions holds, unless it is about members of sets that something else is known
    /// of, or about a port both by name and by bits of its key.
    fn conclude(&mut self, facts: &Facts) -> bool {
        let field = |within: &In| self.table.resolve(&within.field).map(|s| s.field);
        let known = |field: Field| facts.bits.contains_key(&field) || facts.ports.contains_key(&field);
        let set_fields: Vec<Field> = facts.sets.iter().filter_map(field).collect();
        let twice = |n: usize, f: &Field| set_fields[..n].contains(f);
        let by_set = set_fields.iter().enumerate().any(|(n, f)| known(*f) || twice(n, f));
        let by_both = facts.ports.keys().any(|f| facts.bits.contains_key(f));
        if by_set || by_both {
            self.unsure = true;
            return false;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::parse;

    fn ask(question: fn(&Expr, &Expr, &SymbolTable) -> Result<Answer, String>, a: &str, b: &str) -> Answer {
        let table = SymbolTable::ovn();
        question(&parse(a, table).expect(a), &parse(b, table).expect(b), table).expect("OVN's symbols")
    }

    #[test]
    fn implication_knows_prerequisites_ranges_and_masks() {
        for (a, b, answer) in [
            ("tcp.dst == 80", "ip", Answer::Yes),
            ("tcp.dst == 80", "ip4", Answer::No),
            ("ip4.src == 10.0.0.1", "ip4.src == 10.0.0.0/8", Answer::Yes),
            ("ip4.src == 10.0.0.0/8", "ip4.src == 10.0.0.1", Answer::No),
            ("tcp.dst == {80, 443}", "70 < tcp.dst < 500", Answer::Yes),
            ("inport == \"a\"", "inport == {\"a\", \"b\"}", Answer::Yes),
            ("inport == {\"a\", \"b\"}", "inport == \"a\"", Answer::No),
            ("ct.est && !ct.new", "ct.trk", Answer::Yes),
            ("reg0 == 5", "xxreg0[96..127] == 5", Answer::Yes),
            ("is_chassis_resident(\"p\")", "1", Answer::Yes),
            ("1", "is_chassis_resident(\"p\")", Answer::No),
            ("ip4.src == $s && tcp", "ip4.src == $s", Answer::Yes),
            ("ip4.src == 10.0.0.1", "ip4.src == $s", Answer::Unknown),
        ] {
            assert_eq!(ask(implies, a, b), answer, "{a} implies {b}");
        }
    }

    #[test]
    fn matches_exclude_each_other_or_not() {
        for (a, b, answer) in [
            ("ip4", "ip6", Answer::No),
            ("ip4", "tcp", Answer::Yes),
            ("arp.op == 1", "ip4", Answer::No),
            ("tcp.dst < 80", "tcp.dst >= 80", Answer::No),
            ("inport == \"a\"", "inport == \"b\"", Answer::No),
            ("inport == \"a\"", "outport == \"b\"", Answer::Yes),
            ("is_chassis_resident(\"p\")", "!is_chassis_resident(\"p\")", Answer::No),
            ("ip4.src == $s", "ip4.src != $s", Answer::No),
            ("ip4.src == $s", "ip4.dst == $s", Answer::Yes),
            ("ip4.src == $s", "ip4.src == $t", Answer::Unknown),
        ] {
            assert_eq!(ask(can_both_hold, a, b), answer, "{a} and {b}");
            assert_eq!(ask(can_both_hold, b, a), answer, "{b} and {a}");
        }
    }
}
