//! Recordings from files and folders into the library, on all cores.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use crate::audio::decode::DecodeError;
use crate::domain::clip::Digest;
use crate::domain::intake::{DurationRule, Existing, Finding, Limits, Verdict, judge};

use super::analyse::{Analysis, analyse, digest_of};
use super::content::ContentStore;
use super::error::ImportError;
use super::pool::{self, Share, Told};
use super::title::title_of;
use super::walk::{Candidate, Skip, walk};

/// How an import is done.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportOptions {
    /// What comes in, and what is said about it.
    pub limits: Limits,
    /// What becomes of a clip outside the campaign's range.
    pub rule: DurationRule,
    /// Threads; [`super::workers_default`] is one for each core.
    pub workers: usize,
}

/// How far an import is, for a bar with the time left.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportProgress {
    /// Files finished.
    pub files_done: usize,
    /// Files in all.
    pub files_total: usize,
    /// Bytes of finished files, and of the others as far as they are.
    pub bytes_done: u64,
    /// Bytes in all.
    pub bytes_total: u64,
}

/// What the caller of [`import`] is told.
#[derive(Debug)]
pub enum ImportEvent<'a> {
    /// It goes on.
    Progress(ImportProgress),
    /// A file is finished. In the order of the files.
    File(&'a Imported),
}

/// What became of one file.
#[derive(Debug)]
pub struct Imported {
    /// Where it came from.
    pub path: PathBuf,
    /// The title that its name suggests, in composed letters.
    pub title: String,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a file.
#[derive(Debug)]
pub enum Outcome {
    /// Its audio and its waveform are in the store.
    Accepted {
        /// What was measured.
        analysis: Box<Analysis>,
        /// What its owner should know.
        warnings: Vec<Finding>,
    },
    /// A rule keeps it out. Nothing of it is in the store that was not there before.
    Refused {
        /// Why, and what else its owner should know.
        verdict: Verdict,
    },
    /// The clip is known, but its audio was missing from the store or altered there, and is whole again.
    Restored {
        /// The clip.
        existing: Existing,
    },
    /// It could not be read, played or copied. When the store has no room or cannot be written, the import ends here.
    Failed {
        /// Why.
        error: ImportError,
    },
    /// Found in a folder and passed over.
    Skipped {
        /// Why.
        why: Skip,
    },
}

/// What became of them all, in the order of the files; what a walk passed over comes last.
#[derive(Debug, Default)]
pub struct ImportSummary {
    /// Every file.
    pub files: Vec<Imported>,
    /// Whether it ended before its end: the caller stopped it, or the store failed (the last file then says how). What is in
    /// `files` is done and stays.
    pub stopped: bool,
}

impl ImportSummary {
    /// How many of each.
    #[must_use]
    pub fn counts(&self) -> ImportCounts {
        let mut counts = ImportCounts::default();
        for file in &self.files {
            *match file.outcome {
                Outcome::Accepted { .. } => &mut counts.accepted,
                Outcome::Refused { .. } => &mut counts.refused,
                Outcome::Restored { .. } => &mut counts.restored,
                Outcome::Failed { .. } => &mut counts.failed,
                Outcome::Skipped { .. } => &mut counts.skipped,
            } += 1;
        }
        counts
    }
}

/// Files of an import by outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ImportCounts {
    /// [`Outcome::Accepted`].
    pub accepted: usize,
    /// [`Outcome::Refused`].
    pub refused: usize,
    /// [`Outcome::Restored`].
    pub restored: usize,
    /// [`Outcome::Failed`].
    pub failed: usize,
    /// [`Outcome::Skipped`].
    pub skipped: usize,
}

