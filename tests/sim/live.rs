//! Somebody speaks: what gives way to them and how it goes on, to the frame.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use loa::domain::airing::{Airing, AiringOutcome, CountedFrom};
use loa::domain::clip::{ClipId, Genre};
use loa::domain::log::{End, EndReason, Incident, Intent, Kind, Outcome, Record};
use loa::domain::microphone::{MicrophoneId, Programme};
use loa::domain::slot::{Interrupted, Overrun, Slot, SlotVersion, ZoneId};
use loa::domain::sound::LiveSnapshot;
use loa::domain::station::{Input, Settings};
use loa::rehearsal::{Fault, VirtualTime, World};

use super::book::MemoryBook;
use super::model::{DailyTimetable, MemoryShelf, clip, fresh, slot};
use super::weeks;

const ZONE: Tz = Tz::Asia__Ho_Chi_Minh;
const BY: &str = "Nguyễn Văn A";
/// Its ident and its only clip: 10 s and 10 min.
const PROGRAMME: u64 = 48_000 * 610;

type Town = World<MemoryBook, MemoryShelf>;

fn zones(names: &[&str]) -> Vec<ZoneId> {
    names.iter().map(|name| ZoneId((*name).to_owned())).collect()
}

/// Five minutes before the broadcast of 05:00, heard in two zones.
fn town(policy: Interrupted) -> Town {
    let sang = slot("sang", "05:00:00", policy, Overrun::Finish, Duration::from_secs(600));
    let from = "2026-01-01T00:00:00Z".parse().unwrap();
    let slot = Slot { zones: zones(&["dong", "tay"]), ..sang };
    let versions = vec![SlotVersion { slot, from, until: None }];
    let clips = vec![clip(1, Genre::Ident, 48_000 * 10, 48_000), clip(3, Genre::Article, 48_000 * 600, 48_000)];
    // What an emergency says.
    let clips = [clips, vec![clip(4, Genre::Notice, 48_000 * 60, 48_000)]].concat();
    let shelf = MemoryShelf { clips, aired: std::collections::BTreeMap::new(), items: 1, relay: None };
    let counter = Arc::new(AtomicU64::new(1));
    let mut world = World::new(
        VirtualTime::new("2026-11-23T21:55:00Z".parse().unwrap(), 0.0),
        Settings::new(zones(&["dong", "tay"]), from),
        MemoryBook::default(),
        shelf,
        Box::new(move || Box::new(DailyTimetable { zone: ZONE, versions: versions.clone() })),
        Box::new(move || fresh(counter.clone())),
    );
    world.switch_on();
    world
}

/// Seconds after 05:00, on the town's monotonic clock.
fn at(seconds: i64) -> Duration {
    Duration::from_secs(u64::try_from(300 + seconds).unwrap())
}

fn microphone() -> MicrophoneId {
    MicrophoneId("phong-may".to_owned())
}

/// A person opens the microphone, for so long, with a tune of 5 s before.
fn go_live(seconds: u64, programme: Programme, zones: Vec<ZoneId>) -> Fault {
    let live = LiveSnapshot { id: microphone(), name: "Micrô".to_owned(), length_ms: seconds * 1_000, programme };
    let chime = Some(Box::new((clip(2, Genre::Ident, 48_000 * 5, 48_000).snapshot(), 0.0)));
    Fault::Command(Box::new(Input::GoLive { live, gain_db: 0.0, chime, zones, by: BY.to_owned() }))
}

fn end_live() -> Fault {
    Fault::Command(Box::new(Input::EndLive { microphone: None, by: BY.to_owned() }))
}

fn emergency(names: &[&str]) -> Fault {
    let (zones, every) = (zones(names), Duration::ZERO);
    Fault::Emergency { clip: ClipId(4), by: BY.to_owned(), zones, times: 1, every }
}

