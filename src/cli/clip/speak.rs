//! `loa clip speak`

use std::io::Read as _;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::Args;
use serde_json::json;

use super::meta::GenreName;
use crate::cli::context::Context;
use crate::cli::error::{CliError, unexpected};
use crate::cli::table::length;
use crate::cli::views::{ClipView, approval_word};
use crate::cli::{Exit, Outcome, parse};
use crate::desk::{ClipDraft, DeskError, ErrorKind, Reading, Request, Response, SpeechText};
use crate::desk::{keep_spoken, read_aloud, speak};
use crate::domain::clip::Source;
use crate::domain::intake::Finding;
use crate::domain::time::Days;
use crate::station::clips_folder;

/// The largest text file that is read, in bytes: more than the longest text can have.
const FILE_BYTES_MAX: u64 = 1_000_000;

/// Have a text read aloud and bring it into the library; it waits for approval like any clip
#[derive(Debug, Args)]
pub(in crate::cli) struct Speak {
    /// A text file in UTF-8, or - for standard input
    #[arg(value_hint = clap::ValueHint::FilePath)]
    file: PathBuf,
    /// Title
    #[arg(long, required_unless_present = "show")]
    title: Option<String>,
    /// Only show how it will be read, and make no clip
    #[arg(long)]
    show: bool,
    /// Thể loại
    #[arg(long, default_value = "notice")]
    genre: GenreName,
    /// Primary topic code (`loa topics`) [default: the topic for everything else]
    #[arg(long, value_name = "CODE")]
    topic: Option<String>,
    /// Another topic code, up to three times
    #[arg(long, value_name = "CODE")]
    secondary: Vec<String>,
    /// Campaign code (`loa campaigns`)
    #[arg(long, value_name = "CODE")]
    campaign: Option<String>,
    /// Người biên tập
    #[arg(long, value_name = "NAME")]
    author: Option<String>,
    /// Language tag: Vietnamese is put into words, English is read as it stands [default: `station.language`]
    #[arg(long, value_name = "TAG")]
    language: Option<String>,
    /// Voice, by the synthesiser's own name [default: `speech.voice` or `speech.voice_english`]
    #[arg(long, value_name = "NAME")]
    voice: Option<String>,
    /// First day on which it may air
    #[arg(long, value_name = "DAY", value_parser = parse::day)]
    valid_from: Option<NaiveDate>,
    /// Last day on which it may air
    #[arg(long, value_name = "DAY", value_parser = parse::day)]
    valid_to: Option<NaiveDate>,
    /// Leave it a draft, to be handed in later
    #[arg(long)]
    draft: bool,
}

impl Speak {
    pub(in crate::cli) async fn perform(self, context: &Context) -> Outcome {
        let text = read_text(&self.file)?;
        let text = SpeechText { text, language: self.language.clone(), voice: self.voice.clone() };
        let reading = read_aloud(&context.config, &text)?;
        if self.show {
            return show(context, &reading);
        }
        // Asked first, so that nothing is spoken in vain.
        context.who()?;
        if !context.config.data.folder.is_dir() {
            let folder = context.config.data.folder.clone();
            return Err(crate::store::StoreError::FolderMissing { folder }.into());
        }
        tell_unknown(context, &reading);
        let (config, spoken) = (std::sync::Arc::clone(&context.config), text.clone());
        let kept = tokio::task::spawn_blocking(move || {
            let spoken = speak(&config, &spoken)?;
            keep_spoken(&clips_folder(&config), spoken)
        });
        let request = kept.await.map_err(|error| CliError::of(ErrorKind::Failed, error.to_string()))??;
        let request = request(text.with(self.into_draft()));
        match context.ask(Request::Clip(request)).await? {
            Response::Clip { clip, warnings } => {
                if context.json {
                    let warnings: Vec<String> = warnings.iter().map(Finding::english).collect();
                    let clip = ClipView::of(&clip, context);
                    let unknown = &reading.unknown;
                    context.document(&json!({ "clip": clip, "warnings": warnings, "unknown": unknown }))?;
                }
                let (time, word) = (length(clip.audio.duration()), approval_word(&clip.approval));
                context.say(&format!("added clip {} \"{}\" ({time}, {word})", clip.id, clip.title))?;
                warnings.iter().for_each(|warning| context.warn(&format!("clip {}: {}", clip.id, warning.english())));
                Ok(Exit::Done)
            }
            other => Err(unexpected(&other)),
        }
    }

    fn into_draft(self) -> ClipDraft {
        ClipDraft {
            title: self.title.unwrap_or_default(),
            genre: self.genre.into(),
            topic: self.topic,
            secondary: self.secondary,
            campaign: self.campaign,
            author: self.author,
            language: self.language,
            source: Source::Own,
            valid: Days { from: self.valid_from, to: self.valid_to },
            script: None,
            approver: None,
            unfinished: self.draft,
        }
    }
}

fn show(context: &Context, reading: &Reading) -> Outcome {
    if context.json {
        context.document(&json!({ "text": reading.text, "unknown": reading.unknown }))?;
    } else {
        context.print(&format!("{}\n", reading.text))?;
        tell_unknown(context, reading);
    }
    Ok(Exit::Done)
}

fn tell_unknown(context: &Context, reading: &Reading) {
    if !reading.unknown.is_empty() {
        let list = reading.unknown.join(", ");
        context.warn(&format!("spelled letter by letter, being in no table: {list}; add them to `speech.table_file`"));
    }
}

fn read_text(path: &Path) -> Result<String, CliError> {
    let failed = |error: &std::io::Error| CliError::of_file("read the text", path, error);
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        std::io::stdin().lock().take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes))
    };
    read.map_err(|error| failed(&error))?;
    let no = |what: &str| {
        let told = format!("{} {what}", path.display());
        CliError::from(DeskError::new(ErrorKind::Usage, told).hint("give a plain text in UTF-8, as an editor saves it"))
    };
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(no("is larger than any text that is read aloud"));
    }
    let text = String::from_utf8(bytes).map_err(|_| no("is no text in UTF-8"))?;
    // Windows puts an invisible mark in front.
    Ok(text.trim_start_matches('\u{feff}').to_owned())
}
