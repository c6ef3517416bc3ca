//! The recordings of the programme: where an airing is in them, and how long they are kept.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::Desk;
use super::error::{DeskError, ErrorKind};
use crate::audio::output::recordings::{self, Excerpt, Piece, folder_of_airing};
use crate::clock;
use crate::domain::clip::{duration_to_frames, frames_to_duration};
use crate::domain::log::Delivery;
use crate::domain::retention::{Kept, Superfluous};
use crate::domain::slot::ZoneId;
use crate::domain::sound::Sound;
use crate::domain::time::Now;
use crate::station::recording_folder;
use crate::store::AiringEvidence;

/// What was sent out is in its file so soon: the recorder writes once a second, and a busy disk is given time. Who asks before waits.
const WRITTEN_WITHIN: Duration = Duration::from_secs(4);

/// How often it is looked for meanwhile.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Whether the programme of an airing can be heard again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recording {
    /// The station does not record (`audio.record_programme` is off).
    Off,
    /// Nothing of it was heard, so there is nothing to hear.
    NothingHeard,
    /// The station records, and no file holds that moment.
    NotFound,
    /// Here; at least one.
    Found(Vec<RecordedZone>),
}

/// What one zone was sent of an airing, as it was recorded; or a relay as it came, before any zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedZone {
    /// Which; none for a relay as it came.
    pub zone: Option<ZoneId>,
    /// In which files, in order; at least one.
    pub pieces: Vec<Piece>,
}

/// From when until when an airing was heard, or a part of that.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch {
    /// To the millisecond, as the log has it.
    pub(super) start: DateTime<Utc>,
    /// The same.
    pub(super) end: DateTime<Utc>,
    /// What of the airing lies before.
    skipped: Duration,
    /// How much was asked for; none for all that follows.
    length: Option<Duration>,
}

impl Desk {
    /// Sound of an airing out of the recording of the programme: `length` of it (the rest if none) from `from` after its start,
    /// as it was sent to `zone` (the first that has a recording if none).
    ///
    /// # Errors
    /// The station does not record, nothing was heard, the zone took no part, or no file holds that moment.
    pub async fn recorded(
        &self,
        airing: &str,
        zone: Option<&str>,
        from: Duration,
        length: Option<Duration>,
    ) -> Result<Excerpt, DeskError> {
        let evidence = self.evidence(airing).await?;
        let zones = &evidence.airing.deliveries;
        if let Some(zone) = zone
            && zones.iter().all(|delivery| delivery.zone.0 != zone)
        {
            let names: Vec<&str> = zones.iter().map(|delivery| delivery.zone.0.as_str()).collect();
            let text = format!("it was not sent to zone `{zone}`, only to {}", names.join(", "));
            return Err(DeskError::not_found(text).code("zone_not_served").value("zone", zone));
        }
        let stretch = Stretch::of(&evidence).map(|heard| heard.part(from, length));
        match self.recording_of(&evidence, stretch, zone).await? {
            Recording::Off => {
                let text = "the station does not record its programme; set `audio.record_programme` to keep what goes out from now on";
                Err(DeskError::refused(text).code("not_recorded"))
            }
            Recording::NothingHeard => {
                Err(DeskError::not_found("nothing of it was heard, so nothing was recorded").code("nothing_heard"))
            }
            Recording::NotFound => Err(DeskError::not_found(
                "no recording holds that moment; it was made before recording began, or the file was taken away",
            )
            .code("recording_not_found")),
            Recording::Found(zones) => {
                let pieces = zones.into_iter().next().map_or_else(Vec::new, |zone| zone.pieces);
                Excerpt::new(pieces).map_err(|error| DeskError::of(ErrorKind::Failed, &error))
            }
        }
    }

    /// Where an airing was recorded, in every zone it was sent to.
    pub(super) async fn recording(&self, evidence: &AiringEvidence) -> Result<Recording, DeskError> {
        self.recording_of(evidence, Stretch::of(evidence), None).await
    }

