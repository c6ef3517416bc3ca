//! A capture device as an input: the line-in that an FM tuner is plugged into, or a microphone.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use cpal::{BufferSize, ErrorKind, HostId, SampleFormat, StreamConfig, SupportedBufferSize};
use tracing::warn;

use super::{CREATE_MAX, FORMATS, HostChoice, hosts};
use crate::audio::frames::CHANNELS;
use crate::audio::input::{Clock, Input, Shape};
use crate::domain::relay::Host;

/// How soon a device's sound shall be at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Haste {
    /// Whenever it suits the sound server: another station is as good a moment later.
    None,
    /// At once: somebody speaks, and hears the loudspeakers.
    Prompt,
}

/// What is kept of a device's sound when nobody takes it; what comes beyond is dropped.
const KEPT: Duration = Duration::from_secs(2);
/// So long is waited for sound before whoever reads may look around.
const WAIT: Duration = Duration::from_millis(20);
/// What is at hand before it is heard: a sound server gives pieces of an eighth of a second.
const CUSHION: Duration = Duration::from_millis(300);
/// The same of a device that gives its sound promptly: two pieces, and what one output takes at once.
const CUSHION_PROMPT: Duration = Duration::from_millis(60);
/// So long is waited for sound that comes promptly.
const WAIT_PROMPT: Duration = Duration::from_millis(4);
/// So long is listened to a device before it is believed to give its sound promptly.
const TRIAL: Duration = Duration::from_millis(300);
/// Sound between two callbacks that is asked for.
const BUFFER: Duration = Duration::from_millis(20);
/// So often in a second of sound it is looked whether a device of a sound server is still there.
const LOOKS_PER_SECOND: usize = 4;
/// Complaints that wait to be heard; the first of them ends the input.
const COMPLAINTS_MAX: usize = 4;

/// An open capture device.
pub struct Capture {
    name: String,
    shape: Shape,
    haste: Haste,
    ring: rtrb::Consumer<f32>,
    faults: Receiver<String>,
    stream: cpal::Stream,
    /// Where it is looked after whether the device is still there; see [`Capture::is_gone`].
    looked_after: Option<(cpal::Host, cpal::DeviceId)>,
    /// Frames since it was last looked.
    unseen: usize,
}

struct Found {
    device: cpal::Device,
    config: StreamConfig,
    format: SampleFormat,
    name: String,
    looked_after: Option<(cpal::Host, cpal::DeviceId)>,
}

impl Capture {
    /// Opens a device, if it can be at `rate_hz` and in stereo.
    ///
    /// # Errors
    /// There is no such device, or it cannot be opened, in words.
    pub fn open(host: Host, device: Option<&str>, rate_hz: u32) -> Result<Self, String> {
        Self::open_with(host, device, rate_hz, Haste::None)
    }

