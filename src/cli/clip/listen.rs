//! `loa clip listen`

use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use crate::audio::audition::{Audition, AuditionError, audition};
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::table::length;
use crate::cli::{Exit, Outcome};
use crate::clock;
use crate::desk::{DeskError, ErrorKind};
use crate::domain::clip::Clip;
use crate::library::ContentStore;
use crate::station::clips_folder;

/// Between two looks how far it is.
const LOOK_EVERY: Duration = Duration::from_millis(100);

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
        let whole = hear(&heard, &clip).await?;
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

/// Shows how far it is until it is over (true) or the person has heard enough (false).
async fn hear(heard: &Audition, clip: &Clip) -> Result<bool, CliError> {
    let mut enough = std::pin::pin!(tokio::signal::ctrl_c());
    let seconds = clip.audio.duration().as_secs();
    let bar = ProgressBar::with_draw_target(Some(seconds), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{msg}  {bar:30}  {elapsed_precise} of {len} s") {
        bar.set_style(style);
    }
    bar.set_message(clip.title.replace(char::is_control, " "));
    while !heard.is_over() {
        bar.set_position(heard.position().as_secs().min(seconds));
        tokio::select! {
            _ = &mut enough => {
                bar.finish_and_clear();
                return Ok(false);
            }
            woken = clock::sleep_until(clock::now().mono + LOOK_EVERY) => woken.map_err(CliError::of_system)?,
        }
    }
    bar.finish_and_clear();
    Ok(true)
}

fn failed(error: &AuditionError) -> CliError {
    let told = DeskError::of(ErrorKind::Failed, error);
    CliError::from(match error {
        AuditionError::Device(_) => {
            told.hint("is a loudspeaker or headphone plugged in? `loa devices` lists what there is")
        }
        AuditionError::Decoder(_) => told,
        AuditionError::Clip { .. } => told.hint("`loa clip scan` says more; bring the recording in again"),
    })
}
