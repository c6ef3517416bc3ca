//! A server that does what it likes, and a listener of a relay.

use std::io::{BufRead as _, BufReader};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use loa::audio::frames::{CHANNELS, Nanos};
use loa::audio::input::relay::{DEPTH, RelayEvent, RelayOrder, RelaySource};
use loa::audio::live::{Length, LiveFeed, LiveOrder, READY_MAX};
use loa::domain::relay::{Account, Limits, Relay, RelayId, Source, Why};

use super::audio::clock;
use super::icecast::{PATIENCE, wait_for};

pub(crate) const RATE_HZ: u32 = 48_000;

/// A server on loopback that answers each connection with what a closure writes; it gets the path.
pub(crate) struct Odd {
    port: u16,
}

impl Odd {
    pub(crate) fn serve(answer: impl Fn(&str, &mut TcpStream) -> std::io::Result<()> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let answer = Arc::new(answer);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let answer = Arc::clone(&answer);
                std::thread::spawn(move || {
                    let mut stream = stream;
                    let mut reader = BufReader::new(stream.try_clone().unwrap());
                    let (mut first, mut line) = (String::new(), String::from("x"));
                    let _ = reader.read_line(&mut first);
                    while !line.trim().is_empty() {
                        line.clear();
                        let _ = reader.read_line(&mut line);
                    }
                    let path = first.split_whitespace().nth(1).unwrap_or("/").to_owned();
                    // The listener goes away when it has heard enough.
                    let _ = answer(&path, &mut stream);
                });
            }
        });
        Self { port }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}/{path}", self.port)
    }
}

pub(crate) fn relay(sources: &[String], limits: Limits) -> Relay {
    let sources = sources.iter().map(|text| text.parse::<Source>().unwrap()).collect();
    Relay {
        id: RelayId("vov".to_owned()),
        name: "Đài Tiếng nói Việt Nam".to_owned(),
        sources,
        limits,
        keep: false,
        made_by: loa::domain::clip::Source::Central,
    }
}

pub(crate) fn limits(stall_ms: u64) -> Limits {
    Limits { stall: Duration::from_millis(stall_ms), silence_dbfs: -50.0, silence: Duration::from_secs(3) }
}

/// Hears a relay at the pace of a sound card, and keeps all of it.
pub(crate) struct Listener {
    feed: LiveFeed,
    events: Receiver<RelayEvent>,
    heard: Arc<Mutex<Vec<f32>>>,
    /// Frames that came too late, once it is over.
    missed: Arc<OnceLock<usize>>,
    pub(crate) told: Vec<RelayEvent>,
}

impl Listener {
    /// Begins at once.
    pub(crate) fn start(relay: &Relay, length: Duration) -> Self {
        Self::start_after(relay, length, Duration::ZERO)
    }

    /// Begins to be heard `wait` after it was prepared, as a voice that is armed does.
    pub(crate) fn start_after(relay: &Relay, length: Duration, wait: Duration) -> Self {
        let (tell, events) = channel();
        let (ready, readiness) = channel();
        let frames = (length.as_secs_f64() * f64::from(RATE_HZ)) as u64;
        let order = RelayOrder { relay: relay.clone(), gain: 1.0, rate_hz: RATE_HZ, clock: clock() };
        let source = RelaySource::new(order, Box::new(move |event| drop(tell.send(event))));
        let feed = LiveFeed::spawn(
            Box::new(source),
            &LiveOrder {
                length: Length::FromCue(frames),
                rate_hz: RATE_HZ,
                depth: DEPTH,
                ready_max: Some(READY_MAX),
                record: None,
                clock: clock(),
            },
        )
        .unwrap();
        // On a busy machine it may be ready before anybody asks.
        if feed.when_ready(Box::new(move |_| ready.send(()).is_ok())).is_none() {
            readiness.recv_timeout(Duration::from_secs(5)).expect("a relay is ready in time, whatever its sources do");
        }
        let (heard, missed) = (Arc::new(Mutex::new(Vec::new())), Arc::new(OnceLock::new()));
        let (target, late, mut reader) = (Arc::clone(&heard), Arc::clone(&missed), feed.reader());
        std::thread::spawn(move || {
            let began = Instant::now() + wait;
            let (mut passed, mut short) = (0_u64, 0);
            let mut block = [0.0; 1_920 * CHANNELS];
            std::thread::park_timeout(wait);
            reader.begin(Nanos(0), 0);
            while reader.left() > 0 {
                let due = (began.elapsed().as_secs_f64() * f64::from(RATE_HZ)) as u64;
                while passed + 1_920 <= due && reader.left() > 0 {
                    let wanted = reader.left().min(1_920);
                    let frames = reader.at_hand().min(wanted);
                    block.fill(0.0);
                    assert!(reader.take(&mut block[..frames * CHANNELS], Nanos(0).plus_frames(passed, RATE_HZ)));
                    reader.skip((wanted - frames) as u64);
                    passed += 1_920;
                    short += wanted - frames;
                    target.lock().unwrap().extend_from_slice(&block[..wanted * CHANNELS]);
                }
                std::thread::park_timeout(Duration::from_millis(5));
            }
            let _ = late.set(short);
        });
        Self { feed, events, heard, missed, told: Vec::new() }
    }

