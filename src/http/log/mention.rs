//! What persons heard inside a relay.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::clock;
use crate::desk::{MentionDraft, MentionLine, MentionRequest, MentionWithdrawal, Request, Response as Done};
use crate::domain::airing::Airing;
use crate::domain::log::{Kind, MENTIONS_MAX, Mentioned};
use crate::http::caller::Caller;
use crate::http::extract::{At, Body};
use crate::http::problem::Problem;
use crate::http::words::instant;
use crate::http::{App, Failures};

/// What persons heard inside a relay.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(super) struct MentionsOf {
    /// How long the relay was heard: every item lies within.
    lasted_ms: u64,
    /// Whether a further item is taken: it is over, and there is room.
    open: bool,
    /// The items in the order of their numbers, those that were withdrawn included.
    items: Vec<MentionOf>,
}

/// An item that a person heard inside a relay.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct MentionOf {
    /// Its number within the relay, counted from 1.
    item: u32,
    /// Where it begins, from the first frame heard.
    offset_ms: u64,
    /// How long it is; none if nobody said.
    length_ms: Option<u64>,
    /// What it is called.
    title: String,
    /// Its topic code.
    topic: String,
    /// Who made it.
    author: Option<String>,
    /// Who heard it.
    by: String,
    /// Who took it back; none while it stands.
    withdrawn_by: Option<String>,
    /// Why it was taken back.
    withdrawn_why: Option<String>,
}

/// An item that a report counts.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(in crate::http) struct RelayedItem {
    /// Inside which relay.
    airing_id: String,
    /// Whose programme.
    relay: String,
    /// Its number there.
    item: u32,
    /// When it began.
    #[schema(format = DateTime)]
    at: String,
    /// How long it is; none if nobody said.
    length_ms: Option<u64>,
    /// What it is called.
    title: String,
    /// Its topic code.
    topic: String,
    /// Who made it.
    author: Option<String>,
    /// Who heard it.
    by: String,
}

/// An item that was heard.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct Tag {
    /// Where it begins, from the first frame heard.
    offset_ms: u64,
    /// How long it is; left out if nobody knows.
    length_ms: Option<u64>,
    /// What it is called.
    title: String,
    /// Its topic code.
    topic: String,
    /// Who made it.
    author: Option<String>,
}

/// Why an item is taken back.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct Untag {
    /// Why.
    why: String,
}

/// What became of an item.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct Tagged {
    /// Its number within the relay.
    item: u32,
    /// Number of the record that was added to the log.
    record: u64,
}

impl MentionsOf {
    /// None of what is no relay.
    pub(super) fn of(airing: &Airing) -> Option<Self> {
        (airing.kind == Kind::Relay).then(|| Self {
            lasted_ms: airing.lasted_ms(),
            open: airing.open_part().is_none() && airing.lasted_ms() > 0 && airing.mentions.next() <= MENTIONS_MAX,
            items: airing.mentions.iter().map(MentionOf::of).collect(),
        })
    }
}

impl MentionOf {
    fn of(Mentioned { mention, withdrawn }: &Mentioned) -> Self {
        Self {
            item: mention.item,
            offset_ms: mention.offset_ms,
            length_ms: mention.length_ms,
            title: mention.title.clone(),
            topic: mention.topic.clone(),
            author: mention.author.clone(),
            by: mention.by.clone(),
            withdrawn_by: withdrawn.as_ref().map(|withdrawal| withdrawal.by.clone()),
            withdrawn_why: withdrawn.as_ref().map(|withdrawal| withdrawal.why.clone()),
        }
    }
}

impl RelayedItem {
    pub(in crate::http) fn of(line: &MentionLine, zone: Tz) -> Self {
        let MentionLine { mention, relay, at } = line;
        Self {
            airing_id: mention.airing.to_string(),
            relay: relay.clone(),
            item: mention.item,
            at: instant(*at, zone),
            length_ms: mention.length_ms,
            title: mention.title.clone(),
            topic: mention.topic.clone(),
            author: mention.author.clone(),
            by: mention.by.clone(),
        }
    }
}

/// Says that an item was heard inside a relay: adds a record to the log.
#[utoipa::path(post, path = "/log/airings/{id}/mentions", tag = "log", request_body = Tag, params(("id" = String, Path, description = "The airing's identifier")), responses((status = CREATED, body = Tagged), Failures))]
async fn tag_airing(
    State(app): State<App>,
    caller: Caller,
    At(airing): At<String>,
    Body(tag): Body<Tag>,
) -> Result<Response, Problem> {
    let Tag { offset_ms, length_ms, title, topic, author } = tag;
    let draft = MentionDraft { airing, offset_ms, length_ms, title, topic, author };
    asked(&app, &caller, MentionRequest::Tag(draft)).await
}

/// Takes an item back: adds a record to the log, and the first stays.
#[utoipa::path(post, path = "/log/airings/{id}/mentions/{item}/withdrawal", tag = "log", request_body = Untag, params(("id" = String, Path, description = "The airing's identifier"), ("item" = u32, Path, description = "Number of the item within the relay")), responses((status = CREATED, body = Tagged), Failures))]
async fn untag_airing(
    State(app): State<App>,
    caller: Caller,
    At((airing, item)): At<(String, u32)>,
    Body(Untag { why }): Body<Untag>,
) -> Result<Response, Problem> {
    asked(&app, &caller, MentionRequest::Withdraw(MentionWithdrawal { airing, item, why })).await
}

async fn asked(app: &App, caller: &Caller, request: MentionRequest) -> Result<Response, Problem> {
    match app.desk.handle(&caller.who, Request::Mention(request), clock::now()).await? {
        Done::Mentioned { item, record } => Ok((StatusCode::CREATED, Body(Tagged { item, record })).into_response()),
        _ => Err(Problem::unexpected()),
    }
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(tag_airing)).routes(routes!(untag_airing))
}
