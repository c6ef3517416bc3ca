//! The airings of a zone that are listened for: when each begins and ends, and what is made of it a few seconds later.

use std::ops::Range;

use super::track::Track;
use super::{Compared, Comparison, TAIL_FRAMES};
use crate::audio::frames::NANOS_PER_SECOND;
use crate::domain::log::PartId;

/// Airings listened for at once. One that sounds, and those whose end is so near that the rest of them may still come back; a
/// further one is not judged.
const OPEN_MAX: usize = 32;
/// What may still come of the return feed is waited for so long after an airing, in nanoseconds: the longest delay and then some.
const WAIT_NS: i64 = 12 * NANOS_PER_SECOND;
/// Why a return feed says nothing that never said why.
const NO_SOUND: &str = "it gave no sound";

/// What was made of an airing.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Judged {
    pub(super) part: PartId,
    pub(super) title: String,
    pub(super) compared: Compared,
}

/// See the module. Instants are nanoseconds of the monotonic clock.
pub(super) struct Hearing {
    pub(super) sent: Track,
    pub(super) back: Track,
    open: Vec<Listening>,
    /// What the return feed said when it was lost; none while it is there.
    fault: Option<String>,
}

struct Listening {
    part: PartId,
    title: String,
    comparison: Comparison,
    /// The frames that come next, of both sides.
    next: [i64; 2],
    /// The frames after the last, of both sides, and when they are waited for no more.
    over: Option<([i64; 2], i64)>,
    /// Frames in which it is not what is sent here: it left, and may come back. There may be none, and it may have no end yet.
    away: Range<i64>,
    /// The last that the return feed complained of meanwhile.
    fault: Option<String>,
}

impl Hearing {
    pub(super) fn new(now: i64) -> Self {
        Self { sent: Track::new(now), back: Track::new(now), open: Vec::new(), fault: None }
    }

    /// Whether nothing is listened for.
    pub(super) fn is_idle(&self) -> bool {
        self.open.is_empty()
    }

    /// A stretch sounds here from `at` on: from its first frame, or since it came back.
    pub(super) fn begin(&mut self, part: PartId, title: String, at: i64) {
        let from = self.sent.index_of(at);
        if let Some(listening) = self.open.iter_mut().find(|listening| listening.part == part) {
            listening.away.end = from;
            return;
        }
        if self.open.len() >= OPEN_MAX {
            tracing::warn!(%part, "too many airings at once: this one is not listened for");
            return;
        }
        // The head of which nobody knows any more what was sent is left out, on both sides. It is years long if the clock was
        // set at this very moment.
        let unknown = (self.sent.first() - from).max(0);
        let next = [from, self.back.index_of(at)].map(|index| index.saturating_add(unknown));
        let (comparison, fault) = (Comparison::new(), self.fault.clone());
        self.open.push(Listening { part, title, comparison, next, over: None, away: 0..0, fault });
    }

    /// It sounds here no more since `at`: it is over, or goes on without this zone.
    pub(super) fn leave(&mut self, part: PartId, at: i64) {
        let from = self.sent.index_of(at);
        if let Some(listening) = self.open.iter_mut().find(|listening| listening.part == part) {
            listening.away = from..i64::MAX;
        }
    }

    /// It is over everywhere; its last frame was heard at `at`.
    pub(super) fn end(&mut self, part: PartId, at: i64, now: i64) {
        let ends = [self.sent.index_of(at), self.back.index_of(at)];
        if let Some(listening) = self.open.iter_mut().find(|listening| listening.part == part) {
            listening.over = Some((ends, now + WAIT_NS));
        }
    }

    /// The return feed is gone. True if it was there until now.
    pub(super) fn lost(&mut self, fault: &str) -> bool {
        let news = self.fault.is_none();
        self.fault = Some(fault.to_owned());
        self.open.iter_mut().for_each(|listening| listening.fault.clone_from(&self.fault));
        news
    }

    /// The return feed is there again. True if it was gone.
    pub(super) fn found(&mut self) -> bool {
        self.fault.take().is_some()
    }

    /// What can be said by now.
    pub(super) fn judge(&mut self, now: i64) -> Vec<Judged> {
        if self.fault.is_some() {
            self.back.missing(now);
        }
        self.compare();
        let done = |listening: &mut Listening| listening.is_done(now);
        self.open.extract_if(.., done).filter_map(Listening::judged).collect()
    }

    /// What can be said when nothing more will come.
    pub(super) fn conclude(&mut self) -> Vec<Judged> {
        self.compare();
        let over = std::mem::take(&mut self.open).into_iter().filter(|listening| listening.over.is_some());
        over.filter_map(Listening::judged).collect()
    }

    fn compare(&mut self) {
        let Self { sent, back, open, .. } = self;
        for listening in open {
            let ends = listening.over.map_or([i64::MAX; 2], |(ends, _)| ends);
            for index in listening.next[0]..sent.end().min(ends[0]) {
                match sent.get(index).filter(|_| !listening.away.contains(&index)) {
                    Some(frame) => listening.comparison.sent(frame),
                    None => listening.comparison.paused(),
                }
                listening.next[0] = index + 1;
            }
            for index in listening.next[1]..back.end().min(ends[1].saturating_add(TAIL_FRAMES as i64)) {
                match back.get(index) {
                    Some(frame) => listening.comparison.captured(frame),
                    None => listening.comparison.missed(),
                }
                listening.next[1] = index + 1;
            }
        }
    }
}

impl Listening {
    fn is_done(&self, now: i64) -> bool {
        self.over.is_some_and(|(ends, deadline)| {
            now >= deadline || self.next[0] >= ends[0] && self.next[1] >= ends[1] + TAIL_FRAMES as i64
        })
    }

