//! What a person may do with the clips of the library.

use std::time::Duration;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::approval::{Seen, approved};
use super::error::{DeskError, ErrorKind};
use super::limits::limits_of;
use super::wording::{check_line, check_text};
use super::{Change, Desk, Response, Who, value};
use crate::domain::account::Right;
use crate::domain::clip::{Approval, AudioFacts, Clip, ClipId, Digest, Genre, Origin, Source, Topics};
use crate::domain::intake::{Defects, DurationRule, Existing, Finding, Verdict, judge};
use crate::domain::text::composed;
use crate::domain::time::{Days, Now};
use crate::library::ContentStore;
use crate::library::staging::Purpose;

/// A person asks something about a clip. `clip` is what that person typed: a number, a title, a digest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum ClipRequest {
    /// Takes a recording into the library. Whoever asks has measured it, and its audio is in the content store already.
    Submit {
        /// What was measured.
        facts: Box<AudioFacts>,
        /// What the decoder met.
        defects: Defects,
        /// What is said about it.
        draft: Box<ClipDraft>,
    },
    /// Takes a stretch of a past relay into the library as a draft. Its sound was measured, and is in the content store already.
    Keep {
        /// What was measured.
        facts: Box<AudioFacts>,
        /// What the decoder met.
        defects: Defects,
        /// What is said about it.
        draft: Box<ClipDraft>,
        /// Of which airing it is.
        origin: Origin,
        /// Whether the station does so of itself, because the relay is configured so: once for each airing.
        of_itself: bool,
    },
    /// Changes what is said about it.
    Edit {
        /// Which.
        clip: String,
        /// What changes.
        change: Box<ClipChange>,
    },
    /// Hands a draft, or one that was sent back, to a leader.
    HandIn {
        /// Which.
        clip: String,
    },
    /// A leader wants it changed first.
    SendBack {
        /// Which.
        clip: String,
        /// What shall be changed.
        note: String,
    },
    /// A leader has heard or read it: it may go on air.
    Approve {
        /// Which.
        clip: String,
        /// Who approves.
        approver: Approver,
    },
    /// Takes it out of use.
    Retire {
        /// Which.
        clip: String,
    },
    /// Takes it out of the library. The log is not touched.
    Remove {
        /// Which.
        clip: String,
    },
    /// Gives it new audio, which waits for a leader again.
    Replace {
        /// Which.
        clip: String,
        /// What was measured.
        facts: Box<AudioFacts>,
        /// What the decoder met.
        defects: Defects,
        /// Whether it is the same piece re-recorded, so that it stays the same item in a report.
        same_item: bool,
    },
    /// Any of the others on a clip that is there, if it is still what the person saw.
    IfUnchanged {
        /// As [`super::version_of`] said it then.
        version: String,
        /// What is asked.
        request: Box<Self>,
    },
}

/// What is said about a new clip.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClipDraft {
    /// As spoken of in the log and the report.
    pub title: String,
    /// Thể loại.
    pub genre: Genre,
    /// Primary topic code; the topic that stands for everything else if none.
    pub topic: Option<String>,
    /// Further topic codes.
    pub secondary: Vec<String>,
    /// Campaign code.
    pub campaign: Option<String>,
    /// Người biên tập.
    pub author: Option<String>,
    /// BCP 47 tag; the station's if none.
    pub language: Option<String>,
    /// Who made it.
    pub source: Source,
    /// Days on which it may air.
    pub valid: Days,
    /// The text that is read.
    pub script: Option<String>,
    /// The leader who has approved it already.
    pub approver: Option<Approver>,
    /// Whether it stays a draft until its editor hands it in.
    #[serde(default)]
    pub unfinished: bool,
}

/// A leader who approves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approver {
    /// The name.
    pub name: String,
    /// The office: Phó Chủ tịch UBND. May be empty.
    pub office: String,
}

/// What changes about a clip.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ClipChange {
    /// Title.
    pub title: Option<String>,
    /// Thể loại.
    pub genre: Option<Genre>,
    /// Primary topic code.
    pub topic: Option<String>,
    /// All further topic codes.
    pub secondary: Option<Vec<String>>,
    /// Campaign code.
    pub campaign: Change<String>,
    /// Người biên tập.
    pub author: Change<String>,
    /// BCP 47 tag.
    pub language: Option<String>,
    /// Who made it.
    pub source: Option<Source>,
    /// First day on which it may air.
    pub valid_from: Change<NaiveDate>,
    /// Last day on which it may air.
    pub valid_to: Change<NaiveDate>,
    /// The text that is read.
    pub script: Change<String>,
}

