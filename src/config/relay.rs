//! Relays (tiếp âm): whose programme is carried, and the chain of sources that it is heard from.

use std::path::Path;
use std::time::Duration;

use super::reader::Reader;
use crate::domain::clip;
use crate::domain::relay::{Limits, Relay, RelayId, Source};
use crate::domain::slot::SlotId;

/// Who may have made what a relay carries. Never the town itself.
const MADE_BY: [(&str, clip::Source); 3] =
    [("district", clip::Source::District), ("province", clip::Source::Province), ("central", clip::Source::Central)];

/// The most relays a configuration may list.
const RELAYS_MAX: usize = 50;

pub(super) fn read_all(reader: &Reader<'_>, data: &Path) -> Vec<Relay> {
    let entries = reader.entries("relay");
    if entries.len() > RELAYS_MAX {
        reader.reject("relay", &format!("at most {RELAYS_MAX} relays"), "remove those that no slot uses");
    }
    let mut relays: Vec<Relay> = Vec::new();
    for entry in entries {
        let relay = read(&entry, data);
        if relays.iter().any(|other| other.id == relay.id) {
            entry.reject("id", "each id once", "rename one of them, or remove it");
        }
        relays.push(relay);
    }
    relays
}

fn read(reader: &Reader<'_>, data: &Path) -> Relay {
    let id = reader.own_text("id");
    if !id.is_empty() && id.parse::<SlotId>().is_err() {
        reader.reject("id", "1 to 32 of a-z, 0-9 and -", "keep the id short and plain; `name` is for people");
    }
    Relay {
        id: RelayId(id),
        name: reader.own_text("name"),
        sources: sources(reader, data),
        limits: Limits {
            stall: Duration::from_secs(reader.whole("stall_seconds", &(1..=60), "seconds")),
            silence_dbfs: reader.decimal("silence_dbfs", &(-90.0..=-20.0), "dBFS"),
            silence: Duration::from_secs(reader.whole("silence_seconds", &(2..=600), "seconds")),
        },
        keep: reader.flag("keep"),
        made_by: reader.choice("keep_source", MADE_BY).unwrap_or(clip::Source::Central),
    }
}

fn sources(reader: &Reader<'_>, data: &Path) -> Vec<Source> {
    let texts = reader.own_texts("sources", Relay::SOURCES_MAX);
    let parsed: Vec<_> = texts.iter().map(|text| text.parse::<Source>()).collect();
    let remedy =
        "the best one first; for example [\"https://example.vn/live.mp3\", \"capture:\", \"file:standby.mp3\"]";
    match parsed.iter().find_map(|source| source.as_ref().err()) {
        Some(wrong) => reader.reject_own("sources", "none", &format!("{}; {wrong}", Source::EXPECTED), remedy),
        None if parsed.is_empty() => reader.reject_own("sources", "none", "at least one source", remedy),
        None => {}
    }
    let inside = |source| match source {
        Source::Standby { path } => Source::Standby { path: data.join(path) },
        other => other,
    };
    parsed.into_iter().flatten().map(inside).collect()
}