/// What was meant and what was heard, of one kind.
fn stretches(world: &Town, kind: Kind) -> Vec<(Intent, End)> {
    let ends = |intent: &Intent| world.book.ends().find(|end| end.part == intent.part).cloned();
    let of_kind = world.book.intents().filter(|intent| intent.kind == kind);
    of_kind.map(|intent| (intent.clone(), ends(intent).expect("it has ended"))).collect()
}

/// The stretches of the clip of the broadcast: first frame, frames.
fn of_clip(world: &Town) -> Vec<(u64, u64)> {
    let own = stretches(world, Kind::Own);
    own.iter().map(|(intent, end)| (intent.from_frame, end.frames)).collect()
}

fn faults(world: &Town) -> usize {
    let fault = |record: &Record| matches!(record, Record::Incident(Incident::MicrophoneFault { .. }));
    world.book.entries.iter().filter(|entry| fault(&entry.record)).count()
}

fn outcome(world: &Town) -> Outcome {
    world.book.closed().next().expect("the broadcast has ended").outcome.clone()
}

#[test]
fn the_programme_pauses_for_a_voice_and_goes_on_at_the_very_frame() {
    let mut world = town(Interrupted::Resume);
    world.schedule(at(120), go_live(60, Programme::Pause, Vec::new()));
    world.run_until(at(1_000)).unwrap();

    let tunes: Vec<_> =
        stretches(&world, Kind::Ident).into_iter().filter(|(one, _)| one.occurrence.is_none()).collect();
    let voices = stretches(&world, Kind::Live);
    let [(tune, tuned), (voice, spoken)] = [&tunes[0], &voices[0]];
    assert_eq!((tunes.len(), voices.len()), (1, 1));
    assert_eq!((tuned.frames, &tuned.reason), (48_000 * 5, &EndReason::Complete));
    assert_eq!((spoken.frames, &spoken.reason), (48_000 * 60, &EndReason::Complete), "its longest, to the frame");
    assert_eq!(tuned.end, spoken.start, "the voice follows its tune");
    assert_eq!((voice.by.as_deref(), voice.zones.len()), (Some(BY), 2));
    assert!(tune.part.airing != voice.part.airing);

    let clip = of_clip(&world);
    assert_eq!(clip.len(), 2, "{clip:?}");
    assert_eq!(clip[1].0, clip[0].1, "it goes on at the frame that it had reached");
    assert_eq!(clip[0].1 + clip[1].1 + 48_000 * 10, PROGRAMME, "nothing of it is lost, nothing heard twice");
    let cut = &stretches(&world, Kind::Own)[0].1;
    assert_eq!(cut.reason, EndReason::Superseded { by: voice.part.airing });
    let overlap = cut.end.unwrap() - tuned.start.unwrap();
    assert!(overlap <= TimeDelta::milliseconds(200), "it fades under the tune: {overlap}");
    assert_eq!(outcome(&world), Outcome::Aired);
}

#[test]
fn a_programme_starts_again_or_is_dropped_as_its_slot_says() {
    for (policy, stretches, aired) in
        [(Interrupted::Restart, 2, Outcome::Aired), (Interrupted::Drop, 1, Outcome::Partial)]
    {
        let mut world = town(policy);
        world.schedule(at(120), go_live(60, Programme::Pause, Vec::new()));
        world.run_until(at(1_500)).unwrap();
        let clip = of_clip(&world);
        assert_eq!((clip.len(), outcome(&world)), (stretches, aired), "{policy:?}: {clip:?}");
        assert!(clip.iter().all(|(from, _)| *from == 0));
    }
}

