use std::cmp::Ordering;

use weft_ovsdb_schema::Value;

/// The order of values that `sort` and messages follow: first by number of elements (ovsdb-server's
/// `ovsdb_datum_compare_3way`).
pub(crate) fn compare_values(a: &Value, b: &Value) -> Ordering {
    let by_length = a.len().cmp(&b.len());
    by_length.then_with(|| match (a, b) {
        (Value::Map(a), Value::Map(b)) => {
            let keys = a.iter().map(|(key, _)| key).cmp(b.iter().map(|(key, _)| key));
            keys.then_with(|| a.iter().map(|(_, value)| value).cmp(b.iter().map(|(_, value)| value)))
        }
        _ => a.cmp(b),
    })
}
