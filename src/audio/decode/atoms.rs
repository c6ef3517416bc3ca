//! The timing of an MP4 file: what of the decoded sound is the encoder's delay and padding.
//!
//! symphonia reads these boxes but acts on neither: it ignores edit lists, and hands out no other trace of them. So this
//! walk looks at the few that matter. It is bounded: by the sizes of the boxes, by [`BOXES_MAX`], by one window of memory.

use std::io;

use super::FILE_BYTES_MAX;
use super::bytes::Bytes;
use super::source::Span;

/// Boxes looked at before the file is taken to be hostile.
const BOXES_MAX: u32 = 10_000;
/// Entries of the sample table looked at; a day of sound in pieces of 10 ms.
const ENTRIES_MAX: u32 = 10_000_000;
/// Frames in a packet of AAC-LC.
const AAC_FRAMES: u64 = 1024;

/// Timing of one sound track.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Timing {
    /// As its `tkhd` has it.
    pub(super) id: u32,
    /// Whether it is sound.
    pub(super) sound: bool,
    /// Four letters of the coding.
    pub(super) coding: [u8; 4],
    /// As the sample entry has it: right for AAC, a habit for others.
    pub(super) channels: u16,
    /// Ticks a second of this track.
    timescale: u64,
    /// Ticks a second of the edit list's lengths.
    movie_timescale: u64,
    packets: u64,
    ticks: u64,
    /// Ticks of each packet but the last, if all are alike.
    pub(super) packet_ticks: Option<u64>,
    /// First tick that plays, and how many movie ticks of it.
    edit: Option<(u64, u64)>,
    /// What iTunes notes: frames of delay, frames that play.
    smpb: Option<(u64, u64)>,
}

impl Timing {
    /// What plays, in frames at `rate`.
    pub(super) fn span(&self, rate: u32, aac: bool) -> Span {
        let rate = u64::from(rate);
        let alike = self.packet_ticks.is_some();
        let frames_of = |ticks: u64, scale: u64| (ticks * rate + scale / 2) / scale.max(1);
        let all = match (aac, alike) {
            // Jittering packet lengths are a telephone's clock, not the sound's.
            (true, false) => self.packets * AAC_FRAMES,
            _ => frames_of(self.ticks, self.timescale),
        };
        if all == 0 {
            return Span { head: 0, frames: None };
        }
        if let Some((delay, frames)) = self.smpb
            && frames > 0
            && delay + frames <= self.packets * AAC_FRAMES
        {
            return Span { head: delay, frames: Some(frames) };
        }
        let (from, length) = self.edit.unwrap_or_default();
        let head = frames_of(from, self.timescale);
        let rest = all.saturating_sub(head);
        // The edit's length is in ticks of the movie, mostly milliseconds: right only to the tick. Where it agrees with
        // the rest of the track to within one, the rest is the exact figure.
        let edited = frames_of(length, self.movie_timescale);
        let tick = rate / self.movie_timescale.max(1) + 1;
        let frames = if length > 0 && edited + tick < rest { edited } else { rest };
        Span { head: if frames > 0 { head } else { 0 }, frames: Some(if frames > 0 { frames } else { all }) }
    }

    /// A length in frames.
    pub(super) fn frames_of(&self, ticks: u64, rate: u32) -> u64 {
        ticks.saturating_mul(u64::from(rate)).saturating_add(self.timescale / 2) / self.timescale.max(1)
    }

    /// Frames that a packet at this tick stands behind, counted from the first packet; none if packets are not alike.
    pub(super) fn frame_at(&self, tick: u64, rate: u32, aac: bool) -> Option<u64> {
        let each = self.packet_ticks.filter(|&ticks| ticks > 0)?;
        let frames = if aac { AAC_FRAMES } else { each * u64::from(rate) / self.timescale.max(1) };
        Some(tick / each * frames)
    }

    /// The tick of the packet that holds this frame; none if packets are not alike.
    pub(super) fn tick_at(&self, frame: u64, rate: u32, aac: bool) -> Option<u64> {
        let each = self.packet_ticks.filter(|&ticks| ticks > 0)?;
        let frames = if aac { AAC_FRAMES } else { each * u64::from(rate) / self.timescale.max(1) };
        (frames > 0).then(|| frame / frames * each)
    }
}

/// What the walk found.
#[derive(Debug, Default)]
pub(super) struct Movie {
    /// Whether there is a table of contents at all; a copy cut short often lacks it.
    pub(super) indexed: bool,
    /// Every track.
    pub(super) tracks: Vec<Timing>,
    /// Where the last box ends by its own word; beyond the end of the file if that is cut off.
    pub(super) end: u64,
}

