//! The rows that a figure of a report rests on.

use std::str::FromStr;

use chrono::Weekday;

use super::Desk;
use super::error::DeskError;
use super::mentions::MentionLine;
use super::report::ReportQuery;
use crate::domain::clip::{Genre, Source};
use crate::domain::log::Kind;
use crate::domain::report::{ItemLine, Period};
use crate::domain::time::{Days, Now};
use crate::export::log::LogRow;
use crate::store::{Ending, LOG_PAGE_MAX, LogFilter, LogOutcome, LogScope};

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
    /// Items heard inside relays; on one topic if a code is given.
    Mentions(Option<String>),
    /// Live speech.
    Live,
    /// Khẩn cấp.
    Emergencies,
    /// Occurrences of which nothing was heard, with the reason.
    Missed,
    /// Occurrences that ended other than wholly aired.
    Deviations,
    /// Own airings that do not count, by how they stand: aired is said not to count by a person.
    UncountedOf(LogOutcome),
    /// Occurrences that ended this way.
    Occurrences(LogOutcome),
    /// The items under one primary topic.
    TopicItems(String),
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
pub const FIGURES: &str = "items, airings, uncounted, relays, mentions, live, emergencies, missed, deviations, \
                           uncounted=partial, occurrences=cancelled, items=TOPIC, mentions=TOPIC, topic=CODE, campaign=CODE \
                           (campaign= for none), genre=NAME, month=YYYY-MM, weekday=mon, source=own";

/// The rows of a figure.
#[derive(Debug, Clone, PartialEq)]
pub enum FigureRows {
    /// One line an item.
    Items(Vec<ItemLine>),
    /// One row an airing or an occurrence.
    Log(Vec<LogRow>),
    /// One line an item heard inside a relay.
    Mentions(Vec<MentionLine>),
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
                "mentions" => Self::Mentions(None),
                "live" => Self::Live,
                "emergencies" => Self::Emergencies,
                "missed" => Self::Missed,
                "deviations" => Self::Deviations,
                _ => return Err(wrong()),
            },
            Some(("uncounted", name)) => Self::UncountedOf(serde_json::from_value(word(name)).map_err(|_| wrong())?),
            Some(("occurrences", name)) => Self::Occurrences(serde_json::from_value(word(name)).map_err(|_| wrong())?),
            Some(("items", code)) => Self::TopicItems(code.to_owned()),
            Some(("mentions", code)) => Self::Mentions(Some(code.to_owned())),
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

/// Some rows of a figure, and where to go on.
#[derive(Debug, Clone, PartialEq)]
pub struct FigurePage {
    /// The rows.
    pub rows: FigureRows,
    /// What to give for the next page; none when this was the last.
    pub next: Option<String>,
}

impl Desk {
    /// The rows that a figure of a report counts: as many as the figure says.
    ///
    /// # Errors
    /// The store's own.
    pub async fn rows(&self, query: &ReportQuery, figure: &Figure, now: Now) -> Result<FigureRows, DeskError> {
        match filter_of(query, figure) {
            None => self.beside_the_log(query, figure, now).await,
            Some(None) => Ok(FigureRows::Log(Vec::new())),
            Some(Some(filter)) => Ok(FigureRows::Log(self.log_rows_of(&filter).await?)),
        }
    }

    /// The same a page at a time. `cursor` is the `next` of the page before.
    ///
    /// # Errors
    /// A cursor that is none; the store's own.
    pub async fn rows_page(
        &self,
        query: &ReportQuery,
        figure: &Figure,
        cursor: Option<&str>,
        limit: u32,
        now: Now,
    ) -> Result<FigurePage, DeskError> {
        match filter_of(query, figure) {
            None => {
                let from = cursor.map(str::parse::<usize>).transpose();
                let from = from.map_err(|_| {
                    DeskError::usage("the cursor is none; go on with the `next` of a page").code("wrong_cursor")
                })?;
                let rows = self.beside_the_log(query, figure, now).await?;
                Ok(rows.page(from.unwrap_or_default(), limit.clamp(1, LOG_PAGE_MAX) as usize))
            }
            Some(None) => Ok(FigurePage { rows: FigureRows::Log(Vec::new()), next: None }),
            Some(Some(filter)) => {
                let page = self.log_page(&filter, cursor, limit).await?;
                Ok(FigurePage { rows: FigureRows::Log(page.rows), next: page.next })
            }
        }
    }

