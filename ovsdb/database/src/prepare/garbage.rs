use uuid::Uuid;

use super::changes::ReferenceChanges;
use super::strong::remaining;
use crate::catalog::TableId;
use crate::references::references;
use crate::transaction::Overlay;

/// Deletes rows of tables that are no roots once nothing refers to them, and what only they referred to
/// (ovsdb-server's `collect_garbage`).
pub(super) fn collect_garbage(overlay: &mut Overlay<'_>, counted: &mut ReferenceChanges) {
    let mut candidates: Vec<(TableId, Uuid)> = counted.keys().copied().collect();
    for (table, changes) in overlay.tables.iter().enumerate() {
        candidates.extend(changes.keys().map(|uuid| (table, *uuid)));
    }
    while let Some((table, uuid)) = candidates.pop() {
        let info = overlay.info(table);
        if info.schema.is_root || remaining(overlay, counted, table, uuid) != 0 {
            continue;
        }
        let Some(row) = overlay.get(table, uuid).cloned() else { continue };
        overlay.delete(table, &row);
        for at in &info.strong {
            for target in references(row.get(at.column), at).filter(|target| *target != uuid) {
                *counted.entry((at.table, target)).or_default() -= 1;
                candidates.push((at.table, target));
            }
        }
    }
}
