//! The web console: an API under `/api/v1`, and the page that uses it. No rules: every handler asks the desk.
//!
//! It runs on a thread of its own that yields to every other ([`server`]), so a page can make nobody late on air. A station
//! whose console cannot listen goes on air all the same.
//!
//! What every address has in common is in one place each: who asks ([`caller`]), a command sent twice ([`once`]), states and
//! stale changes ([`tag`]), pages of lists ([`page`]), failures ([`problem`]), what changes ([`events`]).

mod accounts;
mod air;
mod alarms;
mod assets;
mod audit;
mod backup;
mod calendar;
mod caller;
mod check;
mod choices;
mod clip_body;
mod clip_past;
mod clip_sound;
mod clips;
mod devices;
mod document;
mod events;
mod extract;
mod file;
mod live;
mod log;
mod microphones;
mod office;
mod once;
mod page;
mod problem;
mod queue;
mod rehearsal;
mod relays;
mod report;
mod returns;
mod security;
mod server;
mod session;
mod settings;
mod slot_form;
mod slot_options;
mod slot_view;
mod slots;
mod speech;
mod tag;
mod uploads;
mod whole;
mod words;

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::{Router, http::StatusCode};
use utoipa::IntoResponses;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

pub use document::openapi;
pub use problem::{PROBLEM_JSON, Problem};
pub use server::{Console, ConsoleError};

use crate::desk::{Counter, Desk};
use events::Pulse;
use once::UnderWay;

/// The largest JSON body, in bytes. A script of 100,000 letters fits.
const BODY_BYTES_MAX: usize = 1024 * 1024;

/// What every handler has at hand. Each request gets a clone, and with it the desk that serves at that moment.
#[derive(Debug)]
struct App {
    /// Where desks change when settings do.
    counter: Arc<Counter>,
    /// Performs what is asked.
    desk: Arc<Desk>,
    /// Where pages listen.
    pulse: Pulse,
    /// Commands that are being performed.
    under_way: UnderWay,
}

impl Clone for App {
    fn clone(&self) -> Self {
        Self {
            counter: Arc::clone(&self.counter),
            desk: self.counter.desk(),
            pulse: self.pulse.clone(),
            under_way: self.under_way.clone(),
        }
    }
}

/// How any request can fail.
#[derive(Debug, IntoResponses)]
#[expect(dead_code, reason = "only its description is used")]
enum Failures {
    /// The request cannot be read.
    #[response(status = BAD_REQUEST, content_type = "application/problem+json")]
    Unreadable(Problem),
    /// Nobody is signed in.
    #[response(status = UNAUTHORIZED, content_type = "application/problem+json")]
    SignIn(Problem),
    /// The person may not do this.
    #[response(status = FORBIDDEN, content_type = "application/problem+json")]
    Forbidden(Problem),
    /// What it is about does not exist.
    #[response(status = NOT_FOUND, content_type = "application/problem+json")]
    NotFound(Problem),
    /// A rule forbids it, or it exists already.
    #[response(status = CONFLICT, content_type = "application/problem+json")]
    Refused(Problem),
    /// Somebody else changed it meanwhile; `current` is how it is now.
    #[response(status = PRECONDITION_FAILED, content_type = "application/problem+json")]
    Stale(Problem),
    /// The body is larger than is taken here.
    #[response(status = PAYLOAD_TOO_LARGE, content_type = "application/problem+json")]
    TooLarge(Problem),
    /// The body is of another media type.
    #[response(status = UNSUPPORTED_MEDIA_TYPE, content_type = "application/problem+json")]
    OtherMedia(Problem),
    /// The request makes no sense as it was put.
    #[response(status = UNPROCESSABLE_ENTITY, content_type = "application/problem+json")]
    Usage(Problem),
    /// Too often; `Retry-After` says when again.
    #[response(status = TOO_MANY_REQUESTS, content_type = "application/problem+json")]
    TooOften(Problem),
    /// It was tried and went wrong.
    #[response(status = INTERNAL_SERVER_ERROR, content_type = "application/problem+json")]
    Failed(Problem),
    /// The station is not in a state to do it.
    #[response(status = SERVICE_UNAVAILABLE, content_type = "application/problem+json")]
    NotReady(Problem),
}

/// Every address, with its description.
fn api() -> (Router<App>, OpenApi) {
    let (router, mut described) = OpenApiRouter::with_openapi(document::head())
        .nest(
            "/api/v1",
            OpenApiRouter::new()
                // Who asks.
                .merge(session::routes())
                // The station.
                .merge(air::routes())
                .merge(alarms::routes())
                .merge(check::routes())
                .merge(events::routes())
                // The library.
                .merge(clips::routes())
                .merge(choices::routes())
                .merge(clip_sound::routes())
                .merge(clip_past::routes())
                .merge(uploads::routes())
                .merge(speech::routes())
                // Settings, and who may do what.
                .merge(settings::routes())
                .merge(devices::routes())
                .merge(relays::routes())
                .merge(returns::routes())
                .merge(microphones::routes())
                .merge(backup::routes())
                .merge(accounts::routes())
                .merge(audit::routes())
                // What airs when.
                .merge(slots::routes())
                .merge(slot_options::routes())
                .merge(calendar::routes())
                .merge(rehearsal::routes())
                .merge(queue::routes())
                // The log, and what is made of it.
                .merge(log::routes())
                .merge(report::routes())
                // What the office keeps beside it.
                .merge(office::routes())
                // About this interface.
                .merge(document::routes()),
        )
        .split_for_parts();
    document::name_operations(&mut described);
    (router, described)
}

/// Everything that answers, and in which order it is asked.
fn service(app: App) -> Router {
    let (api, _) = api();
    api.route("/api/{*rest}", axum::routing::any(no_such_address))
        .fallback(assets::serve)
        .method_not_allowed_fallback(not_so)
        .layer(from_fn_with_state(app.clone(), once::perform_once))
        .layer(from_fn_with_state(app.clone(), caller::find_out_who))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(from_fn(whole::read_small))
        .layer(from_fn(security::headers))
        .with_state(app)
}

async fn no_such_address() -> Response {
    Problem::no_such_address().into_response()
}

async fn not_so() -> Response {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method", "this address answers other methods")
        .hint("/api/v1/openapi.json lists them")
        .into_response()
}