    pub(super) async fn recording_of(
        &self,
        evidence: &AiringEvidence,
        stretch: Option<Stretch>,
        only: Option<&str>,
    ) -> Result<Recording, DeskError> {
        let programme = self.config.audio.programme_folder().map(Path::to_owned);
        // A relay that is kept is recorded whether the programme is or not.
        let relay = matches!(evidence.airing.sound, Sound::Relay(_)) && only.is_none();
        let relay = relay.then(|| folder_of_airing(&self.config.audio.record_folder, evidence.airing.id));
        let recorded = programme.is_some();
        let Some(stretch) = stretch else {
            return Ok(if recorded || relay.is_some() { Recording::NothingHeard } else { Recording::Off });
        };
        let mut zones = evidence.airing.deliveries.clone();
        zones.retain(|delivery| only.is_none_or(|only| delivery.zone.0 == only));
        let (heard, rate_hz) = (heard_frames(evidence), evidence.row.sample_rate);
        let search = Arc::new(Search { programme, relay, zones, stretch, heard, rate_hz });
        let began = clock::now();
        let just_over = evidence
            .row
            .end
            .is_some_and(|end| began.wall - end < TimeDelta::from_std(WRITTEN_WITHIN).unwrap_or_default());
        let found = loop {
            let here = Arc::clone(&search);
            let found = tokio::task::spawn_blocking(move || here.found()).await;
            let found = found.map_err(|error| DeskError::of(ErrorKind::Failed, &error))?;
            let found = found.map_err(|error| DeskError::of(ErrorKind::Failed, &error))?;
            let now = clock::now().mono;
            if !just_over || search.is_whole(&found) || now >= began.mono + WRITTEN_WITHIN {
                break found;
            }
            clock::sleep_until(now + LOOK_EVERY).await.map_err(|error| DeskError::of(ErrorKind::Failed, &error))?;
        };
        Ok(match found.is_empty() {
            false => Recording::Found(found),
            true if recorded => Recording::NotFound,
            true => Recording::Off,
        })
    }

    /// Deletes recordings that are older than they are kept or take more room, unless the clock cannot be believed. Each is said in
    /// the process log.
    pub(super) async fn let_recordings_go(&self, now: Now) {
        let (folder, programme) = (self.config.audio.record_folder.clone(), self.config.audio.record_programme);
        if self.station.as_ref().is_some_and(|station| !station.live().view.clock_trusted) {
            return;
        }
        let keep = self.config.audio.record_keep;
        let done = tokio::task::spawn_blocking(move || {
            let files: Vec<(PathBuf, Kept)> = all(&folder)?
                .into_iter()
                // A station that has stopped recording its programme keeps what it had.
                .filter(|(path, _)| programme || is_of_airing(path))
                .filter_map(|(path, begun)| Some((Kept { begun, bytes: std::fs::metadata(&path).ok()?.len() }, path)))
                .map(|(kept, path)| (path, kept))
                .collect();
            let kept: Vec<Kept> = files.iter().map(|(_, kept)| *kept).collect();
            for (place, why) in keep.superfluous(&kept, now.wall) {
                let (path, Kept { bytes, .. }) = &files[place];
                std::fs::remove_file(path)?;
                if let Some(folder) = path.parent().filter(|_| is_of_airing(path)) {
                    // The last of an airing's; before, it is not empty.
                    drop(std::fs::remove_dir(folder));
                }
                let why = match why {
                    Superfluous::Old => "it is older than `audio.record_keep_days`",
                    Superfluous::NoRoom => "all together exceed `audio.record_keep_gigabytes`",
                };
                tracing::info!(bytes, "deleted the recording {}: {why}", path.display());
            }
            Ok::<_, std::io::Error>(())
        });
        match done.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "old recordings of the programme cannot be deleted"),
            Err(error) => tracing::warn!(%error, "the deleting of old recordings ended early"),
        }
    }
}

/// Whether a recording is of a relay as it came, in the folder of its airing.
fn is_of_airing(path: &Path) -> bool {
    let folder = path.parent().and_then(Path::file_name).and_then(std::ffi::OsStr::to_str);
    folder.and_then(recordings::airing_in).is_some()
}

/// Frames that were heard of an airing, as far as the log and the journal know.
fn heard_frames(evidence: &AiringEvidence) -> u64 {
    evidence.journal_frames.unwrap_or(evidence.row.frames_heard)
}

