//! Who reports to whom: agencies, recipients and relay sources, each with the days on which it is right.

use super::reader::Reader;
use super::station::Station;
use crate::domain::office::{Agency, Clash, Office, Recipient, RelaySource, clashes};
use crate::domain::time::Days;

/// The most agencies, one after the other.
const AGENCIES_MAX: usize = 50;
/// The most lines of Nơi nhận.
const RECIPIENTS_MAX: usize = 100;
/// The most stations that are relayed.
const SOURCES_MAX: usize = 50;
/// The most lines of a heading or above a signature.
const LINES_MAX: usize = 6;

/// What a commune's agency is called, in front of the commune's name.
const COMMITTEE: &str = "Ủy ban nhân dân ";
/// What communes are called, in front of their place.
const COMMUNES: [&str; 4] = ["thị trấn ", "xã ", "phường ", "đặc khu "];

pub(super) fn read(reader: &Reader<'_>, station: Option<&Station>) -> Office {
    let agencies = bounded(reader, "agency", AGENCIES_MAX);
    let mut office = Office {
        agencies: agencies.iter().map(|entry| agency(entry, station)).collect(),
        recipients: Vec::new(),
        relay_sources: Vec::new(),
    };
    let spans: Vec<Days> = office.agencies.iter().map(|agency| agency.days).collect();
    refuse(&agencies, &spans, true, "agency");
    office.agencies.sort_by_key(|agency| agency.days.from);
    let recipients = bounded(reader, "recipient", RECIPIENTS_MAX);
    office.recipients =
        recipients.iter().map(|entry| Recipient { text: entry.own_text("text"), days: entry.own_days() }).collect();
    let named: Vec<_> = office.recipients.iter().map(|recipient| (recipient.text.clone(), recipient.days)).collect();
    each_once(&recipients, &named, "recipient");
    let sources = bounded(reader, "relay_source", SOURCES_MAX);
    office.relay_sources =
        sources.iter().map(|entry| RelaySource { name: entry.own_text("name"), days: entry.own_days() }).collect();
    let named: Vec<_> = office.relay_sources.iter().map(|source| (source.name.clone(), source.days)).collect();
    each_once(&sources, &named, "relay source");
    office
}

fn bounded<'a>(reader: &Reader<'a>, key: &str, most: usize) -> Vec<Reader<'a>> {
    let entries = reader.entries(key);
    if entries.len() > most {
        reader.reject(key, &format!("at most {most} entries"), "remove those long over");
    }
    entries
}

fn agency(reader: &Reader<'_>, station: Option<&Station>) -> Agency {
    let or = |text: String, other: fn(&Station) -> &String| {
        if text.is_empty() { station.map(|station| other(station).clone()).unwrap_or_default() } else { text }
    };
    let name = or(reader.own_text_or_empty("name"), |station| &station.agency);
    let heading = reader.own_texts("heading", LINES_MAX);
    let place = reader.own_text_or_empty("place");
    Agency {
        heading: if heading.is_empty() { heading_of(&name) } else { heading },
        superior: Some(reader.own_text_or_empty("superior")).filter(|superior| !superior.is_empty()),
        place: if place.is_empty() { place_of(&name) } else { place },
        symbol: reader.text("symbol"),
        signer: reader.texts("signer", LINES_MAX),
        station: or(reader.own_text_or_empty("station"), |station| &station.name),
        station_short: or(reader.own_text_or_empty("station_short"), |station| &station.short_name),
        days: reader.own_days(),
        name,
    }
}

/// `ỦY BAN NHÂN DÂN` and `THỊ TRẤN LAI CÁCH`; another name is a line by itself.
fn heading_of(name: &str) -> Vec<String> {
    match name.strip_prefix(COMMITTEE) {
        Some(commune) => vec![COMMITTEE.trim().to_uppercase(), commune.to_uppercase()],
        None => vec![name.to_uppercase()],
    }
}

/// `Lai Cách` of `Ủy ban nhân dân thị trấn Lai Cách`.
fn place_of(name: &str) -> String {
    let commune = name.strip_prefix(COMMITTEE).unwrap_or(name);
    COMMUNES.iter().find_map(|kind| commune.strip_prefix(kind)).unwrap_or(commune).to_owned()
}

/// Two of one name at the same time are one too many.
fn each_once(entries: &[Reader<'_>], named: &[(String, Days)], what: &str) {
    for (index, (name, _)) in named.iter().enumerate() {
        let same: Vec<usize> = (0..named.len()).filter(|other| named[*other].0 == *name).collect();
        // Told once, at the first of them.
        if same.first() == Some(&index) && !name.is_empty() {
            let spans: Vec<Days> = same.iter().map(|index| named[*index].1).collect();
            let entries: Vec<&Reader<'_>> = same.iter().map(|index| &entries[*index]).collect();
            tell(&entries, &clashes(&spans, false), what);
        }
    }
}

fn refuse(entries: &[Reader<'_>], spans: &[Days], gaps: bool, what: &str) {
    tell(&entries.iter().collect::<Vec<_>>(), &clashes(spans, gaps), what);
}

fn tell(entries: &[&Reader<'_>], clashes: &[Clash], what: &str) {
    for clash in clashes {
        match clash {
            Clash::Overlap { first, second, on } => {
                let expected = match entries[*first].own_days().to {
                    Some(to) => format!("a day after {to}, when {} ends", entries[*first].name()),
                    None => format!("no other {what} at the same time, but {} is open", entries[*first].name()),
                };
                let value = if *on == chrono::NaiveDate::MIN { "open".to_owned() } else { on.to_string() };
                let remedy = "let the one before end (`to`) on the day before the next begins (`from`)";
                entries[*second].reject_own("from", &value, &expected, remedy);
            }
            Clash::Gap { before, after, from, to } => {
                let expected = format!("{from}, the day after {} ends", entries[*before].name());
                let remedy = format!("nothing is named from {from} to {to}; let them follow each other");
                entries[*after].reject_own("from", "open", &expected, &remedy);
            }
        }
    }
}
