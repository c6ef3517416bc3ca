//! The report of a period as a file to send.

use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::query::{ReportOf, Tongue};
use crate::clock;
use crate::desk::{DeskError, ErrorKind, PaperQuery};
use crate::export::document::Typed;
use crate::export::{self, Delimiter, report};
use crate::http::caller::Caller;
use crate::http::extract::{Asked, Body};
use crate::http::page::Page;
use crate::http::problem::Problem;
use crate::http::{App, Failures};

/// The most typed figures of one report.
const TYPED_MAX: usize = 100;

/// As which file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Form {
    /// A spreadsheet with semicolons between its cells, as Excel expects them under Vietnamese settings.
    Csv,
    /// What a program reads, as `loa report --json`.
    Json,
    /// Plain text.
    Text,
    /// The written report for Word and LibreOffice.
    Docx,
    /// The written report to print.
    Pdf,
    /// The figures and the logbook as a workbook.
    Xlsx,
    /// The written report as a page.
    Html,
    /// The written report as plain text.
    Txt,
}

impl Form {
    /// As a form of the written report; none of those of the bare figures.
    const fn written(self) -> Option<export::Form> {
        match self {
            Self::Csv | Self::Json | Self::Text => None,
            Self::Docx => Some(export::Form::Docx),
            Self::Pdf => Some(export::Form::Pdf),
            Self::Xlsx => Some(export::Form::Xlsx),
            Self::Html => Some(export::Form::Html),
            Self::Txt => Some(export::Form::Txt),
        }
    }
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct As {
    /// csv, json or text for the figures; docx, pdf, xlsx, html or txt for the written report.
    #[param(inline)]
    format: Form,
    /// Language of the written report, vi or en; the station's without.
    #[param(inline)]
    language: Option<Tongue>,
}

/// A figure that no log knows.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct TypedFigure {
    /// By which name it is given.
    name: String,
    /// What it is, in the language of the report.
    what: String,
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Of {
    /// Language of the written report, vi or en; the station's without.
    #[param(inline)]
    language: Option<Tongue>,
    /// The campaign whose template it goes by.
    campaign: Option<String>,
}

/// The figures that no log knows, for which the written report has a place: what `typed` of `/report/download` may name.
#[utoipa::path(get, path = "/report/typed", tag = "reports", params(Of), responses((status = OK, body = Page<TypedFigure>), Failures))]
async fn typed_figures(
    State(app): State<App>,
    _caller: Caller,
    Asked(of): Asked<Of>,
) -> Result<Body<Page<TypedFigure>>, Problem> {
    let figures = app.desk.typed_figures(of.campaign.as_deref(), Tongue::read(of.language, &app))?;
    Ok(Body(Page { items: figures.into_iter().map(|(name, what)| TypedFigure { name, what }).collect(), next: None }))
}

/// Reads every `typed` of a query.
fn typed_of(asked: Vec<(String, String)>) -> Result<Vec<Typed>, DeskError> {
    let given: Vec<String> = asked.into_iter().filter(|(name, _)| name == "typed").map(|(_, text)| text).collect();
    let usage = |text: String| DeskError::new(ErrorKind::Usage, text).code("typed_figure");
    if given.len() > TYPED_MAX {
        return Err(usage(format!("{} typed figures, at most {TYPED_MAX}", given.len())));
    }
    given.iter().map(|text| Typed::parse(text).map_err(|error| usage(format!("`typed`: {error}")))).collect()
}

/// The report of a period as a file. A written one has the prose of the newest draft of that period, and figures counted now.
#[utoipa::path(get, path = "/report/download", tag = "reports", params(ReportOf, As, ("typed" = Option<Vec<String>>, Query, description = "A figure of the written report that no log knows, such as portal_items=196; may be given several times", max_items = 100)), responses(
    (status = OK, description = "The file", content((String = "text/csv"), (serde_json::Value = "application/json"), (String = "text/plain"), (String = "text/html"), (Vec<u8> = "application/pdf"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))), Failures,
))]
async fn report_download(
    State(app): State<App>,
    _caller: Caller,
    Asked(of): Asked<ReportOf>,
    Asked(As { format, language }): Asked<As>,
    Asked(all): Asked<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let (query, typed) = (of.read(&app)?, typed_of(all)?);
    if let Some(form) = format.written() {
        let language = Tongue::read(language, &app);
        return written(&app, PaperQuery { report: query, language, texts: None, typed }, form).await;
    }
    if !typed.is_empty() {
        let text = "figures of the log alone take no typed ones; ask for docx, pdf, xlsx, html or txt";
        return Err(DeskError::new(ErrorKind::Usage, text).code("typed_figure").into());
    }
    let document = app.desk.report(&query, clock::now()).await?;
    let sheet = app.desk.sheet(&document);
    let (text, media, ending) = match format {
        Form::Csv => (report::csv(&sheet, Delimiter::Semicolon), "text/csv; charset=utf-8", "csv"),
        Form::Json => (report::json(&sheet), "application/json", "json"),
        _ => (report::text(&sheet), "text/plain; charset=utf-8", "txt"),
    };
    let text = text.map_err(|error| DeskError::of(ErrorKind::Failed, &error))?;
    let named = format!("attachment; filename=\"bao-cao-{}.{ending}\"", document.report.period.file_part());
    Ok(([(CONTENT_TYPE, media.to_owned()), (CONTENT_DISPOSITION, named)], text).into_response())
}

async fn written(app: &App, query: PaperQuery, form: export::Form) -> Result<Response, Problem> {
    let name = query.report.period.file_part();
    let paper = app.desk.report_paper(&query, clock::now()).await?;
    let bytes = app.desk.paper_as(&paper, form).await?;
    let named = format!("attachment; filename=\"bao-cao-{name}.{}\"", form.extension());
    let head = [(CONTENT_TYPE, form.media_type().to_owned()), (CONTENT_DISPOSITION, named)];
    Ok((head, bytes).into_response())
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(typed_figures)).routes(routes!(report_download))
}
