//! Records what is heard of live sound, as it came: without the volume of any zone, and whatever cuts in there.

use super::feed::LiveOrder;
use super::history::{History, PIECE_FRAMES_MAX};
use crate::audio::frames::CHANNELS;
use crate::audio::output::Programme;
use crate::audio::output::recorder::{RecorderSettings, Recording};
use crate::audio::tee::Tee;

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

    /// Waits until everything is written and the file is whole.
    pub(super) fn end(self) {
        if let Some((recording, _)) = self.recording {
            recording.end();
        }
    }
}