#[test]
fn a_voice_over_the_programme_turns_it_down_for_just_as_long() {
    let mut world = town(Interrupted::Resume);
    world.schedule(at(120), go_live(60, Programme::Duck { duck_db: 18 }, zones(&["tay"])));
    world.run_until(at(1_000)).unwrap();
    assert_eq!(of_clip(&world), [(0, 48_000 * 600)], "the programme is not touched");
    let voice = &stretches(&world, Kind::Live)[0];
    assert_eq!((voice.1.frames, voice.0.zones.clone()), (48_000 * 60, zones(&["tay"])));
    let ducked = |zone: &str| world.engines[&ZoneId(zone.to_owned())].ducked().to_vec();
    assert_eq!(ducked("dong"), []);
    let [(from, to)] = ducked("tay")[..] else { panic!("turned down once: {:?}", ducked("tay")) };
    let tune = at(120).abs_diff(from);
    assert!(tune < Duration::from_secs(1) && (to - from).abs_diff(Duration::from_secs(65)) < Duration::from_secs(1));
}

#[test]
fn a_zone_that_is_not_spoken_in_hears_its_programme() {
    let mut world = town(Interrupted::Resume);
    world.schedule(at(120), go_live(60, Programme::Pause, zones(&["tay"])));
    world.run_until(at(1_000)).unwrap();
    assert_eq!(of_clip(&world), [(0, 48_000 * 600)], "somewhere all of it is heard, as one stretch");
    let (_, end) = &stretches(&world, Kind::Own)[0];
    let there = |zone: &str| end.zones.iter().find(|delivery| delivery.zone.0 == zone).unwrap().frames;
    let missed = 48_000 * 600 - there("tay");
    assert_eq!(there("dong"), 48_000 * 600);
    assert!((48_000 * 64..48_000 * 70).contains(&missed), "away for tune, voice and the way back: {missed}");
}

#[test]
fn nothing_gives_way_to_a_microphone_that_gives_no_sound() {
    let mut world = town(Interrupted::Resume);
    world.schedule(at(60), Fault::MicrophoneGone(microphone()));
    world.schedule(at(120), go_live(60, Programme::Pause, Vec::new()));
    world.run_until(at(1_000)).unwrap();
    assert_eq!(of_clip(&world), [(0, 48_000 * 600)]);
    assert_eq!((stretches(&world, Kind::Live).len(), faults(&world)), (0, 1));
    let tunes = stretches(&world, Kind::Ident);
    assert!(tunes.iter().all(|(tune, end)| tune.occurrence.is_some() || end.frames == 0), "nor is its tune heard");
}

#[test]
fn a_microphone_that_vanishes_ends_the_voice_and_the_programme_goes_on() {
    let mut world = town(Interrupted::Resume);
    world.schedule(at(120), go_live(600, Programme::Pause, Vec::new()));
    world.schedule(at(160), Fault::MicrophoneGone(microphone()));
    world.run_until(at(1_000)).unwrap();
    let (_, end) = &stretches(&world, Kind::Live)[0];
    assert!(matches!(&end.reason, EndReason::InputLost { .. }), "{:?}", end.reason);
    assert!(end.frames.abs_diff(48_000 * 35) < 48_000);
    assert_eq!(faults(&world), 1);
    let clip = of_clip(&world);
    assert_eq!((clip.len(), clip[0].1 + clip[1].1), (2, 48_000 * 600));
    assert_eq!(outcome(&world), Outcome::Aired);
}

#[test]
fn what_somebody_says_is_whole_when_they_were_let_finish() {
    let airing = |world: &Town| {
        let (intent, end) = &stretches(world, Kind::Live)[0];
        let mut airing = Airing::begin(intent);
        airing.end(end).unwrap();
        airing
    };
    let mut world = town(Interrupted::Resume);
    world.schedule(at(120), go_live(600, Programme::Pause, Vec::new()));
    world.schedule(at(145), end_live());
    world.run_until(at(1_000)).unwrap();
    let ended = airing(&world);
    assert_eq!(ended.reason, Some(EndReason::Stopped { by: BY.to_owned() }));
    assert!(ended.frames_heard().abs_diff(48_000 * 20) < 48_000, "{}", ended.frames_heard());
    assert_eq!(ended.outcome(CountedFrom::default()), AiringOutcome::Aired);

    let mut world = town(Interrupted::Resume);
    world.schedule(at(120), go_live(600, Programme::Pause, Vec::new()));
    world.schedule(at(145), emergency(&[]));
    world.run_until(at(2_000)).unwrap();
    assert_eq!(airing(&world).outcome(CountedFrom::default()), AiringOutcome::Partial);
}

