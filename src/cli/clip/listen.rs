//! `loa clip listen`

use clap::Args;
use serde_json::json;

use crate::audio::audition::audition;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::listening::{failed, hear};
use crate::cli::table::length;
use crate::cli::{Exit, Outcome};
use crate::desk::ErrorKind;
use crate::library::ContentStore;
use crate::station::clips_folder;

/// Hear a clip on this machine, as loud as it would air; Ctrl-C ends it. No part of the programme, and not in the log
#[derive(Debug, Args)]
pub(in crate::cli) struct Listen {
    /// Its number, its title, or the first 8 or more digits of its digest
    clip: String,
}

impl Listen {
    pub(in crate::cli) async fn perform(self, context: &Context) -> Outcome {
        let clip = context.look().await?.find_clip(&self.clip).await?;
        let content = ContentStore::open(&clips_folder(&context.config))?;
        let gain_db = context.config.gain_db_of(&clip);
        // A factor of at most a few hundred: single precision holds it to a millionth.
        let gain = 10_f64.powf(gain_db / 20.0) as f32;
        let heard = audition(&content.path_of(&clip.audio.digest), gain).map_err(|error| failed(&error))?;
        let whole = hear(&heard, &clip.title, clip.audio.duration()).await?;
        if let Some(fault) = heard.fault() {
            let text = format!("clip {} \"{}\" stops: {fault}", clip.id, clip.title);
            return Err(CliError::of(ErrorKind::Failed, text));
        }
        let position = heard.position();
        if context.json {
            context.document(&json!({ "clip": clip.id, "heard_s": position.as_secs_f64(), "whole": whole }))?;
        }
        context.say(&format!("heard {} of {}", length(position), length(clip.audio.duration())))?;
        Ok(Exit::Done)
    }
}
