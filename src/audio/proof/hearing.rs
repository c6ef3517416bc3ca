//! The airings of a zone that are listened for: when each begins and ends, and what is made of it a few seconds later.

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
    /// Frames that were sent here indeed.
    sent: u64,
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

    /// The first frame of a stretch was heard at `at`.
    pub(super) fn begin(&mut self, part: PartId, title: String, at: i64) {
        if self.open.len() >= OPEN_MAX {
            tracing::warn!(%part, "too many airings at once: this one is not listened for");
            return;
        }
        let next = [self.sent.index_of(at), self.back.index_of(at)];
        let (comparison, fault) = (Comparison::new(), self.fault.clone());
        self.open.push(Listening { part, title, comparison, next, over: None, sent: 0, fault });
    }

    /// Its last frame was heard at `at`.
    pub(super) fn end(&mut self, part: PartId, at: i64, now: i64) {
        let ends = [self.sent.index_of(at), self.back.index_of(at)];
        if let Some(listening) = self.open.iter_mut().find(|listening| listening.part == part) {
            listening.over = Some((ends, now + WAIT_NS));
        }
    }

    /// Nothing of it was heard after all, or nobody will say when it ended.
    pub(super) fn forget(&mut self, part: PartId) {
        self.open.retain(|listening| listening.part != part);
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
                let frame = sent.get(index);
                listening.sent += u64::from(frame.is_some());
                listening.comparison.sent(frame.unwrap_or_default());
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
        (self.sent > 0).then_some(Judged { part: self.part, title: self.title, compared })
    }
}
