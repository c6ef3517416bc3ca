//! Relays into the library: a stretch of one that was recorded becomes a draft, when somebody asks, or by itself after each session of
//! a relay that is kept.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::oneshot;
use tokio::task::spawn_blocking;

use super::error::{DeskError, ErrorKind};
use super::recordings::{Recording, Stretch};
use super::{ClipDraft, ClipRequest, Counter, Desk, Request, Response, Via, Who, seats};
use crate::audio::output::recordings::{self, Excerpt, Piece, airing_in, folder_of_airing};
use crate::clock;
use crate::domain::account::{Right, Role, Roles};
use crate::domain::clip::{Genre, Origin, Source};
use crate::domain::log::AiringId;
use crate::domain::relay::{Fate, Session, title_of};
use crate::domain::slot::ZoneId;
use crate::domain::sound::{RelaySnapshot, Sound};
use crate::domain::time::{Days, Now};
use crate::library::{Analysis, ContentStore, analyse, quietly};
use crate::store::AiringEvidence;

/// Between two looks whether a session is over that is to be kept.
const LOOK_EVERY: Duration = Duration::from_secs(10);
/// After a session that could not be kept, for want of room or of a thread, it is left alone for so long.
const RETRY: Duration = Duration::from_secs(900);
/// Sessions that one look asks the log about; the others are looked at by the next.
const SESSIONS_MAX: usize = 20;
/// How soon it is worth asking again when another stretch is being taken in, in seconds.
const WAIT_S: u64 = 15;
/// Who keeps what is kept by itself.
const NOBODY: &str = "Loa";

/// Which stretch of which relay, and what is said of the draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelayStretch {
    /// The airing as it was typed: its identifier, or the number of one of its records.
    pub airing: String,
    /// From so long after its start on.
    pub from: Duration,
    /// So long; to the end of the airing if none.
    pub length: Option<Duration>,
    /// Its title; the station's name with day and time if none.
    pub title: Option<String>,
    /// Primary topic code; the topic that stands for everything else if none.
    pub topic: Option<String>,
}

/// A stretch that was found among the recordings, and can be taken into the library.
pub struct Take {
    excerpt: Excerpt,
    origin: Origin,
    draft: ClipDraft,
    clips: PathBuf,
    of_itself: bool,
}

/// The sound of a stretch, and as it was sent to which zone; none if as it came.
type Found = (Vec<Piece>, Option<ZoneId>);

impl Take {
    /// Keeps its sound among the clips' audio, measured; what is returned hands it in. Blocks for some seconds a quarter of an hour.
    ///
    /// # Errors
    /// There is no room for it; the disk's own.
    pub fn bring_in(self) -> Result<ClipRequest, DeskError> {
        let content = ContentStore::open(&self.clips)?;
        let incoming = content.begin(self.excerpt.length_bytes())?;
        let written = self.excerpt.write_flac(incoming.file());
        written.map_err(|error| DeskError::of(ErrorKind::Failed, &error))?;
        let measured = analyse(incoming.path(), &mut |_| std::ops::ControlFlow::Continue(()))?;
        let Analysis { facts, defects, waveform, .. } = measured;
        content.settle_incoming(incoming, &facts.digest)?;
        content.put_waveform(&facts.digest, &waveform)?;
        let (facts, draft) = (Box::new(facts), Box::new(self.draft));
        Ok(ClipRequest::Keep { facts, defects, draft, origin: self.origin, of_itself: self.of_itself })
    }
}

impl Desk {
    /// Finds a stretch of a past relay among the recordings: that of the relay as it came, else that of a zone as it was sent.
    ///
    /// # Errors
    /// It is no relay, on air still, or shorter; there is no such topic; nothing of it was heard or recorded; the store's own.
    pub async fn relay_take(&self, asked: &RelayStretch) -> Result<Take, DeskError> {
        let evidence = self.evidence(&asked.airing).await?;
        let airing = &evidence.airing;
        let Sound::Relay(relay) = &airing.sound else {
            let text = format!("{} is \"{}\", expected a relay", asked.airing, airing.sound.title());
            let hint = "`loa log --kind relay` lists the relays; a clip is in the library already";
            return Err(DeskError::refused(text).hint(hint).code("not_a_relay").value("title", airing.sound.title()));
        };
        if airing.open_part().is_some() {
            let text = format!("\"{}\" is still on air, expected a relay that is over", relay.name);
            return Err(DeskError::refused(text).hint("ask again when it has ended").code("relay_on_air"));
        }
        asked.topic.iter().try_for_each(|topic| self.check_topic(topic))?;
        let Some(heard) = Stretch::of(&evidence) else {
            let text = "nothing of it was heard, so nothing was recorded";
            return Err(DeskError::not_found(text).code("nothing_heard"));
        };
        let part = cut(asked, heard)?;
        let (pieces, zone) = self.relay_pieces(&evidence, part).await?;
        let excerpt = Excerpt::new(pieces).map_err(|error| DeskError::of(ErrorKind::Failed, &error))?;
        self.check_length(excerpt.lasts())?;
        let ms = |time: TimeDelta| u64::try_from(time.num_milliseconds()).unwrap_or(0);
        let length_ms = u64::try_from(excerpt.lasts().as_millis()).unwrap_or(u64::MAX);
        let origin = Origin { airing: airing.id, from_ms: ms(part.start - heard.start), length_ms, zone };
        let draft = self.draft_of_relay(relay, asked, part.start);
        Ok(Take { excerpt, origin, draft, clips: self.clips.clone(), of_itself: false })
    }

