//! The plan as iCalendar (RFC 5545), for the calendars of those who want to know what is on when.

use std::fmt::Write;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use icalendar::{Calendar, Component, Event, EventLike, Property};

use super::PlanRow;
use crate::export::ExportError;
use crate::export::text::{clock, milliseconds, printable, time_of_day};

/// An event for each occurrence, in UTC; the description lists its elements at their local times. An occurrence keeps its
/// UID from one export to the next, so importing twice replaces. `made_at` becomes the DTSTAMP.
///
/// # Errors
/// Never with rows that Loa made.
pub fn calendar(rows: &[PlanRow], name: &str, made_at: DateTime<Utc>, zone: Tz) -> Result<String, ExportError> {
    // Not `Calendar::new`, which would name the library as the program that made this.
    let mut calendar = Calendar::empty();
    calendar.append_property(Property::new("VERSION", "2.0"));
    calendar.append_property(Property::new("PRODID", "-//Loa//Loa//VI"));
    calendar.append_property(Property::new("CALSCALE", "GREGORIAN"));
    calendar.append_property(Property::new("METHOD", "PUBLISH"));
    calendar.append_property(Property::new("X-WR-CALNAME", printable(name)));
    calendar.append_property(Property::new("X-WR-TIMEZONE", zone.name()));
    for row in rows {
        let mut event = Event::new();
        event.uid(&format!("{}.loa", row.rundown.occurrence));
        event.timestamp(made_at);
        event.starts(row.start);
        event.ends(row.end);
        event.summary(&printable(&row.name));
        event.description(&description(row, zone)?);
        if !row.zones.is_empty() {
            let zones: Vec<&str> = row.zones.iter().map(|zone| zone.0.as_str()).collect();
            event.location(&printable(&zones.join(", ")));
        }
        calendar.push(event);
    }
    let mut text = String::new();
    write!(text, "{calendar}")?;
    Ok(text)
}

fn description(row: &PlanRow, zone: Tz) -> Result<String, std::fmt::Error> {
    let mut text = String::new();
    for element in &row.rundown.elements {
        let length = clock(milliseconds(element.sound.duration()));
        let title = printable(element.sound.title());
        writeln!(text, "{} {title} ({length})", time_of_day(element.start, zone))?;
    }
    Ok(text.trim_end().to_owned())
}
