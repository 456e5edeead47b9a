//! What counts as the same answer.

use serde_json::{Map, Value as Json, json};

/// The reply to a request and the notifications before it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) reply: Json,
    pub(crate) notifications: Vec<Json>,
}

impl Answer {
    /// The answer without what is left to chance: the order of rows and notifications, ids of transactions, and
    /// which of several violations is told.
    pub(crate) fn comparable(&self) -> Json {
        let mut notifications: Vec<Json> = self.notifications.iter().map(notification).collect();
        notifications.sort_by_key(Json::to_string);
        json!({"reply": normal(&self.reply), "notifications": notifications})
    }
}

fn notification(message: &Json) -> Json {
    let params = message["params"].as_array().cloned().unwrap_or_default();
    let (id, updates) = (params.first(), params.last());
    json!([message["method"], id, updates.map(normal)])
}

fn normal(json: &Json) -> Json {
    match json {
        // The first members of the result of `monitor_cond_since`.
        Json::Array(elements)
            if matches!(elements.as_slice(), [Json::Bool(_), Json::String(_), Json::Object(_)]) =>
        {
            elements[2].clone()
        }
        Json::Array(elements) => {
            let normalised = elements.iter().map(normal).collect::<Vec<_>>();
            normalised.into()
        }
        Json::Object(members) if members.contains_key("error") && members.contains_key("details") => {
            error(members)
        }
        Json::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), member(name, value)))
            .collect::<Map<_, _>>()
            .into(),
        Json::Number(number) => number.as_f64().map_or_else(|| json.clone(), |number| rounded(number, json)),
        _ => json.clone(),
    }
}

/// ovsdb-server tells 15 digits of a real, and goes on with all.
fn rounded(number: f64, json: &Json) -> Json {
    if json.is_i64() { json.clone() } else { format!("{number:.9e}").into() }
}

fn member(name: &str, value: &Json) -> Json {
    match value.as_array() {
        Some(rows) if name == "rows" => {
            let mut rows: Vec<Json> = rows.iter().map(normal).collect();
            rows.sort_by_key(Json::to_string);
            rows.into()
        }
        _ => normal(value),
    }
}

/// Violations that a transaction as a whole makes are told with whichever row is found first.
fn error(members: &Map<String, Json>) -> Json {
    let details = members["details"].as_str().unwrap_or_default();
    let by_chance = [
        "Transaction causes multiple rows",
        "cannot delete",
        "references nonexistent row",
        "weak reference(s)",
        "contained all-zeros UUID",
    ];
    let of_some_row = [
        "is not in the valid range",
        "is less than minimum",
        "is greater than maximum",
        "Attempted to store",
        "Result of",
    ];
    if of_some_row.iter().any(|phrase| details.contains(phrase)) {
        return json!({"error": "a value that a mutation makes or a transaction gives"});
    }
    match by_chance.iter().find(|phrase| details.contains(**phrase)) {
        Some(phrase) => json!({"error": members["error"], "details": phrase}),
        None => members.clone().into(),
    }
}
