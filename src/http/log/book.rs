//! The log of a period as a book to print and sign.

use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::clock;
use crate::export;
use crate::http::caller::Caller;
use crate::http::extract::Asked;
use crate::http::problem::Problem;
use crate::http::report::{PeriodOf, Tongue};
use crate::http::{App, Failures};

/// As which file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Form {
    /// To print.
    #[default]
    Pdf,
    /// A page.
    Html,
    /// Plain text.
    Txt,
}

#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct As {
    /// pdf, html or txt.
    #[serde(default)]
    #[param(inline)]
    format: Form,
    /// Language of everything that is no data, vi or en; the station's without.
    #[param(inline)]
    language: Option<Tongue>,
}

/// The log of a period as a book with lines to sign, a group of pages a day. It leaves nothing out.
#[utoipa::path(get, path = "/log/book", tag = "log", params(PeriodOf, As), responses(
    (status = OK, description = "The file", content((Vec<u8> = "application/pdf"), (String = "text/html"), (String = "text/plain"))), Failures,
))]
async fn log_book(
    State(app): State<App>,
    _caller: Caller,
    Asked(of): Asked<PeriodOf>,
    Asked(As { format, language }): Asked<As>,
) -> Result<Response, Problem> {
    let period = of.read(&app)?;
    let form = match format {
        Form::Pdf => export::Form::Pdf,
        Form::Html => export::Form::Html,
        Form::Txt => export::Form::Txt,
    };
    let logbook = app.desk.logbook(period, Tongue::read(language, &app), clock::now()).await?;
    let bytes = app.desk.logbook_as(&logbook, form).await?;
    let named = format!("attachment; filename=\"so-nhat-ky-{}.{}\"", period.file_part(), form.extension());
    Ok(([(CONTENT_TYPE, form.media_type().to_owned()), (CONTENT_DISPOSITION, named)], bytes).into_response())
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(log_book))
}
