//! Recordings that come from a browser: taken in piece by piece, measured beside the station, put into the library as drafts.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, oneshot, watch};
use tokio::task::spawn_blocking;

use super::clips::{ClipDraft, ClipRequest};
use super::error::{DeskError, ErrorKind};
use super::{Desk, Notices, Request, Response, Topic, Via, Who};
use crate::clock;
use crate::config::Config;
use crate::domain::account::{Right, Role, Roles};
use crate::domain::clip::{ClipId, Genre, Source};
use crate::domain::intake::{Existing, Finding};
use crate::domain::time::{Days, Now};
use crate::library::staging::{
    Appender, NewUpload, Purpose, Staging, StagingError, Told, Upload, UploadId, UploadState,
};
use crate::library::{Analysis, ContentStore, ImportError, analyse_quietly, title_of};

/// Recordings measured at the same time; the others wait for their turn. One leaves the other cores to the station.
const MEASURED_AT_ONCE_MAX: usize = 1;
/// The share between two words that the measuring goes on.
const STEP: f64 = 0.05;
/// Bytes gathered before they are handed to the disk.
const GATHERED_BYTES: usize = 256 * 1024;

/// Everything about uploads that a desk keeps.
#[derive(Debug)]
pub(super) struct Uploads {
    staging: Arc<Staging>,
    /// What waits to be measured, with the share done of what is being measured.
    shares: Mutex<BTreeMap<UploadId, Option<f64>>>,
    turn: Semaphore,
    notices: Notices,
}

/// An upload, and how far it is measured.
#[derive(Debug, Clone, PartialEq)]
pub struct UploadLine {
    /// The upload.
    pub upload: Upload,
    /// The share measured, 0 to 1; none unless it is being measured now.
    pub measured: Option<f64>,
}

impl Uploads {
    pub(super) fn new(config: &Config, notices: Notices) -> Self {
        let folder = config.data.folder.join("uploads");
        Self {
            staging: Arc::new(Staging::new(folder, config.library.file_bytes_max)),
            shares: Mutex::default(),
            turn: Semaphore::new(MEASURED_AT_ONCE_MAX),
            notices,
        }
    }

    /// Goes by other settings from now on.
    pub(super) fn go_by(&self, config: &Config) {
        self.staging.set_file_bytes_max(config.library.file_bytes_max);
    }

    fn changed(&self) {
        self.notices.tell(Topic::Imports);
    }

    fn shares(&self) -> MutexGuard<'_, BTreeMap<UploadId, Option<f64>>> {
        self.shares.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// So much of it is measured. Told in steps: pages look at the whole list each time.
    fn measured(&self, id: UploadId, share: f64) {
        let before = self.shares().insert(id, Some(share)).flatten();
        if before.is_none_or(|before| (before / STEP).floor() < (share / STEP).floor()) {
            self.changed();
        }
    }

    fn line(&self, upload: Upload) -> UploadLine {
        let measured = self.shares().get(&upload.id).copied().flatten();
        UploadLine { upload, measured }
    }

    /// Does something with the disk that may take its time, where it is in nobody's way.
    async fn disk<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Arc<Staging>) -> Result<T, StagingError> + Send + 'static,
    ) -> Result<T, DeskError> {
        let staging = Arc::clone(&self.staging);
        Ok(spawn_blocking(move || work(&staging)).await.map_err(|error| DeskError::of(ErrorKind::Failed, &error))??)
    }
}

/// A piece of an upload that is coming in. Dropped before its end, what has come is kept.
#[derive(Debug)]
pub struct Piece {
    desk: Arc<Desk>,
    appender: Option<Appender>,
    gathered: Vec<u8>,
}

