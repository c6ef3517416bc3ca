//! One voice in the control thread's book, from `Prepare` to `Ended`.

use std::sync::Arc;
use std::time::Duration;

use crate::audio::feed::Feed;
use crate::audio::frames::{Nanos, ns_to_frames};
use crate::audio::live::LiveFeed;
use crate::audio::meter::Meter;
use crate::audio::supply::Supply;
use crate::audio::voice::VoiceTally;
use crate::domain::log::{Delivery, EndReason, PartId};
use crate::domain::relay::Account;
use crate::domain::slot::ZoneId;
use crate::domain::station::{Heard, Start};

/// Where a voice stands in the book.
pub(super) enum Place {
    /// With the decoder, or decoded and waiting for the word.
    Ready {
        /// Whether the decoder has said that it may start.
        prepared: bool,
        /// When it shall start, once told.
        start: Option<Start>,
        /// Its frames.
        supply: Supply,
    },
    /// In the mixer.
    Mixed,
    /// Over, and its last frame perhaps still on its way to the loudspeaker. It is told at `due`.
    Over { due: Duration, reason: EndReason },
}

/// What gives a voice its frames.
pub(super) enum Filling {
    /// A decoder of its own.
    Clip(Feed),
    /// Live sound, which it shares with other zones.
    Live(Arc<LiveFeed>),
}

impl Filling {
    /// What went wrong in the middle of a clip. Live sound goes on with what it has.
    pub(super) fn fault(&self) -> Option<&str> {
        match self {
            Self::Clip(feed) => feed.fault(),
            Self::Live(_) => None,
        }
    }

    fn account(&self) -> Option<Account> {
        match self {
            Self::Clip(_) => None,
            Self::Live(feed) => Some(feed.account()),
        }
    }
}

/// A voice.
pub(super) struct Entry {
    pub part: PartId,
    /// Tells this decoder's messages from those of an earlier one for the same part.
    pub feed_number: u32,
    pub feed: Filling,
    /// Begins in the middle of its clip.
    pub resumed: bool,
    pub place: Place,
    /// The mixer's newest word on it.
    pub tally: VoiceTally,
    pub meter: Option<Meter>,
    /// How the log shall say that it ended, if it was told to.
    pub asked: Option<EndReason>,
    /// When `Started` is to be told; none once it was, or before the mixer knows.
    pub started_due: Option<(Duration, Nanos)>,
    /// Whether `Started` was told.
    pub announced: bool,
    /// When `Progress` is to be told next.
    pub progress_due: Duration,
}

impl Entry {
    /// A voice whose decoder has just begun.
    pub(super) fn new(part: PartId, feed_number: u32, feed: Filling, resumed: bool, supply: Supply) -> Self {
        Self {
            part,
            feed_number,
            feed,
            resumed,
            place: Place::Ready { prepared: false, start: None, supply },
            tally: VoiceTally::default(),
            meter: None,
            asked: None,
            started_due: None,
            announced: false,
            progress_due: Duration::ZERO,
        }
    }

    /// Whether it was told to start.
    pub(super) const fn is_started(&self) -> bool {
        !matches!(self.place, Place::Ready { start: None, .. })
    }

    /// When the station is to be told of it next, if that is known to the millisecond.
    pub(super) fn due(&self) -> Option<Duration> {
        let over = match self.place {
            Place::Over { due, .. } => Some(due),
            Place::Ready { .. } | Place::Mixed => None,
        };
        over.into_iter().chain(self.started_due.map(|(due, _)| due)).min()
    }

    /// Frames of it heard up to `at`.
    pub(super) fn frames_heard(&self, at: Nanos, rate_hz: u32) -> u64 {
        frames_heard(&self.tally, at, rate_hz)
    }

    /// The account of what was heard of it up to `at`.
    pub(super) fn account(&mut self, at: Nanos, rate_hz: u32, zone: &ZoneId) -> Heard {
        let frames = self.frames_heard(at, rate_hz);
        let underrun_frames = self.tally.underrun_frames;
        let level = self.meter.take().map(|meter| meter.finish(underrun_frames)).unwrap_or_default();
        let instants = self.tally.first.zip(self.tally.end).filter(|_| frames > 0);
        Heard {
            start: instants.map(|((_, first), _)| first.into()),
            end: instants.map(|(_, (_, end))| end.min(at).into()),
            frames,
            zones: vec![Delivery { zone: zone.clone(), frames, underrun_frames }],
            level,
            relay: self.feed.account(),
        }
    }
}

/// What was handed to the device less what lies beyond `at`. The frames just handed over lie end to end, so the way back
/// from the end is counted in frames.
fn frames_heard(tally: &VoiceTally, at: Nanos, rate_hz: u32) -> u64 {
    let Some((_, end)) = tally.end else { return 0 };
    let ahead = ns_to_frames(end.0.saturating_sub(at.0), rate_hz);
    tally.frames.saturating_sub(ahead)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_still_in_the_device_are_not_heard() {
        let second = 1_000_000_000;
        let tally = VoiceTally {
            frames: 48_000,
            first: Some((0, Nanos(10 * second))),
            end: Some((48_000, Nanos(11 * second))),
            ..VoiceTally::default()
        };
        for (at_ms, expected) in
            [(9_000, 0), (10_000, 0), (10_500, 24_000), (10_990, 47_520), (11_000, 48_000), (20_000, 48_000)]
        {
            assert_eq!(frames_heard(&tally, Nanos(at_ms * 1_000_000), 48_000), expected, "at {at_ms} ms");
        }
    }
}
