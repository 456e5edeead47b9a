//! What makes a logical flow the flow it is.

use xxhash_rust::xxh3::Xxh3;

/// Digest of a flow's content. Seeded for each process, so that nobody can prepare a collision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FlowDigest(u128);

/// The identity of a logical flow: two flows that agree in all of it are one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlowContent<'a> {
    /// Name of the stage, as `ls_in_l2_lkup`.
    pub stage: &'a str,
    /// Whether the stage is of an ingress pipeline.
    pub is_ingress: bool,
    /// Table number of the stage.
    pub table: i64,
    /// Priority.
    pub priority: i64,
    /// Match.
    pub matches: &'a str,
    /// Actions.
    pub actions: &'a str,
    /// Meter, for actions that go to ovn-controller.
    pub meter: Option<&'a str>,
}

/// Computes digests of flows.
#[derive(Debug, Clone)]
pub struct Digester {
    seed: u64,
}

impl Digester {
    /// A digester with a seed of its own; digests of different seeds have nothing in common.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// The digest of a flow's content.
    #[must_use]
    pub fn digest(&self, content: &FlowContent<'_>) -> FlowDigest {
        let mut hasher = Xxh3::with_seed(self.seed);
        for text in [content.stage, content.matches, content.actions, content.meter.unwrap_or("")] {
            // The length in front keeps ("ab", "c") and ("a", "bc") apart.
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        }
        hasher.update(&content.table.to_le_bytes());
        hasher.update(&content.priority.to_le_bytes());
        hasher.update(&[u8::from(content.is_ingress), u8::from(content.meter.is_some())]);
        FlowDigest(hasher.digest128())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLOW: FlowContent<'_> = FlowContent {
        stage: "ls_in_l2_lkup",
        is_ingress: true,
        table: 32,
        priority: 50,
        matches: "ab",
        actions: "c",
        meter: None,
    };

    #[test]
    fn every_part_of_the_content_is_part_of_the_identity() {
        let digester = Digester::new(7);
        let digest = digester.digest(&FLOW);
        let others = [
            FlowContent { stage: "ls_in_l2_unknown", ..FLOW },
            FlowContent { is_ingress: false, ..FLOW },
            FlowContent { table: 33, ..FLOW },
            FlowContent { priority: 51, ..FLOW },
            FlowContent { matches: "a", actions: "bc", ..FLOW },
            FlowContent { meter: Some(""), ..FLOW },
        ];
        for other in others {
            assert_ne!(digester.digest(&other), digest, "{other:?}");
        }
        assert_eq!(digester.digest(&FLOW.clone()), digest);
    }

    #[test]
    fn seeds_give_unrelated_digests() {
        assert_ne!(Digester::new(1).digest(&FLOW), Digester::new(2).digest(&FLOW));
    }
}
