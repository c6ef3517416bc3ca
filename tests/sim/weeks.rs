//! Station weeks from seeds.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use loa::domain::clip::{ClipId, Genre};
use loa::domain::log::Record;
use loa::domain::microphone::{MicrophoneId, Programme};
use loa::domain::slot::{Interrupted, Overrun, Slot, SlotVersion, ZoneId};
use loa::domain::sound::LiveSnapshot;
use loa::domain::station::{Input, RestPolicy, Settings};
use loa::domain::time::Window;
use loa::rehearsal::{Book, Fault, Stuck, VirtualEngine, VirtualTime, World};

use super::amplifier;
use super::book::MemoryBook;
use super::check::{Evidence, check};
use super::model::{DailyTimetable, MemoryShelf, clip, fresh, slot};
use super::relays;

pub(super) type Town<B = MemoryBook> = World<B, MemoryShelf>;

const WEEK: Duration = Duration::from_secs(7 * 24 * 3600);
/// Quiet hours at the end in which everything still open must come to its end.
const SETTLE: Duration = Duration::from_secs(26 * 3600);

fn pick<T: Copy>(random: &mut fastrand::Rng, from: &[T]) -> T {
    from[random.usize(..from.len())]
}

fn seconds(random: &mut fastrand::Rng, from: u64, to: u64) -> Duration {
    Duration::from_millis(random.u64(from * 1000..=to * 1000))
}

/// The zones of the town; most towns of this country have one, so half of the weeks have.
fn zones(random: &mut fastrand::Rng) -> Vec<ZoneId> {
    let count = pick(random, &[1, 1, 2, 3]);
    ["loa", "dong", "tay"][..count].iter().map(|name| ZoneId((*name).to_owned())).collect()
}

/// Some of them, at least one.
fn some(random: &mut fastrand::Rng, zones: &[ZoneId]) -> Vec<ZoneId> {
    let chosen: Vec<_> = zones.iter().filter(|_| random.bool()).cloned().collect();
    if chosen.is_empty() { vec![zones[random.usize(..zones.len())].clone()] } else { chosen }
}

fn versions(random: &mut fastrand::Rng, from: DateTime<Utc>, zones: &[ZoneId]) -> Vec<SlotVersion> {
    let policies = [Interrupted::Resume, Interrupted::Restart, Interrupted::Drop];
    let overruns = [Overrun::Finish, Overrun::FadeAtEnd];
    let mut make = |name: &str, at: &str| {
        let grace = seconds(random, 0, 1200);
        let slot = slot(name, at, pick(random, &policies), pick(random, &overruns), grace);
        SlotVersion { slot: Slot { zones: some(random, zones), ..slot }, from, until: None }
    };
    let mut all = vec![make("sang", "05:00:00"), make("chieu", "17:00:00")];
    if make("thu", "11:30:00").slot.grace.as_secs() % 2 == 0 {
        // In Berlin this one lies in the gap and in the fold of daylight saving.
        all.push(make("dem", "02:30:00"));
        all.push(make("toi", "19:40:00"));
    }
    if zones.len() > 1 {
        // Where they share a zone with the first ones they wait for it.
        all.push(make("som", "05:00:00"));
        all.push(make("muon", "17:08:30"));
    }
    all
}

fn shelf(random: &mut fastrand::Rng) -> MemoryShelf {
    let mut clips = vec![clip(1, Genre::Ident, 44_100 * 12, 44_100), clip(2, Genre::Ident, 48_000 * 9 + 17, 48_000)];
    for id in 3..3 + random.u32(1..9) {
        let rate = pick(random, &[44_100, 48_000, 22_050]);
        let frames = u64::from(rate) * random.u64(2..900) + random.u64(..1000);
        clips.push(clip(id, Genre::Article, frames, rate));
    }
    MemoryShelf { clips, aired: std::collections::BTreeMap::new(), items: random.usize(1..4), relay: None }
}

/// A moment of the week; two times out of three near a broadcast.
fn moment(random: &mut fastrand::Rng, time: &VirtualTime, versions: &[SlotVersion], zone: Tz) -> Duration {
    if random.u8(..3) == 0 {
        return seconds(random, 0, WEEK.as_secs());
    }
    moment_near_a_broadcast(random, time, versions, zone)
}

/// A moment of the week at which a broadcast is about to begin, sounds, or has just ended.
pub(super) fn moment_near_a_broadcast(
    random: &mut fastrand::Rng,
    time: &VirtualTime,
    versions: &[SlotVersion],
    zone: Tz,
) -> Duration {
    let timetable = DailyTimetable { zone, versions: versions.to_vec() };
    let from = time.now().wall;
    let due = loa::domain::station::Timetable::due(
        &timetable,
        Window { from, to: from + TimeDelta::from_std(WEEK).unwrap() },
    );
    let at = due[random.usize(..due.len())].start + TimeDelta::milliseconds(random.i64(-70_000..2_000_000));
    time.mono_at(at)
}

