//! `loa clip export`

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::{Exit, Outcome};
use crate::desk::ErrorKind;
use crate::domain::clip::Clip;
use crate::library::ContentStore;
use crate::station::clips_folder;

/// Copy a clip's audio out of the library, byte for byte as it came in
#[derive(Debug, Args)]
pub(in crate::cli) struct Export {
    /// Its number, its title, or the first 8 or more digits of its digest
    clip: String,
    /// File, or folder for a file named after the title
    #[arg(value_name = "TO", default_value = ".", value_hint = clap::ValueHint::AnyPath)]
    to: PathBuf,
    /// Replace a file that is there
    #[arg(long)]
    force: bool,
}

impl Export {
    pub(in crate::cli) async fn perform(self, context: &Context) -> Outcome {
        let clip = context.look().await?.find_clip(&self.clip).await?;
        let content = ContentStore::open(&clips_folder(&context.config))?;
        content.verify(&clip.audio.digest)?;
        let to = if self.to.is_dir() { self.to.join(file_name(&clip)) } else { self.to.clone() };
        if to.exists() && !self.force {
            let text = format!("{} is there already; name another file, or replace it with --force", to.display());
            return Err(CliError::of(ErrorKind::Refused, text));
        }
        let copied = std::fs::copy(content.path_of(&clip.audio.digest), &to);
        let bytes = copied.map_err(|error| CliError::of_file("write", &to, &error))?;
        if context.json {
            context.document(&json!({ "clip": clip.id, "file": to.to_string_lossy(), "bytes": bytes }))?;
        }
        context.say(&format!("wrote {} ({bytes} bytes)", to.display()))?;
        Ok(Exit::Done)
    }
}

/// `12 Cải cách hành chính.mp3`: what a file system takes of the title, and the ending of the format.
fn file_name(clip: &Clip) -> String {
    const TITLE_CHARACTERS_MAX: usize = 60;
    let ending = match clip.audio.format.split('/').next().unwrap_or_default() {
        "" => "audio",
        ending => ending,
    };
    let fits = |letter: char| if letter.is_control() || "/\\:*?\"<>|".contains(letter) { '_' } else { letter };
    let title: String = clip.title.chars().map(fits).take(TITLE_CHARACTERS_MAX).collect();
    format!("{} {}.{ending}", clip.id, title.trim())
}
