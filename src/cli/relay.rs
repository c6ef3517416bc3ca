//! `loa relay`

use std::time::Duration;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::context::Context;
use super::error::{CliError, unexpected};
use super::table::{length, row, table, text};
use super::views::ClipView;
use super::{Exit, Outcome, parse};
use crate::desk::{ErrorKind, Probed, RelayStretch, Request, Response, find_relay, probe_sources};
use crate::domain::intake::Finding;
use crate::domain::relay::{Limits, Relay, RelayId, Source};

/// Look at the relays (tiếp âm), try them, and bring what they carried into the library
#[derive(Debug, Subcommand)]
pub(super) enum RelayCommand {
    List(List),
    Probe(Probe),
    Keep(Keep),
}

/// List the relays of the configuration with their sources
#[derive(Debug, Args)]
pub(super) struct List {}

/// Try every source of a relay, or one address: connect, decode, measure the level. Nothing is aired
///
/// Exit code 1 if none of them could be heard now.
#[derive(Debug, Args)]
pub(super) struct Probe {
    /// The relay's id, or a source as the configuration writes it: https://..., capture:DEVICE, file:PATH
    #[arg(value_name = "ID|SOURCE")]
    relay: String,
}

/// Bring a past relay, or a stretch of it, into the library as a draft
///
/// It is taken out of the recording of the relay as it came (`keep = true` at its `[[relay]]`), else out of that of a zone as it was sent
/// (`audio.record_programme`).
#[derive(Debug, Args)]
pub(super) struct Keep {
    /// Its identifier, or the number in the first column of `loa log`
    airing: String,
    /// From so long after its start on: 5m, 90s, 1h30m [default: from its start]
    #[arg(long, value_name = "OFFSET", value_parser = parse::length)]
    from: Option<Duration>,
    /// So long: 10m, 90s [default: to its end]
    #[arg(long, value_name = "DURATION", value_parser = parse::length)]
    length: Option<Duration>,
    /// Title [default: the station's name with day and time]
    #[arg(long)]
    title: Option<String>,
    /// Primary topic code (`loa topics`) [default: the topic for everything else]
    #[arg(long, value_name = "CODE")]
    topic: Option<String>,
}

impl RelayCommand {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        match self {
            Self::List(_) => list(context),
            Self::Probe(probe) => probe.perform(context),
            Self::Keep(keep) => keep.perform(context).await,
        }
    }
}

fn list(context: &Context) -> Outcome {
    let relays = &context.config.relays;
    if context.json {
        let listed = relays
            .iter()
            .map(|relay| json!({"id": relay.id, "name": relay.name, "sources": names(relay), "keep": relay.keep}));
        context.document(&listed.collect::<Vec<_>>())?;
        return Ok(Exit::Done);
    }
    let mut shown = table(context.style, &["id", "Name", "Sources", "Kept"], &[]);
    for relay in relays {
        let kept = if relay.keep { "yes" } else { "-" };
        row(&mut shown, [relay.id.0.clone(), relay.name.clone(), names(relay).join("\n"), kept.to_owned()]);
    }
    context.print(&text(&shown))?;
    Ok(Exit::Done)
}

fn names(relay: &Relay) -> Vec<String> {
    relay.sources.iter().map(ToString::to_string).collect()
}

impl Probe {
    fn perform(self, context: &Context) -> Outcome {
        let (sources, limits) = self.target(context)?;
        let probed = probe_sources(&sources, &limits, context.config.audio.sample_rate_hz);
        if context.json {
            context.document(&probed.iter().map(document).collect::<Vec<_>>())?;
        } else {
            let mut shown = table(context.style, &["Source", "", "Found"], &[]);
            for Probed { source, found } in &probed {
                let good = if found.is_good() { "sounds" } else { "FAILS" };
                row(&mut shown, [source.clone(), good.to_owned(), found.to_string()]);
            }
            context.print(&text(&shown))?;
        }
        Ok(if probed.iter().any(|probed| probed.found.is_good()) { Exit::Done } else { Exit::Failed })
    }

    fn target(&self, context: &Context) -> Result<(Vec<Source>, Limits), CliError> {
        if !self.relay.contains(':') {
            let relay = find_relay(&context.config, &RelayId(self.relay.clone()))?;
            return Ok((relay.sources.clone(), relay.limits));
        }
        let source = self.relay.parse::<Source>();
        let source = source.map_err(|wrong| CliError::usage(format!("expected {}; {wrong}", Source::EXPECTED)))?;
        Ok((vec![source], Limits::default()))
    }
}

impl Keep {
    async fn perform(self, context: &Context) -> Outcome {
        // Asked first, so that nothing is measured in vain.
        context.who()?;
        let Self { airing, from, length: longest, title, topic } = self;
        let asked = RelayStretch { airing, from: from.unwrap_or_default(), length: longest, title, topic };
        let desk = context.look().await?;
        let take = desk.relay_take(&asked).await?;
        let kept = tokio::task::spawn_blocking(move || take.bring_in());
        let request = kept.await.map_err(|error| CliError::of(ErrorKind::Failed, error.to_string()))??;
        match context.ask(Request::Clip(request)).await? {
            Response::Clip { clip, warnings } => {
                if context.json {
                    let warnings: Vec<String> = warnings.iter().map(Finding::english).collect();
                    context.document(&json!({ "clip": ClipView::of(&clip, context), "warnings": warnings }))?;
                }
                let time = length(clip.audio.duration());
                context.say(&format!("added clip {} \"{}\" ({time}), a draft", clip.id, clip.title))?;
                warnings.iter().for_each(|warning| context.warn(&format!("clip {}: {}", clip.id, warning.english())));
                Ok(Exit::Done)
            }
            other => Err(unexpected(&other)),
        }
    }
}

fn document(probed: &Probed) -> Value {
    let level = probed.found.level_dbfs();
    json!({
        "source": probed.source, "sounds": probed.found.is_good(), "found": probed.found.to_string(), "level_dbfs": level,
    })
}
