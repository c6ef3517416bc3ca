//! What a person may ask of the running station.

use serde::{Deserialize, Serialize};

use super::error::DeskError;
use super::limits::gain_db_of;
use super::{Desk, Response, Who, value};
use crate::domain::account::Right;
use crate::domain::clip::{Clip, Unfit};
use crate::domain::slot::OccurrenceId;
use crate::domain::station::Input;
use crate::domain::time::{Now, day_of};

/// A person asks something of what is on air.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum AirRequest {
    /// This clip, now, by hand.
    Play {
        /// Which: number, title or digest.
        clip: String,
        /// At once, whatever is on air and whatever the hour.
        emergency: bool,
    },
    /// On to the next element.
    Skip,
    /// Stop what is on air, and the rest of its occurrence.
    Stop,
    /// Hold.
    Pause,
    /// Go on.
    Resume,
    /// This occurrence, still to come, shall not air.
    Cancel {
        /// Which.
        occurrence: OccurrenceId,
    },
    /// The wall clock is right, whatever the station thinks of it.
    TrustClock,
}

impl Desk {
    pub(super) async fn handle_air(&self, who: &Who, request: AirRequest, now: Now) -> Result<Response, DeskError> {
        let station = self.station()?;
        let by = who.name.trim().to_owned();
        let (what, subject) = (request.name(), request.subject());
        let input = match &request {
            AirRequest::Play { clip, emergency } => {
                let clip = self.fit_clip(clip, *emergency, now).await?;
                let gain_db = self.config.zones.first().map_or(0.0, |zone| gain_db_of(zone, &clip));
                let clip = clip.snapshot();
                if *emergency { Input::Emergency { clip, gain_db, by } } else { Input::Play { clip, gain_db, by } }
            }
            AirRequest::Skip => Input::Skip { by },
            AirRequest::Stop => Input::Stop { by },
            AirRequest::Pause => Input::Pause { paused: true, by },
            AirRequest::Resume => Input::Pause { paused: false, by },
            AirRequest::Cancel { occurrence } => Input::Cancel { occurrence: occurrence.clone(), by },
            AirRequest::TrustClock => Input::TrustClock { by: Some(by) },
        };
        station.tell(input).await?;
        self.audit(who, what, subject, [None, value(&request)], now).await?;
        Ok(Response::Told)
    }

    /// A clip that may go on air now. Nothing unapproved ever does; an emergency does not ask for validity.
    async fn fit_clip(&self, text: &str, emergency: bool, now: Now) -> Result<Clip, DeskError> {
        let clip = self.find_clip(text).await?;
        let approve = format!("a leader approves it with `loa clip approve {}`", clip.id);
        let (how, code, hint) = match clip.may_air(day_of(self.config.station.time_zone, now.wall)) {
            Ok(()) => return Ok(clip),
            Err(Unfit::OutsideValidity(_)) if emergency => return Ok(clip),
            Err(Unfit::NotApproved) => ("is not approved", "clip_not_approved", approve),
            Err(Unfit::AudioChanged) => ("has other audio than was approved", "clip_audio_changed", approve),
            Err(Unfit::Retired) => ("is retired", "clip_retired", approve),
            Err(Unfit::OutsideValidity(_)) => {
                let days = format!("change its days with `loa clip edit {} --valid-to DAY`", clip.id);
                ("is not valid today", "clip_not_valid_today", days)
            }
        };
        let text = format!("clip {} \"{}\" {how}", clip.id, clip.title);
        Err(DeskError::refused(text).hint(hint).code(code).value("clip", clip.id).value("title", clip.title))
    }
}

impl AirRequest {
    /// What it takes to ask this.
    pub(super) const fn rights(&self) -> &'static [Right] {
        match self {
            Self::Play { emergency: true, .. } => &[Right::Emergency],
            Self::TrustClock => &[Right::TrustClock],
            Self::Play { .. } | Self::Skip | Self::Stop | Self::Pause | Self::Resume | Self::Cancel { .. } => {
                &[Right::Control]
            }
        }
    }

    const fn name(&self) -> &'static str {
        match self {
            Self::Play { emergency: false, .. } => "air.play",
            Self::Play { emergency: true, .. } => "air.emergency",
            Self::Skip => "air.skip",
            Self::Stop => "air.stop",
            Self::Pause => "air.pause",
            Self::Resume => "air.resume",
            Self::Cancel { .. } => "air.cancel",
            Self::TrustClock => "clock.trust",
        }
    }

    fn subject(&self) -> String {
        match self {
            Self::Play { clip, .. } => format!("clip {clip}"),
            Self::Cancel { occurrence } => occurrence.to_string(),
            Self::TrustClock => "clock".to_owned(),
            Self::Skip | Self::Stop | Self::Pause | Self::Resume => "air".to_owned(),
        }
    }
}