/// Walks the file.
pub(super) fn read(bytes: &mut Bytes) -> io::Result<Movie> {
    let end = bytes.length();
    let mut walk = Walk { bytes, movie: Movie::default(), boxes: 0, in_track: false, movie_timescale: 0, smpb: None };
    walk.boxes(0, end, 0)?;
    let (timescale, smpb) = (walk.movie_timescale, walk.smpb);
    let mut movie = walk.movie;
    for track in &mut movie.tracks {
        track.movie_timescale = timescale;
        // iTunes speaks of the one sound track that its files have.
        track.smpb = smpb.filter(|_| track.sound);
    }
    Ok(movie)
}

struct Walk<'a> {
    bytes: &'a mut Bytes,
    movie: Movie,
    boxes: u32,
    /// Inside a `trak`, and not in the notes of one: those have a handler of their own.
    in_track: bool,
    movie_timescale: u64,
    smpb: Option<(u64, u64)>,
}

/// Boxes inside boxes, at most so deep: moov, udta, meta, ilst, ----, name.
const DEPTH_MAX: u32 = 8;

impl Walk<'_> {
    fn boxes(&mut self, mut at: u64, end: u64, depth: u32) -> io::Result<()> {
        while at + 8 <= end && self.boxes < BOXES_MAX {
            self.boxes += 1;
            let Some(head) = self.bytes.array::<16>(at)?.or(self.bytes.array::<8>(at)?.map(pad)) else { break };
            let (size, kind) = (u64::from(be32(&head, 0)), [head[4], head[5], head[6], head[7]]);
            let (header, size) = match size {
                0 => (8, end - at),
                1 => (16, be64(&head, 8)),
                size => (8, size),
            };
            if size < header {
                break;
            }
            if depth == 0 {
                self.movie.end = self.movie.end.max(at.saturating_add(size).min(2 * FILE_BYTES_MAX));
            }
            let next = at.saturating_add(size).min(end);
            if depth < DEPTH_MAX {
                self.open(kind, at + header, next, depth)?;
            }
            at = next;
        }
        Ok(())
    }

    fn open(&mut self, kind: [u8; 4], at: u64, end: u64, depth: u32) -> io::Result<()> {
        match &kind {
            b"moov" => {
                self.movie.indexed = true;
                self.boxes(at, end, depth + 1)?;
            }
            b"trak" => {
                self.movie.tracks.push(Timing::default());
                self.inside(true, at, end, depth)?;
            }
            b"udta" => self.inside(false, at, end, depth)?,
            b"mdia" | b"minf" | b"stbl" | b"edts" | b"ilst" => self.boxes(at, end, depth + 1)?,
            // QuickTime's has no version field, the standard's has.
            b"meta" => {
                let plain = self.bytes.array::<8>(at)?.is_some_and(|head| head[4..8] == *b"hdlr");
                self.inside(false, if plain { at } else { at + 4 }, end, depth)?;
            }
            b"----" => self.note(at, end)?,
            b"mvhd" => self.movie_timescale = self.scale(at)?,
            _ if self.in_track => self.of_track(kind, at, end)?,
            _ => {}
        }
        Ok(())
    }

    fn inside(&mut self, track: bool, at: u64, end: u64, depth: u32) -> io::Result<()> {
        let outside = std::mem::replace(&mut self.in_track, track);
        self.boxes(at, end, depth + 1)?;
        self.in_track = outside;
        Ok(())
    }

    /// The `timescale` of an `mvhd` or `mdhd`.
    fn scale(&mut self, at: u64) -> io::Result<u64> {
        let head = self.bytes.array::<24>(at)?.unwrap_or_default();
        Ok(u64::from(be32(&head, if head[0] == 1 { 20 } else { 12 })))
    }

    fn of_track(&mut self, kind: [u8; 4], at: u64, end: u64) -> io::Result<()> {
        let scale = if &kind == b"mdhd" { self.scale(at)? } else { 0 };
        let Some(track) = self.movie.tracks.last_mut() else { return Ok(()) };
        match &kind {
            b"tkhd" => {
                let head = self.bytes.array::<24>(at)?.unwrap_or_default();
                track.id = be32(&head, if head[0] == 1 { 20 } else { 12 });
            }
            b"mdhd" => track.timescale = scale,
            b"hdlr" => track.sound = self.bytes.array::<12>(at)?.is_some_and(|head| head[8..12] == *b"soun"),
            b"stsd" => {
                let head = self.bytes.array::<34>(at)?.unwrap_or([0; 34]);
                track.coding = [head[12], head[13], head[14], head[15]];
                track.channels = u16::from_be_bytes([head[32], head[33]]);
            }
            b"stts" => durations(self.bytes, track, at, end)?,
            b"elst" => track.edit = edit(self.bytes, at, end)?,
            _ => {}
        }
        Ok(())
    }

    /// `iTunSMPB`: numbers in hexadecimal, of which the second is the delay and the fourth the frames that play.
    fn note(&mut self, at: u64, end: u64) -> io::Result<()> {
        const NOTE_BYTES_MAX: u64 = 1024;
        let text = self.bytes.get(at, end.saturating_sub(at).min(NOTE_BYTES_MAX) as usize)?;
        let find = |needle: &[u8]| text.windows(needle.len()).position(|window| window == needle);
        let (Some(name), Some(data)) = (find(b"iTunSMPB"), find(b"data")) else { return Ok(()) };
        let Some(value) = text.get(data + 12..).filter(|_| name < data) else { return Ok(()) };
        let value = String::from_utf8_lossy(value);
        let mut numbers = value.split_whitespace().map(|number| u64::from_str_radix(number, 16).ok());
        if let (Some(Some(_)), Some(Some(delay)), Some(Some(_)), Some(Some(frames))) =
            (numbers.next(), numbers.next(), numbers.next(), numbers.next())
        {
            // Both are frames; more than 32 bits of them is no recording.
            self.smpb = (delay <= u64::from(u32::MAX) && frames <= u64::from(u32::MAX)).then_some((delay, frames));
        }
        Ok(())
    }
}