impl ClipRequest {
    /// What it takes to ask this. Saying that a leader has approved is approving.
    pub(super) fn rights(&self) -> &'static [Right] {
        match self {
            Self::Submit { draft, .. } if draft.approver.is_some() => &[Right::EditClips, Right::Approve],
            Self::Approve { .. } | Self::SendBack { .. } => &[Right::Approve],
            Self::IfUnchanged { request, .. } => request.rights(),
            Self::HandIn { .. }
            | Self::Submit { .. }
            | Self::Keep { .. }
            | Self::Edit { .. }
            | Self::Retire { .. }
            | Self::Remove { .. }
            | Self::Replace { .. } => &[Right::EditClips],
        }
    }
}

impl Desk {
    pub(super) async fn handle_clip(&self, who: &Who, request: ClipRequest, now: Now) -> Result<Response, DeskError> {
        let (version, request) = match request {
            ClipRequest::IfUnchanged { version, request } => (Some(version), *request),
            request => (None, request),
        };
        let seen = |clip| Seen { clip, version: version.as_deref() };
        match request {
            ClipRequest::Submit { facts, defects, draft } => {
                self.submit(who, (*facts, defects), *draft, None, now).await
            }
            ClipRequest::Keep { facts, defects, draft, origin, of_itself } => {
                self.submit(who, (*facts, defects), *draft, Some((origin, of_itself)), now).await
            }
            ClipRequest::Edit { clip, change } => self.edit(who, seen(&clip), *change, now).await,
            ClipRequest::HandIn { clip } => self.hand_in(who, seen(&clip), now).await,
            ClipRequest::SendBack { clip, note } => self.send_back(who, seen(&clip), &note, now).await,
            ClipRequest::Approve { clip, approver } => self.approve(who, seen(&clip), approver, now).await,
            ClipRequest::Retire { clip } => self.retire(who, seen(&clip), now).await,
            ClipRequest::Remove { clip } => self.remove(who, seen(&clip), now).await,
            ClipRequest::Replace { clip, facts, defects, same_item } => {
                self.replace(who, seen(&clip), (*facts, defects), same_item, now).await
            }
            ClipRequest::IfUnchanged { .. } => Err(DeskError::usage("a version is asked for twice; ask for it once")),
        }
    }

    async fn submit(
        &self,
        who: &Who,
        (facts, defects): (AudioFacts, Defects),
        draft: ClipDraft,
        origin: Option<(Origin, bool)>,
        now: Now,
    ) -> Result<Response, DeskError> {
        let approval = match draft.approver {
            Some(approver) => approved(self.approving(who, approver).await?, &facts, now)?,
            None if draft.unfinished => Approval::Draft,
            None => Approval::Submitted,
        };
        let clip = Clip {
            id: ClipId(0),
            edition: 1,
            title: composed(&draft.title),
            genre: draft.genre,
            topics: Topics { primary: self.topic_or_rest(draft.topic)?, secondary: draft.secondary },
            campaign: draft.campaign,
            author: draft.author.as_deref().map(composed),
            language: draft.language.unwrap_or_else(|| self.config.station.language.clone()),
            source: draft.source,
            valid: draft.valid,
            script: draft.script,
            audio: facts,
            approval,
            added_at: now.wall,
            origin: origin.as_ref().map(|(origin, _)| origin.clone()),
        };
        let digest = clip.audio.digest;
        let added = async {
            self.check_clip(&clip)?;
            self.check_audio(&clip.audio)?;
            let verdict = self.verdict(&clip, defects).await?;
            let added = match &origin {
                Some((origin, true)) => self.store.add_settling(clip, origin.airing).await,
                Some((_, false)) | None => self.store.add_clip(clip).await,
            };
            Ok((added?, verdict))
        };
        let (clip, verdict) = match added.await {
            Ok(added) => added,
            Err(error) => return Err(self.given_up(digest, error).await),
        };
        let what = if origin.is_some() { "relay.keep" } else { "clip.add" };
        self.audit(who, what, format!("clip {}", clip.id), [None, value(&clip)], now).await?;
        Ok(Response::Clip { clip: Box::new(clip), warnings: verdict.warnings })
    }

