//! The two databases between which northd stands.

/// One of the two databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// What a cloud wants; rules call it `nb`.
    Northbound,
    /// What hypervisors need; rules call it `sb`.
    Southbound,
}

impl Side {
    /// Its name in the rules.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Northbound => "nb",
            Self::Southbound => "sb",
        }
    }
}