fn durations(bytes: &mut Bytes, track: &mut Timing, at: u64, end: u64) -> io::Result<()> {
    let Some(head) = bytes.array::<8>(at)? else { return Ok(()) };
    let room = end.saturating_sub(at + 8) / 8;
    let entries = u64::from(be32(&head, 4).min(ENTRIES_MAX)).min(room);
    let mut alike = true;
    for index in 0..entries {
        let Some(entry) = bytes.array::<8>(at + 8 + 8 * index)? else { break };
        let (count, ticks) = (u64::from(be32(&entry, 0)), u64::from(be32(&entry, 4)));
        // Only the last packet may be shorter: it ends where the sound does.
        let last = index + 1 == entries && count == 1 && index > 0;
        let first = *track.packet_ticks.get_or_insert(ticks);
        alike &= first == ticks || (last && ticks < first);
        track.packets = track.packets.saturating_add(count);
        track.ticks = track.ticks.saturating_add(count.saturating_mul(ticks));
    }
    // 2^40 ticks are months; more would overflow what is reckoned with them.
    if track.ticks >= 1 << 40 || track.packets >= 1 << 40 {
        (track.ticks, track.packets, alike) = (0, 0, false);
    }
    track.packet_ticks = track.packet_ticks.filter(|_| alike);
    Ok(())
}

/// The first edit that plays something.
fn edit(bytes: &mut Bytes, at: u64, end: u64) -> io::Result<Option<(u64, u64)>> {
    const EDITS_MAX: u32 = 16;
    let Some(head) = bytes.array::<8>(at)? else { return Ok(None) };
    let long = head[0] == 1;
    let width = if long { 20 } else { 12 };
    for index in 0..u64::from(be32(&head, 4).min(EDITS_MAX)) {
        let from = at + 8 + width * index;
        if from + width > end {
            break;
        }
        let Some(entry) = bytes.array::<20>(from)?.or(bytes.array::<12>(from)?.map(pad)) else { break };
        let (length, start) = if long {
            (be64(&entry, 0), be64(&entry, 8))
        } else {
            (u64::from(be32(&entry, 0)), i64::from(be32(&entry, 4).cast_signed()).cast_unsigned())
        };
        // A negative start is a pause before the sound; anything past 2^40 ticks is no recording.
        if start < 1 << 40 && length < 1 << 40 {
            return Ok(Some((start, length)));
        }
    }
    Ok(None)
}

fn be32(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|word| word.try_into().ok()).map_or(0, u32::from_be_bytes)
}

fn be64(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..at + 8).and_then(|word| word.try_into().ok()).map_or(0, u64::from_be_bytes)
}