    /// Waits for something that happens to the relay.
    pub(crate) fn until(&mut self, what: &str, wanted: impl Fn(&RelayEvent) -> bool) -> Instant {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let event = self.events.recv_timeout(left).unwrap_or_else(|_| panic!("{what}: only {:?}", self.told));
            self.told.push(event.clone());
            if wanted(&event) {
                return Instant::now();
            }
        }
    }

    pub(crate) fn until_switched(&mut self, to: usize, why: Why) -> Instant {
        let wanted =
            |event: &RelayEvent| matches!(event, RelayEvent::Switched { to: t, why: w, .. } if *t == to && *w == why);
        self.until(&format!("a switch to {to} ({why:?})"), wanted)
    }

    /// Seconds heard so far.
    pub(crate) fn seconds(&self) -> f64 {
        (self.heard.lock().unwrap().len() / CHANNELS) as f64 / f64::from(RATE_HZ)
    }

    /// Waits until the tone has been heard for a while.
    pub(crate) fn until_tone(&mut self, hertz: f64) {
        let deadline = Instant::now() + PATIENCE;
        let sounds = |heard: &[f32]| {
            let left: Vec<f32> = heard.chunks_exact(CHANNELS).map(|frame| frame[0]).collect();
            left.len() > 24_000 && tone(&left[left.len() - 24_000..], hertz) > 0.02
        };
        while !sounds(&self.heard.lock().unwrap()) {
            self.told.extend(self.events.try_iter());
            assert!(Instant::now() < deadline, "{hertz} Hz is not heard: {:?}; {:?}", self.told, self.feed.account());
            std::thread::park_timeout(Duration::from_millis(20));
        }
    }

    /// Waits for the end; what was heard of the left side, and the account.
    pub(crate) fn finish(self) -> (Vec<f32>, Account) {
        let (heard, account, told) = self.finish_telling();
        println!("{account:?} {told:?}");
        (heard, account)
    }

    fn finish_telling(mut self) -> (Vec<f32>, Account, Vec<RelayEvent>) {
        wait_for("the relay ends by the clock", || self.missed.get().is_some());
        let length = self.heard.lock().unwrap().len() as u64 * 1000 / (CHANNELS as u64 * u64::from(RATE_HZ));
        wait_for("all of it is accounted for", || self.feed.account().length_ms() + 3 >= length);
        self.told.extend(self.events.try_iter());
        let heard = self.heard.lock().unwrap();
        let left = heard.chunks_exact(CHANNELS).map(|frame| frame[0]).collect();
        println!("{:?} frames came too late", self.missed.get());
        (left, self.feed.account(), self.told)
    }

    /// Stops before the end.
    pub(crate) fn stop(self) -> Account {
        self.feed.account()
    }
}

/// The amplitude of a tone in a stretch of sound.
pub(crate) fn tone(sound: &[f32], hertz: f64) -> f64 {
    let (mut sine, mut cosine) = (0.0, 0.0);
    for (frame, sample) in sound.iter().enumerate() {
        let angle = std::f64::consts::TAU * hertz * frame as f64 / f64::from(RATE_HZ);
        (sine, cosine) = (sine + f64::from(*sample) * angle.sin(), cosine + f64::from(*sample) * angle.cos());
    }
    2.0 * sine.hypot(cosine) / sound.len().max(1) as f64
}

/// The longest stretch in which nothing was to be heard, in milliseconds, from `from_ms` on.
pub(crate) fn longest_gap_ms(sound: &[f32], from_ms: usize) -> usize {
    let window = RATE_HZ as usize / 100;
    let (mut longest, mut now) = (0, 0);
    for piece in sound.chunks_exact(window).skip(from_ms / 10) {
        let quiet = piece.iter().all(|sample| sample.abs() < 0.001);
        now = if quiet { now + 10 } else { 0 };
        longest = longest.max(now);
    }
    longest
}