impl Piece {
    /// Bytes that may still come.
    #[must_use]
    pub fn left(&self) -> u64 {
        let gathered = self.gathered.len() as u64;
        self.appender.as_ref().map_or(0, |appender| appender.left().saturating_sub(gathered))
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// More come than were declared; the disk's own. Then the piece is over.
    pub async fn push(&mut self, bytes: &[u8]) -> Result<(), DeskError> {
        self.gathered.extend_from_slice(bytes);
        if self.gathered.len() >= GATHERED_BYTES { self.write().await } else { Ok(()) }
    }

    /// The piece is over; when nothing is missing any more, the recording is measured.
    ///
    /// # Errors
    /// As [`Piece::push`].
    pub async fn end(mut self) -> Result<Upload, DeskError> {
        self.write().await?;
        let appender = self.appender.take().ok_or_else(over)?;
        let now = clock::now().wall;
        let finished = spawn_blocking(move || appender.finish(now)).await;
        let upload = finished.map_err(|error| DeskError::of(ErrorKind::Failed, &error))??;
        self.desk.uploads.changed();
        self.desk.take_in_later(&upload);
        Ok(upload)
    }

    async fn write(&mut self) -> Result<(), DeskError> {
        let mut appender = self.appender.take().ok_or_else(over)?;
        let bytes = std::mem::take(&mut self.gathered);
        let written = spawn_blocking(move || {
            appender.write(&bytes)?;
            Ok::<_, StagingError>((appender, bytes))
        });
        let (appender, mut bytes) = written.await.map_err(|error| DeskError::of(ErrorKind::Failed, &error))??;
        bytes.clear();
        (self.appender, self.gathered) = (Some(appender), bytes);
        Ok(())
    }
}

impl Drop for Piece {
    fn drop(&mut self) {
        // The connection is gone in the middle. Making safe what came waits for the disk, so it is not done here.
        if let Some(mut appender) = self.appender.take()
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            let (bytes, desk) = (std::mem::take(&mut self.gathered), Arc::clone(&self.desk));
            drop(runtime.spawn_blocking(move || {
                // What is not written is sent again. When nothing is missing, whoever asks next sets the measuring going.
                drop(appender.write(&bytes));
                drop(appender);
                desk.uploads.changed();
            }));
        }
    }
}

fn over() -> DeskError {
    DeskError::new(ErrorKind::Conflict, "the piece is over; begin another where the upload stands")
}

impl Desk {
    /// Announces a recording: from now on its bytes can come.
    ///
    /// # Errors
    /// It is empty or too large, there is no room, or the clip it is for is not there or not what was seen.
    pub async fn announce_upload(
        &self,
        who: &Who,
        name: String,
        bytes: u64,
        purpose: Purpose,
        now: Now,
    ) -> Result<Upload, DeskError> {
        self.check_person(who)?;
        who.check(Right::EditClips)?;
        if let Purpose::Replace { clip, version, .. } = &purpose {
            self.seen(super::approval::Seen { clip: &clip.to_string(), version: version.as_deref() }).await?;
        }
        let new = NewUpload { name, bytes, by: who.name.trim().to_owned(), from: who.via.to_string(), purpose };
        let upload = self.uploads.disk(move |staging| staging.create(new, now.wall)).await?;
        self.uploads.changed();
        Ok(upload)
    }

    /// Begins to take a piece of an upload that starts at byte `offset`.
    ///
    /// # Errors
    /// Unknown, complete, being written by another connection, or another byte is next.
    pub async fn append_upload(
        self: &Arc<Self>,
        who: &Who,
        id: UploadId,
        offset: u64,
        now: Now,
    ) -> Result<Piece, DeskError> {
        who.check(Right::EditClips)?;
        let appender = self.uploads.disk(move |staging| staging.append(id, offset, now.wall)).await?;
        Ok(Piece { desk: Arc::clone(self), appender: Some(appender), gathered: Vec::new() })
    }

    /// How an upload stands.
    ///
    /// # Errors
    /// It is unknown.
    pub async fn upload(self: &Arc<Self>, id: UploadId) -> Result<UploadLine, DeskError> {
        let upload = self.uploads.disk(move |staging| staging.status(id)).await?;
        self.take_in_later(&upload);
        Ok(self.uploads.line(upload))
    }

