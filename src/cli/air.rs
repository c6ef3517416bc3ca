//! `loa play`, `skip`, `stop`, `pause`, `resume`, `cancel`, `emergency`, `zone`, `clock trust`: what a person asks of the running
//! station.

use std::time::Duration;

use clap::{Args, Subcommand};
use serde_json::json;

use super::context::Context;
use super::parse::length;
use super::{Exit, Outcome};
use crate::desk::{AirRequest, EmergencySound, Request, SpeechText};
use crate::domain::slot::{OccurrenceId, ZoneId};

/// Play a clip now, by hand
#[derive(Debug, Args)]
pub(super) struct Play {
    /// Its number, its title, or the first 8 or more digits of its digest
    clip: String,
    /// Only in this zone; may be given several times [default: everywhere]
    #[arg(long = "zone", value_name = "ZONE", conflicts_with = "emergency")]
    zones: Vec<String>,
    /// At once and everywhere, whatever is on air and whatever the hour (khẩn cấp); `loa emergency raise` can do more
    #[arg(long)]
    emergency: bool,
}

/// In which zone, while several things are on air.
#[derive(Debug, Args)]
struct Where {
    /// In this zone; needed while several things are on air
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
}

/// Go on to the next element
#[derive(Debug, Args)]
pub(super) struct Skip {
    #[command(flatten)]
    place: Where,
}

/// Stop what is on air, and the rest of its occurrence
#[derive(Debug, Args)]
pub(super) struct Stop {
    #[command(flatten)]
    place: Where,
}

/// Hold what is on air
#[derive(Debug, Args)]
pub(super) struct Pause {
    #[command(flatten)]
    place: Where,
}

/// Go on with what is held
#[derive(Debug, Args)]
pub(super) struct Resume {
    #[command(flatten)]
    place: Where,
}

/// Call off an occurrence that is still to come
#[derive(Debug, Args)]
pub(super) struct Cancel {
    /// Which, as `loa plan` and `loa status` name it: sang-0500@2026-11-23T05:00:00
    occurrence: OccurrenceId,
}

/// Emergencies (khẩn cấp): heard at once, whatever is on air and whatever the hour
#[derive(Debug, Subcommand)]
pub(super) enum Emergency {
    /// Raise one; --by says in whose name
    Raise {
        /// The clip: its number, its title, or the first 8 or more digits of its digest [default: the one that stands by]
        #[arg(conflicts_with = "text")]
        clip: Option<String>,
        /// Read this text aloud instead
        #[arg(long, value_name = "TEXT")]
        text: Option<String>,
        /// In these zones, separated by commas [default: everywhere]
        #[arg(long, value_name = "ZONES", value_delimiter = ',')]
        zones: Vec<String>,
        /// How often it is heard
        #[arg(long, value_name = "TIMES", default_value_t = 1)]
        repeat: u32,
        /// From one beginning to the next: 30s, 10m, 2h [default: one follows the other]
        #[arg(long, value_name = "DURATION", value_parser = length)]
        every: Option<Duration>,
    },
    /// End it
    End {
        /// Only those in these zones, separated by commas [default: all]
        #[arg(long, value_name = "ZONES", value_delimiter = ',')]
        zones: Vec<String>,
    },
}

/// Zones (cụm loa): groups of loudspeakers
#[derive(Debug, Subcommand)]
pub(super) enum Zone {
    /// Let nothing but emergencies be heard in a zone
    Mute {
        /// Which
        zone: String,
    },
    /// Let everything be heard in it again
    Unmute {
        /// Which
        zone: String,
    },
    /// Listen for a moment to what its loudspeakers give back (nghe lại), and say how loud it is; plays nothing
    ProbeReturn {
        /// Which
        zone: String,
    },
}

/// The clock of this machine
#[derive(Debug, Subcommand)]
pub(super) enum Clock {
    /// Vouch for the clock: broadcasts by schedule go on
    Trust,
}

impl Where {
    fn zone(self) -> Option<ZoneId> {
        self.zone.map(ZoneId)
    }
}

fn zones(names: Vec<String>) -> Vec<ZoneId> {
    names.into_iter().map(ZoneId).collect()
}

impl Play {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        if self.emergency {
            let every = Duration::ZERO;
            let sound = EmergencySound::Clip(self.clip);
            let raise = AirRequest::Raise { sound, zones: Vec::new(), times: 1, every };
            return tell(context, raise, "playing at once, as an emergency").await;
        }
        tell(context, AirRequest::Play { clip: self.clip, zones: zones(self.zones) }, "playing").await
    }
}

impl Skip {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        tell(context, AirRequest::Skip { zone: self.place.zone() }, "skipped").await
    }
}

impl Stop {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        tell(context, AirRequest::Stop { zone: self.place.zone() }, "stopped").await
    }
}

impl Pause {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        tell(context, AirRequest::Pause { zone: self.place.zone() }, "paused; it goes on with `loa resume`").await
    }
}

impl Resume {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        tell(context, AirRequest::Resume { zone: self.place.zone() }, "going on").await
    }
}

impl Cancel {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        let said = format!("called off {}", self.occurrence);
        tell(context, AirRequest::Cancel { occurrence: self.occurrence }, &said).await
    }
}

impl Emergency {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        match self {
            Self::Raise { clip, text, zones: names, repeat, every } => {
                let sound = match (text, clip) {
                    (Some(text), _) => EmergencySound::Text(SpeechText { text, language: None, voice: None }),
                    (None, Some(clip)) => EmergencySound::Clip(clip),
                    (None, None) => EmergencySound::Standby,
                };
                let every = every.unwrap_or_default();
                let raise = AirRequest::Raise { sound, zones: zones(names), times: repeat, every };
                tell(context, raise, "playing at once, as an emergency; it ends with `loa emergency end`").await
            }
            Self::End { zones: names } => {
                tell(context, AirRequest::EndEmergency { zones: zones(names) }, "the emergency is over").await
            }
        }
    }
}

impl Zone {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        let (zone, muted) = match self {
            Self::Mute { zone } => (zone, true),
            Self::Unmute { zone } => (zone, false),
            Self::ProbeReturn { zone } => return super::returns::probe(context, zone),
        };
        let said = if muted { "muted; nothing but emergencies is heard there" } else { "heard again" };
        let said = format!("zone {zone}: {said}");
        tell(context, AirRequest::Mute { zone: ZoneId(zone), muted }, &said).await
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
