//! HLS: a list of pieces that is fetched again and again, and the pieces one after the other as one run of bytes.

use std::io::{self, Read};
use std::time::Duration;

use m3u8_rs::{KeyMethod, MediaPlaylist, Playlist};
use url::Url;

use super::ts::Demux;
use super::{Wanted, http, playlist};
use crate::domain::relay::shown;

/// The largest piece, in bytes: ten seconds of a film of 6 Mbit/s.
const PIECE_BYTES_MAX: usize = 8 << 20;
/// The newest piece is entered so many before the end of the list, so that there is always one ready.
const BEHIND: usize = 3;
/// Pieces in a row that may be missing before it is given up.
const MISSING_MAX: u32 = 3;
/// So many times the length of a piece without a new one, and the list is dead.
const STALE_MAX: u32 = 3;
/// The list is looked at again after half the length of a piece, within these.
const AGAIN: [Duration; 2] = [Duration::from_millis(500), Duration::from_secs(5)];
/// So often it is looked whether anybody still waits.
const NAP: Duration = Duration::from_millis(100);

/// The bytes of the sound of an HLS stream, of whatever kind they are.
pub struct Hls {
    url: Url,
    wanted: Wanted,
    list: MediaPlaylist,
    /// Number of the next piece.
    next: u64,
    /// The head (fMP4) that was given, by its address.
    head: Option<String>,
    demux: Demux,
    ready: Vec<u8>,
    given: usize,
}

impl Hls {
    /// Opens the list `text`, which was found at `url`; of a list of lists, its leanest.
    ///
    /// # Errors
    /// It is no list, or one of a kind that cannot be read here, in words.
    pub fn open(url: &str, text: &[u8], wanted: Wanted) -> Result<Self, String> {
        let mut url = parsed(url)?;
        let list = match m3u8_rs::parse_playlist_res(text) {
            Ok(Playlist::MediaPlaylist(list)) => list,
            Ok(Playlist::MasterPlaylist(master)) => {
                let lists = master.variants.iter().filter(|variant| !variant.is_i_frame);
                // Sound is all that is wanted: a list of sound alone, else the one that costs the least.
                let rendition = master.alternatives.iter().find_map(|media| {
                    let sound = media.media_type == m3u8_rs::AlternativeMediaType::Audio;
                    media.uri.as_deref().filter(|_| sound)
                });
                let leanest = lists.min_by_key(|variant| variant.bandwidth).map(|variant| variant.uri.as_str());
                let uri = rendition.or(leanest).ok_or("its list names no stream")?;
                url = joined(&url, uri)?;
                fetch_list(&mut url)?
            }
            Err(_) => return Err(format!("{} is no list of HLS", shown(url.as_str()))),
        };
        let next = list.media_sequence + list.segments.len().saturating_sub(BEHIND) as u64;
        Ok(Self { url, wanted, list, next, head: None, demux: Demux::default(), ready: Vec::new(), given: 0 })
    }

    /// Makes the next piece ready; false at the end of a stream that has one.
    fn advance(&mut self) -> Result<bool, String> {
        (self.given, self.ready) = (0, Vec::new());
        let mut missing = 0;
        loop {
            if self.wanted.ended() {
                return Ok(false);
            }
            // The pieces at hand are gone from the list: go on with the oldest that there is.
            self.next = self.next.max(self.list.media_sequence);
            let index = usize::try_from(self.next - self.list.media_sequence).unwrap_or(usize::MAX);
            let Some(piece) = self.list.segments.get(index).cloned() else {
                if self.list.end_list || !self.wait_for_more()? {
                    return Ok(false);
                }
                continue;
            };
            self.next += 1;
            // What is said of a key or a head holds for all pieces that follow.
            let before = &self.list.segments[..=index];
            let key = before.iter().rev().find_map(|piece| piece.key.as_ref());
            let head = before.iter().rev().find_map(|piece| piece.map.as_ref()).map(|map| map.uri.clone());
            if key.is_some_and(|key| key.method != KeyMethod::None) {
                return Err("its pieces are encrypted".to_owned());
            }
            if piece.byte_range.is_some() {
                return Err("its pieces are parts of files (byte ranges), which are not read here".to_owned());
            }
            let mut bytes = self.head_of(head)?;
            match http::fetch(joined(&self.url, &piece.uri)?.as_str(), PIECE_BYTES_MAX) {
                Ok((_, body)) => bytes.extend(body),
                Err(fault) if missing + 1 >= MISSING_MAX => return Err(fault),
                Err(_) => {
                    missing += 1;
                    continue;
                }
            }
            if Demux::fits(&bytes) {
                self.demux.push(&bytes, &mut self.ready).map_err(|error| error.to_string())?;
            } else {
                self.ready = without_tag(bytes);
            }
            if !self.ready.is_empty() {
                return Ok(true);
            }
        }
    }

