//! Makes an input of what the configuration names.

use std::io::{self, Read};
use std::time::Duration;

use super::hls::Hls;
use super::http::{self, Answer};
use super::standby::Standby;
use super::ts::Demuxed;
use super::{Clock, Input, Shape, Wanted, playlist};
use crate::audio::decode::live::{Bytes, LiveDecoder};
use crate::audio::output::device::capture::Capture;
use crate::audio::source::in_full;
use crate::domain::relay::{Source, shown};

/// The most lists that lead to another before a stream is reached.
const LISTS_MAX: usize = 3;

/// What of a stream is at hand before it is heard. A page of Ogg holds a second of sound, and comes in one piece.
const CUSHION: Duration = Duration::from_secs(2);

/// Opens a source; returns when its first sound can be read. Blocks as long as the other end may take.
///
/// # Errors
/// Why it cannot be heard, in words.
pub fn open(source: &Source, rate_hz: u32, wanted: &Wanted) -> Result<Box<dyn Input>, String> {
    match source {
        Source::Stream { url } => stream(url, wanted),
        Source::Capture { host, device } => Ok(Box::new(Capture::open(*host, device.as_deref(), rate_hz)?)),
        Source::Standby { path } => Ok(Box::new(Standby::open(path)?)),
    }
}

fn stream(url: &str, wanted: &Wanted) -> Result<Box<dyn Input>, String> {
    let mut url = url.to_owned();
    for _ in 0..LISTS_MAX {
        let answer = http::get(&url, false)?;
        if !leads_on(&answer) {
            return live(answer, wanted);
        }
        let mut text = Vec::new();
        let limit = u64::try_from(playlist::BYTES_MAX).unwrap_or(u64::MAX);
        let name = shown(&answer.url);
        let read = answer.bytes.take(limit).read_to_end(&mut text);
        read.map_err(|error| format!("{name} did not come whole: {error}"))?;
        let words = String::from_utf8_lossy(&text);
        if playlist::is_hls(&words) {
            let bytes = Hls::open(&answer.url, &text, wanted.clone())?;
            return Ok(Box::new(Stream { decoder: decoder(Box::new(bytes), &name)?, clock: Clock::Ours, name }));
        }
        let next = playlist::first(&words).ok_or_else(|| format!("{name} is a list without an address in it"))?;
        url = next.to_owned();
    }
    Err(format!("{} leads from list to list, more than {LISTS_MAX} times", shown(&url)))
}

/// Whether an answer is a list that leads to the sound.
fn leads_on(answer: &Answer) -> bool {
    let path = answer.url.split(['?', '#']).next().unwrap_or_default().to_lowercase();
    let named = [".m3u8", ".m3u", ".pls"].iter().any(|end| path.ends_with(end));
    let sound = answer.kind.starts_with("audio/") && !answer.kind.contains("mpegurl") && !answer.kind.contains("scpls");
    answer.kind.contains("mpegurl") || answer.kind.contains("scpls") || named && !sound
}

fn live(answer: Answer, wanted: &Wanted) -> Result<Box<dyn Input>, String> {
    let name = shown(&answer.url);
    let bytes = Attended { inner: answer.bytes, wanted: wanted.clone() };
    let bytes: Bytes = match answer.kind.as_str() {
        "text/html" => {
            return Err(format!("{name} is a web page, not a stream; copy the address of the stream itself"));
        }
        "video/mp2t" => Box::new(Demuxed::new(bytes)),
        kind if kind.starts_with("video/") && kind != "video/ogg" && kind != "video/mp4" => {
            return Err(format!("{name} sends video ({kind}), not sound"));
        }
        _ => Box::new(bytes),
    };
    Ok(Box::new(Stream { decoder: decoder(bytes, &name)?, clock: Clock::Theirs, name }))
}

fn decoder(bytes: Bytes, name: &str) -> Result<LiveDecoder, String> {
    LiveDecoder::open(bytes).map_err(|error| format!("{name}: {}", in_full(&error)))
}

struct Stream {
    decoder: LiveDecoder,
    clock: Clock,
    name: String,
}

impl Input for Stream {
    fn describe(&self) -> String {
        self.decoder.format().to_owned()
    }

    fn clock(&self) -> Clock {
        self.clock
    }

    fn cushion(&self) -> Duration {
        CUSHION
    }

    fn read(&mut self, block: &mut Vec<f32>) -> Result<Shape, String> {
        block.clear();
        let next = self.decoder.next_block().map_err(|error| format!("{}: {}", self.name, in_full(&error)))?;
        block.extend_from_slice(next.samples);
        Ok(Shape { rate_hz: next.rate_hz, channels: next.channels })
    }
}

/// Bytes that end when nobody wants them any more.
struct Attended {
    inner: Bytes,
    wanted: Wanted,
}

impl Read for Attended {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.wanted.ended() { Ok(0) } else { self.inner.read(buffer) }
    }
}
