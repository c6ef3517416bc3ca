//! The log as a file.

use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::list::Choice;
use crate::desk::LogFilter;
use crate::export::Delimiter;
use crate::export::log::{csv, json};
use crate::http::caller::Caller;
use crate::http::extract::Asked;
use crate::http::problem::Problem;
use crate::http::{App, Failures};

/// As which file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Form {
    /// A spreadsheet with the columns of the logbook (sổ nhật ký), semicolons between its cells as Excel expects them under
    /// Vietnamese settings.
    #[default]
    Csv,
    /// An array of rows, as `loa log --json`.
    Json,
}

#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct As {
    /// csv or json.
    #[serde(default)]
    #[param(inline)]
    format: Form,
}

/// Every row of the choice as a file, earliest first.
#[utoipa::path(get, path = "/log/export", tag = "log", params(Choice, As), responses(
    (status = OK, description = "The file", content((String = "text/csv"), (String = "application/json"))), Failures,
))]
async fn log_export(
    State(app): State<App>,
    _caller: Caller,
    Asked(choice): Asked<Choice>,
    Asked(As { format }): Asked<As>,
) -> Result<Response, Problem> {
    let filter = LogFilter { latest_first: false, ..choice.filter() };
    let rows = app.desk.log_export(&filter).await?;
    let zone = app.desk.store().settings().zone;
    let (text, media, name) = match format {
        Form::Csv => {
            let topics = &app.desk.config().library.topics;
            (csv(&rows, topics, zone, Delimiter::Semicolon), "text/csv; charset=utf-8", "nhat-ky-phat-song.csv")
        }
        Form::Json => (json(&rows, zone), "application/json", "nhat-ky-phat-song.json"),
    };
    let text = text.map_err(|error| crate::desk::DeskError::of(crate::desk::ErrorKind::Failed, &error))?;
    let named = format!("attachment; filename=\"{name}\"");
    Ok(([(CONTENT_TYPE, media.to_owned()), (CONTENT_DISPOSITION, named)], text).into_response())
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(log_export))
}
