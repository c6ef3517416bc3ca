//! The Icecast output: a source client that sends the programme as Ogg Vorbis to a mount of an Icecast 2 server, from which IP
//! loudspeakers and FM links take it.
//!
//! It is its own clock, like the null output. A thread encodes and sends, so that the network makes no pause; a line that takes
//! nothing for some seconds is lost, and the supervision opens it anew. Listeners hear what they buffer later.

mod source;

use std::num::{NonZeroU8, NonZeroU32};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use vorbis_rs::{VorbisBitrateManagementStrategy, VorbisEncoder, VorbisEncoderBuilder, VorbisError};

use crate::audio::frames::{CHANNELS, Nanos};
use crate::audio::output::pace::pace;
use crate::audio::output::{Line, Output, OutputError, Programme};
use crate::audio::pump::{Pump, Timing};
use crate::audio::tee::{Tap, tee};
use source::Connection;

/// What the network may be late by; more is lost to the listeners, and the line with it.
const RING_SECONDS: usize = 5;

/// Longest pause between two looks whether there is something to send.
const VISIT: Duration = Duration::from_millis(500);

/// A page of the stream holds at least so many bytes, and four packets: one in 85 ms, also of silence, which would else keep the
/// server waiting until it takes us for gone.
const PAGE_BYTES_MIN: u16 = 1;

/// Where to, and as what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IcecastSettings {
    /// Name or address of the server.
    pub server: String,
    /// Its port.
    pub port: u16,
    /// The mount, with the slash before it.
    pub mount: String,
    /// As whom the source signs in.
    pub user: String,
    /// The file whose first line is the password. Read at each opening, so that a changed one needs no restart.
    pub password_file: PathBuf,
    /// What listeners see.
    pub name: String,
    /// Bits per second, on the average.
    pub bitrate: NonZeroU32,
}

/// See the module.
pub struct Icecast {
    settings: IcecastSettings,
    programme: Programme,
}

impl Icecast {
    /// A source client.
    #[must_use]
    pub const fn new(settings: IcecastSettings, programme: Programme) -> Self {
        Self { settings, programme }
    }
}

impl Output for Icecast {
    fn describe(&self) -> String {
        let IcecastSettings { server, port, mount, bitrate, .. } = &self.settings;
        format!("Icecast http://{server}:{port}{mount} (Ogg Vorbis, {} kbit/s)", bitrate.get() / 1_000)
    }

    fn run(self: Box<Self>, mut pump: Pump, line: &Line) -> Result<(), OutputError> {
        let output = self.describe();
        let open = |fault: String| OutputError::Open { output: output.clone(), fault };
        let connection = source::connect(&self.settings).map_err(open)?;
        let rate_hz = self.programme.rate_hz;
        let (mut tee, tap) = tee(RING_SECONDS * rate_hz as usize);
        let lost = tap.count();
        let over = Arc::new(AtomicBool::new(false));
        let (faults, ends, settings) = (line.fault_sender(), Arc::clone(&over), self.settings.clone());
        let sender = std::thread::Builder::new().name("loa-icecast".to_owned()).spawn(move || {
            // Made here: an encoder stays in its thread.
            let encoder = encoder(&settings, rate_hz, connection).map_err(|error| error.to_string());
            let sent = encoder.and_then(|encoder| send(encoder, tap, &ends));
            if let Err(error) = &sent {
                faults.send(error.clone());
            }
            sent
        });
        let sender = sender.map_err(|error| open(error.to_string()))?;
        line.opened(output.clone());
        pace(&self.programme, line, |buffer, plays_at| {
            pump.fill(buffer, Timing::Exactly(plays_at));
            tee.push(buffer, Nanos(0));
            if lost.lost() > 0 {
                line.fault_sender().send(format!("the network took nothing for {RING_SECONDS} s"));
            }
            sender.thread().unpark();
        });
        over.store(true, Ordering::Release);
        sender.thread().unpark();
        let sent = sender.join().unwrap_or_else(|_| Err("its sender failed".to_owned()));
        let behind = lost.lost() > 0;
        let fault = sent.err().or_else(|| behind.then(|| format!("the network took nothing for {RING_SECONDS} s")));
        fault.map_or(Ok(()), |fault| Err(OutputError::Lost { output, fault }))
    }
}

fn encoder(
    settings: &IcecastSettings,
    rate_hz: u32,
    connection: Connection,
) -> Result<VorbisEncoder<Connection>, VorbisError> {
    let rate = NonZeroU32::new(rate_hz).unwrap_or(NonZeroU32::MIN);
    let channels = NonZeroU8::new(CHANNELS as u8).unwrap_or(NonZeroU8::MIN);
    let average = VorbisBitrateManagementStrategy::Vbr { target_bitrate: settings.bitrate };
    let mut builder = VorbisEncoderBuilder::new(rate, channels, connection)?;
    builder.bitrate_management_strategy(average).minimum_page_data_size(Some(PAGE_BYTES_MIN));
    builder.comment_tag("TITLE", settings.name.as_str())?;
    builder.build()
}

/// Encodes and sends what comes until `over` is set, and ends the stream.
fn send(mut encoder: VorbisEncoder<Connection>, mut tap: Tap, over: &AtomicBool) -> Result<(), String> {
    let (mut buffer, mut planes) = (Vec::new(), [Vec::new(), Vec::new()]);
    let failed = |error: VorbisError| error.to_string();
    loop {
        // Read before the ring is emptied: nothing is pushed after it was set.
        let last = over.load(Ordering::Acquire);
        while tap.next(&mut buffer).is_some() {
            for (channel, plane) in planes.iter_mut().enumerate() {
                plane.clear();
                plane.extend(buffer.iter().skip(channel).step_by(CHANNELS));
            }
            encoder.encode_audio_block(&planes).map_err(failed)?;
        }
        if last {
            return encoder.finish().map(drop).map_err(failed);
        }
        std::thread::park_timeout(VISIT);
    }
}
