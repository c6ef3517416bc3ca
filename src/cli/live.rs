//! `loa live`: speak on the loudspeakers.

use std::time::Duration;

use clap::{Subcommand, ValueEnum};
use serde_json::{Value, json};
use tokio::time::sleep;

use super::context::Context;
use super::error::CliError;
use super::parse::length;
use super::table::{row, table, text};
use super::{Exit, Outcome};
use crate::desk::{AirRequest, DeskError, ErrorKind, Request, Response};
use crate::domain::microphone::{Manner, Microphone, MicrophoneId};
use crate::domain::slot::ZoneId;
use crate::domain::station::Speaking;

/// Between two looks whether the voice is heard.
const LOOK: Duration = Duration::from_millis(100);
/// So often it is looked: a minute, for a tune and a device that takes its time.
const LOOKS_MAX: u32 = 600;

/// Speak on the loudspeakers (nói trực tiếp)
#[derive(Debug, Subcommand)]
pub(super) enum Live {
    /// Open a microphone; returns when it is heard
    ///
    /// Exit code 1 if it could not be opened. The programme gives way only when the microphone gives sound.
    Start {
        /// Its id, as `loa live list` shows it
        microphone: String,
        /// Only in this zone; may be given several times [default: everywhere]
        #[arg(long = "zone", value_name = "ZONE")]
        zones: Vec<String>,
        /// Close it after this: 90s, 5m [default: as long as its settings allow]
        #[arg(long, value_name = "DURATION", value_parser = length)]
        longest: Option<Duration>,
        /// What becomes of the programme [default: what its settings say]
        #[arg(long, value_enum)]
        programme: Option<ProgrammeWord>,
    },
    /// Close it
    End {
        /// Its id [default: every microphone that is open]
        microphone: Option<String>,
    },
    /// List the microphones of the configuration, and who speaks
    List,
}

/// What becomes of the programme.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum ProgrammeWord {
    /// It stops, and afterwards goes on as its slot says
    Pause,
    /// It goes on below the voice
    Duck,
}

impl Live {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        match self {
            Self::Start { microphone, zones, longest, programme } => {
                let microphone = MicrophoneId(microphone);
                let programme = programme.map(|word| match word {
                    ProgrammeWord::Pause => Manner::Pause,
                    ProgrammeWord::Duck => Manner::Duck,
                });
                let zones = zones.into_iter().map(ZoneId).collect();
                let request = AirRequest::GoLive { microphone: microphone.clone(), zones, longest, programme };
                context.ask_station(Request::Air(request)).await?;
                heard(context, &microphone).await
            }
            Self::End { microphone } => {
                let request = AirRequest::EndLive { microphone: microphone.map(MicrophoneId) };
                context.ask_station(Request::Air(request)).await?;
                if context.json {
                    context.document(&json!({ "ok": true }))?;
                }
                context.say("the microphone is closed")?;
                Ok(Exit::Done)
            }
            Self::List => list(context).await,
        }
    }
}

/// Waits until the voice is heard.
async fn heard(context: &Context, microphone: &MicrophoneId) -> Outcome {
    for look in 0..LOOKS_MAX {
        let speaking = speaking(context).await?;
        let Some(ours) = speaking.iter().find(|speaking| speaking.microphone == *microphone) else { break };
        if ours.since.is_some() {
            if context.json {
                context.document(&voice(ours, context))?;
            }
            let until = ours.until.map(|until| format!(" until {}", context.short(until))).unwrap_or_default();
            context.say(&format!("speak now: {} is open{until}; `loa live end` closes it", ours.name))?;
            return Ok(Exit::Done);
        }
        if look == 0 {
            context.say("the microphone is being opened")?;
        }
        sleep(LOOK).await;
    }
    let text = format!("microphone `{microphone}` is not heard");
    let hint = "`loa log` says why; `loa live list` shows its device";
    Err(DeskError::new(ErrorKind::Failed, text).hint(hint).into())
}

async fn speaking(context: &Context) -> Result<Vec<Speaking>, CliError> {
    match context.ask_station(Request::Live).await? {
        Response::Live { live } => Ok(live.view.speaking),
        _ => Ok(Vec::new()),
    }
}

async fn list(context: &Context) -> Outcome {
    // Which there are is known without a station.
    let speaking = speaking(context).await.unwrap_or_default();
    let microphones = &context.config.microphones;
    let open = |microphone: &Microphone| speaking.iter().find(|speaking| speaking.microphone == microphone.id);
    if context.json {
        let listed = microphones.iter().map(|microphone| {
            json!({
                "id": microphone.id, "name": microphone.name, "device": microphone.device.to_string(),
                "programme": microphone.manner, "duck_db": microphone.duck_db, "chime": microphone.chime,
                "longest_s": microphone.longest.as_secs(),
                "open": open(microphone).map(|speaking| voice(speaking, context)),
            })
        });
        context.document(&listed.collect::<Vec<_>>())?;
        return Ok(Exit::Done);
    }
    let mut shown = table(context.style, &["id", "Name", "Device", "Now"], &[]);
    for microphone in microphones {
        let now = open(microphone).map_or_else(String::new, |speaking| {
            let zones: Vec<_> = speaking.zones.iter().map(ToString::to_string).collect();
            format!("opened by {} in {}", speaking.by, zones.join(", "))
        });
        row(&mut shown, [microphone.id.0.clone(), microphone.name.clone(), microphone.device.to_string(), now]);
    }
    context.print(&text(&shown))?;
    Ok(Exit::Done)
}

/// Somebody who speaks, as JSON.
pub(super) fn voice(speaking: &Speaking, context: &Context) -> Value {
    json!({
        "airing_id": speaking.airing,
        "microphone": speaking.microphone,
        "name": speaking.name,
        "by": speaking.by,
        "zones": speaking.zones,
        "since": speaking.since.map(|since| context.rfc3339(since)),
        "until": speaking.until.map(|until| context.rfc3339(until)),
        "programme": speaking.programme,
    })
}