    /// The rows of a figure that are no rows of the log.
    async fn beside_the_log(&self, query: &ReportQuery, figure: &Figure, now: Now) -> Result<FigureRows, DeskError> {
        match figure {
            Figure::Mentions(topic) => Ok(FigureRows::Mentions(self.mention_lines(query, topic.as_deref()).await?)),
            _ => Ok(FigureRows::Items(self.items_of(query, figure, now).await?)),
        }
    }

    async fn items_of(&self, query: &ReportQuery, figure: &Figure, now: Now) -> Result<Vec<ItemLine>, DeskError> {
        let mut items = self.report(query, now).await?.report.item_lines;
        if let Figure::TopicItems(code) = figure {
            items.retain(|item| item.topic == *code);
        }
        Ok(items)
    }
}

impl FigureRows {
    /// So many of them from a place on.
    fn page(self, from: usize, limit: usize) -> FigurePage {
        fn some<T>(rows: Vec<T>, from: usize, limit: usize) -> (Vec<T>, Option<String>) {
            let to = from.saturating_add(limit);
            let next = (to < rows.len()).then(|| to.to_string());
            (rows.into_iter().skip(from).take(limit).collect(), next)
        }
        let (rows, next) = match self {
            Self::Items(rows) => {
                let (rows, next) = some(rows, from, limit);
                (Self::Items(rows), next)
            }
            Self::Log(rows) => {
                let (rows, next) = some(rows, from, limit);
                (Self::Log(rows), next)
            }
            Self::Mentions(rows) => {
                let (rows, next) = some(rows, from, limit);
                (Self::Mentions(rows), next)
            }
        };
        FigurePage { rows, next }
    }
}

/// The rows that the fold of the report puts into a figure. The outer none for items, also of relays, which are no rows of the log; the inner
/// none if there can be none.
fn filter_of(query: &ReportQuery, figure: &Figure) -> Option<Option<LogFilter>> {
    let period = query.period;
    let days = Days { from: Some(period.from), to: Some(period.to) };
    let of_campaign = query.campaign.clone().map(Some);
    let all = LogFilter { scope: LogScope::Airings, days, ..LogFilter::default() };
    let clips = LogFilter { kind: Some(Kind::Own), without_tunes: true, campaign: of_campaign.clone(), ..all.clone() };
    let own = LogFilter { source: Some(Source::Own), ..clips.clone() };
    let counted = LogFilter { counted: Some(true), ..own.clone() };
    let apart = |kind| LogFilter { kind: Some(kind), heard: true, ..all.clone() };
    let endings = |ending| LogFilter { scope: LogScope::Endings(ending), ..all.clone() };
    Some(Some(match figure {
        Figure::Items | Figure::TopicItems(_) | Figure::Mentions(_) => return None,
        Figure::Airings => counted,
        Figure::Uncounted => LogFilter { counted: Some(false), ..own },
        Figure::UncountedOf(outcome) => LogFilter { counted: Some(false), outcome: Some(*outcome), ..own },
        Figure::Relays => apart(Kind::Relay),
        Figure::Live => apart(Kind::Live),
        Figure::Emergencies => apart(Kind::Emergency),
        Figure::Missed => endings(Ending::Of(LogOutcome::Missed)),
        Figure::Deviations => endings(Ending::Deviating),
        Figure::Occurrences(outcome) => endings(Ending::Of(*outcome)),
        Figure::Topic(code) => LogFilter { topic: Some(code.clone()), ..counted },
        Figure::Campaign(code) if of_campaign.as_ref().is_some_and(|of| of != code) => return Some(None),
        Figure::Campaign(code) => LogFilter { campaign: Some(code.clone()), ..counted },
        Figure::Genre(Genre::Ident) => return Some(None),
        Figure::Genre(genre) => LogFilter { genre: Some(*genre), ..counted },
        Figure::Month(year, month) => {
            let Some(of_month) = Period::of_month((*year, *month), period.month_rule()) else { return Some(None) };
            let (from, to) = (of_month.from.max(period.from), of_month.to.min(period.to));
            if to < from {
                return Some(None);
            }
            LogFilter { days: Days { from: Some(from), to: Some(to) }, ..counted }
        }
        Figure::Weekday(day) => LogFilter { weekday: Some(*day), ..counted },
        Figure::Source(source) => LogFilter { source: Some(*source), counted: Some(true), ..clips },
    }))
}
