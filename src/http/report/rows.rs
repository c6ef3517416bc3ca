//! The rows that a figure of a report rests on.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::query::ReportOf;
use crate::clock;
use crate::desk::{DeskError, ErrorKind, Figure, FigureRows};
use crate::domain::report::ItemLine;
use crate::http::caller::Caller;
use crate::http::extract::{Asked, Body};
use crate::http::log::{LogItem, RelayedItem};
use crate::http::page::Paging;
use crate::http::problem::Problem;
use crate::http::words::word;
use crate::http::{App, Failures};

/// Which figure.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Of {
    /// As the figure of a report names itself: items, airings, topic=CCHC ...
    figure: String,
}

/// An item of a report.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct ReportItem {
    /// Number of the clip.
    clip: u32,
    /// Edition of its audio.
    edition: u32,
    /// Its title in the latest month it was aired in.
    title: String,
    /// Its genre.
    genre: String,
    /// Its primary topic code.
    topic: String,
    /// Its campaign's code.
    campaign: Option<String>,
    /// Counted airings in the period.
    airings: u64,
    /// Time heard.
    heard_ms: u64,
    /// Real length of its audio.
    length_ms: u64,
}

/// Some rows of a figure: items of the report, rows of the log, or items heard inside relays.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct RowsOf {
    /// Which figure.
    figure: String,
    /// Items, if the figure counts items.
    clips: Vec<ReportItem>,
    /// Rows of the log, if it counts those.
    items: Vec<LogItem>,
    /// Items heard inside relays, if it counts those.
    mentions: Vec<RelayedItem>,
    /// Cursor of the page after it; none if this is the last.
    next: Option<String>,
}

impl ReportItem {
    fn of(line: &ItemLine) -> Self {
        Self {
            clip: line.item.clip.0,
            edition: line.item.edition,
            title: line.title.clone(),
            genre: word(&line.genre),
            topic: line.topic.clone(),
            campaign: line.campaign.clone(),
            airings: line.airings,
            heard_ms: line.heard_ms,
            length_ms: line.length_ms,
        }
    }
}

/// The rows that a figure counts: as many as the figure says.
#[utoipa::path(get, path = "/report/rows", tag = "reports", params(ReportOf, Of, Paging), responses((status = OK, body = RowsOf), Failures))]
async fn report_rows(
    State(app): State<App>,
    _caller: Caller,
    Asked(report): Asked<ReportOf>,
    Asked(Of { figure: name }): Asked<Of>,
    Asked(paging): Asked<Paging>,
) -> Result<Body<RowsOf>, Problem> {
    let figure: Figure =
        name.parse().map_err(|error: String| DeskError::new(ErrorKind::Usage, error).code("no_such_figure"))?;
    let query = report.read(&app)?;
    let page = app.desk.rows_page(&query, &figure, paging.cursor.as_deref(), paging.limit(), clock::now()).await?;
    let zone = app.desk.store().settings().zone;
    let (clips, items, mentions) = (Vec::new(), Vec::new(), Vec::new());
    let rows = RowsOf { figure: name, clips, items, mentions, next: page.next };
    Ok(Body(match &page.rows {
        FigureRows::Items(lines) => RowsOf { clips: lines.iter().map(ReportItem::of).collect(), ..rows },
        FigureRows::Log(found) => RowsOf { items: found.iter().map(|row| LogItem::of(row, zone)).collect(), ..rows },
        FigureRows::Mentions(lines) => {
            RowsOf { mentions: lines.iter().map(|line| RelayedItem::of(line, zone)).collect(), ..rows }
        }
    }))
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(report_rows))
}
