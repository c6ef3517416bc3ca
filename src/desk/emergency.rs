//! What an emergency lets be heard: a clip, a text that is read aloud on the spot, or the clip that stands by.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::error::{DeskError, ErrorKind};
use super::{ClipDraft, Desk, Response, SpeechText, Who};
use crate::clock;
use crate::domain::clip::{Clip, Genre, Source};
use crate::domain::station::TIMES_MAX;
use crate::domain::text::composed;
use crate::domain::time::{Days, Now};

/// The longest time from one sounding of an emergency to the next.
const EVERY_MAX: Duration = Duration::from_secs(24 * 60 * 60);
/// So many characters of a text are the title of its clip.
const TITLE_CHARACTERS_MAX: usize = 60;

/// What is heard in an emergency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmergencySound {
    /// The clip that stands by, as `tiers.emergency_clip` names it.
    Standby,
    /// This clip: number, title or digest.
    Clip(String),
    /// This text, read aloud. It becomes a clip that waits for approval like any other, and is heard without: whoever raises
    /// the emergency answers for it by name.
    Text(SpeechText),
}

impl Desk {
    /// The clip that is to be heard.
    pub(super) async fn emergency_clip(&self, who: &Who, sound: &EmergencySound, now: Now) -> Result<Clip, DeskError> {
        match sound {
            EmergencySound::Clip(clip) => self.fit_clip(clip, true, now).await,
            EmergencySound::Standby => match self.config().tiers.emergency_clip {
                Some(clip) => self.fit_clip(&clip.to_string(), true, now).await,
                None => {
                    let hint = "name a clip or give a text; or set `tiers.emergency_clip`";
                    let error = DeskError::refused("no clip stands by for an emergency").hint(hint);
                    Err(error.code("no_standby_clip"))
                }
            },
            EmergencySound::Text(text) => self.spoken_clip(who, text).await,
        }
    }

    async fn spoken_clip(&self, who: &Who, text: &SpeechText) -> Result<Clip, DeskError> {
        let spoken = self.speak(text.clone()).await?;
        // The same words give the same recording, which the library has only once.
        if let Some(known) = self.store().find_by_digest(spoken.facts.digest).await? {
            return Ok(known);
        }
        let draft = ClipDraft {
            title: title_of(&text.text),
            genre: Genre::Notice,
            topic: None,
            secondary: Vec::new(),
            campaign: None,
            author: Some(who.name.trim().to_owned()),
            language: None,
            source: Source::Own,
            valid: Days::default(),
            script: None,
            approver: None,
            unfinished: false,
        };
        let request = self.keep(spoken, text.with(draft)).await?;
        // Speaking took its time. Not asked whether who raises emergencies may make clips: this one comes with the emergency.
        match self.handle_clip(who, request, clock::now()).await? {
            Response::Clip { clip, .. } => Ok(*clip),
            other => Err(DeskError::new(ErrorKind::Failed, format!("handing a clip in gave {other:?}"))),
        }
    }
}

/// The first words of a text, to the end of one.
fn title_of(text: &str) -> String {
    let text = composed(text);
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((end, _)) = line.char_indices().nth(TITLE_CHARACTERS_MAX) else { return line };
    let head = &line[..end];
    format!("{} …", head.rfind(' ').map_or(head, |blank| &head[..blank]))
}

/// # Errors
/// It would be heard too often, or too seldom.
pub(super) fn check_repeats(times: u32, every: Duration) -> Result<(), DeskError> {
    if !(1..=TIMES_MAX).contains(&times) {
        let text = format!("an emergency cannot be heard {times} times, expected 1 to {TIMES_MAX}");
        return Err(DeskError::usage(text).code("emergency_times").value("max", TIMES_MAX));
    }
    if every > EVERY_MAX {
        let text = format!("an emergency cannot be heard every {} s, expected at most 24 hours", every.as_secs());
        return Err(DeskError::usage(text).code("emergency_every"));
    }
    Ok(())
}
