use std::collections::BTreeSet;

/// Who runs a transaction, and for how long already.
#[derive(Clone, Copy, Debug, Default)]
pub struct SessionContext<'s> {
    /// The role of the remote, for access control by the table `RBAC_Role`; all is allowed without one.
    pub role: Option<&'s str>,
    /// Who the client is by its certificate, for access control.
    pub id: Option<&'s str>,
    /// The locks that the session owns; `None` if it cannot own any.
    pub locks: Option<&'s BTreeSet<String>>,
    /// Whether only reading is allowed.
    pub read_only: bool,
    /// How long ago the transaction was first tried, in milliseconds.
    pub elapsed_ms: u64,
}