    /// The same, with its sound at hand as soon as it can be without loss. Takes a third of a second longer.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_prompt(host: Host, device: Option<&str>, rate_hz: u32) -> Result<Self, String> {
        let mut capture = Self::open_with(host, device, rate_hz, Haste::Prompt)?;
        if capture.keeps_up() {
            // What came meanwhile is old.
            let old = capture.ring.slots();
            if let Ok(chunk) = capture.ring.read_chunk(old) {
                chunk.commit_all();
            }
            return Ok(capture);
        }
        // PulseAudio throws away what is more than was asked for at once, and some of its sources give no less.
        let name = capture.name.clone();
        drop(capture);
        warn!("{name} gives its sound in large pieces: it is heard half a second later");
        Self::open_with(host, device, rate_hz, Haste::None)
    }

    /// Whether all of its sound comes, in time.
    fn keeps_up(&self) -> bool {
        let frames = |time: Duration| (time.as_secs_f64() * f64::from(self.shape.rate_hz)) as usize;
        let at_hand = || self.ring.slots() / self.shape.channels;
        let mut left = TRIAL;
        // From its first sound on: a device takes its time to begin.
        while at_hand() == 0 && !left.is_zero() {
            std::thread::park_timeout(WAIT);
            left = left.saturating_sub(WAIT);
        }
        std::thread::park_timeout(TRIAL);
        // Of a source that gives large pieces next to nothing comes; a busy machine is late, and loses nothing.
        at_hand() >= frames(TRIAL) / 2
    }

    fn open_with(host: Host, device: Option<&str>, rate_hz: u32, haste: Haste) -> Result<Self, String> {
        let choice = match host {
            Host::Auto => HostChoice::Auto,
            Host::PulseAudio => HostChoice::PulseAudio,
            Host::Alsa => HostChoice::Alsa,
        };
        let mut faults = Vec::new();
        for id in hosts(choice) {
            match find(id, device, rate_hz, haste).and_then(|found| Self::start(found, haste)) {
                Ok(capture) => return Ok(capture),
                Err(fault) => faults.push(format!("{id}: {fault}")),
            }
        }
        Err(faults.join("; "))
    }

    fn start(found: Found, haste: Haste) -> Result<Self, String> {
        let (config, name) = (found.config, found.name);
        let shape = Shape { rate_hz: config.sample_rate, channels: usize::from(config.channels) };
        let samples = (KEPT.as_secs_f64() * f64::from(shape.rate_hz)) as usize * shape.channels;
        let (ring, taken) = rtrb::RingBuffer::new(samples.max(shape.channels));
        let (tell, faults) = sync_channel(COMPLAINTS_MAX);
        let device = &found.device;
        let on_error = complain(name.clone(), tell);
        let stream = match found.format {
            SampleFormat::F32 => {
                let mut ring = ring;
                let channels = shape.channels;
                let take = move |sound: &[f32], _: &cpal::InputCallbackInfo| keep(&mut ring, channels, sound);
                device.build_input_stream(config, take, on_error, Some(CREATE_MAX))
            }
            SampleFormat::I32 => {
                let take = converted(ring, shape, |sample: i32| (f64::from(sample) / 2_147_483_648.0) as f32);
                device.build_input_stream(config, take, on_error, Some(CREATE_MAX))
            }
            _ => {
                let take = converted(ring, shape, |sample: i16| f32::from(sample) / 32_768.0);
                device.build_input_stream(config, take, on_error, Some(CREATE_MAX))
            }
        };
        let stream = stream.map_err(|error| format!("{name}: {error}"))?;
        stream.play().map_err(|error| format!("{name}: {error}"))?;
        Ok(Self { name, shape, haste, ring: taken, faults, stream, looked_after: found.looked_after, unseen: 0 })
    }

    /// PulseAudio goes on with another device when one is unplugged, and that may be the microphone of a camera. The library
    /// cannot forbid it, so it is looked whether the device is still there.
    fn is_gone(&mut self, frames: usize) -> bool {
        self.unseen += frames;
        let Some((host, id)) = &self.looked_after else { return false };
        if self.unseen < self.shape.rate_hz as usize / LOOKS_PER_SECOND {
            return false;
        }
        self.unseen = 0;
        host.device_by_id(id).is_none()
    }
}

