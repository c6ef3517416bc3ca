//! `loa amplifier`

use std::io;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};

use super::context::{Context, log_to_stderr, sources};
use super::error::CliError;
use super::table::{row, table, text};
use super::{Exit, Global, Outcome};
use crate::amplifier::{Charge, guard, look, switch_off};
use crate::config::Sources;
use crate::desk::socket::Client;
use crate::desk::{AirRequest, ErrorKind, Request, Response};
use crate::domain::amplifier::PowerState;
use crate::domain::slot::ZoneId;
use crate::domain::station::{AmplifierView, HOLD_MAX};
use crate::station::charges;

/// Amplifiers (tăng âm) and transmitters: which there are, and switching them by hand
#[derive(Debug, Subcommand)]
pub(super) enum AmplifierCommand {
    List(List),
    On(On),
    Off(Off),
    #[command(hide = true)]
    Guard(Guard),
}

/// List the amplifiers with what switches them and whether they are on
///
/// Exit code 1 if one of them cannot be switched.
#[derive(Debug, Args)]
pub(super) struct List {}

/// Switch amplifiers on although nothing is to be heard, for half an hour at the most
#[derive(Debug, Args)]
pub(super) struct On {
    #[command(flatten)]
    place: Where,
}

/// Switch amplifiers off; also while no station runs, for whoever ends one
///
/// Exit code 1 if one of them cannot be switched off.
#[derive(Debug, Args)]
pub(super) struct Off {
    #[command(flatten)]
    place: Where,
}

/// Switch everything off when the station that holds the other end of standard input ends
#[derive(Debug, Args)]
pub(super) struct Guard {
    /// The file by which guards know of each other
    #[arg(long, value_name = "FILE")]
    lock: PathBuf,
}

/// Which.
#[derive(Debug, Args)]
struct Where {
    /// Only in this zone; may be given several times [default: all]
    #[arg(long = "zone", value_name = "ZONE")]
    zones: Vec<String>,
}

impl AmplifierCommand {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        match self {
            Self::List(_) => list(context).await,
            Self::On(On { place }) => {
                let minutes = HOLD_MAX.as_secs() / 60;
                tell(
                    context,
                    place,
                    true,
                    &format!("ordered on, for at most {minutes} minutes; `loa amplifier off` ends it"),
                )
                .await
            }
            Self::Off(Off { place }) => match Client::connect(&context.config.control.socket).await? {
                Some(_) => tell(context, place, false, "ordered off").await,
                None => off(context, &place),
            },
            // Performed before.
            Self::Guard(_) => Ok(Exit::Done),
        }
    }
}

async fn tell(context: &Context, place: Where, on: bool, said: &str) -> Outcome {
    let zones = place.zones.into_iter().map(ZoneId).collect();
    context.ask_station(Request::Air(AirRequest::Switch { zones, on })).await?;
    if context.json {
        context.document(&json!({ "ok": true }))?;
    }
    context.say(said)?;
    Ok(Exit::Done)
}

/// Without a station.
fn off(context: &Context, place: &Where) -> Outcome {
    let all = charges(&context.config);
    let known = |zone: &&String| !all.iter().any(|charge| charge.zone.0 == **zone);
    if let Some(zone) = place.zones.iter().find(known) {
        return Err(CliError::usage(format!(
            "nothing switches the amplifier of a zone `{zone}`; `loa amplifier list` lists those there are"
        )));
    }
    let meant = |charge: &Charge| place.zones.is_empty() || place.zones.contains(&charge.zone.0);
    let meant: Vec<Charge> = all.into_iter().filter(meant).collect();
    let done = switch_off(&meant);
    if context.json {
        let document = done.iter().map(|(zone, done)| json!({ "zone": zone, "off": done.is_ok(), "fault": done.as_ref().err().map(ToString::to_string) }));
        context.document(&document.collect::<Vec<_>>())?;
    }
    for (zone, done) in &done {
        match done {
            Ok(()) => context.say(&format!("zone {zone}: off"))?,
            Err(fault) => context.say(&format!("zone {zone}: {fault}"))?,
        }
    }
    Ok(if done.iter().all(|(_, done)| done.is_ok()) { Exit::Done } else { Exit::Failed })
}

async fn list(context: &Context) -> Outcome {
    let charges = charges(&context.config);
    let states = match Client::connect(&context.config.control.socket).await? {
        Some(_) => of_station(context, &charges).await?,
        None => look(&charges).into_iter().map(|(_, looked)| seen(looked.map_err(|fault| fault.to_string()))).collect(),
    };
    let mut faulty = false;
    let mut shown = table(context.style, &["Zone", "Switch", "Through", "Power"], &[]);
    let mut document = Vec::new();
    for (charge, state) in charges.iter().zip(states) {
        let (zone, kind, through) = (&charge.zone, charge.switch.kind(), charge.switch.to_string());
        faulty |= state.fault.is_some();
        let power = state.fault.clone().unwrap_or_else(|| state.power.to_string());
        row(&mut shown, [zone.to_string(), kind.to_owned(), through.clone(), power]);
        document.push(json!({
            "zone": zone, "switch": kind, "through": through, "confirmed": charge.switch.is_confirmed(),
            "power": state.power, "fault": state.fault, "held": state.held,
        }));
    }
    if context.json {
        context.document(&document)?;
    } else {
        context.print(&text(&shown))?;
    }
    Ok(if faulty { Exit::Failed } else { Exit::Done })
}

fn seen(looked: Result<Option<bool>, String>) -> AmplifierView {
    let power = match looked {
        Ok(Some(true)) => PowerState::On,
        Ok(Some(false)) => PowerState::Off,
        Ok(None) | Err(_) => PowerState::Unknown,
    };
    AmplifierView { power, fault: looked.err(), held: None }
}

/// What the running station says of them, in the same order.
async fn of_station(context: &Context, charges: &[Charge]) -> Result<Vec<AmplifierView>, CliError> {
    let Response::Live { live } = context.ask_station(Request::Live).await? else {
        return Err(CliError::of(ErrorKind::Failed, "the station did something else than it was asked"));
    };
    let of_zone = |charge: &Charge| {
        let state = live.view.zones.iter().find(|state| state.zone == charge.zone);
        state.and_then(|state| state.amplifier.clone()).unwrap_or_else(|| seen(Ok(None)))
    };
    Ok(charges.iter().map(of_zone).collect())
}

impl Guard {
    pub(super) fn perform(self, global: &Global) -> Outcome {
        let sources: Sources = sources(global);
        log_to_stderr(&sources, true);
        // What ends the station ends the guard only when it has done its work: systemd tells all processes of a service.
        let ends = [SignalKind::terminate(), SignalKind::interrupt(), SignalKind::hangup()].map(signal);
        for end in &ends {
            if let Err(error) = end {
                tracing::warn!(%error, "the guard cannot keep a signal off");
            }
        }
        guard::stand(io::stdin(), &self.lock);
        drop(ends);
        Ok(Exit::Done)
    }
}
