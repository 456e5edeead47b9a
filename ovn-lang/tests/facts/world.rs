//! The surroundings in which the vectors hold: some symbols that are wrong on purpose, sets, groups and ports.

use std::collections::HashMap;
use std::sync::Arc;

use weft_openflow::Field;
use weft_ovn_lang::encode::{Environment, Features};
use weft_ovn_lang::expr::{AddressSet, Resolution};
use weft_ovn_lang::symbol::{Scope, SymbolTable};

/// Sets, groups and ports by name.
#[derive(Default)]
pub(crate) struct World {
    pub(crate) sets: HashMap<String, AddressSet>,
    pub(crate) groups: HashMap<String, Vec<Arc<str>>>,
    pub(crate) ports: HashMap<String, u32>,
}

impl World {
    /// The world of the vectors.
    pub(crate) fn of_vectors() -> World {
        let set = |texts: &[&str]| AddressSet::new(texts.iter().copied()).expect("addresses");
        let sets = [
            ("set1", set(&["10.0.0.1", "10.0.0.2", "10.0.0.3"])),
            ("set2", set(&["::1", "::2", "::3"])),
            ("set3", set(&["00:00:00:00:00:01", "00:00:00:00:00:02", "00:00:00:00:00:03"])),
            ("set4", set(&[])),
        ];
        let group = ["lsp1", "lsp2", "lsp3"].map(Arc::from).to_vec();
        let ports =
            [("eth0", 5), ("eth1", 6), ("LOCAL", 0xfffe), ("lsp1", 0x11), ("lsp2", 0x12), ("lsp3", 0x13)];
        World {
            sets: sets.map(|(name, set)| (name.to_string(), set)).into(),
            groups: [("pg1".to_string(), group), ("pg_empty".to_string(), Vec::new())].into(),
            ports: ports.map(|(name, key)| (name.to_string(), key)).into(),
        }
    }
}

/// Groups and meters get numbers in the order in which they are first asked for.
#[derive(Default)]
pub(crate) struct Numbers {
    pub(crate) groups: Vec<String>,
    pub(crate) meters: Vec<String>,
}

/// A chassis of the vectors' world.
pub(crate) struct Chassis<'w> {
    pub(crate) world: &'w World,
    pub(crate) numbers: Numbers,
}

fn number(names: &mut Vec<String>, name: &str) -> Option<u32> {
    let position = names.iter().position(|n| n == name).unwrap_or_else(|| {
        names.push(name.to_string());
        names.len() - 1
    });
    Some(position as u32 + 1)
}

impl Environment for Chassis<'_> {
    fn port_key(&self, name: &str) -> Option<u32> {
        self.world.ports.get(name).copied()
    }

    fn is_local_port(&self, name: &str) -> bool {
        self.world.ports.contains_key(name)
    }

    fn tunnel_port(&self, name: &str) -> Option<u16> {
        self.world.ports.get(name).map(|key| *key as u16)
    }

    fn has_collector_set(&self, id: u32) -> bool {
        [0, 200].contains(&id)
    }

    fn group(&mut self, text: &str) -> Option<u32> {
        number(&mut self.numbers.groups, text)
    }

    fn meter(&mut self, text: &str) -> Option<u32> {
        number(&mut self.numbers.meters, text)
    }

    fn features(&self) -> Features {
        Features::default()
    }
}

impl Resolution for World {
    fn address_set(&self, name: &str) -> Option<&AddressSet> {
        self.sets.get(name)
    }

    fn port_group(&self, name: &str) -> Option<&[Arc<str>]> {
        self.groups.get(name).map(Vec::as_slice)
    }

    fn port_key(&self, name: &str) -> Option<u32> {
        self.ports.get(name).copied()
    }

    fn is_chassis_resident(&self, port: &str) -> bool {
        self.ports.contains_key(port)
    }
}

/// OVN's symbols, and some whose prerequisites lead nowhere.
pub(crate) fn symbols() -> SymbolTable {
    let mut table = SymbolTable::with_ovn_symbols();
    for (name, prerequisite) in [
        ("bad_prereq", "xyzzy"),
        ("self_recurse", "self_recurse != 0"),
        ("mutual_recurse_1", "mutual_recurse_2 != 0"),
        ("mutual_recurse_2", "mutual_recurse_1 != 0"),
    ] {
        table.add_field(name, Field::xreg(0), prerequisite, false, Scope::Default).expect("a new symbol");
    }
    table.add_string("big_string", Field::xreg(0)).expect("a new symbol");
    table
}

/// What a vector expects of a text that is wrong: the text of the token where it is wrong, if that is known.
pub(crate) fn expected_error(expected: &str) -> Option<Option<&str>> {
    match expected.strip_prefix('!')? {
        "" => Some(None),
        place => place.strip_prefix(' ').map(Some),
    }
}

/// Whether `span` of `text` is the place that a vector expects.
pub(crate) fn is_at(text: &str, span: std::ops::Range<usize>, place: Option<&str>) -> bool {
    match place {
        None => true,
        Some("end") => span.is_empty() && span.start == text.len(),
        Some(token) => &text[span] == token,
    }
}
