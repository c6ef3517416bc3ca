//! A past relay, or a stretch of it, brought into the library.

use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::desk::{RelayStretch, Response};
use crate::http::caller::Caller;
use crate::http::clip_body::Clip;
use crate::http::clips::found;
use crate::http::extract::{At, Body};
use crate::http::problem::Problem;
use crate::http::tag::Tagged;
use crate::http::{App, Failures};

/// Which stretch of a relay, and what is said of the draft. What is null is usual.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct KeepRelay {
    /// From so long after its start on.
    #[serde(default)]
    from_ms: u64,
    /// So long; to its end if none.
    length_ms: Option<u64>,
    /// Title; the station's name with day and time if none.
    title: Option<String>,
    /// Primary topic code; the topic for everything else if none.
    topic: Option<String>,
}

/// Brings a past relay, or a stretch of it, into the library as a draft. Takes some seconds for each quarter of an hour; it is done also
/// when nobody waits for the answer.
#[utoipa::path(post, path = "/log/airings/{id}/keep", tag = "log", request_body = KeepRelay, params(("id" = String, Path, description = "The airing's identifier, or the number of one of its records")), responses((status = CREATED, body = Clip), Failures))]
async fn keep_relay(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    At(id): At<String>,
    Body(keep): Body<KeepRelay>,
) -> Result<(StatusCode, Tagged<Clip>), Problem> {
    let asked = RelayStretch {
        airing: id,
        from: Duration::from_millis(keep.from_ms),
        length: keep.length_ms.map(Duration::from_millis),
        title: keep.title,
        topic: keep.topic.filter(|topic| !topic.trim().is_empty()),
    };
    match app.desk.keep_relay(&caller.who, &asked).await? {
        Response::Clip { clip, .. } => {
            let clip = found(&app, clip.id.0).await?;
            Ok((StatusCode::CREATED, Tagged::new(Clip::of(&app.desk, &clip), &headers)))
        }
        _ => Err(Problem::unexpected()),
    }
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(keep_relay))
}