fn microphone() -> MicrophoneId {
    MicrophoneId("phong-may".to_owned())
}

/// Somebody speaks, with a tune before or not, for seconds or minutes.
fn go_live(random: &mut fastrand::Rng, zones: &[ZoneId], by: String) -> Fault {
    let tune = clip(random.u32(1..3), Genre::Ident, 48_000 * random.u64(2..20), 48_000).snapshot();
    let duck_db = random.u32(3..41);
    let live = LiveSnapshot {
        id: microphone(),
        name: "Micrô phòng máy".to_owned(),
        length_ms: random.u64(1_000..900_000),
        programme: if random.bool() { Programme::Pause } else { Programme::Duck { duck_db } },
    };
    let chime = random.bool().then(|| Box::new((tune, 0.0)));
    let zones = if random.bool() { Vec::new() } else { some(random, zones) };
    Fault::Command(Box::new(Input::GoLive { live, gain_db: 0.0, chime, zones, by }))
}

fn fault(random: &mut fastrand::Rng, time: &VirtualTime, zones: &[ZoneId], at: Duration) -> Vec<(Duration, Fault)> {
    let by = || "Nguyễn Văn A".to_owned();
    let clip_id = ClipId(random.u32(1..9));
    let minutes =
        |random: &mut fastrand::Rng| if random.bool() { seconds(random, 0, 30) } else { seconds(random, 0, 7200) };
    let zone = |random: &mut fastrand::Rng| zones[random.usize(..zones.len())].clone();
    match random.u8(..25) {
        22..=24 => vec![relays::fault(random, at)],
        0..=2 => vec![(at, Fault::PowerCut { lasts: minutes(random), clock_reads: None })],
        3 => {
            let lasts = minutes(random);
            let reads = pick(random, &["1970-01-01T00:00:07Z", "2026-01-02T00:00:00Z", "2041-01-01T00:00:00Z"]);
            let cut = Fault::PowerCut { lasts, clock_reads: Some(reads.parse().unwrap()) };
            vec![(at, cut), (at + lasts + minutes(random), Fault::ClockRight)]
        }
        4 | 5 => {
            let zone = random.bool().then(|| zone(random));
            vec![(at, Fault::OutputLost { zone, lasts: minutes(random) })]
        }
        6 => {
            let by = TimeDelta::milliseconds(random.i64(-7_200_000..7_200_000));
            vec![(at, Fault::ClockStep { by }), (at + minutes(random), Fault::ClockRight)]
        }
        7 => vec![(at, Fault::ClipGone(clip_id)), (at + minutes(random), Fault::ClipBack(clip_id))],
        8 | 16 => {
            let (zones, times) = (some(random, zones), random.u32(1..4));
            let every = if random.bool() { Duration::ZERO } else { minutes(random) };
            vec![(at, Fault::Emergency { clip: clip_id, by: by(), zones, times, every })]
        }
        17 => {
            let zones = if random.bool() { Vec::new() } else { some(random, zones) };
            vec![(at, Fault::Command(Box::new(Input::EndEmergency { zones, by: by() })))]
        }
        18 => {
            let zone = zone(random);
            let mute = |muted| Fault::Command(Box::new(Input::Mute { zone: zone.clone(), muted, by: by() }));
            vec![(at, mute(true)), (at + minutes(random), mute(false))]
        }
        19 | 20 => {
            let end = Fault::Command(Box::new(Input::EndLive { microphone: None, by: by() }));
            vec![(at, go_live(random, zones, by())), (at + minutes(random), end)]
        }
        21 => {
            let back = (at + minutes(random), Fault::MicrophoneBack(microphone()));
            let gone = at + seconds(random, 0, 40);
            vec![(at, go_live(random, zones, by())), (gone, Fault::MicrophoneGone(microphone())), back]
        }
        9 => vec![(at, Fault::Command(Box::new(Input::Skip { zone: Some(zone(random)), by: by() })))],
        10 => vec![(at, Fault::Command(Box::new(Input::Stop { zone: Some(zone(random)), by: by() })))],
        11 => {
            let zone = zone(random);
            let on = Input::Pause { paused: true, zone: Some(zone.clone()), by: by() };
            let off = Input::Pause { paused: false, zone: Some(zone), by: by() };
            let (on, off) = (Fault::Command(Box::new(on)), Fault::Command(Box::new(off)));
            vec![(at, on), (at + minutes(random), off)]
        }
        12 => {
            let town = clip(clip_id.0, Genre::Article, 48_000 * random.u64(1..600), 48_000).snapshot();
            let zones = if random.bool() { Vec::new() } else { some(random, zones) };
            vec![(at, Fault::Command(Box::new(Input::Play { clip: town, gain_db: 0.0, zones, by: by() })))]
        }
        13 => {
            let rest = pick(random, &[RestPolicy::Finish, RestPolicy::Fade, RestPolicy::WhenFree]);
            vec![(at, Fault::Restart { lasts: minutes(random), rest })]
        }
        14 => {
            let wall = time.wall_at(at + seconds(random, 0, 80_000)).with_timezone(&Tz::Asia__Ho_Chi_Minh);
            let slot = pick(random, &["sang@%Y-%m-%dT05:00:00", "chieu@%Y-%m-%dT17:00:00"]);
            let occurrence = wall.format(slot).to_string().parse().unwrap();
            vec![(at, Fault::Command(Box::new(Input::Cancel { occurrence, by: by() })))]
        }
        // A person vouches for a clock after having looked at it: set right first.
        _ => vec![(at, Fault::ClockRight), (at, Fault::Command(Box::new(Input::TrustClock { by: Some(by()) })))],
    }
}