    /// None where nothing was sent: then there is nothing to be heard.
    fn judged(self) -> Option<Judged> {
        let compared = self.comparison.judge(self.fault.as_deref().unwrap_or(NO_SOUND));
        (compared.sent_ms > 0).then_some(Judged { part: self.part, title: self.title, compared })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::log::AiringId;
    use crate::domain::proof::Finding;

    const RATE: u32 = 8_000;
    const SECOND: i64 = NANOS_PER_SECOND;
    const TENTH: usize = RATE as usize / 10;

    /// Tones that change ten times a second, as no other programme's do.
    fn programme(seed: u64, seconds: usize) -> Vec<f32> {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut sound = Vec::with_capacity(seconds * RATE as usize);
        for _ in 0..seconds * 10 {
            let tones: [f32; 3] = std::array::from_fn(|_| 250.0 + 3_000.0 * random.f32());
            let level = 0.05 + 0.2 * random.f32();
            let wave = |at: usize| {
                let turns = at as f32 / RATE as f32 * std::f32::consts::TAU;
                level * tones.iter().map(|hertz| (turns * hertz).sin()).sum::<f32>()
            };
            sound.extend((0..TENTH).map(wave));
        }
        sound
    }

    /// Plays one side into a track, `late` nanoseconds after it was sent.
    fn play(track: &mut Track, sound: &[f32], late: i64) {
        for (number, piece) in (0..).zip(sound.chunks(TENTH)) {
            track.push(piece, RATE, number * SECOND / 10 + late);
        }
    }

    /// An airing that sounds from 5 to 15 s, lets an emergency have the zone, and comes back from 25 to 45 s.
    fn judged(returned: impl Fn(&[f32], &[f32]) -> Vec<f32>) -> Judged {
        let (own, other) = (programme(1, 60), programme(2, 60));
        let second = RATE as usize;
        let mut sent = own.clone();
        sent[15 * second..25 * second].copy_from_slice(&other[15 * second..25 * second]);
        let part = PartId { airing: AiringId(uuid::Uuid::nil()), part: 1 };
        let mut hearing = Hearing::new(0);
        // All of it lies in what the tracks keep while it is compared: step by step, as it comes.
        let back = returned(&sent, &other);
        let mut judged = Vec::new();
        for number in 0..600_usize {
            let piece = number * TENTH..(number + 1) * TENTH;
            let now = number as i64 * SECOND / 10;
            hearing.sent.push(&sent[piece.clone()], RATE, now);
            hearing.back.push(&back[piece], RATE, now + 300_000_000);
            match number {
                55 => hearing.begin(part, "Tin".to_owned(), 5 * SECOND),
                155 => hearing.leave(part, 15 * SECOND),
                255 => hearing.begin(part, "Tin".to_owned(), 25 * SECOND),
                452 => hearing.leave(part, 45 * SECOND),
                453 => hearing.end(part, 45 * SECOND, now),
                _ => {}
            }
            judged.extend(hearing.judge(now + 300_000_000));
        }
        assert!(hearing.is_idle());
        assert_eq!(judged.len(), 1);
        judged.remove(0)
    }

    #[test]
    fn a_zone_that_was_away_for_a_while_is_judged_by_what_it_had() {
        let Judged { compared, title, .. } = judged(|sent, _| sent.to_vec());
        assert_eq!(title, "Tin");
        let Finding::Heard { delay_ms } = compared.finding else { panic!("{compared:?}") };
        assert!((260..=340).contains(&delay_ms), "{compared:?}");
        assert!(compared.sent_ms.abs_diff(30_000) <= 1_500, "{compared:?}");
        let emergency_alone = judged(|sent, other| {
            let second = RATE as usize;
            let mut back = vec![0.0; sent.len()];
            back[15 * second..25 * second].copy_from_slice(&other[15 * second..25 * second]);
            back
        });
        assert_eq!(emergency_alone.compared.finding, Finding::NotHeard, "what took its place proves nothing of it");
    }

    #[test]
    fn an_airing_whose_begin_lies_years_back_by_a_clock_that_was_set_is_judged_by_what_is_known() {
        let (own, mut hearing) = (programme(1, 40), Hearing::new(0));
        let part = PartId { airing: AiringId(uuid::Uuid::nil()), part: 1 };
        let mut judged = Vec::new();
        for (number, piece) in (0_i64..).zip(own.chunks(TENTH)) {
            let now = number * SECOND / 10;
            hearing.sent.push(piece, RATE, now);
            hearing.back.push(piece, RATE, now);
            match number {
                // Frame by frame this would take longer than anybody waits for a test.
                25 => hearing.begin(part, String::new(), -20 * 365 * 86_400 * SECOND),
                395 => hearing.end(part, 39 * SECOND, now),
                _ => {}
            }
            judged.extend(hearing.judge(now));
        }
        judged.extend(hearing.judge(60 * SECOND));
        let Finding::Heard { delay_ms: -20..=20 } = judged[0].compared.finding else { panic!("{judged:?}") };
        assert!((36_000..=40_000).contains(&judged[0].compared.sent_ms), "{judged:?}");
    }

    #[test]
    fn an_airing_of_which_nothing_was_sent_here_says_nothing() {
        let mut hearing = Hearing::new(0);
        play(&mut hearing.back, &programme(3, 20), 0);
        let part = PartId { airing: AiringId(uuid::Uuid::nil()), part: 1 };
        hearing.begin(part, String::new(), SECOND);
        hearing.end(part, 18 * SECOND, 18 * SECOND);
        assert_eq!(hearing.judge(18 * SECOND + WAIT_NS), Vec::new());
        assert!(hearing.is_idle(), "and is waited for no longer than it may take");
    }
}
