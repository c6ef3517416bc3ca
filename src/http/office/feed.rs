//! Articles of a portal, out of the feed at its address.

use axum::extract::State;
use axum::http::StatusCode;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::activities::enter;
use crate::desk::{FeedQuery, feed_source};
use crate::domain::ledger::ActivityDraft;
use crate::domain::time::Days;
use crate::http::caller::Caller;
use crate::http::extract::Body;
use crate::http::problem::Problem;
use crate::http::{App, Failures};

/// The most words looked for.
const KEYWORDS_MAX: usize = 50;
/// Articles that are shown before they are entered; the sums speak of all of them.
const PREVIEW_MAX: usize = 500;

/// A feed, and which of its articles are wanted.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct FeedAsked {
    /// Its address: RSS, Atom, JSON Feed or a sitemap, at http:// or https://. The station fetches it, not the browser.
    #[schema(max_length = 2_000)]
    url: String,
    /// A word or words that an article must name, whatever its case and diacritics; any of several.
    #[serde(default)]
    #[schema(max_items = 50)]
    keywords: Vec<String>,
    /// Every article, whatever it names; instead of words.
    #[serde(default)]
    all: bool,
    /// First day.
    from: Option<NaiveDate>,
    /// Last day.
    to: Option<NaiveDate>,
    /// The campaign that they are entered under.
    campaign: Option<String>,
    /// The topic that they are entered under.
    topic: Option<String>,
    /// The name of the feed in the ledger; its address without.
    name: Option<String>,
    /// Only show what would be entered.
    #[serde(default)]
    preview: bool,
}

/// What a feed holds, and what became of it. Each of its entries is in one of wanted, other, outside, undated and repeated.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct FeedTaken {
    /// The name of the feed in the ledger.
    source: String,
    /// All of its entries.
    entries: usize,
    /// Wanted.
    wanted: usize,
    /// They name none of the words.
    other: usize,
    /// Of other days.
    outside: usize,
    /// Without a day.
    undated: usize,
    /// A link that another has, or none.
    repeated: usize,
    /// The numbers of the new entries of the ledger; empty with `preview`.
    added: Vec<u32>,
    /// How many of those wanted were in the ledger before; 0 with `preview`.
    known: u32,
    /// With `preview`: the first 500 of those wanted, by day.
    articles: Vec<FeedArticle>,
}

/// An article that is wanted.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct FeedArticle {
    /// When it appeared.
    #[schema(format = Date)]
    day: String,
    /// Its title.
    title: String,
    /// Its address.
    link: Option<String>,
}

impl FeedAsked {
    fn check(&self) -> Result<(), Problem> {
        let usage = |code: &str, detail: String| Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail));
        let blank = self.keywords.iter().any(|word| !word.chars().any(char::is_alphanumeric));
        if self.keywords.is_empty() != self.all || self.keywords.len() > KEYWORDS_MAX || blank {
            let detail = format!("expected 1 to {KEYWORDS_MAX} `keywords`, or `all`");
            return usage("feed_keywords", detail);
        }
        match self.from.zip(self.to).filter(|(from, to)| to < from) {
            Some((from, to)) => usage("wrong_period", format!("the days end on {to}, before they begin on {from}")),
            None => Ok(()),
        }
    }
}

/// Enters the articles of a feed that name one of the words. The station fetches it: at most 30 s and 10 MB, at most five
/// redirects, never from this machine itself unless `console.feeds_from_this_machine` says so. What is in the ledger already is
/// passed over. Whoever keeps the ledger may.
#[utoipa::path(post, path = "/activities/feed", tag = "office", request_body = FeedAsked, responses((status = OK, body = FeedTaken), Failures))]
async fn taken(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<FeedAsked>,
) -> Result<Body<FeedTaken>, Problem> {
    asked.check()?;
    let text = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let query = FeedQuery {
        keywords: asked.keywords,
        days: Days { from: asked.from, to: asked.to },
        zone: app.desk.config().station.time_zone,
        campaign: text(asked.campaign),
        topic: text(asked.topic),
    };
    let name = text(asked.name);
    let source = name.clone().unwrap_or_else(|| feed_source(&asked.url));
    let feed = app.desk.feed_at(&caller.who, &asked.url, query, name).await?;
    let article = |draft: &ActivityDraft| FeedArticle {
        day: draft.day.to_string(),
        title: draft.title.clone(),
        link: draft.link().map(str::to_owned),
    };
    let shown = if asked.preview { feed.articles.iter().take(PREVIEW_MAX).map(article).collect() } else { Vec::new() };
    let entered = if asked.preview { None } else { Some(enter(&app, &caller, feed.articles, false).await?) };
    let (added, known) = entered.map(|rows| (rows.added, rows.known)).unwrap_or_default();
    let sum = feed.sum;
    Ok(Body(FeedTaken {
        source,
        entries: sum.entries,
        wanted: sum.wanted,
        other: sum.other,
        outside: sum.outside,
        undated: sum.undated,
        repeated: sum.repeated,
        added,
        known,
        articles: shown,
    }))
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(taken))
}
