//! Values as the API writes them: the words of the command line's JSON.

use chrono::{DateTime, SecondsFormat, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use serde_json::Value;

/// RFC 3339 with the station's offset.
pub(super) fn instant(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).to_rfc3339_opts(SecondsFormat::AutoSi, false)
}

/// The word that stands for a value: how it is written if it is written as a text, else the name of its kind, which every
/// enumeration of the house writes under `outcome`, `kind` or `reason`.
pub(super) fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        Ok(Value::Object(fields)) => {
            let tag = ["outcome", "kind", "reason", "state", "doubt"].iter().find_map(|tag| fields.get(*tag)?.as_str());
            tag.unwrap_or_default().to_owned()
        }
        _ => String::new(),
    }
}
