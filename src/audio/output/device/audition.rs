//! Lets an operator hear a clip once on this machine's default device, outside every schedule and log.
//!
//! The clip is decoded and converted as for the air; rodio only brings it to the device, at the device's own rate.

use std::num::NonZero;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rodio::{DeviceSinkBuilder, MixerDeviceSink, Player, Source};
use tracing::warn;

use crate::audio::feed::{Feed, FeedOrder};
use crate::audio::frames::CHANNELS;
use crate::audio::source::open_file;
use crate::audio::supply::FeedState;

/// What is decoded ahead.
const RING: Duration = Duration::from_secs(2);

/// Why a clip cannot be auditioned.
#[derive(Debug, thiserror::Error)]
pub enum AuditionError {
    /// There is no device to hear it on.
    #[error("cannot open the default sound device")]
    Device(#[source] rodio::DeviceSinkError),
    /// The system has no thread to give.
    #[error("cannot start a decoder")]
    Decoder(#[source] std::io::Error),
    /// The clip is no good.
    #[error("cannot play the clip: {fault}")]
    Clip {
        /// What is wrong with it.
        fault: String,
    },
}

/// A clip being heard. It ends when this is dropped.
pub struct Audition {
    player: Player,
    feed: Feed,
    // Last: it is closed when nothing plays on it any more.
    _device: MixerDeviceSink,
}

/// Plays the file at `path` once on the default device, with `gain` as factor on every sample. Returns when it sounds.
///
/// # Errors
/// No device, or nothing to play.
pub fn audition(path: &Path, gain: f32) -> Result<Audition, AuditionError> {
    let builder = DeviceSinkBuilder::from_default_device().map_err(AuditionError::Device)?;
    let builder = builder.with_error_callback(|error| warn!("sound device: {error}"));
    let mut device = builder.open_stream().map_err(AuditionError::Device)?;
    device.log_on_drop(false);
    let rate = device.config().sample_rate();
    let order = FeedOrder {
        open: Arc::new(open_file),
        path: path.to_owned(),
        from_frame: 0,
        clip_frames: 0,
        gain,
        rate_hz: rate.get(),
        ring: RING,
    };
    let (ready, readiness) = std::sync::mpsc::sync_channel(1);
    let (feed, ring) = Feed::spawn(order, move |result| drop(ready.send(result))).map_err(AuditionError::Decoder)?;
    let silent = || Err("its decoder ended without a word".to_owned());
    readiness.recv().unwrap_or_else(|_| silent()).map_err(|fault| AuditionError::Clip { fault })?;
    let player = Player::connect_new(device.mixer());
    player.append(Sound { ring, state: Arc::clone(&feed.state), rate, taken: 0 });
    Ok(Audition { player, feed, _device: device })
}

impl Audition {
    /// What of it has been heard.
    #[must_use]
    pub fn position(&self) -> Duration {
        self.player.get_pos()
    }

    /// Whether it has been heard to its end.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.player.empty()
    }

    /// What was wrong in the middle of it, if something was.
    #[must_use]
    pub fn fault(&self) -> Option<&str> {
        self.feed.fault()
    }

    /// Waits until it has been heard to its end.
    pub fn wait(&self) {
        self.player.sleep_until_end();
    }
}

/// The frames of a feed, as rodio takes them.
struct Sound {
    ring: rtrb::Consumer<f32>,
    state: Arc<FeedState>,
    rate: NonZero<u32>,
    taken: u64,
}

impl Iterator for Sound {
    type Item = f32;

    fn next(&mut self) -> Option<f32> {
        if let Ok(sample) = self.ring.pop() {
            self.taken += 1;
            return Some(sample);
        }
        // A decoder that is late leaves silence; one that is through has told how much there was.
        let over = self.state.total().is_some_and(|total| self.taken >= total * CHANNELS as u64);
        (!over).then_some(0.0)
    }
}

impl Source for Sound {
    fn current_span_len(&self) -> Option<usize> {
        None
    }

    fn channels(&self) -> NonZero<u16> {
        const STEREO: NonZero<u16> = NonZero::<u16>::MIN.saturating_add(1);
        STEREO
    }

    fn sample_rate(&self) -> NonZero<u32> {
        self.rate
    }

    fn total_duration(&self) -> Option<Duration> {
        None
    }
}