/// A town of a seed, its log kept in what `bind` makes of an empty one in memory.
pub(super) fn town_with<B: Book>(
    seed: u64,
    bind: impl FnOnce(MemoryBook) -> B,
) -> (Town<B>, Vec<SlotVersion>, Tz, fastrand::Rng) {
    let mut random = fastrand::Rng::with_seed(seed);
    let zone = pick(&mut random, &[Tz::Asia__Ho_Chi_Minh, Tz::Asia__Ho_Chi_Minh, Tz::Europe__Berlin]);
    // Both weeks hold a change of Berlin's clocks.
    let begin: DateTime<Utc> = pick(&mut random, &["2026-03-25T20:00:00Z", "2026-10-21T20:00:00Z"]).parse().unwrap();
    let time = VirtualTime::new(begin + TimeDelta::seconds(random.i64(0..80_000)), random.f64() * 400.0 - 200.0);
    let zones = zones(&mut random);
    let versions = versions(&mut random, time.now().wall, &zones);
    let mut settings = Settings::new(zones, "2026-01-01T00:00:00Z".parse().unwrap());
    amplifier::furnish(seed, &mut settings);
    settings.journal_step = Duration::from_secs(5);
    settings.clock_check_every = Duration::from_secs(60);
    let book = bind(MemoryBook { commit_takes: seconds(&mut random, 0, 2), ..MemoryBook::default() });
    let shelf = MemoryShelf { relay: random.bool().then(|| relays::relay(&mut random)), ..shelf(&mut random) };
    let counter = Arc::new(AtomicU64::new(1));
    let for_town = versions.clone();
    let heard = settings.zones.iter().filter(|_| random.bool()).cloned().collect();
    let mut world = World::new(
        time,
        settings,
        book,
        shelf,
        Box::new(move || Box::new(DailyTimetable { zone, versions: for_town.clone() })),
        Box::new(move || fresh(counter.clone())),
    );
    world.returns = heard;
    (world, versions, zone, random)
}

/// One week with faults, then quiet hours; when the faults were.
pub(super) fn rehearse<B: Book>(
    world: &mut Town<B>,
    versions: &[SlotVersion],
    zone: Tz,
    random: &mut fastrand::Rng,
) -> Result<Vec<Duration>, Stuck> {
    rehearse_watched(world, versions, zone, random, &mut |_| {})
}

/// The same, with `look` called after everything that happens.
pub(super) fn rehearse_watched<B: Book>(
    world: &mut Town<B>,
    versions: &[SlotVersion],
    zone: Tz,
    random: &mut fastrand::Rng,
    look: &mut dyn FnMut(&Town<B>),
) -> Result<Vec<Duration>, Stuck> {
    let mut troubles = Vec::new();
    for _ in 0..random.u32(..14) {
        let at = moment(random, &world.time, versions, zone);
        let zones: Vec<_> = world.engines.keys().cloned().collect();
        for (at, fault) in fault(random, &world.time, &zones, at) {
            troubles.push(at);
            world.schedule(at, fault);
        }
    }
    if world.shelf.relay.is_some() {
        // A source fails more often than anything else does.
        for _ in 0..random.u32(..20) {
            let at = moment_near_a_broadcast(random, &world.time, versions, zone);
            let (at, fault) = relays::fault(random, at);
            world.schedule(at, fault);
        }
    }
    world.switch_on();
    if random.bool() {
        // Somewhere between two effects, so before and after each commit over the seeds; an empty log promises nothing.
        world.cut_power_after(random.u64(1..400), minutes_or_seconds(random));
    }
    world.watch_until(WEEK, look)?;
    world.schedule(WEEK, Fault::ClockRight);
    world.schedule(WEEK + Duration::from_secs(1), Fault::Command(Box::new(Input::TrustClock { by: None })));
    world.watch_until(WEEK + SETTLE, look)?;
    Ok(troubles)
}