    /// All uploads of the last day, the oldest first.
    ///
    /// # Errors
    /// The disk's own.
    pub async fn all_uploads(self: &Arc<Self>, now: Now) -> Result<Vec<UploadLine>, DeskError> {
        let listed = self.uploads.disk(move |staging| {
            staging.sweep(now.wall)?;
            staging.list()
        });
        let listed = listed.await?;
        listed.iter().for_each(|upload| self.take_in_later(upload));
        Ok(listed.into_iter().map(|upload| self.uploads.line(upload)).collect())
    }

    /// Forgets an upload: one that is not wanted any more, or whose outcome was read.
    ///
    /// # Errors
    /// It is unknown, or being written or measured.
    pub async fn abandon_upload(&self, who: &Who, id: UploadId) -> Result<Upload, DeskError> {
        self.check_person(who)?;
        who.check(Right::EditClips)?;
        let upload = self.uploads.disk(move |staging| staging.abandon(id)).await?;
        self.uploads.changed();
        Ok(upload)
    }

    /// The largest recording taken, in bytes.
    #[must_use]
    pub fn upload_bytes_max(&self) -> u64 {
        self.uploads.staging.file_bytes_max()
    }

    /// Goes on with what the last run of the station had received and not yet taken in, and removes what nobody came back for.
    ///
    /// # Errors
    /// The disk's own.
    pub async fn resume_uploads(self: &Arc<Self>, now: Now) -> Result<(), DeskError> {
        self.all_uploads(now).await.map(drop)
    }

    /// Has an upload measured and taken in, if nothing of it is missing and it does not wait for that already. No more of
    /// these wait than uploads may be there.
    fn take_in_later(self: &Arc<Self>, upload: &Upload) {
        let id = upload.id;
        if upload.state != UploadState::Complete || self.uploads.shares().contains_key(&id) {
            return;
        }
        self.uploads.shares().insert(id, None);
        let desk = Arc::clone(self);
        tokio::spawn(async move {
            if let Err(error) = desk.take_in(id).await {
                tracing::error!(%error, %id, "an upload could not be taken in");
            }
            desk.uploads.shares().remove(&id);
            desk.uploads.changed();
        });
    }

    async fn take_in(&self, id: UploadId) -> Result<(), DeskError> {
        // Never closed.
        let _turn = self.uploads.turn.acquire().await.map_err(|error| DeskError::of(ErrorKind::Failed, &error))?;
        let upload = self.uploads.disk(move |staging| staging.status(id)).await?;
        if upload.state != UploadState::Complete {
            return Ok(());
        }
        let state = match self.measure(id).await {
            Ok(analysis) => match self.admit(&upload, analysis).await {
                Ok(state) => state,
                Err(error) => refused(vec![told_of(&error)]),
            },
            Err(error) => refused(vec![error.told()]),
        };
        self.uploads.disk(move |staging| staging.conclude(id, state, clock::now().wall)).await?;
        Ok(())
    }

