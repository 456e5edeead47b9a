//! Which row a failed transaction failed for.

use uuid::Uuid;
use weft_ovsdb::OperationError;

/// What a failure names. The row is left alone until something about it changes; all others are
/// written without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blame {
    /// An operation, by its position in the transaction.
    Operation(usize),
    /// A row that cannot be deleted because another program's row refers to it.
    Row(Uuid),
    /// Nothing in particular.
    Nothing,
}

impl Blame {
    /// What an error names. `skipped` operations stood before those of the flush.
    ///
    /// ovsdb-server gives the position of an operation that it cannot carry out; what the commit as a
    /// whole violates it says in words, with the row's UUID when a reference keeps a row from going.
    #[must_use]
    pub fn of(error: &OperationError, skipped: usize) -> Self {
        match error.operation {
            Some(operation) => operation.checked_sub(skipped).map_or(Self::Nothing, Self::Operation),
            None if error.error == "referential integrity violation" => {
                let words = error.details.split_whitespace();
                let uuid = words.skip_while(|word| *word != "delete").find_map(|word| word.parse().ok());
                uuid.map_or(Self::Nothing, Self::Row)
            }
            None => Self::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(operation: Option<usize>, error: &str, details: &str) -> OperationError {
        OperationError { operation, error: error.to_owned(), details: details.to_owned() }
    }

    #[test]
    fn an_operation_is_counted_from_the_first_of_the_flush() {
        let failed = error(Some(3), "constraint violation", "");
        assert_eq!(Blame::of(&failed, 1), Blame::Operation(2));
        assert_eq!(Blame::of(&error(Some(0), "not owner", ""), 1), Blame::Nothing);
    }

    #[test]
    fn a_row_that_cannot_be_deleted_is_named() {
        let row = Uuid::from_u128(5);
        let details = format!("cannot delete Datapath_Binding row {row} because of 1 remaining reference(s)");
        let failed = error(None, "referential integrity violation", &details);
        assert_eq!(Blame::of(&failed, 1), Blame::Row(row));
        assert_eq!(Blame::of(&error(None, "constraint violation", &details), 1), Blame::Nothing);
    }
}
