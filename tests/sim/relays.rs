//! Weeks with relays whose sources fail: they end by the clock, and the account says how long.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use loa::domain::clip::frames_to_duration;
use loa::domain::log::{EndReason, Incident, Intent, Kind, PartId, Record};
use loa::domain::relay::RelayId;
use loa::domain::sound::RelaySnapshot;
use loa::rehearsal::{Fault, Outage, Sounded};

use super::check::Evidence;
use super::weeks::{rehearse, town_with};

/// A relay that is so little late keeps all its frames, and clocks of a town run by 200 millionths fast or slow.
const LATE_MAX: TimeDelta = TimeDelta::milliseconds(250);
/// Each of three times is cut to whole milliseconds.
const ACCOUNT_OFF_MAX: u64 = 4;

/// A relay of another station, of up to a quarter of an hour.
pub(super) fn relay(random: &mut fastrand::Rng) -> RelaySnapshot {
    let length_ms = random.u64(20_000..900_000);
    RelaySnapshot { id: RelayId("vov".to_owned()), name: "Đài Tiếng nói Việt Nam".to_owned(), length_ms }
}

/// Its sources fail.
pub(super) fn fault(random: &mut fastrand::Rng, at: Duration) -> (Duration, Fault) {
    let outage = [Outage::Gone, Outage::StoodIn, Outage::Silent][random.usize(..3)];
    (at, Fault::RelayFails { lasts: Duration::from_millis(random.u64(500..1_200_000)), outage })
}

/// None ends after its planned end, and each accounts for the whole time for which it was heard anywhere, once.
pub(super) fn relays_keep_to_the_clock(evidence: &Evidence) -> Result<(), String> {
    let stepped = |record: &Record| {
        matches!(record, Record::Incident(Incident::ClockStepped { .. } | Incident::ClockDistrusted { .. }))
    };
    let steps = evidence.book.entries.iter().any(|entry| stepped(&entry.record));
    let held = |record: &Record| matches!(record, Record::Incident(Incident::Paused { .. }));
    let held = evidence.book.entries.iter().any(|entry| held(&entry.record));
    let intents: BTreeMap<PartId, &Intent> = evidence.book.intents().map(|intent| (intent.part, intent)).collect();
    for end in evidence.book.ends() {
        let Some(intent) = intents.get(&end.part).filter(|intent| intent.sound.is_live()) else { continue };
        // Held past its end it is over when it is let go on, and none of it sounds any more. A person who speaks has all the
        // time that was given, from the first word on.
        if let Some(over) = end.end.filter(|_| !steps && !held && intent.kind == Kind::Relay) {
            let late = over - planned_end(intent);
            if late > LATE_MAX {
                return Err(format!("relay {} ended {late} after it should have", end.part));
            }
        }
        let Some(account) = &end.relay else { continue };
        let heard = evidence.truth.iter().filter(|(_, sounded)| sounded.part == end.part);
        let heard: Vec<&Sounded> = heard.map(|(_, sounded)| sounded).collect();
        let (Some(from), Some(to)) =
            (heard.iter().map(|sounded| sounded.from).min(), heard.iter().map(|sounded| sounded.to).max())
        else {
            return Err(format!("relay {} never sounded and has an account", end.part));
        };
        let length_ms = u64::try_from((to - from).as_millis()).unwrap();
        if account.length_ms().abs_diff(length_ms) > ACCOUNT_OFF_MAX {
            return Err(format!("relay {} was heard for {length_ms} ms, its account says {account:?}", end.part));
        }
        let whole = end.reason == EndReason::Complete && !held;
        let of_frames = frames_to_duration(end.frames, intent.sample_rate).as_millis();
        if whole && u128::from(account.length_ms()) + 4 < of_frames {
            return Err(format!("relay {} has more frames than its account: {account:?}", end.part));
        }
    }
    Ok(())
}

fn planned_end(intent: &Intent) -> DateTime<Utc> {
    let length = frames_to_duration(intent.frames_total, intent.sample_rate);
    intent.planned_start + TimeDelta::from_std(length).unwrap()
}

/// The weeks are worth something only if what they are for happens in them.
#[test]
fn the_weeks_hold_relays_that_fail_in_every_way_and_some_that_begin_late() {
    let (mut lost, mut stood_in, mut silent, mut late) = (0, 0, 0, 0);
    for seed in 0..60 {
        let (mut world, versions, zone, mut random) = town_with(seed, |book| book);
        rehearse(&mut world, &versions, zone, &mut random).unwrap();
        for account in world.book.ends().filter_map(|end| end.relay.as_ref()) {
            lost += u32::from(account.lost_ms > 0);
            stood_in += u32::from(account.standby_ms > 0);
            silent += u32::from(account.silent_ms > 0);
        }
        let begun = world.book.intents().filter(|intent| intent.sound.is_live() && intent.from_frame > 0);
        late += u32::try_from(begun.count()).unwrap();
    }
    println!("{lost} lost, {stood_in} stood in, {silent} silent, {late} late");
    assert!(lost > 0 && stood_in > 0 && silent > 0 && late > 0);
}