fn find(id: HostId, device: Option<&str>, rate_hz: u32, haste: Haste) -> Result<Found, String> {
    let host = cpal::host_from_id(id).map_err(|error| error.to_string())?;
    let device = match device {
        None => host.default_input_device().ok_or("it has no default device to capture from")?,
        Some(name) => host
            .device_by_id(&cpal::DeviceId::new(id, name))
            .ok_or_else(|| format!("it has no device `{name}` to capture from; `loa devices` lists those it has"))?,
    };
    let configs: Vec<_> = device.supported_input_configs().map_err(|error| error.to_string())?.collect();
    let usable = configs.iter().filter(|config| FORMATS.contains(&config.sample_format()) && config.channels() > 0);
    // What needs the least done to it: our rate, stereo, then the better format.
    let rank = |config: &&cpal::SupportedStreamConfigRange| {
        let format = FORMATS.iter().position(|format| *format == config.sample_format());
        (!config.contains_rate(rate_hz), usize::from(config.channels()).abs_diff(CHANNELS), format)
    };
    let best = usable.min_by_key(rank).ok_or("it gives no sound of a usable format")?;
    let rate = rate_hz.clamp(best.min_sample_rate(), best.max_sample_rate());
    let frames = (BUFFER.as_secs_f64() * f64::from(rate)) as u32;
    let buffer_size = match best.buffer_size() {
        // The library has PulseAudio throw away whatever exceeds the size that is asked for, and it gives larger pieces.
        SupportedBufferSize::Range { min, max } if id != HostId::PulseAudio || haste == Haste::Prompt => {
            BufferSize::Fixed(frames.clamp(*min, (*max).max(*min)))
        }
        _ => BufferSize::Default,
    };
    let config = StreamConfig { channels: best.channels(), sample_rate: rate, buffer_size };
    let format = best.sample_format();
    let known = device.description().map_or_else(|_| "a device".to_owned(), |known| known.name().to_owned());
    let looked_after = device.id().ok().filter(|_| id == HostId::PulseAudio).map(|id| (host, id));
    Ok(Found { device, config, format, name: format!("{known} ({id})"), looked_after })
}

/// Keeps what there is room for, in whole frames.
fn keep(ring: &mut rtrb::Producer<f32>, channels: usize, sound: &[f32]) {
    let room = ring.slots() / channels * channels;
    let _ = ring.push_entire_slice(&sound[..sound.len().min(room) / channels * channels]);
}

fn converted<T: Copy + 'static>(
    mut ring: rtrb::Producer<f32>,
    shape: Shape,
    convert: fn(T) -> f32,
) -> impl FnMut(&[T], &cpal::InputCallbackInfo) + Send + 'static {
    let mut scratch = vec![0.0; ring.buffer().capacity()];
    move |sound, _| {
        let taken = sound.len().min(scratch.len());
        scratch.iter_mut().zip(&sound[..taken]).for_each(|(target, sample)| *target = convert(*sample));
        keep(&mut ring, shape.channels, &scratch[..taken]);
    }
}

/// Hears a device's complaints; those after which no sound comes any more end the input.
fn complain(name: String, tell: SyncSender<String>) -> impl FnMut(cpal::Error) + Send + 'static {
    move |error| match error.kind() {
        ErrorKind::Xrun | ErrorKind::RealtimeDenied | ErrorKind::DeviceChanged => warn!("{name}: {error}"),
        // No room means that it is ending already.
        _ => drop(tell.try_send(error.to_string())),
    }
}

impl Input for Capture {
    fn describe(&self) -> String {
        self.name.clone()
    }

    fn clock(&self) -> Clock {
        Clock::Theirs
    }

    fn cushion(&self) -> Duration {
        match self.haste {
            Haste::None => CUSHION,
            Haste::Prompt => CUSHION_PROMPT,
        }
    }

    fn read(&mut self, block: &mut Vec<f32>) -> Result<Shape, String> {
        block.clear();
        if let Ok(fault) = self.faults.try_recv() {
            return Err(format!("{} went away: {fault}", self.name));
        }
        let ready = self.ring.slots() / self.shape.channels * self.shape.channels;
        match self.ring.read_chunk(ready) {
            Ok(chunk) if ready > 0 => block.extend(chunk),
            _ => std::thread::park_timeout(match self.haste {
                Haste::None => WAIT,
                Haste::Prompt => WAIT_PROMPT,
            }),
        }
        if self.is_gone(block.len() / self.shape.channels) {
            // Nothing more of what it was replaced by.
            let _ = self.stream.pause();
            return Err(format!("{} went away", self.name));
        }
        Ok(self.shape)
    }
}
