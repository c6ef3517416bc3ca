//! `loa play`, `skip`, `stop`, `pause`, `resume`, `cancel`, `clock trust`: what a person asks of the running station.

use clap::{Args, Subcommand};
use serde_json::json;

use super::context::Context;
use super::{Exit, Outcome};
use crate::desk::{AirRequest, Request};
use crate::domain::slot::OccurrenceId;

/// Play a clip now, by hand
#[derive(Debug, Args)]
pub(super) struct Play {
    /// Its number, its title, or the first 8 or more digits of its digest
    clip: String,
    /// At once, whatever is on air and whatever the hour (khẩn cấp)
    #[arg(long)]
    emergency: bool,
}

/// Go on to the next element
#[derive(Debug, Args)]
pub(super) struct Skip {}

/// Stop what is on air, and the rest of its occurrence
#[derive(Debug, Args)]
pub(super) struct Stop {}

/// Hold what is on air
#[derive(Debug, Args)]
pub(super) struct Pause {}

/// Go on with what is held
#[derive(Debug, Args)]
pub(super) struct Resume {}

/// Call off an occurrence that is still to come
#[derive(Debug, Args)]
pub(super) struct Cancel {
    /// Which, as `loa plan` and `loa status` name it: sang-0500@2026-11-23T05:00:00
    occurrence: OccurrenceId,
}

/// The clock of this machine
#[derive(Debug, Subcommand)]
pub(super) enum Clock {
    /// Vouch for the clock: broadcasts by schedule go on
    Trust,
}

impl Play {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        let said = if self.emergency { "playing at once, as an emergency" } else { "playing" };
        tell(context, AirRequest::Play { clip: self.clip, emergency: self.emergency }, said).await
    }
}

impl Skip {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        tell(context, AirRequest::Skip, "skipped").await
    }
}

impl Stop {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        tell(context, AirRequest::Stop, "stopped").await
    }
}

impl Pause {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        tell(context, AirRequest::Pause, "paused; it goes on with `loa resume`").await
    }
}

impl Resume {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        tell(context, AirRequest::Resume, "going on").await
    }
}

impl Cancel {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        let said = format!("called off {}", self.occurrence);
        tell(context, AirRequest::Cancel { occurrence: self.occurrence }, &said).await
    }
}

impl Clock {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        match self {
            Self::Trust => tell(context, AirRequest::TrustClock, "the clock is trusted").await,
        }
    }
}

async fn tell(context: &Context, request: AirRequest, said: &str) -> Outcome {
    context.ask_station(Request::Air(request)).await?;
    if context.json {
        context.document(&json!({ "ok": true }))?;
    }
    context.say(said)?;
    Ok(Exit::Done)
}
