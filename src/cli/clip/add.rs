//! `loa clip add`

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;
use serde_json::{Value, json};

use super::import::{Accepted, Done, Import, Left};
use super::meta::{GenreName, SourceName};
use crate::cli::context::Context;
use crate::cli::error::{CliError, unexpected};
use crate::cli::table::length;
use crate::cli::views::ClipView;
use crate::cli::{Exit, Outcome, parse};
use crate::desk::{Approver, ClipDraft, ClipRequest, DeskError, ErrorKind, Request, Response};
use crate::domain::clip::Clip;
use crate::domain::intake::Finding;
use crate::domain::time::Days;

/// Bring recordings into the library: each is decoded to its end, measured and copied
#[derive(Debug, Args)]
pub(in crate::cli) struct Add {
    /// Recordings, or folders of them
    #[arg(required = true, value_name = "FILE", value_hint = clap::ValueHint::AnyPath)]
    files: Vec<PathBuf>,
    /// Title, for a single file [default: from the file's name]
    #[arg(long)]
    title: Option<String>,
    /// Thể loại
    #[arg(long, default_value = "article")]
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
    /// Language tag [default: `station.language` of the configuration]
    #[arg(long, value_name = "TAG")]
    language: Option<String>,
    /// Who made it
    #[arg(long, default_value = "own")]
    source: SourceName,
    /// First day on which it may air
    #[arg(long, value_name = "DAY", value_parser = parse::day)]
    valid_from: Option<NaiveDate>,
    /// Last day on which it may air
    #[arg(long, value_name = "DAY", value_parser = parse::day)]
    valid_to: Option<NaiveDate>,
    /// A text file with what is read
    #[arg(long, value_name = "FILE")]
    script: Option<PathBuf>,
    /// The leader who has approved it already
    #[arg(long, value_name = "NAME")]
    approve_by: Option<String>,
    /// The office of that leader
    #[arg(long, value_name = "OFFICE", requires = "approve_by", default_value = "")]
    approve_title: String,
}

/// What became of all files so far.
#[derive(Default)]
struct Tally {
    files: Vec<Value>,
    added: usize,
    restored: usize,
    skipped: usize,
    refused: Vec<Left>,
}

impl Add {
    pub(in crate::cli) async fn perform(self, context: &Context) -> Outcome {
        let single = matches!(self.files.as_slice(), [file] if !file.is_dir());
        if self.title.is_some() && !single {
            return Err(CliError::usage(
                "--title names one clip, but several files are given; leave it out, or add them one by one",
            ));
        }
        let script = self.script.as_deref().map(read_script).transpose()?;
        let who = context.who()?;
        let mut import =
            Import::begin(context, self.files.clone(), self.genre.into(), self.campaign.as_deref()).await?;
        let mut tally = Tally::default();
        while let Some(done) = import.next().await {
            match done {
                Done::Accepted(accepted) => match self.submit(context, &accepted, script.clone()).await {
                    Ok((clip, warnings)) => import.say(|| tally.add(context, &accepted, &clip, &warnings))?,
                    Err(CliError::Told(error)) if error.kind == ErrorKind::Refused => {
                        tally.leave(refused(&accepted, &error));
                    }
                    Err(error) => return Err(error),
                },
                Done::Left(left) => tally.leave(left),
            }
        }
        import.end().await?.into_iter().for_each(|left| tally.leave(left));
        drop(who);
        tally.conclude(context, single)
    }

    async fn submit(
        &self,
        context: &Context,
        accepted: &Accepted,
        script: Option<String>,
    ) -> Result<(Clip, Vec<Finding>), CliError> {
        let approver = |name: &String| Approver { name: name.clone(), office: self.approve_title.clone() };
        let draft = ClipDraft {
            title: self.title.clone().unwrap_or_else(|| accepted.title.clone()),
            genre: self.genre.into(),
            topic: self.topic.clone(),
            secondary: self.secondary.clone(),
            campaign: self.campaign.clone(),
            author: self.author.clone(),
            language: self.language.clone(),
            source: self.source.into(),
            valid: Days { from: self.valid_from, to: self.valid_to },
            script,
            approver: self.approve_by.as_ref().map(approver),
            unfinished: false,
        };
        let (facts, defects) = (Box::new(accepted.facts.clone()), accepted.defects);
        let request = Request::Clip(ClipRequest::Submit { facts, defects, draft: Box::new(draft) });
        match context.ask(request).await? {
            Response::Clip { clip, warnings } => Ok((*clip, warnings)),
            other => Err(unexpected(&other)),
        }
    }
}

fn read_script(path: &std::path::Path) -> Result<String, CliError> {
    std::fs::read_to_string(path).map_err(|error| CliError::of_file("read the script", path, &error))
}

fn refused(accepted: &Accepted, error: &DeskError) -> Left {
    let mut reasons = error.problems.clone();
    if reasons.is_empty() {
        reasons.push(error.message.clone());
    }
    Left { path: accepted.path.clone(), outcome: "refused", reasons, hint: error.hint.clone() }
}

impl Tally {
    fn add(
        &mut self,
        context: &Context,
        accepted: &Accepted,
        clip: &Clip,
        warnings: &[Finding],
    ) -> Result<(), CliError> {
        self.added += 1;
        let warnings: Vec<String> = warnings.iter().map(Finding::english).collect();
        let view = ClipView::of(clip, context);
        self.files.push(json!({
            "path": accepted.path.to_string_lossy(), "outcome": "added", "clip": view, "warnings": warnings, "reasons": [],
        }));
        let time = length(clip.audio.duration());
        let word = super::super::views::approval_word(&clip.approval);
        context.say(&format!("added clip {} \"{}\" ({time}, {word})", clip.id, clip.title))?;
        warnings.iter().for_each(|warning| context.warn(&format!("clip {}: {warning}", clip.id)));
        Ok(())
    }

    fn leave(&mut self, left: Left) {
        self.files.push(json!({
            "path": left.path.to_string_lossy(), "outcome": left.outcome, "clip": null, "warnings": [],
            "reasons": left.reasons,
        }));
        match left.outcome {
            "restored" => self.restored += 1,
            "skipped" => self.skipped += 1,
            _ => self.refused.push(left),
        }
    }

    fn conclude(mut self, context: &Context, single: bool) -> Outcome {
        let problem = |left: &Left| format!("{}: {}", left.path.display(), left.reasons.join("; "));
        if single && let (true, Some(left)) = (self.refused.len() == 1, self.refused.pop()) {
            let hint = left.hint.clone();
            let error = DeskError::new(ErrorKind::Refused, format!("{} is not taken in", left.path.display()));
            return Err(DeskError { hint, ..error }.problems(left.reasons).into());
        }
        if context.json {
            let counts = json!({
                "added": self.added, "refused": self.refused.len(), "restored": self.restored, "skipped": self.skipped,
            });
            context.document(&json!({ "files": self.files, "counts": counts }))?;
        } else if !single || self.restored > 0 {
            self.refused.iter().for_each(|left| context.warn(&format!("not taken in: {}", problem(left))));
            context.say(&format!(
                "{} added, {} not taken in, {} restored, {} passed over",
                self.added,
                self.refused.len(),
                self.restored,
                self.skipped
            ))?;
        }
        Ok(if self.refused.is_empty() { Exit::Done } else { Exit::Failed })
    }
}
