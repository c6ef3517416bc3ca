//! `loa settings` and `loa reload`

use clap::{Args, Subcommand};
use serde_json::Value;

use super::context::Context;
use super::error::{CliError, unexpected};
use super::table::{row, table, text};
use super::{Exit, Outcome};
use crate::config::{Changes, Layer, OptionValue, Options};
use crate::desk::{Request, Response, SettingsRequest};
use crate::station::ReloadState;

/// Look at the settings and change those that the console may change
#[derive(Debug, Subcommand)]
pub(super) enum Settings {
    /// List every option with its value and which layer says so
    List(List),
    /// Change options; a running station takes them up as soon as the air is free
    Set(Set),
    /// Take back what the console said of options
    Reset(Reset),
}

/// List every option with its value and which layer says so
#[derive(Debug, Args)]
pub(super) struct List {
    /// Only what is not the default
    #[arg(long)]
    changed: bool,
}

/// Change options
#[derive(Debug, Args)]
pub(super) struct Set {
    /// Key and new value: audio.ring_seconds=6, zone.0.name="Cụm loa chợ"
    #[arg(required = true, value_name = "KEY=VALUE")]
    changes: Vec<String>,
}

/// Take back what the console said
#[derive(Debug, Args)]
pub(super) struct Reset {
    /// Keys
    #[arg(required = true, value_name = "KEY")]
    keys: Vec<String>,
}

/// Have the running station read its settings anew; what cannot be used leaves it as it is
#[derive(Debug, Args)]
pub(super) struct Reload {}

impl Settings {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        match self {
            Self::List(list) => list.perform(context),
            Self::Set(set) => {
                let change = |text: &String| {
                    let (key, value) = text.split_once('=').ok_or_else(|| {
                        CliError::usage(format!("there is no `=` in `{text}`; write audio.ring_seconds=6"))
                    })?;
                    let plain = || Value::from(value.trim());
                    Ok((key.trim().to_owned(), serde_json::from_str(value.trim()).unwrap_or_else(|_| plain())))
                };
                save(context, Changes(set.changes.iter().map(change).collect::<Result<_, CliError>>()?)).await
            }
            Self::Reset(reset) => {
                save(context, Changes(reset.keys.into_iter().map(|key| (key, Value::Null)).collect())).await
            }
        }
    }
}

impl List {
    fn perform(self, context: &Context) -> Outcome {
        let options = Options::read(&context.config.sources).map_err(crate::desk::DeskError::from)?;
        let shown = |value: &&OptionValue| !self.changed || value.layer != Layer::Default;
        let options: Vec<&OptionValue> = options.options.iter().filter(shown).collect();
        if context.json {
            context.document(&options)?;
            return Ok(Exit::Done);
        }
        let mut lines = table(context.style, &["Option", "Value", "From"], &[]);
        for option in options {
            row(&mut lines, [option.key.clone(), option.value.to_string(), option.place.clone()]);
        }
        context.print(&text(&lines))?;
        Ok(Exit::Done)
    }
}

async fn save(context: &Context, changes: Changes) -> Outcome {
    let version = Options::read(&context.config.sources).map_err(crate::desk::DeskError::from)?.version;
    told(context, context.ask(Request::Settings(SettingsRequest::Save { changes, version })).await?)
}

impl Reload {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        told(context, context.ask_station(Request::Settings(SettingsRequest::Reload)).await?)
    }
}

fn told(context: &Context, response: Response) -> Outcome {
    let Response::Settings { version, reload } = response else { return Err(unexpected(&response)) };
    if context.json {
        context.document(&serde_json::json!({ "version": version, "reload": reload }))?;
        return Ok(Exit::Done);
    }
    context.say(match &reload {
        None => "saved; the station takes it up when it starts",
        Some(ReloadState { pending: Some(_), .. }) => "the station takes it up as soon as the air is free",
        Some(ReloadState { pending: None, .. }) => "the station goes by it",
    })?;
    Ok(Exit::Done)
}
