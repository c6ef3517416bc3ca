//! Whether the log is the log that was written.

use axum::extract::State;
use axum::http::StatusCode;
use chrono_tz::Tz;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::clock;
use crate::desk::{LastVerification, RunningVerification, Verdict, VerificationState};
use crate::http::caller::Caller;
use crate::http::extract::Body;
use crate::http::problem::Problem;
use crate::http::words::instant;
use crate::http::{App, Failures};

/// How it stands with verifying the log.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct Verification {
    /// The one under way.
    running: Option<Running>,
    /// The last that came to an end.
    last: Option<Last>,
}

/// A verification under way.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct Running {
    /// When it began.
    #[schema(format = DateTime)]
    began: String,
    /// Who asked for it.
    by: String,
    /// Records and listed airings there are to check; 0 before that is known.
    total: u64,
    /// Those found good so far.
    checked: u64,
}

/// A verification that came to an end.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct Last {
    /// When it began.
    #[schema(format = DateTime)]
    began: String,
    /// When it ended.
    #[schema(format = DateTime)]
    ended: String,
    /// Who asked for it.
    by: String,
    /// whole, broken, failed or cancelled.
    verdict: &'static str,
    /// Records of a log that is whole.
    entries: Option<u64>,
    /// Hash of the newest record of a log that is whole.
    head: Option<String>,
    /// Whether the file beside the database vouches for the newest rows.
    marked: Option<bool>,
    /// The first record that does not fit.
    seq: Option<u64>,
    /// Why it does not fit, or could not be read.
    fault: Option<String>,
}

impl Verification {
    fn of(state: VerificationState, zone: Tz) -> Self {
        let running = state.running.map(|RunningVerification { began, by, total, checked }| Running {
            began: instant(began, zone),
            by,
            total,
            checked,
        });
        Self { running, last: state.last.map(|last| Last::of(last, zone)) }
    }
}

impl Last {
    fn of(LastVerification { began, ended, by, verdict }: LastVerification, zone: Tz) -> Self {
        let bare = Self {
            began: instant(began, zone),
            ended: instant(ended, zone),
            by,
            verdict: "cancelled",
            entries: None,
            head: None,
            marked: None,
            seq: None,
            fault: None,
        };
        match verdict {
            Verdict::Whole { entries, head, marked } => {
                Self { verdict: "whole", entries: Some(entries), head: Some(head), marked: Some(marked), ..bare }
            }
            Verdict::Broken { seq, fault } => Self { verdict: "broken", seq: Some(seq), fault: Some(fault), ..bare },
            Verdict::Failed { error } => Self { verdict: "failed", fault: Some(error), ..bare },
            Verdict::Cancelled => bare,
        }
    }
}

/// How far the verification under way is, and what the last one found.
#[utoipa::path(get, path = "/log/verification", tag = "log", responses((status = OK, body = Verification), Failures))]
async fn verification(State(app): State<App>, _caller: Caller) -> Result<Body<Verification>, Problem> {
    let zone = app.desk.store().settings().zone;
    Ok(Body(Verification::of(app.desk.verification_state().await?, zone)))
}

/// Begins to verify the log; while a verification is under way, that one goes on.
#[utoipa::path(post, path = "/log/verification", tag = "log", responses((status = ACCEPTED, body = Verification), Failures))]
async fn begin_verification(
    State(app): State<App>,
    caller: Caller,
) -> Result<(StatusCode, Body<Verification>), Problem> {
    let zone = app.desk.store().settings().zone;
    let state = app.desk.begin_verification(&caller.who, clock::now()).await?;
    Ok((StatusCode::ACCEPTED, Body(Verification::of(state, zone))))
}

/// Stops the verification under way.
#[utoipa::path(delete, path = "/log/verification", tag = "log", responses((status = NO_CONTENT, description = "It ends"), Failures))]
async fn cancel_verification(State(app): State<App>, caller: Caller) -> Result<StatusCode, Problem> {
    app.desk.cancel_verification(&caller.who)?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(verification, begin_verification, cancel_verification))
}
