//! What a clip may be given: topics and campaigns.

use axum::extract::State;
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::Caller;
use super::clip_body::Told;
use super::extract::Body;
use super::problem::Problem;
use super::{App, Failures};

/// What a clip may be given, and how much of one is taken.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct Choices {
    /// What it may be about, in the order of the topics file.
    topics: Vec<TopicChoice>,
    /// What it may belong to, in the order of the configuration.
    campaigns: Vec<CampaignChoice>,
    /// The largest recording taken, in bytes.
    bytes_max: u64,
    /// The longest recording taken, in minutes.
    minutes_max: u64,
    /// BCP 47 tag of a clip that does not say its own.
    language: String,
}

/// Something that a clip may be about.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct TopicChoice {
    /// Its code.
    code: String,
    /// Its name.
    name: Told,
}

/// A campaign that a clip may belong to.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct CampaignChoice {
    /// Its code.
    code: String,
    /// As a sentence names it.
    name: String,
    /// First day.
    from: Option<NaiveDate>,
    /// Last day.
    to: Option<NaiveDate>,
    /// Shortest item that it asks for, in minutes.
    minutes_min: u32,
    /// Longest item that it asks for, in minutes.
    minutes_max: u32,
}

/// What a clip may be given, and how much of one is taken.
#[utoipa::path(get, path = "/clip-choices", tag = "clips", responses((status = OK, body = Choices), Failures))]
async fn clip_choices(State(app): State<App>, _caller: Caller) -> Result<Body<Choices>, Problem> {
    let config = app.desk.config();
    let topics = config.library.topics.topics().iter();
    let topics = topics.map(|topic| TopicChoice {
        code: topic.code.clone(),
        name: Told { vi: topic.vi.clone(), en: topic.en.clone() },
    });
    let campaigns = config.campaigns.iter().map(|campaign| CampaignChoice {
        code: campaign.code.clone(),
        name: campaign.name.clone(),
        from: campaign.days.from,
        to: campaign.days.to,
        minutes_min: campaign.item_minutes.min,
        minutes_max: campaign.item_minutes.max,
    });
    Ok(Body(Choices {
        topics: topics.collect(),
        campaigns: campaigns.collect(),
        bytes_max: app.desk.upload_bytes_max(),
        minutes_max: config.library.clip_length_max.as_secs() / 60,
        language: config.station.language.clone(),
    }))
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(clip_choices))
}
