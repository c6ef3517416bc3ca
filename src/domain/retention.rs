//! How long the recordings of the programme are kept: by their age and by the room they take.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

/// A recording begun less than this ago may still be written to: a file holds an hour, and the rest is for clocks that are put
/// right.
const YOUNG: TimeDelta = TimeDelta::hours(3);

/// What is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// What is older goes.
    pub age_max: Duration,
    /// Together they take no more than this; the oldest go first.
    pub bytes_max: u64,
}

/// A recording that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// When it was begun.
    pub begun: DateTime<Utc>,
    /// How much room it takes.
    pub bytes: u64,
}

/// Why a recording goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Superfluous {
    /// It is older than what is kept.
    Old,
    /// There is no room for it beside the newer ones.
    NoRoom,
}

impl Retention {
    /// Which of `kept` (in any order) go at `now`, by their places, the oldest first. One that may still be written to never does, nor
    /// one from the future: the clock was wrong then, or is now.
    #[must_use]
    pub fn superfluous(&self, kept: &[Kept], now: DateTime<Utc>) -> Vec<(usize, Superfluous)> {
        let mut order: Vec<usize> = (0..kept.len()).collect();
        order.sort_by_key(|&place| kept[place].begun);
        let mut bytes: u64 = kept.iter().map(|one| one.bytes).sum();
        let age_max = TimeDelta::from_std(self.age_max).unwrap_or(TimeDelta::MAX);
        let mut gone = Vec::new();
        for place in order {
            let Kept { begun, bytes: own } = kept[place];
            let age = now - begun;
            let why = match (age > age_max, bytes > self.bytes_max) {
                (true, _) => Superfluous::Old,
                (false, true) => Superfluous::NoRoom,
                (false, false) => continue,
            };
            if age < YOUNG {
                continue;
            }
            bytes -= own;
            gone.push((place, why));
        }
        gone
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn the_oldest_go_by_age_and_room_and_never_one_that_may_be_written_to_or_comes_from_the_future() {
        let now = at("2026-11-24T12:00:00Z");
        let kept = ["2026-11-24T11:00:00Z", "2026-11-20T05:00:00Z", "2026-08-01T05:00:00Z", "2041-01-01T00:00:00Z"]
            .map(|begun| Kept { begun: at(begun), bytes: 10 });
        let keep = |days: u64, bytes_max| Retention { age_max: Duration::from_secs(days * 86_400), bytes_max };
        assert_eq!(keep(92, 40).superfluous(&kept, now), [(2, Superfluous::Old)]);
        assert_eq!(keep(200, 40).superfluous(&kept, now), []);
        assert_eq!(keep(200, 39).superfluous(&kept, now), [(2, Superfluous::NoRoom)]);
        assert_eq!(keep(1, 0).superfluous(&kept, now), [(2, Superfluous::Old), (1, Superfluous::Old)]);
        assert_eq!(keep(3_660, 5).superfluous(&kept, now), [(2, Superfluous::NoRoom), (1, Superfluous::NoRoom)]);
    }

    #[test]
    fn what_stays_has_room_unless_all_of_it_is_young() {
        let mut random = 1_u64;
        let mut next = |most: u64| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (random >> 33) % most
        };
        let now = at("2026-11-24T12:00:00Z");
        for _ in 0..500 {
            let kept: Vec<Kept> = (0..next(30))
                .map(|_| Kept { begun: now - TimeDelta::minutes(next(20_000) as i64), bytes: next(1_000) })
                .collect();
            let keep = Retention { age_max: Duration::from_secs(next(2_000_000)), bytes_max: next(10_000) };
            let gone = keep.superfluous(&kept, now);
            let stays = |place: &usize| gone.iter().all(|(other, _)| other != place);
            let (old, young): (Vec<usize>, Vec<usize>) =
                (0..kept.len()).filter(stays).partition(|&place| now - kept[place].begun >= YOUNG);
            let bytes = |of: &[usize]| of.iter().map(|&place| kept[place].bytes).sum::<u64>();
            assert!(old.is_empty() || bytes(&old) + bytes(&young) <= keep.bytes_max, "{keep:?} {kept:?}");
            assert!(gone.iter().all(|&(place, _)| now - kept[place].begun >= YOUNG));
        }
    }
}
