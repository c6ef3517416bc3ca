//! A sound card, through ALSA or PulseAudio (and PipeWire behind either). The only folder that names the crates for it.

pub mod audition;
pub mod capture;
mod names;
mod presence;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use cpal::{BufferSize, ErrorKind, HostId, SampleFormat, StreamConfig};
use tracing::{info, warn};

pub use self::names::{CaptureName, DeviceName, DeviceNames, devices};

use self::presence::Presence;
use crate::audio::frames::CHANNELS;
use crate::audio::output::null::Null;
use crate::audio::output::{FaultSender, Line, Output, OutputError, Programme};
use crate::audio::pump::{Pump, Timing};

/// How long a sound server may take to make a stream.
const CREATE_MAX: Duration = Duration::from_secs(4);

/// Largest buffer that is converted in one go, in seconds: what a device could ask for in the worst case.
const CONVERTED_SECONDS_MAX: usize = 2;

/// So many complaints in a row, each followed by a pause, before a device that complains is given up: 200 ms.
const COMPLAINTS_MAX: u32 = 200;

/// See [`COMPLAINTS_MAX`].
const COMPLAINT_PAUSE: Duration = Duration::from_millis(1);

/// Sample formats in the order of preference. Sixteen bits are rounded, not dithered: a recording of 16 bits passes
/// unchanged.
const FORMATS: [SampleFormat; 3] = [SampleFormat::F32, SampleFormat::I32, SampleFormat::I16];

/// Which sound system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HostChoice {
    /// ALSA if it has the device, else PulseAudio. Where a sound server runs, ALSA's default device leads to it, at a tenth
    /// of the cost of speaking to PulseAudio directly (see [`HostChoice::PulseAudio`]).
    #[default]
    Auto,
    /// PulseAudio, or PipeWire behind its interface. The library asks the server for the shortest hardware buffer that it
    /// can do, whatever buffer we want: the server then wakes two thousand times a second.
    PulseAudio,
    /// ALSA.
    Alsa,
}

/// Which device, and how it is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceChoice {
    /// Of which sound system.
    pub host: HostChoice,
    /// Its stable name there (a PulseAudio sink, an ALSA device); none is the default device.
    pub device: Option<String>,
    /// Sound between two callbacks; the device holds twice that.
    pub buffer: Duration,
    /// Whether the paced null output takes its place when there is no such device. Said when it happens.
    pub null_if_absent: bool,
}

impl DeviceChoice {
    /// Forty milliseconds. A start lands on its sample whatever the buffer. A longer one costs an emergency its delay, three
    /// buffers at most; a shorter one costs wake-ups, and the margin of an old machine under load.
    pub const BUFFER: Duration = Duration::from_millis(40);
}

impl Default for DeviceChoice {
    fn default() -> Self {
        Self { host: HostChoice::Auto, device: None, buffer: Self::BUFFER, null_if_absent: false }
    }
}

fn hosts(choice: HostChoice) -> Vec<HostId> {
    match choice {
        HostChoice::Auto => vec![HostId::Alsa, HostId::PulseAudio],
        HostChoice::PulseAudio => vec![HostId::PulseAudio],
        HostChoice::Alsa => vec![HostId::Alsa],
    }
}

/// See the module.
pub struct Device {
    choice: DeviceChoice,
    programme: Programme,
}

/// A device that is there, and the way to speak to it.
struct Found {
    device: cpal::Device,
    format: SampleFormat,
    name: String,
    host: HostId,
}

impl Device {
    /// A device output.
    #[must_use]
    pub const fn new(choice: DeviceChoice, programme: Programme) -> Self {
        Self { choice, programme }
    }

    /// The first sound system that has the device, tried in order; what each said if none has.
    fn find(&self) -> Result<Found, String> {
        let mut faults = Vec::new();
        for host in hosts(self.choice.host) {
            match self.find_in(host) {
                Ok(found) => return Ok(found),
                Err(fault) => faults.push(format!("{host}: {fault}")),
            }
        }
        Err(faults.join("; "))
    }

    fn find_in(&self, id: HostId) -> Result<Found, String> {
        let host = cpal::host_from_id(id).map_err(|error| error.to_string())?;
        let device = match &self.choice.device {
            None => host.default_output_device().ok_or("it has no default device")?,
            Some(name) => host
                .device_by_id(&cpal::DeviceId::new(id, name))
                .ok_or_else(|| format!("it has no device `{name}`; `loa devices` lists those it has"))?,
        };
        let rate_hz = self.programme.rate_hz;
        let configs = device.supported_output_configs().map_err(|error| error.to_string())?;
        let formats: Vec<_> = configs
            .filter(|config| usize::from(config.channels()) == CHANNELS && config.contains_rate(rate_hz))
            .map(|config| config.sample_format())
            .collect();
        let format = FORMATS.into_iter().find(|format| formats.contains(format));
        let format = format.ok_or_else(|| format!("it does not take {CHANNELS} channels at {rate_hz} Hz"))?;
        let description = device.description().map_or_else(|_| "a device".to_owned(), |known| known.name().to_owned());
        Ok(Found { device, format, name: format!("{description} ({id})"), host: id })
    }