/// One week with faults and its quiet hours, then the invariants.
pub(crate) fn week(seed: u64) -> Result<(), String> {
    let (mut world, versions, zone, mut random) = town_with(seed, |book| book);
    let begin = world.time.now().wall;
    let switches: Vec<_> = world.switches.iter().map(|(zone, _)| zone.clone()).collect();
    let broken = if switches.is_empty() { Vec::new() } else { amplifier::faults(seed, &switches, WEEK) };
    for (at, fault) in broken.clone() {
        world.schedule(at, fault);
    }
    let mut troubles = rehearse(&mut world, &versions, zone, &mut random).map_err(|stuck| stuck.to_string())?;
    troubles.extend(broken.iter().map(|(at, _)| *at));
    let timetable = DailyTimetable { zone, versions };
    let end = world.time.now().wall;
    let heard = |(zone, engine): (&ZoneId, &VirtualEngine)| {
        engine.truth().iter().map(|sounded| (zone.clone(), sounded.clone())).collect::<Vec<_>>()
    };
    let below = |(zone, engine): (&ZoneId, &VirtualEngine)| {
        engine.ducked().iter().map(|stretch| (zone.clone(), *stretch)).collect::<Vec<_>>()
    };
    let ducked: Vec<_> = world.engines.iter().flat_map(below).collect();
    let mut truth: Vec<_> = world.engines.iter().flat_map(heard).collect();
    truth.sort_by_key(|(_, sounded)| sounded.from);
    let evidence = Evidence {
        book: &world.book,
        truth: &truth,
        ducked: &ducked,
        timetable: &timetable,
        settled: Window { from: begin, to: end - TimeDelta::hours(3) },
        journal_slack: Duration::from_millis(7_600),
        violations: world.violations(),
    };
    let evidence_of_power = amplifier::Evidence { town: &world, timetable: &timetable, troubles: &troubles };
    let verdict = check(&evidence).and_then(|()| amplifier::check(&evidence_of_power));
    if verdict.is_err() && std::env::var_os("LOA_SIM_SEED").is_some() {
        for entry in &world.book.entries {
            println!("{:5} {} {}", entry.seq, entry.at.with_timezone(&zone), brief(&entry.record));
        }
    }
    verdict
}

/// A record in one line, for whoever replays a seed.
fn brief(record: &Record) -> String {
    match record {
        Record::Rundown(rundown) => format!("rundown {} of {}", rundown.occurrence, rundown.elements.len()),
        Record::Intent(intent) => format!(
            "intent  {} {:?} #{} from {} of {}",
            intent.part,
            intent.occurrence.as_ref().map(ToString::to_string),
            intent.position,
            intent.from_frame,
            intent.frames_total
        ),
        Record::End(end) => format!("end     {} {} frames {:?}", end.part, end.frames, end.reason),
        other => format!("{other:?}"),
    }
}

fn minutes_or_seconds(random: &mut fastrand::Rng) -> Duration {
    if random.bool() { seconds(random, 0, 20) } else { seconds(random, 0, 5000) }
}

/// What became of the first seed that broke, in words.
fn first_broken(seeds: std::ops::Range<u64>) -> Option<(u64, String)> {
    let next = AtomicU64::new(seeds.start);
    let broken = Mutex::new(BTreeMap::new());
    let work = || {
        // Sound is tested at the same time, and must not wait for weeks on paper.
        rustix::process::setpriority_process(None, 19).unwrap();
        while let Some(seed) = Some(next.fetch_add(1, Ordering::Relaxed)).filter(|seed| seeds.contains(seed)) {
            let outcome = std::panic::catch_unwind(|| week(seed));
            if let Err(why) = outcome.unwrap_or_else(|_| Err("it panicked, see above".to_owned())) {
                broken.lock().unwrap().insert(seed, why);
                next.store(seeds.end, Ordering::Relaxed);
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    broken.into_inner().unwrap().pop_first()
}

#[test]
fn every_week_keeps_every_invariant() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let seeds = match number("LOA_SIM_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("LOA_SIM_SEEDS").unwrap_or(5_000),
    };
    if let Some((seed, broken)) = first_broken(seeds) {
        panic!("seed {seed}: {broken}\nreplay with LOA_SIM_SEED={seed} cargo test sim");
    }
}
