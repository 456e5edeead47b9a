//! Why a plan cannot be run.

/// What is wrong with a plan, or missing around it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// The rules declare a host function that this program does not have.
    #[error("there is no host function {name}{signature}")]
    MissingHost {
        /// Its name.
        name: String,
        /// As the rules declare it.
        signature: String,
    },
    /// The rules declare a host function differently than it is.
    #[error("the host function {name} is {found} and not {declared}")]
    HostSignature {
        /// Its name.
        name: String,
        /// As the rules declare it.
        declared: String,
        /// As it is.
        found: String,
    },
    /// The plan breaks a promise of its description: a defect of the planner.
    #[error("node {node} of the plan ({name}): {problem}")]
    Plan {
        /// Position of the node.
        node: usize,
        /// Name of the node.
        name: String,
        /// What is wrong.
        problem: String,
    },
    /// As [`LoadError::Plan`], of a head.
    #[error("head {name}: {problem}")]
    Head {
        /// Name of the head.
        name: String,
        /// What is wrong.
        problem: String,
    },
    /// The workers of the timely driver could not be started.
    #[error("cannot start the workers: {0}")]
    Workers(String),
}
