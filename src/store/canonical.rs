//! The one spelling of a record that its hash is taken of.
//!
//! The canonical form is the JSON that `serde_json` makes of a [`Record`], with these rules on top:
//!
//! - the keys of every object are in ascending order of their UTF-8 bytes;
//! - there is no white space outside strings;
//! - strings escape `"`, `\` and the control characters below U+0020 only, the latter as `\b \t \n \f \r` or `\u00xx`;
//! - whole numbers are written in decimal; other numbers in the shortest form that reads back as the same `f64`;
//! - instants are RFC 3339 in UTC with `Z`, with 0, 3, 6 or 9 decimals of a second, as few as keep the value;
//! - an absent value is `null`, never left out.
//!
//! A row's `seq` and `at` are not part of it; the chain adds them. `tests/store/chain.rs` pins one record's form and hash.

use serde_json::Value;

use super::error::Refused;
use crate::domain::log::Record;

/// The canonical form of a record.
///
/// # Errors
/// When a number is not finite, or the form would not read back as a record.
pub fn canonical(record: &Record) -> Result<String, Refused> {
    let value = serde_json::to_value(record).map_err(|error| Refused::Unfit(error.to_string()))?;
    let mut text = String::with_capacity(512);
    write(&value, &mut text);
    read(&text)?;
    Ok(text)
}

/// The canonical form of any JSON: what is signed or hashed has one spelling.
#[must_use]
pub fn canonical_json(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

/// Reads a record back and checks that its numbers stay within what the log can hold.
pub(super) fn read(body: &str) -> Result<Record, Refused> {
    let record = serde_json::from_str(body).map_err(|error| Refused::Unfit(error.to_string()))?;
    within_bounds(&record)?;
    Ok(record)
}

fn write(value: &Value, to: &mut String) {
    match value {
        Value::Object(fields) => {
            // Sorted here, so that no feature of serde_json that some dependency turns on can change what is hashed.
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_unstable_by_key(|(key, _)| key.as_bytes());
            to.push('{');
            for (index, (key, value)) in fields.into_iter().enumerate() {
                if index > 0 {
                    to.push(',');
                }
                to.push_str(&Value::from(key.as_str()).to_string());
                to.push(':');
                write(value, to);
            }
            to.push('}');
        }
        Value::Array(values) => {
            to.push('[');
            for (index, value) in values.iter().enumerate() {
                if index > 0 {
                    to.push(',');
                }
                write(value, to);
            }
            to.push(']');
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => to.push_str(&value.to_string()),
    }
}

/// The highest frame number: so that sums of two never overflow and every reader of JSON keeps it exactly. 5,900 years at
/// 48 kHz.
const FRAMES_MAX: u64 = 1 << 53;

fn within_bounds(record: &Record) -> Result<(), Refused> {
    let frames = |what: &str, frames: u64| {
        if frames <= FRAMES_MAX {
            Ok(())
        } else {
            Err(Refused::Unfit(format!("{what} is {frames}, expected at most {FRAMES_MAX}")))
        }
    };
    match record {
        Record::Intent(intent) => {
            frames("from_frame", intent.from_frame)?;
            frames("frames_total", intent.frames_total)?;
            frames("frames of the clip", intent.sound.frames().0)
        }
        Record::End(end) => {
            frames("frames", end.frames)?;
            for zone in &end.zones {
                frames("frames of a zone", zone.frames)?;
                frames("underrun_frames", zone.underrun_frames)?;
            }
            Ok(())
        }
        Record::Rundown(_)
        | Record::Closed(_)
        | Record::Proof(_)
        | Record::Correction(_)
        // Its place lies within its airing, or the fold refuses it.
        | Record::Mention(_)
        | Record::Withdrawal(_)
        | Record::Incident(_) => Ok(()),
    }
}
