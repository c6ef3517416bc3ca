//! Which recorded sessions become drafts: over all that can happen to an airing, looked at again and again.

use chrono::{DateTime, TimeDelta, Utc};
use loa::domain::airing::Airing;
use loa::domain::log::{EndReason, Intent, Kind, PartId};
use loa::domain::relay::{Account, Fate, KEEP_DAYS, RelayId, Session, WRITTEN_AFTER, title_of};
use loa::domain::sound::{RelaySnapshot, Sound};

use crate::support::records::{RATE, at, end, intent, occurrence};

const BEGUN: &str = "2026-11-24T22:00:00Z";

fn relay(part: u32, from: DateTime<Utc>) -> Intent {
    let intent = intent(7, from);
    let snapshot =
        RelaySnapshot {
            id: RelayId("vov".to_owned()), name: "Đài Tiếng nói Việt Nam".to_owned(), length_ms: 600_000
        };
    let part = PartId { part, ..intent.part };
    let from_frame = u64::from(RATE) * (from - at(BEGUN)).num_seconds().unsigned_abs();
    let occurrence = Some(occurrence("2026-11-25T05:00:00"));
    Intent { part, from_frame, occurrence, kind: Kind::Relay, sound: Sound::Relay(snapshot), ..intent }
}

/// Hears `seconds` of a stretch, of which the other station gave so many.
fn hear(airing: &mut Airing, intent: &Intent, seconds: u64, carried: u64, reason: EndReason) {
    let account =
        Account { carried_ms: carried * 1_000, standby_ms: (seconds - carried) * 1_000, ..Account::default() };
    let mut end = end(intent, u64::from(RATE) * seconds);
    (end.relay, end.reason) = (Some(account), reason);
    airing.end(&end).unwrap();
}

/// Asks at every second of a while, as a station does that settles what it keeps; how often it kept.
fn kept(airing: Option<&Airing>, closed: bool, settled: &mut bool, from: DateTime<Utc>, seconds: i64) -> usize {
    let looks = (0..seconds).map(|second| from + TimeDelta::seconds(second));
    looks
        .filter(|now| {
            let session = Session { begun: at(BEGUN), airing, closed, settled: *settled };
            let keep = session.fate(*now) == Fate::Keep;
            *settled |= keep;
            keep
        })
        .count()
}

#[test]
fn a_session_is_kept_once_when_all_of_it_is_over_and_written() {
    let begun = at(BEGUN);
    // An interruption after any time, or none, and looks throughout.
    for interrupted in [None, Some(1), Some(30), Some(299)] {
        let mut settled = false;
        assert_eq!(kept(None, false, &mut settled, begun, 2), 0, "the log does not know it yet");
        let first = relay(1, begun);
        let mut airing = Airing::begin(&first);
        assert_eq!(kept(Some(&airing), false, &mut settled, begun, 300), 0, "on air");
        let mut over = begun + TimeDelta::seconds(600);
        match interrupted {
            None => hear(&mut airing, &first, 600, 600, EndReason::Complete),
            Some(seconds) => {
                hear(&mut airing, &first, seconds, seconds, EndReason::PowerLoss);
                let cut = begun + TimeDelta::seconds(i64::try_from(seconds).unwrap());
                assert_eq!(kept(Some(&airing), false, &mut settled, cut, 100), 0, "it may go on");
                let rest = relay(2, cut + TimeDelta::seconds(100));
                airing.resume(&rest).unwrap();
                assert_eq!(kept(Some(&airing), false, &mut settled, cut, 100), 0, "on air again");
                hear(&mut airing, &rest, 200, 200, EndReason::Complete);
                over = cut + TimeDelta::seconds(300);
            }
        }
        let written = over + WRITTEN_AFTER;
        assert_eq!(kept(Some(&airing), true, &mut settled, over, WRITTEN_AFTER.num_seconds()), 0, "not written yet");
        assert_eq!(kept(Some(&airing), true, &mut settled, written, 1_000), 1, "{interrupted:?}");
        assert_eq!(kept(Some(&airing), true, &mut settled, written, 1_000), 0, "once");
    }
}

#[test]
fn what_carried_nothing_is_no_relay_or_is_long_past_is_left() {
    let begun = at(BEGUN);
    let over = begun + TimeDelta::hours(1);
    let fate = |airing: &Airing, now| Session { begun, airing: Some(airing), closed: true, settled: false }.fate(now);
    let first = relay(1, begun);
    for (carried, expected) in [(0, Fate::Leave), (1, Fate::Keep), (600, Fate::Keep)] {
        let mut airing = Airing::begin(&first);
        hear(&mut airing, &first, 600, carried, EndReason::Complete);
        assert_eq!(fate(&airing, over), expected, "{carried} s of the other station");
        assert_eq!(fate(&airing, begun + TimeDelta::days(KEEP_DAYS)), expected, "{carried} s");
        assert_eq!(fate(&airing, begun + TimeDelta::days(KEEP_DAYS) + TimeDelta::seconds(1)), Fate::Leave);
    }
    let clip = intent(7, begun);
    let mut airing = Airing::begin(&clip);
    airing.end(&end(&clip, clip.frames_total)).unwrap();
    assert_eq!(fate(&airing, over), Fate::Leave, "a clip is in the library already");
    let zone = chrono_tz::Asia::Ho_Chi_Minh;
    assert_eq!(title_of("Đài Tiếng nói Việt Nam", begun, zone), "Đài Tiếng nói Việt Nam, 25/11/2026 05:00");
}
