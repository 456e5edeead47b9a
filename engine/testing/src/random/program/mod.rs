//! Random rule programs over the test schema.

mod clauses;
mod definitions;
mod expression;
mod shape;
mod writer;

use weft_lang::program::Program;

use crate::compile::compile;
use definitions::Draft;

/// A random program.
#[derive(Debug, Clone)]
pub struct RandomProgram {
    /// Its rules, for [`crate::compile`].
    pub rules: String,
    /// The same rules with the clauses of each rule in another order: they mean the same.
    pub shuffled: String,
    /// `rules`, compiled.
    pub program: Program,
}

/// Drafts that are tried for one program.
const DRAFTS_MAX: u64 = 50;

impl RandomProgram {
    /// The program of this seed. Drafts that the checker refuses (as a product that nobody asked for)
    /// are dropped.
    ///
    /// # Errors
    /// What the checker said of the last of many drafts.
    pub fn new(seed: u64) -> Result<Self, String> {
        let mut refusal = String::new();
        for attempt in 0..DRAFTS_MAX {
            let draft = Draft::new(seed.wrapping_mul(DRAFTS_MAX).wrapping_add(attempt));
            match compile(&draft.rules) {
                Ok(program) => return Ok(Self { rules: draft.rules, shuffled: draft.shuffled, program }),
                Err(errors) => refusal = format!("{errors}\n--- in\n{}", draft.rules),
            }
        }
        Err(refusal)
    }
}
