//! Live sound in several zones: what is heard at an instant is the same in all, whatever their devices ask ahead.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::{TryRecvError, channel};
use std::time::Duration;

use loa::audio::frames::{CHANNELS, NANOS_PER_SECOND, Nanos};
use loa::audio::live::{History, Length, LiveFeed, LiveHub, LiveOrder, LiveSource, Piece, READY_MAX};
use loa::audio::mixer::{Command, Desk, Mixer, Report};
use loa::audio::supply::Supply;
use loa::audio::voice::{Cue, MixVoice, VoiceTally};
use loa::domain::relay::{Account, Carried, Standing, Tally};

use crate::support::audio::{clock, part};

const RATE_HZ: u32 = 48_000;
const DEPTH: u64 = 19_200;
const KEPT: usize = 5 * RATE_HZ as usize;
/// Samples say their number in steps of this, which a float holds exactly.
const STEP: f32 = 1.0 / 8_388_608.0;
const BEGIN: i64 = 1_795_384_800 * NANOS_PER_SECOND;

/// A zone whose device asks for `buffer` frames at a time, which are heard `ahead_ms` later.
struct Zone {
    mixer: Mixer,
    desk: Desk,
    buffer: usize,
    ahead_ns: i64,
    /// Frames that it has asked for.
    asked: u64,
    /// Number of the frame of live sound that it heard, and the instant.
    heard: Vec<(u64, Nanos)>,
    over: Option<VoiceTally>,
}

impl Zone {
    fn new(buffer: usize, ahead_ms: i64) -> Self {
        let (mixer, desk) = Mixer::new(RATE_HZ, 0);
        let ahead_ns = ahead_ms * 1_000_000;
        Self { mixer, desk, buffer, ahead_ns, asked: 0, heard: Vec::new(), over: None }
    }

    fn start(&mut self, history: &Arc<History>, cue: Nanos) {
        let (tap, _) = rtrb::RingBuffer::new(2);
        let voice = MixVoice::new(part(1), Cue::At(cue), false, Supply::live(history.reader()), tap);
        self.desk.commands.push(Command::Start(Box::new(voice))).unwrap();
    }

    /// Asks for what is due after so many milliseconds. `stepped_ns` is what the wall clock has been moved by.
    fn turn(&mut self, ms: u64, stepped_ns: i64) {
        let mut out = vec![0.0; self.buffer * CHANNELS];
        while self.asked + self.buffer as u64 <= ms * u64::from(RATE_HZ) / 1000 {
            let plays_at = Nanos(BEGIN + self.ahead_ns).plus_frames(self.asked, RATE_HZ);
            self.mixer.render(&mut out, plays_at.plus_ns(stepped_ns));
            for (frame, samples) in (0..).zip(out.chunks_exact(CHANNELS)).filter(|(_, samples)| samples[0] != 0.0) {
                self.heard.push(((samples[0] / STEP) as u64, plays_at.plus_frames(frame, RATE_HZ)));
            }
            self.asked += self.buffer as u64;
            while let Ok(report) = self.desk.reports.pop() {
                if let Report::Over(voice) = report {
                    self.over = Some(voice.tally);
                }
            }
            while self.desk.states.pop().is_ok() {}
        }
    }

    /// The instant at which frame 0 would have been heard, by every frame that was: the earliest and the latest.
    fn epochs(&self) -> (i64, i64) {
        let epochs =
            self.heard.iter().map(|(number, at)| at.0 - *number as i64 * NANOS_PER_SECOND / i64::from(RATE_HZ));
        (epochs.clone().min().unwrap(), epochs.max().unwrap())
    }
}

/// Writes as the feed's thread does, up to the depth ahead of the foremost zone.
fn write(history: &History, ms: u64) {
    let wanted = history.heard().map_or(ms * 48, |(_, foremost)| foremost) + DEPTH;
    while history.written() + 480 <= wanted.min(history.end().map_or(u64::MAX, |end| end.next_multiple_of(480))) {
        let first = history.written();
        let frames: Vec<f32> = (first..first + 480).flat_map(|number| [number as f32 * STEP; CHANNELS]).collect();
        history.write(&frames);
    }
}