    /// The head that pieces of fMP4 share, where it is a new one.
    fn head_of(&mut self, uri: Option<String>) -> Result<Vec<u8>, String> {
        if uri.is_none() || uri == self.head {
            return Ok(Vec::new());
        }
        let address = joined(&self.url, uri.as_deref().unwrap_or_default())?;
        let (_, bytes) = http::fetch(address.as_str(), PIECE_BYTES_MAX)?;
        self.head = uri;
        Ok(bytes)
    }

    /// Fetches the list until there is a piece in it that was not; false when nobody waits any more.
    fn wait_for_more(&mut self) -> Result<bool, String> {
        let length = Duration::from_secs(self.list.target_duration.clamp(1, 60));
        let again = (length / 2).clamp(AGAIN[0], AGAIN[1]);
        let mut waited = Duration::ZERO;
        while waited <= length * STALE_MAX {
            let mut napped = Duration::ZERO;
            while napped < again {
                std::thread::park_timeout(NAP);
                napped += NAP;
                if self.wanted.ended() {
                    return Ok(false);
                }
            }
            waited += again;
            self.list = fetch_list(&mut self.url)?;
            let end = self.list.media_sequence + self.list.segments.len() as u64;
            if end > self.next {
                return Ok(true);
            }
            if end + BEHIND as u64 + 1 < self.next {
                // It began anew, with smaller numbers.
                self.next = self.list.media_sequence;
                return Ok(true);
            }
        }
        Err(format!("its list names nothing new for {} s", (length * STALE_MAX).as_secs()))
    }
}

impl Read for Hls {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == self.ready.len() && !self.advance().map_err(io::Error::other)? {
            return Ok(0);
        }
        let rest = &self.ready[self.given..];
        let given = rest.len().min(buffer.len());
        buffer[..given].copy_from_slice(&rest[..given]);
        self.given += given;
        Ok(given)
    }
}

fn fetch_list(url: &mut Url) -> Result<MediaPlaylist, String> {
    let (found, text) = http::fetch(url.as_str(), playlist::BYTES_MAX)?;
    *url = parsed(&found)?;
    m3u8_rs::parse_media_playlist_res(&text).map_err(|_| format!("{} is no list of HLS", shown(url.as_str())))
}

fn parsed(url: &str) -> Result<Url, String> {
    Url::parse(url).map_err(|_| format!("`{}` is no address of the web", shown(url)))
}

fn joined(base: &Url, uri: &str) -> Result<Url, String> {
    let url = base.join(uri).map_err(|_| format!("`{}` in its list is no address", shown(uri)))?;
    match url.scheme() {
        "http" | "https" => Ok(url),
        _ => Err(format!("`{}` in its list is no address of the web", shown(url.as_str()))),
    }
}

/// A piece without the tag (ID3) that holds its time.
fn without_tag(mut bytes: Vec<u8>) -> Vec<u8> {
    if bytes.starts_with(b"ID3") && bytes.len() > 10 {
        let length = bytes[6..10].iter().fold(0, |length, byte| length << 7 | usize::from(byte & 0x7f));
        bytes.drain(..bytes.len().min(10 + length));
    }
    bytes
}
