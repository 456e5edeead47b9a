//! A stream of transactions on the Northbound database, the same for the same seed.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{delete, insert, mutate, reference, references, update};

/// Numbers that look random: a multiplicative generator (Steele, Lea and Flood 2014, `SplitMix64`).
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }

    fn uuid(&mut self) -> Uuid {
        Uuid::from_u64_pair(self.next(), self.next())
    }
}

/// A network that changes.
#[derive(Debug, Clone)]
pub(crate) struct Generator {
    pub(crate) random: Random,
    serial: usize,
    switches: Vec<Uuid>,
    /// Ports with their switches.
    ports: Vec<(Uuid, Uuid)>,
    /// ACLs with the port groups that hold them.
    acls: Vec<(Uuid, Uuid)>,
    groups: Vec<Uuid>,
    sets: Vec<Uuid>,
}

impl Generator {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            random: Random::new(seed),
            serial: 0,
            switches: Vec::new(),
            ports: Vec::new(),
            acls: Vec::new(),
            groups: Vec::new(),
            sets: Vec::new(),
        }
    }

    /// What is there from the start and stays: switches `stable0` and so on, with a port each.
    pub(crate) fn stable(&mut self, count: usize) -> Vec<Value> {
        let mut operations = Vec::new();
        for number in 0..count {
            let (switch, port) = (self.random.uuid(), self.random.uuid());
            operations.push(insert(
                "Logical_Switch_Port",
                port,
                port_row(&format!("stable-port{number}"), number),
            ));
            let row = json!({ "name": format!("stable{number}"), "ports": reference(port) });
            operations.push(insert("Logical_Switch", switch, row));
            self.switches.push(switch);
        }
        operations
    }

    /// The next transaction.
    pub(crate) fn change(&mut self) -> Vec<Value> {
        self.serial += 1;
        match self.random.below(12) {
            0 => self.add_switch(),
            1..=3 => self.add_port(),
            4 => self.add_group(),
            5 | 6 => self.add_acl(),
            7 => self.change_set(),
            8 => self.change_members(),
            9 => self.change_port(),
            10 => self.delete_port(),
            _ => self.delete_other(),
        }
    }

    fn pick<T: Copy>(&mut self, from: impl Fn(&Self) -> &Vec<T>) -> Option<T> {
        let count = from(self).len();
        let position = self.random.below(count);
        from(self).get(position).copied()
    }

    fn add_switch(&mut self) -> Vec<Value> {
        let switch = self.random.uuid();
        self.switches.push(switch);
        vec![insert("Logical_Switch", switch, json!({ "name": format!("switch{}", self.serial) }))]
    }

    fn add_port(&mut self) -> Vec<Value> {
        let Some(switch) = self.pick(|this| &this.switches) else { return self.add_switch() };
        let port = self.random.uuid();
        self.ports.push((port, switch));
        let row = port_row(&format!("port{}", self.serial), self.serial);
        vec![
            insert("Logical_Switch_Port", port, row),
            mutate("Logical_Switch", switch, "ports", "insert", reference(port)),
        ]
    }

    fn add_group(&mut self) -> Vec<Value> {
        let (group, acl) = (self.random.uuid(), self.random.uuid());
        let name = format!("group{}", self.serial);
        let ports: Vec<Uuid> = self.ports.iter().rev().take(3).map(|(port, _)| *port).collect();
        self.groups.push(group);
        self.acls.push((acl, group));
        let row = json!({ "name": name, "acls": reference(acl), "ports": references(ports) });
        vec![insert("ACL", acl, acl_row(&name, self.serial)), insert("Port_Group", group, row)]
    }

    fn add_acl(&mut self) -> Vec<Value> {
        let Some(group) = self.pick(|this| &this.groups) else { return self.add_group() };
        let acl = self.random.uuid();
        self.acls.push((acl, group));
        vec![
            insert("ACL", acl, acl_row("any", self.serial)),
            mutate("Port_Group", group, "acls", "insert", reference(acl)),
        ]
    }

    fn change_set(&mut self) -> Vec<Value> {
        let address = format!("10.9.{}.{}", self.serial / 250 % 250, self.serial % 250 + 1);
        let set = self.pick(|this| &this.sets);
        match set {
            Some(set) if self.random.below(3) > 0 => {
                vec![mutate("Address_Set", set, "addresses", "insert", json!(["set", [address]]))]
            }
            _ => {
                let set = self.random.uuid();
                self.sets.push(set);
                let row = json!({ "name": format!("set{}", self.serial), "addresses": address });
                vec![insert("Address_Set", set, row)]
            }
        }
    }

    fn change_members(&mut self) -> Vec<Value> {
        let Some(group) = self.pick(|this| &this.groups) else { return self.add_group() };
        let Some((port, _)) = self.pick(|this| &this.ports) else { return self.add_port() };
        let mutator = if self.random.below(2) == 0 { "insert" } else { "delete" };
        vec![mutate("Port_Group", group, "ports", mutator, reference(port))]
    }

    fn change_port(&mut self) -> Vec<Value> {
        let Some((port, _)) = self.pick(|this| &this.ports) else { return self.add_port() };
        let row = if self.random.below(2) == 0 {
            json!({ "enabled": self.random.below(2) == 0 })
        } else {
            json!({ "addresses": addresses(self.serial) })
        };
        vec![update("Logical_Switch_Port", port, row)]
    }

    fn delete_port(&mut self) -> Vec<Value> {
        if self.ports.is_empty() {
            return self.add_port();
        }
        let position = self.random.below(self.ports.len());
        let (port, switch) = self.ports.swap_remove(position);
        vec![mutate("Logical_Switch", switch, "ports", "delete", reference(port))]
    }

    fn delete_other(&mut self) -> Vec<Value> {
        match self.random.below(4) {
            0 if !self.acls.is_empty() => {
                let position = self.random.below(self.acls.len());
                let (acl, group) = self.acls.swap_remove(position);
                vec![mutate("Port_Group", group, "acls", "delete", reference(acl))]
            }
            1 if !self.groups.is_empty() => {
                let position = self.random.below(self.groups.len());
                let group = self.groups.swap_remove(position);
                self.acls.retain(|(_, holder)| *holder != group);
                vec![delete("Port_Group", group)]
            }
            2 if !self.sets.is_empty() => {
                let position = self.random.below(self.sets.len());
                let set = self.sets.swap_remove(position);
                vec![delete("Address_Set", set)]
            }
            _ => match self.switches.iter().rposition(|_| true) {
                // The stable switches come first.
                Some(last) if last >= STABLE_SWITCHES => {
                    let switch = self.switches.remove(last);
                    self.ports.retain(|(_, holder)| *holder != switch);
                    vec![delete("Logical_Switch", switch)]
                }
                _ => self.add_switch(),
            },
        }
    }
}

/// How many switches [`Generator::stable`] is to be asked for.
pub(crate) const STABLE_SWITCHES: usize = 4;

fn addresses(number: usize) -> String {
    let (high, low) = (number / 250 % 250, number % 250 + 1);
    format!("02:00:00:00:{high:02x}:{low:02x} 10.8.{high}.{low}")
}

fn port_row(name: &str, number: usize) -> Value {
    let addresses = addresses(number);
    json!({ "name": name, "addresses": addresses, "port_security": addresses })
}

fn acl_row(group: &str, number: usize) -> Value {
    let (direction, port) =
        if number.is_multiple_of(2) { ("to-lport", "outport") } else { ("from-lport", "inport") };
    let action = ["allow", "allow-related", "drop", "reject"][number % 4];
    json!({
        "priority": 1000 + number % 100,
        "direction": direction,
        "match": format!("{port} == @{group} && tcp.dst == {}", number % 60_000),
        "action": action,
    })
}
