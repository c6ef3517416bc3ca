//! The rows that a figure of a report rests on.

use std::str::FromStr;

use chrono::Weekday;

use super::Desk;
use super::error::DeskError;
use super::log::LogQuery;
use super::report::ReportQuery;
use crate::domain::airing::AiringOutcome;
use crate::domain::clip::{Genre, Source};
use crate::domain::log::{Closed, Kind, Outcome};
use crate::domain::report::ItemLine;
use crate::domain::time::Now;
use crate::export::log::LogRow;
use crate::store::{AiringFilter, AiringRow};

/// A figure of a report, as a person names it.
#[derive(Debug, Clone, PartialEq)]
pub enum Figure {
    /// The items.
    Items,
    /// The counted airings of own items.
    Airings,
    /// Own airings that do not count.
    Uncounted,
    /// Tiếp âm.
    Relays,
    /// Live speech.
    Live,
    /// Khẩn cấp.
    Emergencies,
    /// Occurrences of which nothing was heard, with the reason.
    Missed,
    /// Occurrences that ended other than wholly aired.
    Deviations,
    /// The counted airings under one primary topic.
    Topic(String),
    /// The counted airings of one campaign; none is of no campaign.
    Campaign(Option<String>),
    /// The counted airings of one genre.
    Genre(Genre),
    /// The counted airings of one reporting month.
    Month(i32, u32),
    /// The counted airings of one day of the week.
    Weekday(Weekday),
    /// The counted airings of clips of one source.
    Source(Source),
}

/// What a person may name, for the help and the error.
pub const FIGURES: &str = "items, airings, uncounted, relays, live, emergencies, missed, deviations, topic=CODE, \
                           campaign=CODE (campaign= for none), genre=NAME, month=YYYY-MM, weekday=mon, source=own";

/// The rows of a figure.
#[derive(Debug, Clone, PartialEq)]
pub enum FigureRows {
    /// One line an item.
    Items(Vec<ItemLine>),
    /// One row an airing or an occurrence.
    Log(Vec<LogRow>),
}

impl FromStr for Figure {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no figure of a report, expected one of {FIGURES}");
        let word = |word: &str| serde_json::Value::from(word);
        Ok(match text.split_once('=') {
            None => match text {
                "items" => Self::Items,
                "airings" => Self::Airings,
                "uncounted" => Self::Uncounted,
                "relays" => Self::Relays,
                "live" => Self::Live,
                "emergencies" => Self::Emergencies,
                "missed" => Self::Missed,
                "deviations" => Self::Deviations,
                _ => return Err(wrong()),
            },
            Some(("topic", code)) => Self::Topic(code.to_owned()),
            Some(("campaign", "")) => Self::Campaign(None),
            Some(("campaign", code)) => Self::Campaign(Some(code.to_owned())),
            Some(("genre", name)) => Self::Genre(serde_json::from_value(word(name)).map_err(|_| wrong())?),
            Some(("source", name)) => Self::Source(serde_json::from_value(word(name)).map_err(|_| wrong())?),
            Some(("weekday", day)) => Self::Weekday(day.parse().map_err(|_| wrong())?),
            Some(("month", month)) => {
                let (year, month) = month.split_once('-').ok_or_else(wrong)?;
                Self::Month(year.parse().map_err(|_| wrong())?, month.parse().map_err(|_| wrong())?)
            }
            Some(_) => return Err(wrong()),
        })
    }
}

impl Desk {
    /// The rows that a figure of a report counts: as many as the figure says.
    ///
    /// # Errors
    /// The store's own.
    pub async fn rows(&self, query: &ReportQuery, figure: &Figure, now: Now) -> Result<FigureRows, DeskError> {
        match figure {
            Figure::Items => Ok(FigureRows::Items(self.report(query, now).await?.report.item_lines)),
            Figure::Missed => self.endings(query, |closed| matches!(closed.outcome, Outcome::Missed(_))).await,
            Figure::Deviations => self.endings(query, |closed| !matches!(closed.outcome, Outcome::Aired)).await,
            _ => {
                let period = query.period;
                let filter =
                    AiringFilter { from_day: Some(period.from), to_day: Some(period.to), ..AiringFilter::default() };
                let mut airings = self.all_airings(filter).await?;
                airings.retain(|row| counts_in(row, query, figure));
                Ok(FigureRows::Log(self.told(&airings).await?))
            }
        }
    }

    async fn endings(&self, query: &ReportQuery, wanted: impl Fn(&Closed) -> bool) -> Result<FigureRows, DeskError> {
        let window = self.window_of(LogQuery { from: Some(query.period.from), to: Some(query.period.to) });
        let mut closed = self.store.closed(window).await?;
        closed.retain(|(closed, _)| wanted(closed));
        Ok(FigureRows::Log(self.closed_rows(closed).await?))
    }
}

/// Whether the fold of the report puts this airing into that figure.
fn counts_in(row: &AiringRow, query: &ReportQuery, figure: &Figure) -> bool {
    let of_campaign = query.campaign.is_none() || row.campaign == query.campaign;
    let clip = row.kind == Kind::Own && row.genre != Genre::Ident && of_campaign;
    let own = clip && row.source == Source::Own;
    let apart = |kind| row.kind == kind && (row.counted || row.outcome == AiringOutcome::Partial);
    match figure {
        Figure::Airings => own && row.counted,
        Figure::Uncounted => own && !row.counted,
        Figure::Relays => apart(Kind::Relay),
        Figure::Live => apart(Kind::Live),
        Figure::Emergencies => apart(Kind::Emergency),
        Figure::Topic(code) => own && row.counted && row.topic == *code,
        Figure::Campaign(code) => own && row.counted && row.campaign == *code,
        Figure::Genre(genre) => own && row.counted && row.genre == *genre,
        Figure::Month(year, month) => own && row.counted && row.month(query.period.month_rule()) == (*year, *month),
        Figure::Weekday(day) => own && row.counted && row.weekday() == *day,
        Figure::Source(source) => clip && row.counted && row.source == *source,
        Figure::Items | Figure::Missed | Figure::Deviations => false,
    }
}