    fn draft_of_relay(&self, relay: &RelaySnapshot, asked: &RelayStretch, from: DateTime<Utc>) -> ClipDraft {
        let title = asked.title.clone().filter(|title| !title.trim().is_empty());
        ClipDraft {
            title: title.unwrap_or_else(|| title_of(&relay.name, from, self.config.station.time_zone)),
            genre: Genre::Other,
            topic: asked.topic.clone(),
            secondary: Vec::new(),
            campaign: None,
            author: None,
            language: None,
            // Of a relay that is configured no more nobody says it; most are of the centre.
            source: self.config.relay(&relay.id).map_or(Source::Central, |relay| relay.made_by),
            valid: Days::ALL,
            script: None,
            approver: None,
            unfinished: true,
        }
    }

    async fn relay_pieces(&self, evidence: &AiringEvidence, part: Stretch) -> Result<Found, DeskError> {
        let folder = folder_of_airing(&self.config.audio.record_folder, evidence.airing.id);
        let own = spawn_blocking(move || recordings::pieces(&folder, part.start, part.end)).await;
        let failed = |error: &(dyn std::error::Error + 'static)| DeskError::of(ErrorKind::Failed, error);
        let own = own.map_err(|error| failed(&error))?.map_err(|error| failed(&error))?;
        if !own.is_empty() {
            return Ok((own, None));
        }
        let found = match self.recording_of(evidence, Some(part), None).await? {
            Recording::Found(zones) => zones.into_iter().next(),
            Recording::Off | Recording::NothingHeard | Recording::NotFound => None,
        };
        let zone = found.ok_or_else(|| {
            let text = "nothing was recorded of that relay, or the recording was taken away since";
            let hint = "`keep = true` at its [[relay]] records its sessions from now on, `audio.record_programme` all that is sent out";
            DeskError::not_found(text).hint(hint).code("relay_not_recorded")
        })?;
        Ok((zone.pieces, zone.zone))
    }

    fn check_length(&self, found: Duration) -> Result<(), DeskError> {
        let most = self.config.library.clip_length_max;
        if found <= most {
            return Ok(());
        }
        let minutes = |length: Duration| length.as_secs().div_ceil(60);
        let text = format!("it lasts {} min, at most {} are taken", minutes(found), minutes(most));
        let hint = "take a shorter stretch, or raise `library.clip_minutes_max`";
        let error = DeskError::refused(text).hint(hint).code("relay_too_long");
        Err(error.value("minutes", minutes(found)).value("minutes_max", minutes(most)))
    }

    /// Whether [`Desk::relay_take`] would find something, in what was found of its recording.
    pub(super) fn relay_is_keepable(evidence: &AiringEvidence, recording: &Recording) -> bool {
        let airing = &evidence.airing;
        let over = matches!(airing.sound, Sound::Relay(_)) && airing.open_part().is_none();
        over && matches!(recording, Recording::Found(_))
    }

    /// Takes a stretch of a past relay into the library as a draft, for a person.
    ///
    /// # Errors
    /// The right to is missing; another is being taken in; as [`Desk::relay_take`] and [`Take::bring_in`]; the library's own.
    pub async fn keep_relay(self: &Arc<Self>, who: &Who, asked: &RelayStretch) -> Result<Response, DeskError> {
        self.check_person(who)?;
        who.check(Right::EditClips)?;
        let take = self.relay_take(asked).await?;
        let busy = "another stretch of a relay is being taken into the library; try again in a moment";
        let seat = seats::take(&self.seats.takes, busy, "relay_keep_busy", WAIT_S)?;
        let (desk, who) = (Arc::clone(self), who.clone());
        // Done to its end also if whoever asked has gone away.
        let kept = tokio::spawn(async move {
            let request = brought_in(take).await;
            drop(seat);
            desk.handle(&who, Request::Clip(request?), clock::now()).await
        });
        kept.await.map_err(|error| DeskError::of(ErrorKind::Failed, &error))?
    }

    /// Takes a session that is over into the library, as its relay is configured.
    async fn keep_session(&self, airing: AiringId) -> Result<Response, DeskError> {
        let asked =
            RelayStretch { airing: airing.to_string(), from: Duration::ZERO, length: None, title: None, topic: None };
        let take = Take { of_itself: true, ..self.relay_take(&asked).await? };
        let request = brought_in(take).await?;
        let who = Who { name: NOBODY.to_owned(), roles: Roles::only(Role::Operator), via: Via::Station };
        self.handle(&who, Request::Clip(request), clock::now()).await
    }

    /// Keeps the sessions that are over and were not settled yet; `rest` remembers when each is looked at again.
    async fn keep_sessions(&self, now: Now, rest: &mut BTreeMap<AiringId, Duration>) -> Result<(), DeskError> {
        let folder = self.config.audio.record_folder.clone();
        let recorded = spawn_blocking(move || recorded_airings(&folder)).await;
        let failed = |error: &(dyn std::error::Error + 'static)| DeskError::of(ErrorKind::Failed, error);
        let recorded = recorded.map_err(|error| failed(&error))?.map_err(|error| failed(&error))?;
        rest.retain(|airing, _| recorded.contains_key(airing));
        let due = recorded.iter().filter(|(airing, _)| rest.get(airing).is_none_or(|until| *until <= now.mono));
        let due: Vec<_> = due.take(SESSIONS_MAX).map(|(airing, begun)| (*airing, *begun)).collect();
        for (airing, begun) in due {
            let known = self.store.airing(airing).await?;
            let session = Session {
                begun,
                airing: known.as_ref().map(|known| &known.airing),
                closed: known.as_ref().is_some_and(|known| known.closed.is_some()),
                settled: self.store.is_settled(airing).await?,
            };
            match session.fate(now.wall) {
                Fate::Wait => {}
                Fate::Leave => {
                    tracing::debug!(%airing, "nothing more becomes of this session");
                    rest.insert(airing, Duration::MAX);
                }
                Fate::Keep => {
                    let again = self.settle_session(airing, now).await?;
                    rest.insert(airing, again.unwrap_or(Duration::MAX));
                }
            }
        }
        Ok(())
    }

    /// Keeps a session, or notes that the library does not take it; says when it is tried again, if it is.
    async fn settle_session(&self, airing: AiringId, now: Now) -> Result<Option<Duration>, DeskError> {
        match self.keep_session(airing).await {
            Ok(Response::Clip { clip, .. }) => {
                tracing::info!(clip = %clip.id, %airing, "\"{}\" waits in the library as a draft", clip.title);
                Ok(None)
            }
            Ok(_) => Ok(None),
            Err(error) if matches!(error.kind, ErrorKind::Refused | ErrorKind::NotFound | ErrorKind::Usage) => {
                tracing::warn!(%airing, problems = ?error.problems, "a relay does not become a draft of the library: {error}");
                self.store.settle_without(airing, now.wall).await?;
                Ok(None)
            }
            Err(error) => {
                tracing::warn!(%airing, causes = ?error.causes, "a relay cannot be taken into the library yet: {error}");
                Ok(Some(now.mono + RETRY))
            }
        }
    }
}

impl Counter {
    /// Takes the sessions of relays that are kept into the library as each is over, by the settings of the desk that serves, until it is
    /// dropped. What goes wrong is told and tried again; the sound goes on.
    ///
    /// # Errors
    /// The system has no timer.
    pub async fn keep_relays(&self) -> std::io::Result<()> {
        let mut rest = BTreeMap::new();
        loop {
            let now = clock::now();
            if let Err(error) = self.desk().keep_sessions(now, &mut rest).await {
                tracing::warn!(%error, "cannot see which relays are to be kept");
            }
            clock::sleep_until(now.mono + LOOK_EVERY).await?;
        }
    }
}

/// [`Take::bring_in`] on a thread of the lowest priority.
async fn brought_in(take: Take) -> Result<ClipRequest, DeskError> {
    let (sender, result) = oneshot::channel();
    quietly("relay-keep", move || drop(sender.send(take.bring_in())))?;
    let died = || DeskError::new(ErrorKind::Failed, "the taking in ended early; look into the process log");
    result.await.map_err(|_| died())?
}

/// What is asked for, of what was heard.
fn cut(asked: &RelayStretch, heard: Stretch) -> Result<Stretch, DeskError> {
    let lasted = heard.end - heard.start;
    if TimeDelta::from_std(asked.from).map_or(true, |from| from >= lasted) {
        let (asked_s, lasted_s) = (asked.from.as_secs(), lasted.num_seconds());
        let text = format!("it was on air for {lasted_s} s, the stretch begins after {asked_s} s");
        let error = DeskError::refused(text).hint("begin earlier").code("relay_stretch_beyond");
        return Err(error.value("from_s", asked_s).value("lasted_s", lasted_s));
    }
    if asked.length.is_some_and(|length| length.is_zero()) {
        let text = "a stretch of no length is asked for; give more than nothing, or leave it out for all that follows";
        return Err(DeskError::usage(text).code("relay_stretch_empty"));
    }
    Ok(heard.part(asked.from, asked.length))
}

/// The airings that were recorded as they came, with when each recording begins. Those without any sound are left out.
fn recorded_airings(folder: &Path) -> std::io::Result<BTreeMap<AiringId, DateTime<Utc>>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => return Err(error),
    };
    let mut found = BTreeMap::new();
    for entry in entries {
        let entry = entry?;
        let Some(airing) = entry.file_name().to_str().and_then(airing_in) else { continue };
        let first = recordings::list(&entry.path())?.into_iter().next();
        found.extend(first.map(|first| (airing, first.begun)));
    }
    Ok(found)
}
