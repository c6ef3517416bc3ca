//! What a person may ask of the running station.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::emergency::{EmergencySound, check_repeats};
use super::error::DeskError;
use super::{Desk, Response, Who, value};
use crate::domain::account::Right;
use crate::domain::clip::{Clip, Unfit};
use crate::domain::microphone::{Manner, MicrophoneId};
use crate::domain::slot::{OccurrenceId, ZoneId};
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
        /// Where; everywhere if empty.
        #[serde(default)]
        zones: Vec<ZoneId>,
    },
    /// This must be heard at once, whatever is on air and whatever the hour.
    Raise {
        /// What.
        sound: EmergencySound,
        /// Where; everywhere if empty.
        #[serde(default)]
        zones: Vec<ZoneId>,
        /// How often, 1 to [`crate::domain::station::TIMES_MAX`].
        times: u32,
        /// From one beginning to the next, at most a day.
        every: Duration,
    },
    /// The emergency is over.
    EndEmergency {
        /// In these zones; everywhere if empty.
        #[serde(default)]
        zones: Vec<ZoneId>,
    },
    /// Somebody is going to speak.
    GoLive {
        /// Through which microphone.
        microphone: MicrophoneId,
        /// Where; everywhere if empty.
        #[serde(default)]
        zones: Vec<ZoneId>,
        /// How long at most; as long as the microphone allows if none.
        #[serde(default)]
        longest: Option<Duration>,
        /// What becomes of the programme; what the microphone's settings say if none.
        #[serde(default)]
        programme: Option<Manner>,
    },
    /// Nobody speaks any more.
    EndLive {
        /// Through which microphone; any if none.
        #[serde(default)]
        microphone: Option<MicrophoneId>,
    },
    /// On to the next element.
    Skip {
        /// In which zone; needed only while several things are on air, so below.
        #[serde(default)]
        zone: Option<ZoneId>,
    },
    /// Stop what is on air, and the rest of its occurrence.
    Stop {
        /// In which zone.
        #[serde(default)]
        zone: Option<ZoneId>,
    },
    /// Hold.
    Pause {
        /// In which zone.
        #[serde(default)]
        zone: Option<ZoneId>,
    },
    /// Go on.
    Resume {
        /// In which zone.
        #[serde(default)]
        zone: Option<ZoneId>,
    },
    /// Nothing but emergencies shall be heard in a zone, or everything again.
    Mute {
        /// Which.
        zone: ZoneId,
        /// Whether it is muted.
        muted: bool,
    },
    /// Amplifiers shall be on for a while, or off.
    Switch {
        /// Of which zones; all if empty.
        #[serde(default)]
        zones: Vec<ZoneId>,
        /// On, or off.
        on: bool,
    },
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
            AirRequest::Play { clip, zones } => {
                let clip = self.fit_clip(clip, false, now).await?;
                let (gain_db, clip) = (self.config.gain_db_of(&clip), clip.snapshot());
                Input::Play { clip, gain_db, zones: zones.clone(), by }
            }
            AirRequest::Raise { sound, zones, times, every } => {
                check_repeats(*times, *every)?;
                let clip = self.emergency_clip(who, sound, now).await?;
                let (gain_db, clip) = (self.config.gain_db_of(&clip), clip.snapshot());
                Input::Emergency { clip, gain_db, by, zones: zones.clone(), times: *times, every: *every }
            }
            AirRequest::EndEmergency { zones } => Input::EndEmergency { zones: zones.clone(), by },
            AirRequest::GoLive { microphone, zones, longest, programme } => {
                self.go_live(microphone, zones, *longest, *programme, by, now).await?
            }
            AirRequest::EndLive { microphone } => Input::EndLive { microphone: microphone.clone(), by },
            AirRequest::Skip { zone } => Input::Skip { zone: zone.clone(), by },
            AirRequest::Stop { zone } => Input::Stop { zone: zone.clone(), by },
            AirRequest::Pause { zone } => Input::Pause { paused: true, zone: zone.clone(), by },
            AirRequest::Resume { zone } => Input::Pause { paused: false, zone: zone.clone(), by },
            AirRequest::Mute { zone, muted } => Input::Mute { zone: zone.clone(), muted: *muted, by },
            AirRequest::Switch { zones, on } => Input::Switch { zones: zones.clone(), on: *on, by },
            AirRequest::Cancel { occurrence } => Input::Cancel { occurrence: occurrence.clone(), by },
            AirRequest::TrustClock => Input::TrustClock { by: Some(by) },
        };
        station.tell(input).await?;
        self.audit(who, what, subject, [None, value(&request)], now).await?;
        Ok(Response::Told)
    }

    /// A clip that may go on air now. Nothing unapproved ever does; an emergency does not ask for validity.
    pub(super) async fn fit_clip(&self, text: &str, emergency: bool, now: Now) -> Result<Clip, DeskError> {
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
            Self::Raise { .. } | Self::EndEmergency { .. } => &[Right::Emergency],
            Self::TrustClock => &[Right::TrustClock],
            Self::Play { .. }
            | Self::GoLive { .. }
            | Self::EndLive { .. }
            | Self::Skip { .. }
            | Self::Stop { .. }
            | Self::Pause { .. }
            | Self::Resume { .. }
            | Self::Mute { .. }
            | Self::Switch { .. }
            | Self::Cancel { .. } => &[Right::Control],
        }
    }

    const fn name(&self) -> &'static str {
        match self {
            Self::Play { .. } => "air.play",
            Self::Raise { .. } => "air.emergency",
            Self::EndEmergency { .. } => "air.emergency_end",
            Self::GoLive { .. } => "air.live",
            Self::EndLive { .. } => "air.live_end",
            Self::Skip { .. } => "air.skip",
            Self::Stop { .. } => "air.stop",
            Self::Pause { .. } => "air.pause",
            Self::Resume { .. } => "air.resume",
            Self::Mute { muted: true, .. } => "zone.mute",
            Self::Mute { muted: false, .. } => "zone.unmute",
            Self::Switch { on: true, .. } => "amplifier.on",
            Self::Switch { on: false, .. } => "amplifier.off",
            Self::Cancel { .. } => "air.cancel",
            Self::TrustClock => "clock.trust",
        }
    }

    fn subject(&self) -> String {
        match self {
            Self::Play { clip, .. } | Self::Raise { sound: EmergencySound::Clip(clip), .. } => format!("clip {clip}"),
            Self::Raise { sound: EmergencySound::Standby, .. } => "the clip that stands by".to_owned(),
            Self::Raise { sound: EmergencySound::Text(_), .. } => "a text".to_owned(),
            Self::Mute { zone, .. } => format!("zone {zone}"),
            Self::Switch { zones, .. } => match &zones[..] {
                [] => "every amplifier".to_owned(),
                [zone] => format!("zone {zone}"),
                zones => format!("zones {}", zones.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
            },
            Self::GoLive { microphone, .. } | Self::EndLive { microphone: Some(microphone) } => {
                format!("microphone {microphone}")
            }
            Self::Cancel { occurrence } => occurrence.to_string(),
            Self::TrustClock => "clock".to_owned(),
            Self::EndEmergency { .. }
            | Self::EndLive { microphone: None }
            | Self::Skip { .. }
            | Self::Stop { .. }
            | Self::Pause { .. }
            | Self::Resume { .. } => "air".to_owned(),
        }
    }
}
