//! `loa relay`

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::context::Context;
use super::error::CliError;
use super::table::{row, table, text};
use super::{Exit, Outcome};
use crate::desk::{Probed, find_relay, probe_sources};
use crate::domain::relay::{Limits, Relay, RelayId, Source};

/// Look at the relays (tiếp âm) and try them
#[derive(Debug, Subcommand)]
pub(super) enum RelayCommand {
    List(List),
    Probe(Probe),
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

impl RelayCommand {
    pub(super) fn perform(self, context: &Context) -> Outcome {
        match self {
            Self::List(_) => list(context),
            Self::Probe(probe) => probe.perform(context),
        }
    }
}

fn list(context: &Context) -> Outcome {
    let relays = &context.config.relays;
    if context.json {
        let listed = relays.iter().map(|relay| json!({"id": relay.id, "name": relay.name, "sources": names(relay)}));
        context.document(&listed.collect::<Vec<_>>())?;
        return Ok(Exit::Done);
    }
    let mut shown = table(context.style, &["id", "Name", "Sources"], &[]);
    for relay in relays {
        row(&mut shown, [relay.id.0.clone(), relay.name.clone(), names(relay).join("\n")]);
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

fn document(probed: &Probed) -> Value {
    let level = probed.found.level_dbfs();
    json!({
        "source": probed.source, "sounds": probed.found.is_good(), "found": probed.found.to_string(), "level_dbfs": level,
    })
}
