//! `loa log listen`

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use serde_json::json;

use crate::audio::audition::audition;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::listening::{failed, hear};
use crate::cli::table::length;
use crate::cli::{Exit, Outcome};
use crate::desk::{ErrorKind, Excerpt};

/// Hear an airing again, exactly as it was sent out, from the recording of the programme; Ctrl-C ends it
#[derive(Debug, Args)]
pub(super) struct Listen {
    /// Its identifier, or the number in the first column of `loa log`
    airing: String,
    /// As it was sent to this zone [default: the first that has a recording]
    #[arg(long)]
    zone: Option<String>,
    /// Write it into this WAV file instead; "-" for standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Listen {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        let desk = context.look().await?;
        let excerpt = desk.recorded(&self.airing, self.zone.as_deref(), Duration::ZERO, None).await?;
        let lasts = excerpt.lasts();
        match &self.out {
            Some(out) if out.as_os_str() == "-" => {
                poured(excerpt, &mut io::stdout().lock(), out)?;
            }
            Some(out) => {
                let mut file = File::create(out).map_err(|error| unwritable(out, &error))?;
                poured(excerpt, &mut file, out)?;
                if context.json {
                    context.document(&json!({ "file": out, "length_s": lasts.as_secs_f64() }))?;
                }
                context.say(&format!("wrote {} of it into {}", length(lasts), out.display()))?;
            }
            None => {
                // The device's own thread reads it from a file, as it does a clip.
                let mut kept = tempfile::Builder::new().suffix(".wav").tempfile().map_err(CliError::of_system)?;
                let path = kept.path().to_owned();
                poured(excerpt, kept.as_file_mut(), &path)?;
                let heard = audition(&path, 1.0).map_err(|error| failed(&error))?;
                let whole = hear(&heard, &self.airing, lasts).await?;
                let position = heard.position();
                if context.json {
                    let heard_s = position.as_secs_f64();
                    context.document(&json!({ "airing": self.airing, "heard_s": heard_s, "whole": whole }))?;
                }
                context.say(&format!("heard {} of {}", length(position), length(lasts)))?;
            }
        }
        Ok(Exit::Done)
    }
}

fn poured(mut excerpt: Excerpt, into: &mut impl io::Write, path: &Path) -> Result<(), CliError> {
    io::copy(&mut excerpt, into).and_then(|_| into.flush()).map_err(|error| unwritable(path, &error))
}

fn unwritable(path: &Path, error: &io::Error) -> CliError {
    CliError::of(ErrorKind::Failed, format!("{} cannot be written: {error}; give another place", path.display()))
}
