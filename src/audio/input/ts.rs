//! Takes the sound out of an MPEG transport stream, as HLS carries it. A hundred lines, because the crates for it are made to
//! analyse whole multiplexes; of all that is in one, two tables and one stream are of interest here.

use std::io::{self, Read};

/// Bytes of a packet.
pub const PACKET: usize = 188;
/// What every packet begins with.
const SYNC: u8 = 0x47;
/// Bytes without a packet before it is given up.
const GARBAGE_MAX: usize = 64 * PACKET;
/// Packets without a sound stream before it is given up: a second of a film.
const SILENT_PACKETS_MAX: u32 = 20_000;

/// Why there is no sound.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TsError {
    /// It is something else.
    #[error("it is no MPEG transport stream")]
    NotTs,
    /// There are pictures, or nothing.
    #[error("it sends video without sound that can be decoded here")]
    NoSound,
    /// Sound of another kind.
    #[error("its sound is {0}, which cannot be decoded here")]
    Unsupported(&'static str),
}

/// Finds the sound among packets.
#[derive(Debug, Default)]
pub struct Demux {
    table: Option<u16>,
    sound: Option<u16>,
    /// Inside of a piece of the sound stream: its head was seen.
    inside: bool,
    packets: u32,
    rest: Vec<u8>,
}

impl Demux {
    /// Whether bytes look like a transport stream.
    #[must_use]
    pub fn fits(bytes: &[u8]) -> bool {
        bytes.first() == Some(&SYNC) && bytes.get(PACKET).is_none_or(|byte| *byte == SYNC)
    }

    /// Takes bytes as they come and appends the sound in them to `out`.
    ///
    /// # Errors
    /// There is none.
    pub fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), TsError> {
        self.rest.extend_from_slice(bytes);
        let rest = std::mem::take(&mut self.rest);
        let mut at = 0;
        let mut garbage = 0;
        while let Some(packet) = rest.get(at..at + PACKET) {
            if packet[0] == SYNC && rest.get(at + PACKET).is_none_or(|byte| *byte == SYNC) {
                self.packet(packet, out)?;
                at += PACKET;
            } else {
                (at, garbage) = (at + 1, garbage + 1);
                if garbage > GARBAGE_MAX {
                    return Err(TsError::NotTs);
                }
            }
        }
        self.rest.extend_from_slice(&rest[at..]);
        Ok(())
    }

    fn packet(&mut self, packet: &[u8], out: &mut Vec<u8>) -> Result<(), TsError> {
        let pid = u16::from(packet[1] & 0x1f) << 8 | u16::from(packet[2]);
        let (begins, broken) = (packet[1] & 0x40 != 0, packet[1] & 0x80 != 0);
        let payload = match packet[3] >> 4 & 3 {
            1 => &packet[4..],
            3 => packet.get(5 + usize::from(packet[4])..).unwrap_or_default(),
            _ => &[],
        };
        if broken || payload.is_empty() {
            return Ok(());
        }
        if self.sound.is_none() {
            self.packets += 1;
            if self.packets > SILENT_PACKETS_MAX {
                return Err(TsError::NoSound);
            }
        }
        if Some(pid) == self.sound {
            self.piece(begins, payload, out);
        } else if pid == 0 && begins {
            self.table = section(payload).and_then(programme_table).or(self.table);
        } else if Some(pid) == self.table && begins && self.sound.is_none() {
            self.sound = section(payload).map_or(Ok(None), sound_of)?;
        }
        Ok(())
    }

    /// Sound, behind the head of a piece (PES) where one begins.
    fn piece(&mut self, begins: bool, payload: &[u8], out: &mut Vec<u8>) {
        let body = if begins {
            self.inside = payload.starts_with(&[0, 0, 1]);
            payload.get(8).and_then(|length| payload.get(9 + usize::from(*length)..)).unwrap_or_default()
        } else {
            payload
        };
        if self.inside {
            out.extend_from_slice(body);
        }
    }
}

/// The section that a payload begins with, from its length on.
fn section(payload: &[u8]) -> Option<&[u8]> {
    let start = 1 + usize::from(*payload.first()?);
    let section = payload.get(start..)?;
    let length = usize::from(section.get(1)? & 0x0f) << 8 | usize::from(*section.get(2)?);
    // Without its checksum. A table longer than a packet is read as far as it goes.
    section.get(..(3 + length.saturating_sub(4)).min(section.len()))
}

/// Where the table of the first programme is.
fn programme_table(section: &[u8]) -> Option<u16> {
    let pid = |entry: &[u8]| u16::from(entry[2] & 0x1f) << 8 | u16::from(entry[3]);
    let entries = section.get(8..)?.chunks_exact(4);
    entries.into_iter().find(|entry| entry[..2] != [0, 0]).map(pid)
}

/// The stream of sound that the table of a programme names.
fn sound_of(section: &[u8]) -> Result<Option<u16>, TsError> {
    let Some(skip) = section.get(10..12).map(|length| usize::from(length[0] & 0x0f) << 8 | usize::from(length[1]))
    else {
        return Ok(None);
    };
    let mut entries = section.get(12 + skip..).unwrap_or_default();
    let mut other = None;
    while let [kind, high, low, more_high, more_low, ..] = *entries {
        match kind {
            // MPEG audio, AAC in ADTS.
            0x03 | 0x04 | 0x0f => return Ok(Some(u16::from(high & 0x1f) << 8 | u16::from(low))),
            0x11 => other = Some("AAC in LATM"),
            0x81 | 0x87 => other = Some("Dolby Digital (AC-3)"),
            _ => {}
        }
        let skip = usize::from(more_high & 0x0f) << 8 | usize::from(more_low);
        entries = entries.get(5 + skip..).unwrap_or_default();
    }
    Err(other.map_or(TsError::NoSound, TsError::Unsupported))
}

/// The sound of a transport stream that is read.
#[derive(Debug)]
pub struct Demuxed<R> {
    inner: R,
    demux: Demux,
    ready: Vec<u8>,
    given: usize,
}

impl<R: Read> Demuxed<R> {
    /// Around what is read.
    #[must_use]
    pub fn new(inner: R) -> Self {
        Self { inner, demux: Demux::default(), ready: Vec::new(), given: 0 }
    }
}

impl<R: Read> Read for Demuxed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut bytes = [0; 32 * PACKET];
        while self.given == self.ready.len() {
            self.ready.clear();
            self.given = 0;
            let read = self.inner.read(&mut bytes)?;
            if read == 0 {
                return Ok(0);
            }
            self.demux.push(&bytes[..read], &mut self.ready).map_err(io::Error::other)?;
        }
        let rest = &self.ready[self.given..];
        let given = rest.len().min(buffer.len());
        buffer[..given].copy_from_slice(&rest[..given]);
        self.given += given;
        Ok(given)
    }
}
