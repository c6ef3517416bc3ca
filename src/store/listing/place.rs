//! A place in the log as it is listed.

use std::fmt;
use std::str::FromStr;

use sqlx::{QueryBuilder, Sqlite};

use crate::domain::log::AiringId;

/// A place in the log as it is listed: just at one row. It stays good while records are appended, and in both directions.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LogPlace {
    /// When the row began, in microseconds since 1970.
    pub(super) at: i64,
    pub(super) row: PlaceRow,
}

/// Of rows that began in the same microsecond airings come first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum PlaceRow {
    Airing(AiringId),
    Occurrence(String),
}

impl fmt::Display for LogPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.row {
            PlaceRow::Airing(id) => write!(f, "{}.a.{id}", self.at),
            PlaceRow::Occurrence(id) => write!(f, "{}.o.{id}", self.at),
        }
    }
}

impl FromStr for LogPlace {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no place in the log; go on with the `next` of the page before");
        let mut parts = text.splitn(3, '.');
        let (Some(at), Some(sort), Some(id)) = (parts.next(), parts.next(), parts.next()) else { return Err(wrong()) };
        let at = at.parse().map_err(|_| wrong())?;
        let row = match sort {
            "a" => PlaceRow::Airing(id.parse().map_err(|_| wrong())?),
            "o" => PlaceRow::Occurrence(id.to_owned()),
            _ => return Err(wrong()),
        };
        Ok(Self { at, row })
    }
}

/// The columns that rows of one sort are ordered by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Columns {
    pub(super) at: &'static str,
    pub(super) id: &'static str,
    /// Whether they are of airings.
    pub(super) airings: bool,
}

impl Columns {
    /// Adds ` and <the row comes after the place>`.
    pub(super) fn push_after(self, query: &mut QueryBuilder<Sqlite>, place: &LogPlace, latest_first: bool) {
        self.push(query, place, if latest_first { ["<", "<=", "<"] } else { [">", ">", ">="] });
    }

    /// Adds ` and <the row comes at the place or before it>`.
    pub(super) fn push_until(self, query: &mut QueryBuilder<Sqlite>, place: &LogPlace, latest_first: bool) {
        self.push(query, place, if latest_first { [">=", ">", ">="] } else { ["<=", "<=", "<"] });
    }

    /// Operators: for a place of the same sort, for an airing beside an occurrence, for an occurrence beside an airing.
    fn push(self, query: &mut QueryBuilder<Sqlite>, place: &LogPlace, [same, airing, occurrence]: [&str; 3]) {
        let Self { at, id, airings } = self;
        match (&place.row, airings) {
            (PlaceRow::Airing(airing), true) => {
                query.push(format_args!(" and ({at}, {id}) {same} (")).push_bind(place.at);
                query.push(", ").push_bind(airing.0.as_bytes().to_vec()).push(")");
            }
            (PlaceRow::Occurrence(occurrence), false) => {
                query.push(format_args!(" and ({at}, {id}) {same} (")).push_bind(place.at);
                query.push(", ").push_bind(occurrence.clone()).push(")");
            }
            (PlaceRow::Occurrence(_), true) => {
                query.push(format_args!(" and {at} {airing} ")).push_bind(place.at);
            }
            (PlaceRow::Airing(_), false) => {
                query.push(format_args!(" and {at} {occurrence} ")).push_bind(place.at);
            }
        }
    }

    /// Adds the order.
    pub(super) fn push_order(self, query: &mut QueryBuilder<Sqlite>, latest_first: bool) {
        let Self { at, id, .. } = self;
        let way = if latest_first { " desc" } else { "" };
        query.push(format_args!(" order by {at}{way}, {id}{way}"));
    }
}