#[test]
fn every_zone_hears_the_same_frame_at_the_same_instant() {
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    for _ in 0..40 {
        let length_ms = random.u64(6_000..9_000);
        let history = History::new(RATE_HZ, KEPT, DEPTH, Length::FromCue(length_ms * 48));
        // A zone that comes in later and asks further ahead than the others by about the depth waits for the writer once.
        let ahead_ms = random.i64(0..1_200);
        let zone = |random: &mut fastrand::Rng| Zone::new(random.usize(32..4_096), ahead_ms + random.i64(0..200));
        let mut zones: Vec<_> = (0..4).map(|_| zone(&mut random)).collect();
        let cue = Nanos(BEGIN + 3 * NANOS_PER_SECOND);
        // The first two on time, unless the word comes too late; the others in the middle, before and after the clock steps.
        let told_ms = [0..3_300, 0..3_300, 4_000..5_500, 7_000..7_900].map(|range| random.u64(range));
        let stepped_at_ms = random.u64(6_200..6_900);
        let step_ns = random.i64(-3_600..3_600) * NANOS_PER_SECOND;
        for ms in 0..16_000 {
            write(&history, ms);
            let stepped_ns = if ms >= stepped_at_ms { step_ns } else { 0 };
            for (number, zone) in zones.iter_mut().enumerate() {
                if told_ms[number] == ms {
                    let middle = Nanos(BEGIN + ms as i64 * 1_000_000 + 500_000_000 + stepped_ns);
                    zone.start(&history, if number < 2 { cue } else { middle });
                }
                zone.turn(ms, stepped_ns);
            }
        }
        let frame_ns = NANOS_PER_SECOND / i64::from(RATE_HZ);
        let epochs: Vec<_> = zones.iter().map(Zone::epochs).collect();
        let (earliest, latest) =
            (epochs.iter().map(|epoch| epoch.0).min().unwrap(), epochs.iter().map(|epoch| epoch.1).max().unwrap());
        // Each places frames to the nearest, and has been led there by another that did.
        assert!(latest - earliest <= 2 * frame_ns, "apart by {} ns: {epochs:?}", latest - earliest);
        let ends: Vec<_> = zones.iter().map(|zone| zone.heard.last().unwrap().0).collect();
        assert!(ends.iter().all(|end| *end == ends[0]), "all end with the same frame: {ends:?}");
        let tallies = zones.iter().map(|zone| zone.over.expect("it is over"));
        let whole = tallies.clone().all(|tally| tally.underrun_frames == 0);
        let asked: Vec<_> = zones.iter().map(|zone| (zone.buffer, zone.ahead_ns / 1_000_000)).collect();
        assert!(whole, "{asked:?} {told_ms:?} stepped at {stepped_at_ms} {:?}", tallies.collect::<Vec<_>>());
        // It ends by the clock, also where the word to begin came late.
        let over = zones[0].heard.last().unwrap().1;
        let due = cue.plus_ns(length_ms as i64 * 1_000_000 - frame_ns);
        assert!((over.0 - due.0).abs() <= 2 * frame_ns, "{} ns after its end", over.0 - due.0);
    }
}

#[test]
fn a_writer_that_is_late_costs_its_frames_and_moves_nothing() {
    let history = History::new(RATE_HZ, KEPT, DEPTH, Length::FromCue(96_000));
    let mut zone = Zone::new(480, 20);
    zone.start(&history, Nanos(BEGIN + NANOS_PER_SECOND));
    for ms in 0..4_000 {
        // It sleeps from 1.5 s to 2.2 s.
        if !(1_500..2_200).contains(&ms) {
            write(&history, ms);
        }
        zone.turn(ms, 0);
    }
    let (earliest, latest) = zone.epochs();
    assert!(latest - earliest <= 1, "what comes after is where it was: {}", latest - earliest);
    let tally = zone.over.unwrap();
    assert_eq!(tally.frames + tally.underrun_frames, 96_000);
    assert!((10_000..20_000).contains(&tally.underrun_frames), "{tally:?}");
}

#[test]
fn what_is_held_goes_by_and_is_in_step_when_it_goes_on() {
    let history = History::new(RATE_HZ, KEPT, DEPTH, Length::FromCue(192_000));
    let mut zones = [Zone::new(480, 20), Zone::new(1_000, 300)];
    for zone in &mut zones {
        zone.start(&history, Nanos(BEGIN + NANOS_PER_SECOND));
    }
    for ms in 0..7_000 {
        write(&history, ms);
        for zone in &mut zones {
            match ms {
                2_000 => zone.desk.commands.push(Command::Hold { part: part(1), held: true }).unwrap(),
                3_500 => zone.desk.commands.push(Command::Hold { part: part(1), held: false }).unwrap(),
                _ => {}
            }
            zone.turn(ms, 0);
        }
    }
    let epochs = zones.each_ref().map(Zone::epochs);
    assert!(epochs[0].1.max(epochs[1].1) - epochs[0].0.min(epochs[1].0) <= 42_000, "{epochs:?}");
    for zone in &zones {
        let tally = zone.over.unwrap();
        assert!((115_000..125_000).contains(&tally.frames), "{tally:?}");
    }
}

/// Gives the frames' numbers; every second hundred of them is lost.
struct Counting {
    next: u64,
    /// Whether it may begin.
    sounds: Arc<AtomicBool>,
}

impl Counting {
    fn new(sounds: bool) -> Self {
        Self { next: 0, sounds: Arc::new(AtomicBool::new(sounds)) }
    }
}

impl LiveSource for Counting {
    fn look(&mut self) {}

    fn sounds(&mut self) -> bool {
        self.sounds.load(Ordering::Acquire)
    }