    fn play(&self, found: &Found, pump: Pump, faults: FaultSender) -> Result<cpal::Stream, cpal::Error> {
        let rate_hz = self.programme.rate_hz;
        let buffer_frames = (self.choice.buffer.as_secs_f64() * f64::from(rate_hz)).round().max(1.0) as u32;
        let config = StreamConfig {
            channels: CHANNELS as u16,
            sample_rate: rate_hz,
            buffer_size: BufferSize::Fixed(buffer_frames),
        };
        let (watch, pulse) = Watch::new(found.name.clone(), faults);
        let on_error = move |error: cpal::Error| watch.hear(&error);
        let device = &found.device;
        let stream = match found.format {
            SampleFormat::F32 => {
                let mut pump = pump;
                let fill = move |out: &mut [f32], info: &cpal::OutputCallbackInfo| {
                    pulse.store(0, Ordering::Relaxed);
                    pump.fill(out, timing(info));
                };
                device.build_output_stream(config, fill, on_error, Some(CREATE_MAX))?
            }
            SampleFormat::I32 => {
                let fill =
                    converted(pump, pulse, rate_hz, |sample| (f64::from(sample) * 2_147_483_648.0).round() as i32);
                device.build_output_stream(config, fill, on_error, Some(CREATE_MAX))?
            }
            _ => {
                let fill = converted(pump, pulse, rate_hz, |sample| (sample * 32_768.0).round() as i16);
                device.build_output_stream(config, fill, on_error, Some(CREATE_MAX))?
            }
        };
        stream.play()?;
        Ok(stream)
    }
}

/// A callback that fills a scratch buffer and converts it. `as` holds the ends of the range, where full scale overflows.
fn converted<T>(
    mut pump: Pump,
    pulse: Arc<AtomicU32>,
    rate_hz: u32,
    convert: fn(f32) -> T,
) -> impl FnMut(&mut [T], &cpal::OutputCallbackInfo) + Send + 'static
where
    T: 'static,
{
    let mut scratch = vec![0.0; CONVERTED_SECONDS_MAX * rate_hz as usize * CHANNELS];
    move |out, info| {
        pulse.store(0, Ordering::Relaxed);
        let filled = out.len().min(scratch.len());
        pump.fill(&mut scratch[..filled], timing(info));
        out.iter_mut().zip(&scratch[..filled]).for_each(|(target, &sample)| *target = convert(sample));
    }
}

fn timing(info: &cpal::OutputCallbackInfo) -> Timing {
    let timestamp = info.timestamp();
    Timing::After(timestamp.playback.saturating_duration_since(timestamp.callback))
}

/// Hears the device's complaints.
struct Watch {
    name: String,
    faults: FaultSender,
    xruns: AtomicU64,
    /// Complaints since the last callback.
    complaints: Arc<AtomicU32>,
}

impl Watch {
    /// A watch, and the count that a callback sets back to zero.
    fn new(name: String, faults: FaultSender) -> (Self, Arc<AtomicU32>) {
        let complaints = Arc::new(AtomicU32::new(0));
        (Self { name, faults, xruns: AtomicU64::new(0), complaints: Arc::clone(&complaints) }, complaints)
    }

    /// Called in a thread of the library that has nothing else to do meanwhile.
    fn hear(&self, error: &cpal::Error) {
        match error.kind() {
            // It goes on by itself, and the time map finds out where.
            ErrorKind::Xrun => {
                let count = self.xruns.fetch_add(1, Ordering::Relaxed) + 1;
                warn!(count, "{} ran dry", self.name);
            }
            ErrorKind::RealtimeDenied => info!("{}: {error}", self.name),
            ErrorKind::DeviceChanged => warn!("{}: {error}", self.name),
            ErrorKind::DeviceNotAvailable | ErrorKind::HostUnavailable | ErrorKind::StreamInvalidated => {
                self.faults.send(error.to_string());
            }
            // ALSA's way to PulseAudio fails with an input/output error while the server has not yet told its latency, and
            // the library tries again at once.
            _ if self.complaints.fetch_add(1, Ordering::Relaxed) < COMPLAINTS_MAX => {
                std::thread::park_timeout(COMPLAINT_PAUSE);
            }
            _ => self.faults.send(error.to_string()),
        }
    }
}

impl Output for Device {
    fn describe(&self) -> String {
        let device = self.choice.device.as_deref().unwrap_or("default");
        format!("device `{device}` ({})", self.choice.host)
    }

    fn run(self: Box<Self>, pump: Pump, line: &Line) -> Result<(), OutputError> {
        let found = match self.find() {
            Ok(found) => found,
            Err(fault) if self.choice.null_if_absent => {
                warn!("no sound card, the null output takes its place: {fault}");
                return Box::new(Null::new(self.programme)).run(pump, line);
            }
            Err(fault) => return Err(OutputError::Open { output: self.describe(), fault }),
        };
        let opened = self.play(&found, pump, line.fault_sender());
        let stream =
            opened.map_err(|error| OutputError::Open { output: found.name.clone(), fault: error.to_string() })?;
        line.opened(found.name.clone());
        let ended = match Presence::of(found.host, self.choice.device.as_deref()) {
            Some(presence) => presence.wait(line),
            None => line.wait(),
        };
        drop(stream);
        ended.map_err(|fault| OutputError::Lost { output: found.name, fault })
    }
}

impl fmt::Display for HostChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::PulseAudio => "pulseaudio",
            Self::Alsa => "alsa",
        })
    }
}