/// Without a tune nothing tells when it will be heard; opening the microphone is not taken off its time.
#[test]
fn a_voice_without_a_tune_has_all_its_time_from_when_it_is_heard() {
    let mut world = town(Interrupted::Resume);
    let Fault::Command(asked) = go_live(2, Programme::Pause, Vec::new()) else { unreachable!("it is a command") };
    let Input::GoLive { live, gain_db, zones, by, .. } = *asked else { unreachable!("of somebody who speaks") };
    let asked = Input::GoLive { live, gain_db, chime: None, zones, by };
    world.schedule(at(120), Fault::Command(Box::new(asked)));
    world.run_until(at(2_000)).unwrap();
    let voices = stretches(&world, Kind::Live);
    let [(intent, end)] = &voices[..] else { panic!("one stretch: {voices:?}") };
    assert_eq!((intent.from_frame, end.frames, &end.reason), (0, 48_000 * 2, &EndReason::Complete));
    assert!(end.zones.iter().all(|delivery| delivery.frames == 48_000 * 2), "{:?}", end.zones);
}

#[test]
fn an_emergency_cuts_a_voice_and_is_never_cut_by_one() {
    let mut world = town(Interrupted::Resume);
    world.schedule(at(120), go_live(900, Programme::Pause, Vec::new()));
    world.schedule(at(180), emergency(&[]));
    world.schedule(at(200), go_live(60, Programme::Pause, Vec::new()));
    world.run_until(at(2_000)).unwrap();
    let emergencies = stretches(&world, Kind::Emergency);
    assert_eq!((emergencies.len(), emergencies[0].1.frames), (1, 48_000 * 60), "heard whole");
    let voices = stretches(&world, Kind::Live);
    assert_eq!(voices.len(), 1, "the voice is not taken up again, and none begins under the emergency");
    assert_eq!(voices[0].1.reason, EndReason::Superseded { by: emergencies[0].0.part.airing });
    assert!(world.refusals().keys().any(|refusal| refusal.contains("emergency")), "{:?}", world.refusals());
    let clip = of_clip(&world);
    assert_eq!(clip.iter().map(|(_, frames)| frames).sum::<u64>(), 48_000 * 600, "the programme goes on at last");
}

#[test]
fn an_emergency_in_one_zone_leaves_the_voice_the_other() {
    let mut world = town(Interrupted::Resume);
    world.schedule(at(120), go_live(900, Programme::Pause, Vec::new()));
    world.schedule(at(180), emergency(&["dong"]));
    world.run_until(at(2_000)).unwrap();
    let voices = stretches(&world, Kind::Live);
    let [(_, end)] = &voices[..] else { panic!("one stretch: {voices:?}") };
    assert_eq!((end.frames, &end.reason), (48_000 * 900, &EndReason::Complete));
    let there = |zone: &str| end.zones.iter().find(|delivery| delivery.zone.0 == zone).unwrap().frames;
    assert_eq!(there("tay"), 48_000 * 900);
    assert!(
        (48_000 * 830..48_000 * 845).contains(&there("dong")),
        "and comes back when the emergency is over: {}",
        there("dong")
    );
}