    async fn edit(&self, who: &Who, seen: Seen<'_>, change: ClipChange, now: Now) -> Result<Response, DeskError> {
        let before = self.seen(seen).await?;
        let mut after = before.clone();
        if let Some(title) = change.title {
            after.title = composed(&title);
        }
        after.genre = change.genre.unwrap_or(after.genre);
        after.topics.primary = change.topic.unwrap_or(after.topics.primary);
        after.topics.secondary = change.secondary.unwrap_or(after.topics.secondary);
        after.language = change.language.unwrap_or(after.language);
        after.source = change.source.unwrap_or(after.source);
        change.campaign.apply(&mut after.campaign);
        change.author.apply(&mut after.author);
        after.author = after.author.as_deref().map(composed);
        change.valid_from.apply(&mut after.valid.from);
        change.valid_to.apply(&mut after.valid.to);
        change.script.apply(&mut after.script);
        self.check_clip(&after)?;
        let warnings = self.judged(&after, Defects::default(), None)?.warnings;
        self.save(who, "clip.edit", &before, after, warnings, now).await
    }

    pub(super) async fn save(
        &self,
        who: &Who,
        what: &str,
        before: &Clip,
        after: Clip,
        warnings: Vec<Finding>,
        now: Now,
    ) -> Result<Response, DeskError> {
        self.store.save_clip(before, &after).await?;
        self.audit(who, what, format!("clip {}", after.id), [value(before), value(&after)], now).await?;
        Ok(Response::Clip { clip: Box::new(after), warnings })
    }

    async fn remove(&self, who: &Who, seen: Seen<'_>, now: Now) -> Result<Response, DeskError> {
        let found = self.seen(seen).await?;
        let clip = self.store.delete_clip(found.id).await?;
        // What sounds at this moment has its file open and plays on.
        ContentStore::open(&self.clips)?.remove(&clip.audio.digest)?;
        self.audit(who, "clip.rm", format!("clip {}", clip.id), [value(&clip), None], now).await?;
        Ok(Response::ClipRemoved { clip: Box::new(clip) })
    }

    async fn replace(
        &self,
        who: &Who,
        seen: Seen<'_>,
        (facts, defects): (AudioFacts, Defects),
        same_item: bool,
        now: Now,
    ) -> Result<Response, DeskError> {
        let digest = facts.digest;
        let replaced = async {
            let before = self.seen(seen).await?;
            self.check_audio(&facts)?;
            let after = before.clone().with_audio(facts, same_item);
            let Verdict { warnings, .. } = self.verdict(&after, defects).await?;
            self.save(who, "clip.replace", &before, after, warnings, now).await
        };
        match replaced.await {
            Ok(response) => Ok(response),
            Err(error) => Err(self.given_up(digest, error).await),
        }
    }

    /// What is to be told of the sound of a clip that is in the library.
    #[must_use]
    pub fn findings(&self, clip: &Clip) -> Vec<Finding> {
        let (limits, _) = limits_of(&self.config, clip.genre, clip.campaign.as_deref());
        judge(&clip.audio, Defects::default(), &limits, DurationRule::Warn, None).warnings
    }

    /// The judgement on a recording before it becomes a clip, or the audio of one.
    pub(super) async fn opinion(
        &self,
        facts: &AudioFacts,
        defects: Defects,
        purpose: &Purpose,
        existing: Option<&Existing>,
    ) -> Result<Verdict, DeskError> {
        let clip = match purpose {
            Purpose::Draft => None,
            Purpose::Replace { clip, .. } => self.store.clip(*clip).await?,
        };
        let Some(clip) = clip else {
            let (limits, _) = limits_of(&self.config, Genre::Article, None);
            return Ok(judge(facts, defects, &limits, DurationRule::Warn, existing));
        };
        let (limits, rule) = limits_of(&self.config, clip.genre, clip.campaign.as_deref());
        let rule = if clip.approval == Approval::Draft { DurationRule::Warn } else { rule };
        Ok(judge(facts, defects, &limits, rule, existing))
    }

    /// The judgement on new audio; a refusal is an error.
    async fn verdict(&self, clip: &Clip, defects: Defects) -> Result<Verdict, DeskError> {
        let first = self.store.find_by_digest(clip.audio.digest).await?;
        let existing = first.map(|first| Existing { clip: Some(first.id), title: first.title });
        self.judged(clip, defects, existing.as_ref())
    }

    pub(super) fn judged(
        &self,
        clip: &Clip,
        defects: Defects,
        existing: Option<&Existing>,
    ) -> Result<Verdict, DeskError> {
        let (limits, rule) = limits_of(&self.config, clip.genre, clip.campaign.as_deref());
        // What a draft belongs to is not said yet; the rule waits until it is handed in.
        let rule = if clip.approval == Approval::Draft { DurationRule::Warn } else { rule };
        let verdict = judge(&clip.audio, defects, &limits, rule, existing);
        if verdict.accepted() {
            return Ok(verdict);
        }
        let reasons = verdict.refusals.iter().map(Finding::english).collect();
        Err(DeskError::refused(format!("the library does not take \"{}\"", clip.title)).problems(reasons))
    }