impl Stretch {
    /// All that was heard of an airing; none if nothing was.
    pub(super) fn of(evidence: &AiringEvidence) -> Option<Self> {
        let row = &evidence.row;
        let start = row.start?;
        let so_far =
            TimeDelta::from_std(frames_to_duration(heard_frames(evidence), row.sample_rate)).unwrap_or_default();
        let end = row.end.unwrap_or(start + so_far);
        (end > start).then_some(Self { start, end, skipped: Duration::ZERO, length: None })
    }

    /// `length` of it (the rest if none) from `from` after its start, and no more than it has: what came after it on air is
    /// another row's.
    pub(super) fn part(self, from: Duration, length: Option<Duration>) -> Self {
        let start = self.start + TimeDelta::from_std(from).unwrap_or_default();
        let asked = length.and_then(|length| start.checked_add_signed(TimeDelta::from_std(length).ok()?));
        Self { start, end: asked.map_or(self.end, |asked| asked.min(self.end)), skipped: from, length }
    }

    /// How many frames of it there are where the whole has so many, if they were sent out at a stretch.
    fn frames(self, whole: u64, rate_hz: u32) -> u64 {
        let rest = whole.saturating_sub(duration_to_frames(self.skipped, rate_hz));
        self.length.map_or(rest, |length| rest.min(duration_to_frames(length, rate_hz)))
    }
}

/// What is looked for among the recordings.
struct Search {
    /// The folder of the programme; none if it is not recorded.
    programme: Option<PathBuf>,
    /// That of a relay as it came.
    relay: Option<PathBuf>,
    /// What each zone was sent of the whole airing.
    zones: Vec<Delivery>,
    stretch: Stretch,
    /// Frames of the whole airing, the same for all its zones: its instants are from the first zone's beginning to the last one's end.
    heard: u64,
    rate_hz: u32,
}

impl Search {
    fn found(&self) -> std::io::Result<Vec<RecordedZone>> {
        let mut found = Vec::new();
        for (folder, delivery) in
            self.programme.iter().flat_map(|folder| self.zones.iter().map(move |zone| (folder, zone)))
        {
            let mut pieces = pieces_of(folder, &delivery.zone, self.stretch)?;
            if pieces.iter().all(|piece| piece.rate_hz == self.rate_hz) {
                recordings::fit(&mut pieces, self.stretch.frames(self.heard, self.rate_hz));
            }
            found.push(RecordedZone { zone: Some(delivery.zone.clone()), pieces });
        }
        found.retain(|zone| !zone.pieces.is_empty());
        if let (true, Some(folder)) = (found.is_empty(), &self.relay) {
            let pieces = recordings::pieces(folder, self.stretch.start, self.stretch.end)?;
            found.extend((!pieces.is_empty()).then_some(RecordedZone { zone: None, pieces }));
        }
        Ok(found)
    }

    /// Whether every zone has all that it was sent.
    fn is_whole(&self, found: &[RecordedZone]) -> bool {
        self.programme.is_none()
            || self.zones.iter().all(|delivery| {
                let pieces = found
                    .iter()
                    .filter(|zone| zone.zone.as_ref() == Some(&delivery.zone))
                    .flat_map(|zone| &zone.pieces);
                let lasts: Duration = pieces.map(|piece| frames_to_duration(piece.frames, piece.rate_hz)).sum();
                let sent = frames_to_duration(self.stretch.frames(delivery.frames, self.rate_hz), self.rate_hz);
                lasts + Duration::from_millis(1) >= sent
            })
    }
}

/// In the folder of the zone, or above it, where earlier versions recorded their only zone.
fn pieces_of(folder: &Path, zone: &ZoneId, Stretch { start, end, .. }: Stretch) -> std::io::Result<Vec<Piece>> {
    let own = recordings::pieces(&recording_folder(folder, zone), start, end)?;
    if own.is_empty() { recordings::pieces(folder, start, end) } else { Ok(own) }
}

/// Every recording in the folder of all and in those of zones, with when it was begun. Zones that are no more have theirs still.
pub(super) fn all(folder: &Path) -> std::io::Result<Vec<(PathBuf, DateTime<Utc>)>> {
    let mut found = recordings::list(folder)?;
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            found.extend(recordings::list(&entry.path())?);
        }
    }
    Ok(found.into_iter().map(|recording| (recording.path, recording.begun)).collect())
}
