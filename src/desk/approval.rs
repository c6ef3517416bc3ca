//! The way of a clip from draft to air: handed in, approved or sent back, taken out of use.

use super::clips::Approver;
use super::error::{DeskError, ErrorKind};
use super::wording::{check_line, check_text};
use super::{Desk, Response, Who};
use crate::domain::clip::{Approval, AudioFacts, Clip};
use crate::domain::intake::Defects;
use crate::domain::text::composed;
use crate::domain::time::Now;

/// The longest note with which a clip is sent back, in characters.
const NOTE_MAX: usize = 2_000;

/// What a person saw of a clip: the clip that was asked for, and the version it was shown in if that matters.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen<'a> {
    /// A number, a title, a digest.
    pub(super) clip: &'a str,
    /// As [`version_of`] says it; none if whatever it is now is meant.
    pub(super) version: Option<&'a str>,
}

/// What a clip was when it was looked at: 32 hexadecimal digits that change with everything that is said of it. Read with its
/// script.
#[must_use]
pub fn version_of(clip: &Clip) -> String {
    // A clip is made of strings and numbers: turning it into JSON cannot fail.
    let said = serde_json::to_vec(clip).unwrap_or_default();
    let mut hex = blake3::hash(&said).to_hex().to_string();
    hex.truncate(32);
    hex
}

impl Desk {
    /// The clip that is meant, if it is still what the person saw.
    pub(super) async fn seen(&self, seen: Seen<'_>) -> Result<Clip, DeskError> {
        let clip = self.find_clip(seen.clip).await?;
        match seen.version {
            Some(version) if version != version_of(&clip) => {
                let text = format!("clip {} \"{}\" was changed since you opened it", clip.id, clip.title);
                let hint = "look at what it is now, then change it again";
                Err(DeskError::new(ErrorKind::Conflict, text).hint(hint).code("clip_changed").value("clip", clip.id))
            }
            _ => Ok(clip),
        }
    }

    /// Hands a draft, or a clip that was sent back, to a leader.
    pub(super) async fn hand_in(&self, who: &Who, seen: Seen<'_>, now: Now) -> Result<Response, DeskError> {
        let before = self.seen(seen).await?;
        let id = before.id;
        match before.approval {
            Approval::Draft | Approval::SentBack { .. } => {}
            Approval::Submitted => {
                return Err(DeskError::refused(format!("clip {id} waits for approval already")).code("clip_submitted"));
            }
            Approval::Approved { .. } => {
                return Err(DeskError::refused(format!("clip {id} is approved already")).code("clip_approved"));
            }
            Approval::Retired { .. } => {
                let hint = format!("a leader brings it back with `loa clip approve {id}`");
                return Err(DeskError::refused(format!("clip {id} is retired")).hint(hint).code("clip_retired"));
            }
        }
        self.check_audio(&before.audio)?;
        let after = Clip { approval: Approval::Submitted, ..before.clone() };
        let warnings = self.judged(&after, Defects::default(), None)?.warnings;
        self.save(who, "clip.submit", &before, after, warnings, now).await
    }

    pub(super) async fn approve(
        &self,
        who: &Who,
        seen: Seen<'_>,
        approver: Approver,
        now: Now,
    ) -> Result<Response, DeskError> {
        let before = self.seen(seen).await?;
        if before.approval == Approval::Draft {
            let hint = format!("its editor hands it in first, with `loa clip submit {}`", before.id);
            return Err(DeskError::refused(format!("clip {} is a draft", before.id)).hint(hint).code("clip_is_draft"));
        }
        self.check_audio(&before.audio)?;
        let approver = self.approving(who, approver).await?;
        let after = Clip { approval: approved(approver, &before.audio, now)?, ..before.clone() };
        self.save(who, "clip.approve", &before, after, Vec::new(), now).await
    }

    /// A leader wants it changed before it may go on air.
    pub(super) async fn send_back(
        &self,
        who: &Who,
        seen: Seen<'_>,
        note: &str,
        now: Now,
    ) -> Result<Response, DeskError> {
        let before = self.seen(seen).await?;
        let refused = match before.approval {
            Approval::Submitted | Approval::Approved { .. } => None,
            Approval::Draft => Some(("is a draft that nobody has handed in", "clip_is_draft")),
            Approval::SentBack { .. } => Some(("was sent back already", "clip_sent_back")),
            Approval::Retired { .. } => Some(("is retired", "clip_retired")),
        };
        if let Some((why, code)) = refused {
            return Err(DeskError::refused(format!("clip {} {why}", before.id)).code(code));
        }
        let note = checked_note(note)?;
        let approval = Approval::SentBack { by: who.name.trim().to_owned(), at: now.wall, note };
        let after = Clip { approval, ..before.clone() };
        self.save(who, "clip.send_back", &before, after, Vec::new(), now).await
    }

    pub(super) async fn retire(&self, who: &Who, seen: Seen<'_>, now: Now) -> Result<Response, DeskError> {
        let before = self.seen(seen).await?;
        if matches!(before.approval, Approval::Retired { .. }) {
            return Err(DeskError::refused(format!("clip {} is retired already", before.id)).code("clip_retired"));
        }
        let approval = Approval::Retired { by: who.name.trim().to_owned(), at: now.wall };
        let after = Clip { approval, ..before.clone() };
        self.save(who, "clip.retire", &before, after, Vec::new(), now).await
    }
}

/// A note says something, and is short enough to be read.
fn checked_note(note: &str) -> Result<String, DeskError> {
    let note = composed(note);
    let characters = note.chars().count();
    if characters == 0 {
        let text = "the note is empty; say what shall be changed, so that the editor knows";
        return Err(DeskError::usage(text).code("note_empty"));
    }
    if characters > NOTE_MAX {
        let text = format!("the note has {characters} characters, at most {NOTE_MAX}; shorten it");
        return Err(DeskError::usage(text).code("text_too_long").value("most", NOTE_MAX));
    }
    check_text("note", &note)?;
    Ok(note)
}

pub(super) fn approved(approver: Approver, facts: &AudioFacts, now: Now) -> Result<Approval, DeskError> {
    let Approver { name, office } = approver;
    check_line("approver's name", &name)?;
    if !office.trim().is_empty() {
        check_line("approver's office", &office)?;
    }
    Ok(Approval::Approved { by: composed(&name), title: composed(&office), at: now.wall, digest: facts.digest })
}