/// Brings recordings into the store. Folders are searched with all that is in them.
///
/// `known` are the clips that are in the library already. `tell` hears how it goes and may stop it; a file is told of when
/// its audio is safely in the store.
///
/// # Errors
/// When it cannot begin: too many files, no thread. What goes wrong with a file is told in its outcome.
pub fn import(
    store: &ContentStore,
    paths: &[PathBuf],
    options: &ImportOptions,
    known: &HashMap<Digest, Existing>,
    tell: &mut dyn FnMut(ImportEvent<'_>) -> ControlFlow<()>,
) -> Result<ImportSummary, ImportError> {
    let found = walk(paths)?;
    let mut gate = Gate { store, options, known: known.clone() };
    let mut meter = ByteMeter::new(found.files.iter().map(|file| file.bytes).collect());
    let mut summary = ImportSummary::default();
    let work = |file: &Candidate, share: Share<'_>| examine(store, file, known, share);
    let died = |file: &Candidate| Examined::Failed(decoder_died(&file.path));
    let flow = pool::run(&found.files, options.workers, work, died, |told| match told {
        Told::Share(index, share) => tell(ImportEvent::Progress(meter.share(index, share))),
        Told::Done(index, examined) => {
            let path = found.files[index].path.clone();
            let file = Imported { title: title_of(&path), outcome: gate.admit(&path, examined), path };
            let flow = tell(ImportEvent::File(&file));
            let store_failed = file.store_failed();
            summary.files.push(file);
            flow?;
            if store_failed {
                return ControlFlow::Break(());
            }
            tell(ImportEvent::Progress(meter.done(index)))
        }
    })?;
    summary.stopped = flow.is_break();
    let skipped =
        |(path, why): (PathBuf, Skip)| Imported { title: title_of(&path), path, outcome: Outcome::Skipped { why } };
    summary.files.extend(found.skipped.into_iter().map(skipped));
    Ok(summary)
}

pub(super) fn decoder_died(path: &Path) -> ImportError {
    let fault = "the decoder gave up on it".to_owned();
    DecodeError::Damaged { path: path.to_owned(), format: "audio", fault }.into()
}

impl Imported {
    /// Whether this is no fault of the file, so that the next would fare no better.
    const fn store_failed(&self) -> bool {
        let Outcome::Failed { error } = &self.outcome else { return false };
        matches!(error, ImportError::DiskFull { .. } | ImportError::Write { .. })
    }
}

/// What a worker finds out about a file.
enum Examined {
    Analysed(Box<Analysis>),
    Known(Existing),
    Restored(Existing),
    Failed(ImportError),
    Skipped(Skip),
}

fn examine(store: &ContentStore, file: &Candidate, known: &HashMap<Digest, Existing>, share: Share<'_>) -> Examined {
    // A folder imported a second time is mostly known; its bytes alone tell.
    if let Ok(digest) = digest_of(&file.path)
        && let Some(existing) = known.get(&digest)
    {
        return match store.put(&file.path, &digest) {
            Ok(stored) if stored.known => Examined::Known(existing.clone()),
            Ok(_) => Examined::Restored(existing.clone()),
            Err(error) => Examined::Failed(error),
        };
    }
    match analyse(&file.path, share) {
        Ok(analysis) => Examined::Analysed(Box::new(analysis)),
        Err(ImportError::Decode(DecodeError::NotAudio { .. })) if !file.named => Examined::Skipped(Skip::NotAudio),
        Err(error) => Examined::Failed(error),
    }
}

/// Judges in the order of the files, so that of two equal ones the first comes in.
struct Gate<'a> {
    store: &'a ContentStore,
    options: &'a ImportOptions,
    known: HashMap<Digest, Existing>,
}

impl Gate<'_> {
    fn admit(&mut self, path: &Path, examined: Examined) -> Outcome {
        let analysis = match examined {
            Examined::Known(existing) => {
                let verdict = Verdict { refusals: vec![Finding::Duplicate(existing)], warnings: Vec::new() };
                return Outcome::Refused { verdict };
            }
            Examined::Restored(existing) => return Outcome::Restored { existing },
            Examined::Failed(error) => return Outcome::Failed { error },
            Examined::Skipped(why) => return Outcome::Skipped { why },
            Examined::Analysed(analysis) => analysis,
        };
        let facts = &analysis.facts;
        let existing = self.known.get(&facts.digest);
        let verdict = judge(facts, analysis.defects, &self.options.limits, self.options.rule, existing);
        if !verdict.accepted() {
            return Outcome::Refused { verdict };
        }
        let stored = self.store.put(path, &facts.digest);
        if let Err(error) = stored.and_then(|_| self.store.put_waveform(&facts.digest, &analysis.waveform)) {
            return Outcome::Failed { error };
        }
        self.known.insert(facts.digest, Existing { clip: None, title: title_of(path) });
        Outcome::Accepted { analysis, warnings: verdict.warnings }
    }
}

/// Bytes done, from the shares of the files under way.
pub(super) struct ByteMeter {
    sizes: Vec<u64>,
    under_way: HashMap<usize, u64>,
    files_done: usize,
    bytes_done: u64,
    bytes_total: u64,
}

impl ByteMeter {
    pub(super) fn new(sizes: Vec<u64>) -> Self {
        let bytes_total = sizes.iter().sum();
        Self { sizes, under_way: HashMap::new(), files_done: 0, bytes_done: 0, bytes_total }
    }

    pub(super) fn share(&mut self, index: usize, share: f64) -> ImportProgress {
        let bytes = (self.sizes[index] as f64 * share.clamp(0.0, 1.0)) as u64;
        self.under_way.insert(index, bytes);
        self.progress()
    }

    pub(super) fn done(&mut self, index: usize) -> ImportProgress {
        self.under_way.remove(&index);
        self.files_done += 1;
        self.bytes_done += self.sizes[index];
        self.progress()
    }

    fn progress(&self) -> ImportProgress {
        ImportProgress {
            files_done: self.files_done,
            files_total: self.sizes.len(),
            bytes_done: self.bytes_done + self.under_way.values().sum::<u64>(),
            bytes_total: self.bytes_total,
        }
    }
}
