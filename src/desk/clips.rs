//! What a person may do with the clips of the library.

use std::time::Duration;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::error::{DeskError, ErrorKind};
use super::limits::limits_of;
use super::wording::{check_line, check_text};
use super::{Change, Desk, Response, Who, value};
use crate::domain::account::Right;
use crate::domain::clip::{Approval, AudioFacts, Clip, ClipId, Digest, Genre, Source, Topics};
use crate::domain::intake::{Defects, Existing, Finding, Verdict, judge};
use crate::domain::time::{Days, Now};
use crate::library::ContentStore;

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
    /// Changes what is said about it.
    Edit {
        /// Which.
        clip: String,
        /// What changes.
        change: Box<ClipChange>,
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
            Self::Approve { .. } => &[Right::Approve],
            Self::Submit { .. }
            | Self::Edit { .. }
            | Self::Retire { .. }
            | Self::Remove { .. }
            | Self::Replace { .. } => &[Right::EditClips],
        }
    }
}

impl Desk {
    pub(super) async fn handle_clip(&self, who: &Who, request: ClipRequest, now: Now) -> Result<Response, DeskError> {
        match request {
            ClipRequest::Submit { facts, defects, draft } => self.submit(who, *facts, defects, *draft, now).await,
            ClipRequest::Edit { clip, change } => self.edit(who, &clip, *change, now).await,
            ClipRequest::Approve { clip, approver } => self.approve(who, &clip, approver, now).await,
            ClipRequest::Retire { clip } => self.retire(who, &clip, now).await,
            ClipRequest::Remove { clip } => self.remove(who, &clip, now).await,
            ClipRequest::Replace { clip, facts, defects, same_item } => {
                self.replace(who, &clip, *facts, defects, same_item, now).await
            }
        }
    }

    async fn submit(
        &self,
        who: &Who,
        facts: AudioFacts,
        defects: Defects,
        draft: ClipDraft,
        now: Now,
    ) -> Result<Response, DeskError> {
        let approval = match draft.approver {
            Some(approver) => approved(self.approving(who, approver).await?, &facts, now)?,
            None => Approval::Submitted,
        };
        let clip = Clip {
            id: ClipId(0),
            edition: 1,
            title: draft.title.trim().to_owned(),
            genre: draft.genre,
            topics: Topics { primary: self.topic_or_rest(draft.topic)?, secondary: draft.secondary },
            campaign: draft.campaign,
            author: draft.author,
            language: draft.language.unwrap_or_else(|| self.config.station.language.clone()),
            source: draft.source,
            valid: draft.valid,
            script: draft.script,
            audio: facts,
            approval,
            added_at: now.wall,
        };
        let digest = clip.audio.digest;
        let added = async {
            self.check_clip(&clip)?;
            self.check_audio(&clip.audio)?;
            let verdict = self.verdict(&clip, defects).await?;
            Ok((self.store.add_clip(clip).await?, verdict))
        };
        let (clip, verdict) = match added.await {
            Ok(added) => added,
            Err(error) => return Err(self.given_up(digest, error).await),
        };
        self.audit(who, "clip.add", format!("clip {}", clip.id), [None, value(&clip)], now).await?;
        Ok(Response::Clip { clip: Box::new(clip), warnings: verdict.warnings })
    }

    async fn edit(&self, who: &Who, clip: &str, change: ClipChange, now: Now) -> Result<Response, DeskError> {
        let before = self.find_clip(clip).await?;
        let mut after = before.clone();
        if let Some(title) = change.title {
            after.title = title.trim().to_owned();
        }
        after.genre = change.genre.unwrap_or(after.genre);
        after.topics.primary = change.topic.unwrap_or(after.topics.primary);
        after.topics.secondary = change.secondary.unwrap_or(after.topics.secondary);
        after.language = change.language.unwrap_or(after.language);
        after.source = change.source.unwrap_or(after.source);
        change.campaign.apply(&mut after.campaign);
        change.author.apply(&mut after.author);
        change.valid_from.apply(&mut after.valid.from);
        change.valid_to.apply(&mut after.valid.to);
        change.script.apply(&mut after.script);
        self.check_clip(&after)?;
        let warnings = self.judged(&after, Defects::default(), None)?.warnings;
        self.save(who, "clip.edit", &before, after, warnings, now).await
    }

    async fn approve(&self, who: &Who, clip: &str, approver: Approver, now: Now) -> Result<Response, DeskError> {
        let before = self.find_clip(clip).await?;
        self.check_audio(&before.audio)?;
        let approver = self.approving(who, approver).await?;
        let after = Clip { approval: approved(approver, &before.audio, now)?, ..before.clone() };
        self.save(who, "clip.approve", &before, after, Vec::new(), now).await
    }

    async fn retire(&self, who: &Who, clip: &str, now: Now) -> Result<Response, DeskError> {
        let before = self.find_clip(clip).await?;
        if matches!(before.approval, Approval::Retired { .. }) {
            return Err(DeskError::refused(format!("clip {} is retired already", before.id)));
        }
        let approval = Approval::Retired { by: who.name.trim().to_owned(), at: now.wall };
        let after = Clip { approval, ..before.clone() };
        self.save(who, "clip.retire", &before, after, Vec::new(), now).await
    }

    async fn save(
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

    async fn remove(&self, who: &Who, clip: &str, now: Now) -> Result<Response, DeskError> {
        let found = self.find_clip(clip).await?;
        let clip = self.store.delete_clip(found.id).await?;
        // What sounds at this moment has its file open and plays on.
        ContentStore::open(&self.clips)?.remove(&clip.audio.digest)?;
        self.audit(who, "clip.rm", format!("clip {}", clip.id), [value(&clip), None], now).await?;
        Ok(Response::ClipRemoved { clip: Box::new(clip) })
    }

    async fn replace(
        &self,
        who: &Who,
        clip: &str,
        facts: AudioFacts,
        defects: Defects,
        same_item: bool,
        now: Now,
    ) -> Result<Response, DeskError> {
        let before = self.find_clip(clip).await?;
        self.check_audio(&facts)?;
        let verdict = self.verdict(&Clip { audio: facts.clone(), ..before.clone() }, defects).await?;
        let after = self.store.replace_audio(before.id, facts, same_item).await?;
        self.audit(who, "clip.replace", format!("clip {}", after.id), [value(&before), value(&after)], now).await?;
        Ok(Response::Clip { clip: Box::new(after), warnings: verdict.warnings })
    }

    /// The judgement on new audio; a refusal is an error.
    async fn verdict(&self, clip: &Clip, defects: Defects) -> Result<Verdict, DeskError> {
        let first = self.store.find_by_digest(clip.audio.digest).await?;
        let existing = first.map(|first| Existing { clip: Some(first.id), title: first.title });
        self.judged(clip, defects, existing.as_ref())
    }

    fn judged(&self, clip: &Clip, defects: Defects, existing: Option<&Existing>) -> Result<Verdict, DeskError> {
        let (limits, rule) = limits_of(&self.config, clip.genre, clip.campaign.as_deref());
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
    fn check_audio(&self, facts: &AudioFacts) -> Result<(), DeskError> {
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

fn approved(approver: Approver, facts: &AudioFacts, now: Now) -> Result<Approval, DeskError> {
    let Approver { name, office } = approver;
    check_line("approver's name", &name)?;
    if !office.trim().is_empty() {
        check_line("approver's office", &office)?;
    }
    let (by, title) = (name.trim().to_owned(), office.trim().to_owned());
    Ok(Approval::Approved { by, title, at: now.wall, digest: facts.digest })
}
