//! The fields of a slot as options.

use std::time::Duration;

use chrono::NaiveDate;
use clap::{Args, ValueEnum};

use crate::cli::clip::day;
use crate::cli::parse;
use crate::desk::{ElementDraft, SlotChange};
use crate::domain::slot::{Exception, Interrupted, Overrun, ZoneId};

/// The fields of a slot.
#[derive(Debug, Args)]
pub(super) struct Fields {
    /// Its name for people: "Bản tin sáng"
    #[arg(long)]
    name: Option<String>,
    /// When, as cron text in the station's time: "0 5 * * *" is each day at 05:00; six fields begin with seconds
    #[arg(long = "at", value_name = "CRON")]
    recurrence: Option<String>,
    /// Where it is heard; once for each zone [default: every zone]
    #[arg(long = "zone", value_name = "ZONE")]
    zones: Option<Vec<String>>,
    /// What is heard, in order, once for each: ident:CLIP, clip:CLIP, queue:COUNT, rotation:COUNT,
    /// rotation:topic=CODE,COUNT, rotation:campaign=CODE,COUNT, relay:ID,MINUTES, closing:CLIP
    #[arg(long = "element", value_name = "ELEMENT", value_parser = parse::element)]
    elements: Option<Vec<ElementDraft>>,
    /// Longest duration, such as 45m [default: `schedule.session_minutes_max`]
    #[arg(long, value_name = "LENGTH", value_parser = parse::length)]
    length: Option<Duration>,
    /// A start later than this is a miss [default: `schedule.grace_minutes`]
    #[arg(long, value_name = "LENGTH", value_parser = parse::length)]
    grace: Option<Duration>,
    /// What still sounds at the end of the window [default: `schedule.overrun`]
    #[arg(long)]
    overrun: Option<OverrunName>,
    /// After a power cut or a lost output [default: `schedule.interrupted`]
    #[arg(long)]
    interrupted: Option<InterruptedName>,
    /// First day on which it airs; `none` for open
    #[arg(long, value_name = "DAY", value_parser = parse::day_or_none)]
    valid_from: Option<Option<NaiveDate>>,
    /// Last day on which it airs; `none` for open
    #[arg(long, value_name = "DAY", value_parser = parse::day_or_none)]
    valid_to: Option<Option<NaiveDate>>,
    /// Days on which it does not air, once for each: 2026-12-31, 2026-02-10..2026-02-20, holidays, tet:-2..+3,
    /// lunar:DAY/MONTH
    #[arg(long = "exception", value_name = "DAYS", value_parser = parse::exception)]
    exceptions: Option<Vec<Exception>>,
    /// It has no exceptions any more
    #[arg(long, conflicts_with = "exceptions")]
    no_exceptions: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum OverrunName {
    /// What sounds plays to its end
    Finish,
    /// What sounds is faded out
    FadeAtEnd,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum InterruptedName {
    /// Goes on where it stopped
    Resume,
    /// Plays the clip again from its head
    Restart,
    /// Goes on with the next
    Drop,
}

impl From<Fields> for SlotChange {
    fn from(fields: Fields) -> Self {
        Self {
            name: fields.name,
            recurrence: fields.recurrence,
            zones: fields.zones.map(|zones| zones.into_iter().map(ZoneId).collect()),
            rundown: fields.elements,
            length_max: fields.length,
            grace: fields.grace,
            overrun: fields.overrun.map(|overrun| match overrun {
                OverrunName::Finish => Overrun::Finish,
                OverrunName::FadeAtEnd => Overrun::FadeAtEnd,
            }),
            interrupted: fields.interrupted.map(|interrupted| match interrupted {
                InterruptedName::Resume => Interrupted::Resume,
                InterruptedName::Restart => Interrupted::Restart,
                InterruptedName::Drop => Interrupted::Drop,
            }),
            valid_from: day(fields.valid_from),
            valid_to: day(fields.valid_to),
            exceptions: if fields.no_exceptions { Some(Vec::new()) } else { fields.exceptions },
        }
    }
}
