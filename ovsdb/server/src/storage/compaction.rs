//! Compacting a database's file while transactions go on.

use std::sync::Arc;

use weft_ovsdb_schema::OvsdbError;

use super::hosted::Hosted;
use super::store::{fill, now_ms};

impl Hosted {
    /// Rewrites the file with one record for all rows.
    ///
    /// Transactions wait only while the rows are listed and while the finished copy takes the file's place.
    /// To be called on a thread that may block.
    ///
    /// # Errors
    /// The file system refuses; the file stays as it was.
    pub fn compact(&self) -> Result<(), OvsdbError> {
        let (copy, snapshot) = {
            let mut writer = self.writer.lock();
            let Some(copy) = writer.start_compaction()? else { return Ok(()) };
            (copy, self.contents().snapshot())
        };
        let mut copy = copy;
        let filled = fill(&mut copy, snapshot.schema_json(), &snapshot.record(None, now_ms()))
            // Most of the copy is made durable here, so that the rest is quick.
            .and_then(|()| copy.sync().map_err(|error| OvsdbError::new("I/O error", error.details)));
        let mut writer = self.writer.lock();
        match filled {
            Ok(()) => writer.finish_compaction(Some(copy)),
            Err(error) => {
                drop(copy);
                writer.finish_compaction(None)?;
                Err(error)
            }
        }
    }

    /// Compacts the file if that pays off or must be.
    pub(crate) fn compact_if_worthwhile(self: &Arc<Self>, is_due: bool) -> bool {
        let wanted = {
            let writer = self.writer.lock();
            writer.must_be_compacted() || writer.should_compact(is_due)
        };
        if wanted && let Err(error) = self.compact() {
            tracing::info!(target: "ovsdb_server", "{error}");
        }
        wanted
    }

    /// Whether the file takes no record until it has been compacted.
    pub(crate) fn must_be_compacted(&self) -> bool {
        self.writer.lock().must_be_compacted()
    }
}