    fn write(&mut self, block: &mut [f32]) -> Piece {
        let frames = (block.len() / CHANNELS) as u64;
        let lost = self.next / 4_800 % 2 == 1;
        self.next += frames;
        Piece { what: Carried::Sound { source: 0, silent: false }, frames: if lost { 0 } else { frames as usize } }
    }

    fn sources(&self) -> usize {
        1
    }

    fn account(&self, tally: &Tally) -> Account {
        tally.account(&[("số đếm".to_owned(), true)], RATE_HZ, 0, 0)
    }

    fn standing(&self, _: &Account) -> Option<Standing> {
        None
    }
}

fn until(what: &str, so: impl Fn() -> bool) {
    let began = std::time::Instant::now();
    while !so() {
        assert!(began.elapsed() < Duration::from_secs(10), "{what}: not within 10 s");
        std::thread::yield_now();
    }
}

/// A relay that begins late ends when it was to end; whoever speaks has all the time that was given.
#[test]
fn what_is_late_is_taken_off_only_where_it_is_counted_from_the_cue() {
    for (length, left) in [(Length::FromCue(9_600), 9_600 - 480), (Length::FromFirst(9_600), 9_600)] {
        let history = History::new(RATE_HZ, KEPT, DEPTH, length);
        for _ in 0..20 {
            history.write(&[0.5; 480 * CHANNELS]);
        }
        let mut reader = history.reader();
        reader.begin(Nanos(1_000_000_000), 480);
        assert_eq!(reader.left(), left, "{length:?}");
    }
}

/// A second of live sound.
fn a_second() -> LiveOrder {
    LiveOrder {
        length: Length::FromCue(u64::from(RATE_HZ)),
        rate_hz: RATE_HZ,
        depth: Duration::from_millis(400),
        ready_max: Some(READY_MAX),
        record: None,
        clock: clock(),
    }
}

#[test]
fn zones_share_one_feed_and_its_account_is_added_up_once() {
    let hub = LiveHub::default();
    let order = a_second();
    let open = || LiveFeed::spawn(Box::new(Counting::new(true)), &order);
    let one = hub.join(part(1), open).unwrap();
    let other = hub.join(part(1), || -> std::io::Result<LiveFeed> { panic!("there is one") }).unwrap();
    let (ready, readiness) = channel();
    for feed in [&one, &other] {
        let ready = ready.clone();
        if feed.when_ready(Box::new(move |_| ready.send(()).is_ok())).is_none() {
            readiness.recv_timeout(Duration::from_secs(10)).unwrap();
        }
    }
    let mut readers = [one.reader(), other.reader()];
    for reader in &mut readers {
        reader.begin(Nanos(0), 0);
    }
    let mut block = [0.0; 480 * CHANNELS];
    for piece in 0..100 {
        for reader in &mut readers {
            until("a piece is at hand", || reader.at_hand() >= 480);
            assert!(reader.take(&mut block, Nanos(0).plus_frames(piece * 480, RATE_HZ)));
        }
    }
    assert!(readers.iter().all(|reader| reader.left() == 0));
    until("all of it is accounted for", || one.account().length_ms() >= 1_000);
    let account = other.account();
    assert_eq!((account.carried_ms, account.lost_ms), (500, 500), "{account:?}");
    drop((one, other));
    let again = hub.join(part(1), open);
    assert_eq!(again.unwrap().account().length_ms(), 0, "a feed that nobody has any more is not handed out");
}

/// A zone whose thread is stuck does not take the word that the voice may begin: the others hear all of it meanwhile, and it is
/// told again until it does.
#[test]
fn a_zone_that_is_stuck_holds_up_no_other() {
    let order = a_second();
    let source = Counting::new(false);
    let sounds = Arc::clone(&source.sounds);
    let feed = LiveFeed::spawn(Box::new(source), &LiveOrder { ready_max: None, ..order }).unwrap();
    let (freed, refused, (told, heard)) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU32::new(0)), channel());
    let (takes, refuses) = (Arc::clone(&freed), Arc::clone(&refused));
    let ready = move |_| {
        let takes = takes.load(Ordering::Acquire);
        refuses.fetch_add(u32::from(!takes), Ordering::AcqRel);
        takes && told.send(()).is_ok()
    };
    assert_eq!(feed.when_ready(Box::new(ready)), None);
    sounds.store(true, Ordering::Release);
    until("it is told while it is stuck", || refused.load(Ordering::Acquire) > 0);
    let mut reader = feed.reader();
    reader.begin(Nanos(0), 0);
    let mut block = [0.0; 480 * CHANNELS];
    for piece in 0..100 {
        until("a piece is at hand", || reader.at_hand() >= 480);
        assert!(reader.take(&mut block, Nanos(0).plus_frames(piece * 480, RATE_HZ)));
        if piece == 50 {
            assert_eq!(heard.try_recv(), Err(TryRecvError::Empty), "it took the word while it was stuck");
            freed.store(true, Ordering::Release);
            heard.recv_timeout(Duration::from_secs(10)).unwrap();
        }
    }
    assert_eq!(heard.try_recv(), Err(TryRecvError::Disconnected), "told once, and let go");
}