#[test]
fn a_broadcast_that_is_due_meanwhile_waits_for_the_voice_or_is_heard_below_it() {
    let start = |world: &Town| world.engines[&ZoneId("dong".to_owned())].truth().iter().map(|one| one.start).max();
    let planned: DateTime<Utc> = "2026-11-23T22:00:00Z".parse().unwrap();
    let began = |world: &Town| {
        let idents = stretches(world, Kind::Ident);
        let of_slot = idents.iter().find(|(intent, _)| intent.occurrence.is_some());
        of_slot.map(|(_, end)| (end.start.unwrap() - planned).num_seconds())
    };
    let mut world = town(Interrupted::Resume);
    world.schedule(at(-30), go_live(120, Programme::Pause, Vec::new()));
    world.run_until(at(1_000)).unwrap();
    assert!((95..100).contains(&began(&world).unwrap()), "{:?} {:?}", began(&world), start(&world));
    assert_eq!(outcome(&world), Outcome::Aired, "within its grace");

    let mut world = town(Interrupted::Resume);
    world.schedule(at(-30), go_live(120, Programme::Duck { duck_db: 20 }, Vec::new()));
    world.run_until(at(1_000)).unwrap();
    assert_eq!(began(&world), Some(0));

    let mut world = town(Interrupted::Resume);
    world.schedule(at(-30), go_live(900, Programme::Pause, Vec::new()));
    world.run_until(at(1_000)).unwrap();
    let voice = stretches(&world, Kind::Live)[0].0.part.airing;
    assert_eq!(outcome(&world), Outcome::Superseded { by: voice }, "past its grace");
}

#[test]
fn a_voice_is_not_taken_up_again_after_a_power_cut_and_the_programme_is() {
    let mut world = town(Interrupted::Resume);
    world.schedule(at(120), go_live(600, Programme::Pause, Vec::new()));
    let cut = Fault::PowerCut { lasts: Duration::from_secs(20), clock_reads: None };
    world.schedule(at(180), cut);
    world.run_until(at(1_500)).unwrap();
    let voices = stretches(&world, Kind::Live);
    assert_eq!((voices.len(), &voices[0].1.reason), (1, &EndReason::PowerLoss));
    let heard: u64 = of_clip(&world).iter().map(|(_, frames)| frames).sum();
    assert_eq!(heard, 48_000 * 600, "{:?}", of_clip(&world));
}

#[test]
fn the_end_of_permitted_hours_ends_a_voice_and_outside_them_none_begins() {
    let mut world = town(Interrupted::Resume);
    // 20:00 is 15 hours after 05:00.
    world.schedule(at(54_000 - 60), go_live(600, Programme::Pause, Vec::new()));
    world.schedule(at(54_000 + 60), go_live(600, Programme::Pause, Vec::new()));
    world.run_until(at(56_000)).unwrap();
    let voices = stretches(&world, Kind::Live);
    let [(_, end)] = &voices[..] else { panic!("one voice: {voices:?}") };
    assert_eq!(end.reason, EndReason::Overrun);
    let over = end.end.unwrap() - "2026-11-24T13:00:00Z".parse::<DateTime<Utc>>().unwrap();
    assert!((TimeDelta::zero()..=TimeDelta::milliseconds(201)).contains(&over), "{over}");
    assert!(world.refusals().keys().any(|refusal| refusal.contains("not permitted")));
}

#[test]
fn the_weeks_of_the_seeds_hold_voices_of_every_fate() {
    let mut fates = std::collections::BTreeMap::new();
    for seed in 0..60 {
        let (mut world, versions, zone, mut random) = weeks::town_with(seed, |book| book);
        weeks::rehearse(&mut world, &versions, zone, &mut random).unwrap();
        for (intent, end) in stretches(&world, Kind::Live) {
            let fate = if end.frames == 0 { "unheard".to_owned() } else { format!("{:?}", end.reason) };
            let fate = fate.split([' ', '{', '(']).next().unwrap_or_default().to_owned();
            *fates.entry(fate).or_insert(0) += 1;
            assert!(intent.by.is_some());
        }
    }
    for fate in ["Complete", "Stopped", "InputLost"] {
        assert!(fates.contains_key(fate), "{fates:?}");
    }
}
