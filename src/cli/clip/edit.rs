//! `loa clip edit`

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;

use super::meta::{GenreName, SourceName};
use super::retire::changed;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::{Outcome, parse};
use crate::desk::{Change, ClipChange, ClipRequest};

/// Change what is said about a clip; the log keeps what was said when it aired
#[derive(Debug, Args)]
pub(in crate::cli) struct Edit {
    /// Its number, its title, or the first 8 or more digits of its digest
    clip: String,
    /// Title
    #[arg(long)]
    title: Option<String>,
    /// Thể loại
    #[arg(long)]
    genre: Option<GenreName>,
    /// Primary topic code
    #[arg(long, value_name = "CODE")]
    topic: Option<String>,
    /// All other topic codes; `none` for none
    #[arg(long, value_name = "CODE")]
    secondary: Option<Vec<String>>,
    /// Campaign code; `none` for none
    #[arg(long, value_name = "CODE")]
    campaign: Option<String>,
    /// Người biên tập; `none` for none
    #[arg(long, value_name = "NAME")]
    author: Option<String>,
    /// Language tag
    #[arg(long, value_name = "TAG")]
    language: Option<String>,
    /// Who made it
    #[arg(long)]
    source: Option<SourceName>,
    /// First day on which it may air; `none` for open
    #[arg(long, value_name = "DAY", value_parser = parse::day_or_none)]
    valid_from: Option<Option<NaiveDate>>,
    /// Last day on which it may air; `none` for open
    #[arg(long, value_name = "DAY", value_parser = parse::day_or_none)]
    valid_to: Option<Option<NaiveDate>>,
    /// A text file with what is read
    #[arg(long, value_name = "FILE")]
    script: Option<PathBuf>,
}

impl Edit {
    pub(in crate::cli) async fn perform(self, context: &Context) -> Outcome {
        let script = match &self.script {
            None => Change::Keep,
            Some(path) => {
                let text = std::fs::read_to_string(path);
                Change::Set(text.map_err(|error| CliError::of_file("read the script", path, &error))?)
            }
        };
        let change = ClipChange {
            title: self.title,
            genre: self.genre.map(Into::into),
            topic: self.topic,
            secondary: self.secondary.map(|codes| codes.into_iter().filter(|code| code != "none").collect()),
            campaign: text(self.campaign),
            author: text(self.author),
            language: self.language,
            source: self.source.map(Into::into),
            valid_from: day(self.valid_from),
            valid_to: day(self.valid_to),
            script,
        };
        if change == ClipChange::default() {
            return Err(CliError::usage("nothing is changed; `loa clip edit --help` lists what can be"));
        }
        changed(context, ClipRequest::Edit { clip: self.clip, change: Box::new(change) }, "changed").await
    }
}

/// `none` empties a text.
fn text(given: Option<String>) -> Change<String> {
    match given {
        None => Change::Keep,
        Some(text) if text == "none" => Change::Clear,
        Some(text) => Change::Set(text),
    }
}

/// `none` empties a day.
pub(in crate::cli) fn day(given: Option<Option<NaiveDate>>) -> Change<NaiveDate> {
    match given {
        None => Change::Keep,
        Some(None) => Change::Clear,
        Some(Some(day)) => Change::Set(day),
    }
}