fn pad<const N: usize, const M: usize>(short: [u8; N]) -> [u8; M] {
    std::array::from_fn(|index| short.get(index).copied().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn atom(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
        [&(body.len() as u32 + 8).to_be_bytes()[..], kind, body].concat()
    }

    fn words(words: &[u32]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_be_bytes()).collect()
    }

    /// A film with one sound track of so many packets, and these boxes in its `trak` and `moov`.
    fn film(durations: &[(u32, u32)], in_track: &[u8], in_movie: &[u8]) -> Timing {
        let entries: Vec<_> = durations.iter().flat_map(|&(count, ticks)| [count, ticks]).collect();
        let stts = atom(b"stts", &words(&[&[0, durations.len() as u32], &entries[..]].concat()));
        let mdhd = atom(b"mdhd", &words(&[0, 0, 0, 44_100, 0, 0]));
        let hdlr = atom(b"hdlr", b"\0\0\0\0\0\0\0\0soun");
        let stbl = atom(b"minf", &atom(b"stbl", &stts));
        let mdia = atom(b"mdia", &[mdhd, hdlr, stbl].concat());
        let tkhd = atom(b"tkhd", &words(&[0, 0, 0, 7, 0, 0]));
        let trak = atom(b"trak", &[&tkhd[..], in_track, &mdia].concat());
        let mvhd = atom(b"mvhd", &words(&[0, 0, 0, 1000, 0, 0]));
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&atom(b"moov", &[&mvhd[..], &trak, in_movie].concat())).unwrap();
        let movie = read(&mut Bytes::new(file).unwrap()).unwrap();
        assert!(movie.indexed && movie.tracks.len() == 1 && movie.tracks[0].sound && movie.tracks[0].id == 7);
        movie.tracks[0].clone()
    }

    fn edits(entries: &[[u32; 3]]) -> Vec<u8> {
        let list = [&[0, entries.len() as u32], entries.as_flattened()].concat();
        atom(b"edts", &atom(b"elst", &words(&list)))
    }

    fn check(timing: &Timing, head: u64, frames: u64) {
        assert_eq!(timing.span(44_100, true), Span { head, frames: Some(frames) }, "{timing:?}");
    }

    #[test]
    fn an_edit_list_gives_the_delay_and_the_packets_the_length() {
        let packets = [(100, 1024), (1, 500)];
        check(&film(&packets, &[], &[]), 0, 102_900);
        // 102,900 less 1024 is 2310.1 ms: the list's 2310 says the same, only coarser.
        check(&film(&packets, &edits(&[[2310, 1024, 1 << 16]]), &[]), 1024, 101_876);
        // A list that plays less means it.
        check(&film(&packets, &edits(&[[1000, 1024, 1 << 16]]), &[]), 1024, 44_100);
        // A pause before the sound is no edit of the sound.
        check(&film(&packets, &edits(&[[500, u32::MAX, 1 << 16], [2310, 2112, 1 << 16]]), &[]), 2112, 100_788);
        // Nor is a list that would leave nothing.
        check(&film(&packets, &edits(&[[2310, 200_000, 1 << 16]]), &[]), 0, 102_900);
    }

    #[test]
    fn what_itunes_notes_is_exact_and_goes_first() {
        let note = |numbers: &str| {
            let name = atom(b"name", b"\0\0\0\0iTunSMPB");
            let data = atom(b"data", &[&[0, 0, 0, 1, 0, 0, 0, 0], numbers.as_bytes()].concat());
            let mean = atom(b"mean", b"\0\0\0\0com.apple.iTunes");
            let list = atom(b"ilst", &atom(b"----", &[mean, name, data].concat()));
            let meta = atom(b"meta", &[&[0; 4], &atom(b"hdlr", &[0; 25])[..], &list].concat());
            atom(b"udta", &meta)
        };
        let packets = [(101, 1024)];
        let good = note(" 00000000 00000840 000001CA 0000000000018B36 00000000 00000000");
        check(&film(&packets, &edits(&[[2310, 1024, 1 << 16]]), &good), 0x840, 0x18b36);
        // More than there is, or no numbers: then the rest of the file decides.
        for bad in [" 00000000 00000840 000001CA 00000000FFFFFFFF", " 00000000 zz 0 1", ""] {
            check(&film(&packets, &[], &note(bad)), 0, 103_424);
        }
    }

    #[test]
    fn jittering_packets_are_counted_not_measured() {
        let timing = film(&[(1, 1024), (1, 1000), (1, 1050), (97, 1024)], &[], &[]);
        assert_eq!(timing.packet_ticks, None);
        check(&timing, 0, 102_400);
    }
}