    /// The audio of a refused submission belongs to no clip and goes; unless a clip has it, which may be why it was refused.
    async fn given_up(&self, digest: Digest, error: DeskError) -> DeskError {
        if let Ok(None) = self.store.find_by_digest(digest).await {
            // What stays behind costs room and nothing else.
            drop(ContentStore::open(&self.clips).and_then(|content| content.remove(&digest)));
        }
        error
    }

    /// The audio is in the store, and no more of it than the configuration allows.
    pub(super) fn check_audio(&self, facts: &AudioFacts) -> Result<(), DeskError> {
        let content = ContentStore::open(&self.clips)?;
        let limits = &self.config.library;
        if content.contains(&facts.digest) {
            let minutes = |length: Duration| length.as_secs().div_ceil(60);
            if facts.duration() > limits.clip_length_max {
                let (found, most) = (minutes(facts.duration()), minutes(limits.clip_length_max));
                let hint = "cut it into programmes, or raise `library.clip_minutes_max`";
                return Err(DeskError::refused(format!("it lasts {found} min, at most {most} are taken")).hint(hint));
            }
            let bytes = std::fs::metadata(content.path_of(&facts.digest)).map_or(0, |file| file.len());
            if bytes > limits.file_bytes_max {
                let text = format!("it has {bytes} bytes, at most {} are taken", limits.file_bytes_max);
                let hint = "convert it to MP3 or AAC, or raise `library.file_megabytes_max`";
                return Err(DeskError::refused(text).hint(hint));
            }
            return Ok(());
        }
        let text = format!("the audio {} is not in {}", facts.digest, self.clips.display());
        Err(DeskError::new(ErrorKind::Failed, text).hint("import the recording again with `loa clip add`"))
    }

    fn topic_or_rest(&self, topic: Option<String>) -> Result<String, DeskError> {
        let topics = &self.config.library.topics;
        let rest = || topics.topics().iter().find(|topic| topic.rest).map(|topic| topic.code.clone());
        topic.or_else(rest).ok_or_else(|| DeskError::usage("the clip has no topic").hint("give one with --topic"))
    }

    fn check_clip(&self, clip: &Clip) -> Result<(), DeskError> {
        check_line("title", &clip.title)?;
        if let Some(author) = &clip.author {
            check_line("author", author)?;
        }
        if let Some(script) = &clip.script {
            check_text("script", script)?;
        }
        self.check_topic(&clip.topics.primary)?;
        clip.topics.secondary.iter().try_for_each(|code| self.check_topic(code))?;
        if let Some(campaign) = &clip.campaign {
            self.check_campaign(campaign)?;
        }
        let mut codes = vec![&clip.topics.primary];
        for code in &clip.topics.secondary {
            if codes.contains(&code) {
                return Err(DeskError::usage(format!("topic `{code}` is given twice; give each once")));
            }
            codes.push(code);
        }
        if clip.topics.secondary.len() > Topics::SECONDARY_MAX {
            let text = format!("{} secondary topics are given, at most {}", codes.len() - 1, Topics::SECONDARY_MAX);
            return Err(DeskError::usage(text).hint("keep those that matter most"));
        }
        if let (Some(from), Some(to)) = (clip.valid.from, clip.valid.to)
            && to < from
        {
            return Err(DeskError::usage(format!(
                "the clip is valid to {to}, before it begins on {from}; swap the days"
            )));
        }
        let part = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !clip.language.split('-').all(part) {
            return Err(DeskError::usage(format!("`{}` is not a language tag; Vietnamese is `vi`", clip.language)));
        }
        Ok(())
    }

    /// Whether the topics file has this code.
    pub(super) fn check_topic(&self, code: &str) -> Result<(), DeskError> {
        match self.config.library.topics.get(code) {
            Some(_) => Ok(()),
            None => {
                Err(DeskError::usage(format!("topic `{code}` is unknown"))
                    .hint("`loa topics` lists the codes there are"))
            }
        }
    }

    /// Whether the configuration has this campaign.
    pub(super) fn check_campaign(&self, code: &str) -> Result<(), DeskError> {
        match self.config.campaign(code) {
            Some(_) => Ok(()),
            None => {
                let hint = "`loa campaigns` lists those of the configuration; add it there as a [[campaign]] first";
                Err(DeskError::usage(format!("campaign `{code}` is unknown")).hint(hint))
            }
        }
    }
}
