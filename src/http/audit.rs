//! Who did what: when, from where, before and after.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::Caller;
use super::extract::{Asked, Body};
use super::page::{Page, Paging};
use super::problem::Problem;
use super::words::instant;
use super::{App, Failures};
use crate::desk::{AuditFilter, AuditRow};

/// Something that somebody did.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct AuditLine {
    /// Counted up.
    number: u64,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// Who.
    who: String,
    /// By which way and from where; none in rows of before there was a console.
    from_where: Option<String>,
    /// What: `clip.approve`, `settings.save` ...
    what: String,
    /// To what: `clip 12`, `slot sang-0500` ...
    subject: String,
    /// How it was; none if it was not there.
    before: Option<Value>,
    /// How it is; none if it is gone.
    after: Option<Value>,
}

/// Which rows.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Which {
    /// Only of this person; a part of the name is enough.
    who: Option<String>,
    /// Only of this sort: `clip`, `settings`, `account.edit` ...
    what: Option<String>,
    /// Only about this: `clip 12`.
    subject: Option<String>,
}

/// Who did what, the newest first.
#[utoipa::path(get, path = "/audit", tag = "accounts", params(Paging, Which), responses((status = OK, body = Page<AuditLine>), Failures))]
async fn audit_trail(
    State(app): State<App>,
    caller: Caller,
    Asked(paging): Asked<Paging>,
    Asked(which): Asked<Which>,
) -> Result<Body<Page<AuditLine>>, Problem> {
    let before = paging.cursor.as_deref().map(str::parse::<u64>).transpose().map_err(|_| {
        Problem::new(StatusCode::BAD_REQUEST, "query_does_not_fit", "the cursor is none that this list gave")
    })?;
    let limit = paging.limit();
    let query = AuditFilter { before, who: which.who, what: which.what, subject: which.subject, limit };
    let rows = app.desk.audit_trail(&caller.who, &query).await?;
    let zone = app.desk.config().station.time_zone;
    let next = (rows.len() == limit as usize).then(|| rows.last().map(|row| row.number.to_string())).flatten();
    let line = |row: AuditRow| AuditLine {
        number: row.number,
        at: instant(row.at, zone),
        who: row.entry.who,
        from_where: row.entry.from_where,
        what: row.entry.what,
        subject: row.entry.subject,
        before: row.entry.before,
        after: row.entry.after,
    };
    Ok(Body(Page { items: rows.into_iter().map(line).collect(), next }))
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(audit_trail))
}