    async fn measure(&self, id: UploadId) -> Result<Analysis, ImportError> {
        self.uploads.measured(id, 0.0);
        let (sender, result) = oneshot::channel();
        let (shares, mut share) = watch::channel(0.0);
        let tell = move |share: f64| {
            let heard = shares.send(share).is_ok();
            if heard { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        };
        analyse_quietly(self.uploads.staging.part(id), tell, |analysed| drop(sender.send(analysed)))?;
        let follow = async {
            while share.changed().await.is_ok() {
                let done = *share.borrow_and_update();
                self.uploads.measured(id, done);
            }
            std::future::pending::<()>().await;
        };
        tokio::select! {
            // The thread is gone only with its result.
            analysed = result => analysed.unwrap_or(Err(ImportError::Stopped)),
            () = follow => Err(ImportError::Stopped),
        }
    }

    /// A recording that was measured becomes a draft, or the audio of its clip.
    async fn admit(&self, upload: &Upload, analysis: Analysis) -> Result<UploadState, DeskError> {
        let Analysis { facts, defects, waveform, .. } = analysis;
        if let Some(told) = too_long(facts.duration(), self.config.library.clip_length_max) {
            return Ok(refused(vec![told]));
        }
        let first = self.store.find_by_digest(facts.digest).await?;
        let existing = first.as_ref().map(|first| Existing { clip: Some(first.id), title: first.title.clone() });
        let verdict = self.opinion(&facts, defects, &upload.purpose, existing.as_ref()).await?;
        // What the library lost is whole again with this, even though no clip comes of it.
        let lost = existing.is_some() && !ContentStore::open(&self.clips)?.contains(&facts.digest);
        if verdict.accepted() || lost {
            let (folder, part, digest) = (self.clips.clone(), self.uploads.staging.part(upload.id), facts.digest);
            let adopted = spawn_blocking(move || {
                let content = ContentStore::open(&folder)?;
                content.adopt(&part, &digest)?;
                content.put_waveform(&digest, &waveform)
            });
            adopted.await.map_err(|error| DeskError::of(ErrorKind::Failed, &error))??;
        }
        if !verdict.accepted() {
            let reasons = verdict.refusals.iter().map(Told::from).collect();
            return Ok(UploadState::Refused { reasons, existing: first.map(|first| first.id) });
        }
        let request = match &upload.purpose {
            Purpose::Draft => {
                let draft = Box::new(draft_of(&upload.name));
                ClipRequest::Submit { facts: Box::new(facts), defects, draft }
            }
            Purpose::Replace { clip, version, same_item } => {
                let (clip, same_item) = (clip.to_string(), *same_item);
                let request = ClipRequest::Replace { clip, facts: Box::new(facts), defects, same_item };
                match version.clone() {
                    Some(version) => ClipRequest::IfUnchanged { version, request: Box::new(request) },
                    None => request,
                }
            }
        };
        // That this person may was checked when the recording was announced.
        let roles = Roles::only(Role::Operator);
        let who = Who { name: upload.by.clone(), roles, via: Via::Upload { from: upload.from.clone() } };
        match self.handle(&who, Request::Clip(request), clock::now()).await? {
            Response::Clip { clip, warnings } => Ok(imported(clip.id, &warnings)),
            _ => Err(DeskError::new(ErrorKind::Failed, "the library gave another answer than was asked for")),
        }
    }
}

fn draft_of(name: &str) -> ClipDraft {
    ClipDraft {
        title: title_of(std::path::Path::new(name)),
        genre: Genre::Article,
        topic: None,
        secondary: Vec::new(),
        campaign: None,
        author: None,
        language: None,
        source: Source::Own,
        valid: Days::ALL,
        script: None,
        approver: None,
        unfinished: true,
    }
}

const fn refused(reasons: Vec<Told>) -> UploadState {
    UploadState::Refused { reasons, existing: None }
}

fn imported(clip: ClipId, warnings: &[Finding]) -> UploadState {
    UploadState::Imported { clip, warnings: warnings.iter().map(Told::from).collect() }
}

fn too_long(found: Duration, most: Duration) -> Option<Told> {
    let minutes = |length: Duration| length.as_secs().div_ceil(60);
    let (found, most) = (found > most).then(|| (minutes(found), minutes(most)))?;
    Some(Told {
        vi: format!("bản ghi dài {found} phút, thư viện chỉ nhận tối đa {most} phút; hãy cắt thành từng chương trình"),
        en: format!("it lasts {found} min, at most {most} are taken; cut it into programmes"),
    })
}

/// An error of the desk, for the person who brought the recording.
fn told_of(error: &DeskError) -> Told {
    let mut en = error.message.clone();
    for problem in &error.problems {
        en.push_str("; ");
        en.push_str(problem);
    }
    let vi = match error.kind {
        ErrorKind::Conflict => "tin bài đã được người khác sửa trong lúc tải lên; hãy xem lại rồi tải lên lần nữa",
        ErrorKind::NotFound => "tin bài này không còn trong thư viện",
        _ => "thư viện không nhận bản ghi này",
    };
    Told { vi: vi.to_owned(), en }
}
