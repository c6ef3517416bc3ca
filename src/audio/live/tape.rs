//! Records what is heard of live sound, as it came: without the volume of any zone, and whatever cuts in there.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::feed::LiveOrder;
use super::history::{History, PIECE_FRAMES_MAX};
use crate::audio::frames::CHANNELS;
use crate::audio::output::Programme;
use crate::audio::output::recorder::{RecorderSettings, RecorderState, Recording};
use crate::audio::output::recordings::folder_of_airing;
use crate::audio::tee::Tee;
use crate::domain::alarm::RecordingFault;
use crate::domain::log::AiringId;
use crate::domain::relay::{Relay, RelayId};

/// Where the relays that are kept are recorded, and how that goes. Clones see the same.
#[derive(Debug, Clone, Default)]
pub struct Tapes {
    /// Of all recordings.
    folder: PathBuf,
    /// Of every relay that is kept.
    states: BTreeMap<RelayId, RecorderState>,
}

impl Tapes {
    /// Of those of these relays that are kept; `folder` is that of all recordings.
    #[must_use]
    pub fn new(folder: PathBuf, relays: &[Relay]) -> Self {
        let kept = relays.iter().filter(|relay| relay.keep);
        Self { folder, states: kept.map(|relay| (relay.id.clone(), RecorderState::default())).collect() }
    }

    /// How an airing of a relay is recorded: in a folder of its own. None if it is not.
    #[must_use]
    pub fn of(&self, relay: &RelayId, airing: AiringId) -> Option<RecorderSettings> {
        let state = self.states.get(relay)?.clone();
        Some(RecorderSettings::new(folder_of_airing(&self.folder, airing), state))
    }

    /// The relays whose recording is not what came.
    pub fn faults(&self) -> impl Iterator<Item = (&RelayId, RecordingFault)> {
        self.states.iter().filter_map(|(relay, state)| Some((relay, state.fault()?)))
    }
}

/// Takes what was heard out of the history and hands it to a recorder. On the feed's thread; it never waits.
pub(super) struct Tape {
    settings: RecorderSettings,
    programme: Programme,
    /// Begun with the first frame that is heard; none also if it cannot be.
    recording: Option<(Recording, Tee)>,
    begun: bool,
    /// The next frame.
    next: u64,
}

impl Tape {
    pub(super) fn new(settings: &RecorderSettings, order: &LiveOrder) -> Self {
        let programme = Programme { rate_hz: order.rate_hz, clock: order.clock.clone() };
        Self { settings: settings.clone(), programme, recording: None, begun: false, next: 0 }
    }

    /// Takes what was heard since the last call.
    pub(super) fn take(&mut self, history: &History) {
        let Some((onset, foremost)) = history.heard() else { return };
        if !self.begun {
            self.begun = true;
            self.recording = Recording::begin(&self.settings, &self.programme);
        }
        let Some((_, tee)) = &mut self.recording else { return };
        self.next = self.next.max(onset);
        // What a zone has gone past and nobody has written yet comes later, if at all.
        let heard = foremost.min(history.written());
        let mut block = [0.0; PIECE_FRAMES_MAX * CHANNELS];
        while self.next < heard {
            let frames = heard.saturating_sub(self.next).min(PIECE_FRAMES_MAX as u64);
            let block = &mut block[..frames as usize * CHANNELS];
            // Of a thread that was late for seconds the oldest frames are gone; the instants of the others say so.
            if let Some(at) = history.copy(self.next, block) {
                tee.push(block, at);
            }
            self.next += frames;
        }
    }

    /// Waits until everything is written and the file is whole. What was wrong with it is over then: the next one is another.
    pub(super) fn end(self) {
        if let Some((recording, _)) = self.recording {
            recording.end();
        }
        self.settings.state.over();
    }
}
