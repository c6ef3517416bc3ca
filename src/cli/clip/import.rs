//! Recordings into the content store, with a progress bar. The work is done in this process, never in the station's.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::sync::mpsc;

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::desk::{Desk, ErrorKind, limits_of};
use crate::domain::clip::{AudioFacts, Digest, Genre};
use crate::domain::intake::{Defects, Existing, Finding};
use crate::library::{
    ContentStore, ImportError, ImportEvent, ImportOptions, ImportProgress, ImportSummary, Outcome, import,
    workers_default,
};
use crate::station::clips_folder;
use crate::store::ClipFilter;

/// Files finished and not yet taken over by the desk; the import waits when it is full.
const WAITING_MAX: usize = 32;

/// A recording whose audio is in the store.
#[derive(Debug)]
pub(super) struct Accepted {
    pub(super) path: PathBuf,
    pub(super) title: String,
    pub(super) facts: AudioFacts,
    pub(super) defects: Defects,
}

/// What became of a file that does not become a clip.
#[derive(Debug)]
pub(super) struct Left {
    pub(super) path: PathBuf,
    pub(super) outcome: &'static str,
    pub(super) reasons: Vec<String>,
    pub(super) hint: Option<String>,
}

/// A file is done.
#[derive(Debug)]
pub(super) enum Done {
    Accepted(Box<Accepted>),
    Left(Left),
}

/// Something happened.
enum Event {
    Progress(ImportProgress),
    File(Done),
}

/// An import under way.
pub(super) struct Import {
    events: mpsc::Receiver<Event>,
    task: tokio::task::JoinHandle<Result<ImportSummary, ImportError>>,
    bar: ProgressBar,
}

impl Import {
    /// Begins to bring these files and folders in, judged as clips of this genre and campaign.
    pub(super) async fn begin(
        context: &Context,
        paths: Vec<PathBuf>,
        genre: Genre,
        campaign: Option<&str>,
    ) -> Result<Self, CliError> {
        if !context.config.data.folder.is_dir() {
            let folder = context.config.data.folder.clone();
            return Err(crate::store::StoreError::FolderMissing { folder }.into());
        }
        let known = known(context).await?;
        let content = ContentStore::open(&clips_folder(&context.config))?;
        let (limits, rule) = limits_of(&context.config, genre, campaign);
        let options = ImportOptions { limits, rule, workers: workers_default() };
        let (sender, events) = mpsc::channel(WAITING_MAX);
        let task = tokio::task::spawn_blocking(move || {
            import(&content, &paths, &options, &known, &mut |event| {
                let event = match event {
                    ImportEvent::Progress(progress) => Event::Progress(progress),
                    ImportEvent::File(file) => Event::File(done(&file.path, &file.title, &file.outcome)),
                };
                // Nobody takes it any more: the command ends.
                if sender.blocking_send(event).is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            })
        });
        Ok(Self { events, task, bar: bar() })
    }

    /// The next file that is done; none after the last.
    pub(super) async fn next(&mut self) -> Option<Done> {
        loop {
            match self.events.recv().await? {
                Event::File(done) => return Some(done),
                Event::Progress(progress) => {
                    self.bar.set_length(progress.bytes_total);
                    self.bar.set_position(progress.bytes_done);
                    self.bar.set_message(format!("{} of {} files", progress.files_done, progress.files_total));
                }
            }
        }
    }

    /// Says something above the bar.
    pub(super) fn say(&self, say: impl FnOnce() -> Result<(), CliError>) -> Result<(), CliError> {
        self.bar.suspend(say)
    }

    /// What was passed over in folders, once everything else is done.
    pub(super) async fn end(self) -> Result<Vec<Left>, CliError> {
        self.bar.finish_and_clear();
        drop(self.events);
        let summary = self.task.await.map_err(|error| CliError::of(ErrorKind::Failed, error.to_string()))??;
        let skipped = summary.files.into_iter().filter(|file| matches!(file.outcome, Outcome::Skipped { .. }));
        let left = skipped.filter_map(|file| match done(&file.path, &file.title, &file.outcome) {
            Done::Left(left) => Some(left),
            Done::Accepted(_) => None,
        });
        Ok(left.collect())
    }
}

/// The clips that are in the library already.
async fn known(context: &Context) -> Result<HashMap<Digest, Existing>, CliError> {
    if Desk::is_untouched(&context.config.data.folder) {
        return Ok(HashMap::new());
    }
    let desk = context.look().await?;
    let clips = desk.store().clips(&ClipFilter::default()).await?;
    let existing = |title, id| Existing { clip: Some(id), title };
    Ok(clips.into_iter().map(|clip| (clip.audio.digest, existing(clip.title, clip.id))).collect())
}

fn done(path: &Path, title: &str, outcome: &Outcome) -> Done {
    let left = |outcome, reasons, hint| Done::Left(Left { path: path.to_owned(), outcome, reasons, hint });
    match outcome {
        Outcome::Accepted { analysis, .. } => Done::Accepted(Box::new(Accepted {
            path: path.to_owned(),
            title: title.to_owned(),
            facts: analysis.facts.clone(),
            defects: analysis.defects,
        })),
        Outcome::Refused { verdict } => left("refused", verdict.refusals.iter().map(Finding::english).collect(), None),
        Outcome::Restored { existing } => left(
            "restored",
            vec![format!("its audio was missing or damaged and is whole again: \"{}\"", existing.title)],
            None,
        ),
        Outcome::Failed { error } => {
            let told = crate::desk::DeskError::of(ErrorKind::Failed, error);
            let mut reasons = vec![told.message];
            reasons.extend(told.causes);
            left("failed", reasons, told.hint)
        }
        Outcome::Skipped { why } => left("skipped", vec![why.to_string()], None),
    }
}

/// Bytes done and the time left, on standard error and only on a terminal.
pub(super) fn bar() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    let form = "{bar:30} {percent:>3} %  {bytes} of {total_bytes}  {msg}  {eta} left";
    if let Ok(style) = ProgressStyle::with_template(form) {
        bar.set_style(style);
    }
    bar
}
