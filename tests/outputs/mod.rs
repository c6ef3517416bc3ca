//! Outputs into the network, heard at the other end: by a real Icecast and its listeners, by a receiver of RTP, by a stock player.

mod devices;
mod icecast;
mod rtp;

use std::sync::Arc;
use std::time::{Duration, Instant};

use loa::audio::EngineSettings;
use loa::audio::output::{OutputKind, OutputSettings, Programme};
use loa::domain::station::{Input, Start};

use crate::support::audio::{Listener, MemoryClip, part, settings, voice, zone};

/// Longest wait for anything at the other end.
const PATIENCE: Duration = Duration::from_secs(30);

/// An engine on an output of this kind, with clips in memory.
fn on(kind: OutputKind, clips: impl IntoIterator<Item = (u8, MemoryClip)>) -> EngineSettings {
    let mut settings = settings(clips);
    let programme = Programme { rate_hz: settings.rate_hz, clock: Arc::clone(&settings.clock) };
    let output = OutputSettings { kind, record: None, witness: None };
    settings.output = Arc::new(move || output.make(&programme));
    settings
}

/// What is said of an output that was to fail.
const OPENED: &str = "it opened";

/// What an output says that does not open.
fn refused(kind: OutputKind) -> String {
    let mut listener = Listener::new(on(kind, []));
    listener.engine.open_output(zone()).unwrap();
    lost(&mut listener)
}

fn lost(listener: &mut Listener) -> String {
    listener.wait("OutputLost", |input| match input {
        Input::OutputLost { error, .. } => Some(error.clone()),
        Input::OutputOpen { .. } => Some(OPENED.to_owned()),
        _ => None,
    })
}

/// Plays clip 1 as part `number`, to its end.
fn play(listener: &mut Listener, number: u32) {
    listener.prepare(voice(part(number), 1));
    listener.engine.arm(part(number), Start::At(listener.now().wall)).unwrap();
    listener.ended(part(number));
}

fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "waited for {what}");
        std::thread::park_timeout(Duration::from_millis(20));
    }
}

/// A sweep from 200 to 2,000 Hz, in which every moment sounds different.
fn sweep(seconds: f64) -> MemoryClip {
    let frames = (seconds * 48_000.0) as usize;
    let sample = |frame: usize| {
        let t = frame as f64 / 48_000.0;
        (0.5 * (std::f64::consts::TAU * (200.0 * t + 900.0 * t * t / seconds)).sin()) as f32
    };
    MemoryClip::new(48_000, 2, (0..frames).flat_map(|frame| [sample(frame); 2]).collect())
}

/// How well `clip` is found in the left channel of what was heard, 1 at best; and where, in frames. Zeros as long as it may go on.
fn likeness(heard: &[i16], clip: &MemoryClip) -> (f64, usize) {
    let left: Vec<f64> = heard.iter().step_by(2).map(|sample| f64::from(*sample) / 32_768.0).collect();
    let wanted: Vec<f64> = clip.samples.iter().step_by(2).map(|sample| f64::from(*sample)).collect();
    let Some(onset) = left.iter().position(|sample| sample.abs() > 0.05) else { return (0.0, 0) };
    let lags = onset.saturating_sub(300)..onset + 100;
    if left.len() < lags.end + wanted.len() {
        return (0.0, 0);
    }
    let norm = |of: &[f64]| of.iter().map(|sample| sample * sample).sum::<f64>().sqrt();
    let at = |lag: usize| {
        let part = &left[lag..lag + wanted.len()];
        let dot: f64 = part.iter().zip(&wanted).map(|(a, b)| a * b).sum();
        dot / (norm(part) * norm(&wanted)).max(1e-9)
    };
    lags.map(|lag| (at(lag), lag)).max_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or((0.0, 0))
}
