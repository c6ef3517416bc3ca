//! Microphones: which there are, and what it takes to open one.

use std::time::Duration;

use tracing::warn;

use super::Desk;
use super::error::{DeskError, ErrorKind};
use crate::config::Config;
use crate::domain::clip::{Clip, ClipId};
use crate::domain::microphone::{Manner, Microphone, MicrophoneId};
use crate::domain::slot::ZoneId;
use crate::domain::sound::LiveSnapshot;
use crate::domain::station::Input;
use crate::domain::time::{Now, day_of};

/// The microphone with this id.
///
/// # Errors
/// There is none.
pub fn find_microphone<'a>(config: &'a Config, id: &MicrophoneId) -> Result<&'a Microphone, DeskError> {
    let known: Vec<&str> = config.microphones.iter().map(|microphone| microphone.id.0.as_str()).collect();
    let hint = format!("the configuration has: {}", known.join(", "));
    config.microphone(id).ok_or_else(|| {
        let text = format!("there is no microphone `{id}`");
        DeskError::new(ErrorKind::NotFound, text).hint(hint).code("no_such_microphone").value("microphone", id)
    })
}

impl Desk {
    /// What the station is told when a person opens a microphone.
    pub(super) async fn go_live(
        &self,
        id: &MicrophoneId,
        zones: &[ZoneId],
        longest: Option<Duration>,
        manner: Option<Manner>,
        by: String,
        now: Now,
    ) -> Result<Input, DeskError> {
        let microphone = find_microphone(&self.config, id)?;
        let longest = longest.unwrap_or(microphone.longest);
        if !(Microphone::LONGEST_MIN..=microphone.longest).contains(&longest) {
            let (asked, most) = (longest.as_secs(), microphone.longest.as_secs());
            let text = format!("nobody speaks for {asked} s through {}, expected 1 s to {most} s", microphone.name);
            let hint = "`microphone.longest_minutes` says how long";
            return Err(DeskError::usage(text).hint(hint).code("live_longest").value("max_s", most));
        }
        let chime = match microphone.chime {
            Some(chime) => self.chime(chime, now).await?,
            None => None,
        };
        let live = LiveSnapshot {
            id: microphone.id.clone(),
            name: microphone.name.clone(),
            length_ms: u64::try_from(longest.as_millis()).unwrap_or(u64::MAX),
            programme: microphone.programme(manner),
        };
        let chime = chime.map(|clip| Box::new((clip.snapshot(), self.config.gain_db_of(&clip))));
        Ok(Input::GoLive { live, gain_db: microphone.gain_db, chime, zones: zones.to_vec(), by })
    }

    /// The tune before a voice. Nobody is kept from speaking by one that is gone or not approved: `loa check` tells of it.
    async fn chime(&self, number: ClipId, now: Now) -> Result<Option<Clip>, DeskError> {
        let Some(clip) = self.store.clip(number).await? else {
            warn!(%number, "the tune before a voice is not in the library");
            return Ok(None);
        };
        let fit = clip.may_air(day_of(self.config.station.time_zone, now.wall));
        if let Err(unfit) = &fit {
            warn!(%number, ?unfit, "the tune before a voice may not be heard");
        }
        Ok(Some(clip).filter(|_| fit.is_ok()))
    }
}
