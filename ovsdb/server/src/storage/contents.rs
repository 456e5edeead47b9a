use std::ops::Deref;

use weft_ovsdb_database::{Database, ServerDatabase};

/// What a database holds, and who may write it.
#[derive(Debug)]
pub enum Contents {
    /// A database that clients write.
    Ordinary(Database),
    /// `_Server`, which only the server writes.
    Server(ServerDatabase),
}

impl Deref for Contents {
    type Target = Database;

    fn deref(&self) -> &Database {
        match self {
            Self::Ordinary(database) => database,
            Self::Server(server) => server.database(),
        }
    }
}
