//! The rows of the log, by pages and by days.

use axum::extract::State;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::row::LogItem;
use crate::clock;
use crate::desk::{LogFilter, LogOutcome};
use crate::domain::clip::{Genre, Source};
use crate::domain::log::Kind;
use crate::domain::slot::SlotId;
use crate::domain::time::{Days, day_of};
use crate::http::air::DayRow;
use crate::http::caller::Caller;
use crate::http::extract::{Asked, Body};
use crate::http::page::{Page, Paging};
use crate::http::problem::Problem;
use crate::http::{App, Failures};

/// Which end of the log comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Order {
    /// What was heard last.
    #[default]
    Latest,
    /// What was heard first.
    Earliest,
}

/// Which rows of the log. Each that is given narrows the choice.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Choice {
    /// First local day.
    from: Option<NaiveDate>,
    /// Last local day.
    to: Option<NaiveDate>,
    /// aired, partial, not_aired, on_air, missed, cancelled or superseded.
    #[param(value_type = Option<String>)]
    outcome: Option<LogOutcome>,
    /// own, relay, live, emergency or ident.
    #[param(value_type = Option<String>)]
    kind: Option<Kind>,
    /// Primary topic code.
    topic: Option<String>,
    /// Campaign code; empty for none.
    campaign: Option<String>,
    /// own, district, province or central.
    #[param(value_type = Option<String>)]
    source: Option<Source>,
    /// news, article, feature, notice, ident or other.
    #[param(value_type = Option<String>)]
    genre: Option<Genre>,
    /// Words of the title, whatever their case and diacritics.
    text: Option<String>,
    /// Whether it counts.
    counted: Option<bool>,
    /// Of this slot.
    #[param(value_type = Option<String>)]
    slot: Option<SlotId>,
    /// Only rows that were corrected.
    #[serde(default)]
    corrected: bool,
    /// Only airings that the loudspeakers of a zone did not give back, as its return feed says.
    #[serde(default)]
    not_heard: bool,
    /// Which end comes first.
    #[serde(default)]
    #[param(inline)]
    order: Order,
    /// Rows of the page, 1 to 200; 50 if not given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// `next` of the page before; the first page without.
    cursor: Option<String>,
}

impl Choice {
    pub(super) fn filter(&self) -> LogFilter {
        let filled = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        LogFilter {
            days: Days { from: self.from, to: self.to },
            outcome: self.outcome,
            kind: self.kind,
            topic: filled(&self.topic),
            campaign: self.campaign.as_ref().map(|code| Some(code.clone()).filter(|code| !code.is_empty())),
            source: self.source,
            genre: self.genre,
            text: filled(&self.text),
            counted: self.counted,
            slot: self.slot.clone(),
            corrected: self.corrected,
            not_heard: self.not_heard,
            latest_first: self.order == Order::Latest,
            ..LogFilter::default()
        }
    }
}

/// Which days.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Span {
    /// First local day; today without.
    from: Option<NaiveDate>,
    /// Last local day; the first without. At most 31 days.
    to: Option<NaiveDate>,
}

/// A local day: what was planned, and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct Day {
    /// Which.
    day: NaiveDate,
    /// What was planned, in order.
    occurrences: Vec<Planned>,
    /// What was heard outside any planned broadcast.
    by_hand: Vec<LogItem>,
}

/// A planned broadcast with what was heard of it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct Planned {
    /// What was planned, and how it ended.
    #[serde(flatten)]
    line: DayRow,
    /// What was heard of it, in order.
    airings: Vec<LogItem>,
}

/// The days asked for.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct LogDays {
    /// In order.
    days: Vec<Day>,
}

/// Rows of the log: airings, and broadcasts of which nothing was heard.
#[utoipa::path(get, path = "/log", tag = "log", params(Choice), responses((status = OK, body = Page<LogItem>), Failures))]
async fn log_rows(
    State(app): State<App>,
    _caller: Caller,
    Asked(choice): Asked<Choice>,
) -> Result<Body<Page<LogItem>>, Problem> {
    let paging = Paging { limit: choice.limit, cursor: choice.cursor.clone() };
    let page = app.desk.log_page(&choice.filter(), paging.cursor.as_deref(), paging.limit()).await?;
    let zone = app.desk.store().settings().zone;
    Ok(Body(Page { items: page.rows.iter().map(|row| LogItem::of(row, zone)).collect(), next: page.next }))
}

/// Planned against aired, day by day.
#[utoipa::path(get, path = "/log/days", tag = "log", params(Span), responses((status = OK, body = LogDays), Failures))]
async fn log_days(State(app): State<App>, _caller: Caller, Asked(span): Asked<Span>) -> Result<Body<LogDays>, Problem> {
    let zone = app.desk.store().settings().zone;
    let from = span.from.or(span.to).unwrap_or_else(|| day_of(zone, clock::now().wall));
    let days = app.desk.log_days(from, span.to.unwrap_or(from)).await?.into_iter().map(|day| Day {
        day: day.day,
        occurrences: day
            .occurrences
            .iter()
            .map(|planned| Planned {
                line: DayRow::of(&planned.line, zone),
                airings: planned.airings.iter().map(|row| LogItem::of(row, zone)).collect(),
            })
            .collect(),
        by_hand: day.by_hand.iter().map(|row| LogItem::of(row, zone)).collect(),
    });
    Ok(Body(LogDays { days: days.collect() }))
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(log_rows)).routes(routes!(log_days))
}
