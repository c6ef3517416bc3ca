//! The mixer by hand: buffers of any size, no device, every sample looked at.

use std::sync::Arc;

use loa::audio::frames::{CHANNELS, NANOS_PER_SECOND, Nanos};
use loa::audio::mixer::{Command, Desk, Mixer, Report, VOICES_MAX};
use loa::audio::supply::{FeedState, Supply};
use loa::audio::voice::{Cue, MixVoice};
use loa::domain::log::PartId;

use crate::support::alloc::counted;
use crate::support::audio::part;

const RATE_HZ: u32 = 48_000;
const RAMP: usize = 960;
const T0: Nanos = Nanos(1_800_000_000 * NANOS_PER_SECOND);

/// A mixer, and the programme it has made so far.
struct Bench {
    mixer: Mixer,
    desk: Desk,
    made: Vec<f32>,
    buffers: std::iter::Cycle<std::vec::IntoIter<usize>>,
    over: Vec<MixVoice>,
    started: Vec<(PartId, u64, Nanos)>,
}

impl Bench {
    fn new(buffers: &[usize]) -> Self {
        let (mixer, desk) = Mixer::new(RATE_HZ, RAMP as u32);
        let buffers = Vec::from(buffers).into_iter().cycle();
        Self { mixer, desk, made: Vec::new(), buffers, over: Vec::new(), started: Vec::new() }
    }

    fn command(&mut self, command: Command) {
        self.desk.commands.push(command).unwrap();
    }

    /// A voice with all its frames in the ring.
    fn start(&mut self, number: u32, cue: Cue, resumed: bool, samples: &[f32]) {
        let (voice, state) = voice(number, cue, resumed, samples);
        state.finish((samples.len() / CHANNELS) as u64);
        self.command(Command::Start(voice));
    }

    fn run(&mut self, frames: usize) {
        let end = self.made.len() + frames * CHANNELS;
        while self.made.len() < end {
            let size = self.buffers.next().unwrap();
            let mut out = vec![9.0; size * CHANNELS];
            let plays_at = T0.plus_frames(self.mixer.frames(), RATE_HZ);
            self.mixer.render(&mut out, plays_at);
            self.made.extend_from_slice(&out);
            while let Ok(report) = self.desk.reports.pop() {
                match report {
                    Report::Started { part, frame, at } => self.started.push((part, frame, at)),
                    Report::Over(voice) => self.over.push(*voice),
                    Report::Refused(voice) => panic!("refused {}", voice.part()),
                }
            }
            while self.desk.states.pop().is_ok() {}
        }
    }

    fn left(&self, frame: usize) -> f32 {
        self.made[frame * CHANNELS]
    }
}

fn voice(number: u32, cue: Cue, resumed: bool, samples: &[f32]) -> (Box<MixVoice>, Arc<FeedState>) {
    let (mut producer, ring) = rtrb::RingBuffer::new(samples.len().max(2));
    producer.push_entire_slice(samples).unwrap();
    let (tap, _) = rtrb::RingBuffer::new(1024);
    let state = Arc::new(FeedState::default());
    (Box::new(MixVoice::new(part(number), cue, resumed, Supply::clip(ring, Arc::clone(&state)), tap)), state)
}

/// Frames whose left side counts up from `from` in steps of a 16-bit sample, and whose right side is its negative.
fn counting(from: usize, frames: usize) -> Vec<f32> {
    (from..from + frames).flat_map(|value| [value as f32 / 32_768.0, value as f32 / -32_768.0]).collect()
}

#[test]
fn a_start_lands_on_the_frame_nearest_its_instant_wherever_the_buffers_lie() {
    for (offset_ns, expected) in [(0, 700), (10_000, 700), (11_000, 701), (-10_000, 700), (-11_000, 699)] {
        for buffers in [&[480][..], &[1], &[64, 479, 3], &[4096]] {
            let mut bench = Bench::new(buffers);
            let samples = counting(1, 300);
            let at = T0.plus_frames(700, RATE_HZ).plus_ns(offset_ns);
            bench.start(1, Cue::At(at), false, &samples);
            bench.run(2_000);
            assert!(bench.made[..expected * 2].iter().all(|&sample| sample == 0.0), "{buffers:?}");
            assert_eq!(bench.made[expected * 2..expected * 2 + 600], samples, "{buffers:?} {offset_ns}");
            assert!(bench.made[expected * 2 + 600..].iter().all(|&sample| sample == 0.0), "{buffers:?}");
            let [(started, frame, at)] = bench.started[..] else { panic!("{:?}", bench.started) };
            assert_eq!((started, frame), (part(1), expected as u64));
            // Two roundings to the nanosecond on the way.
            assert!((at.0 - T0.plus_frames(frame, RATE_HZ).0).abs() <= 2, "{at:?}");
        }
    }
}

#[test]
fn an_instant_that_has_passed_starts_at_once_and_whole() {
    let mut bench = Bench::new(&[480]);
    bench.run(960);
    let samples = counting(1, 500);
    bench.start(1, Cue::At(T0), false, &samples);
    bench.run(960);
    assert_eq!(bench.made[1920..1920 + 1000], samples);
}

#[test]
fn a_chain_of_joins_has_every_frame_once_whatever_the_lengths() {
    let seed = 0x10a_u64;
    let mut random = fastrand::Rng::with_seed(seed);
    for round in 0..200 {
        let lengths: Vec<usize> = (0..random.usize(2..7)).map(|_| random.usize(1..1_500)).collect();
        let buffers: Vec<usize> = (0..5).map(|_| random.usize(1..1_000)).collect();
        let mut bench = Bench::new(&buffers);
        let mut cue = Cue::At(T0.plus_frames(random.u64(0..900), RATE_HZ));
        let mut value = 1;
        for (index, &length) in lengths.iter().enumerate() {
            bench.start(index as u32, cue, false, &counting(value, length));
            value += length;
            cue = Cue::After(part(index as u32));
        }
        bench.run(12_000);
        let heard: Vec<f32> = bench.made.iter().copied().skip_while(|&sample| sample == 0.0).collect();
        let whole = counting(1, value - 1);
        assert_eq!(heard[..whole.len()], whole, "seed {seed} round {round}: {lengths:?} in buffers {buffers:?}");
        assert!(heard[whole.len()..].iter().all(|&sample| sample == 0.0), "seed {seed} round {round}");
        let frames: Vec<_> = bench.over.iter().map(|voice| voice.tally.frames as usize).collect();
        assert_eq!(frames, lengths, "seed {seed} round {round}");
    }
}

#[test]
fn a_voice_told_to_follow_one_that_is_gone_starts_at_once() {
    let mut bench = Bench::new(&[480]);
    bench.start(1, Cue::At(T0), false, &counting(1, 100));
    bench.run(960);
    bench.start(2, Cue::After(part(1)), false, &counting(500, 100));
    bench.run(480);
    assert_eq!(bench.made[1920..2120], counting(500, 100));
}

#[test]
fn a_fade_is_half_a_cosine_and_ends_the_voice_on_its_last_frame() {
    let mut bench = Bench::new(&[480]);
    bench.start(1, Cue::At(T0), false, &[0.5; 2 * 48_000]);
    bench.start(2, Cue::After(part(1)), false, &counting(1, 10));
    bench.run(4_800);
    bench.command(Command::Fade { part: part(1), ramp_frames: 9_600 });
    bench.run(14_400);
    for frame in 0..9_600 {
        let expected = 0.5 * (0.5 + 0.5 * (std::f64::consts::PI * (frame as f64 + 0.5) / 9_600.0).cos());
        assert!((f64::from(bench.left(4_800 + frame)) - expected).abs() < 1e-5, "frame {frame}");
    }
    // The follower takes the very next frame.
    assert_eq!(bench.made[2 * 14_400..2 * 14_410], counting(1, 10));
    assert_eq!(bench.over[0].tally.frames, 14_400);
    assert!(bench.over[0].is_cut());
}

#[test]
fn a_held_voice_keeps_its_place_to_the_frame() {
    let mut bench = Bench::new(&[333]);
    let samples = counting(1, 20_000);
    bench.start(1, Cue::At(T0), false, &samples);
    bench.run(1_665);
    bench.command(Command::Hold { part: part(1), held: true });
    bench.run(9_990);
    bench.command(Command::Hold { part: part(1), held: false });
    bench.run(20_000);
    let held_from = 1_665 + RAMP;
    let resumed_at = 1_665 + 9_990;
    assert!((held_from..resumed_at).all(|frame| bench.left(frame) == 0.0));
    // The ramp down, the silence and the ramp up lie over consecutive frames of the clip.
    let up = (0.5 - 0.5 * (std::f64::consts::PI * 400.5 / RAMP as f64).cos()) as f32;
    let expected = samples[2 * (held_from + 400)] * up;
    assert!((bench.left(resumed_at + 400) - expected).abs() < 1e-4);
    let after = resumed_at + RAMP;
    assert_eq!(bench.made[2 * after..2 * after + 8], samples[2 * (held_from + RAMP)..2 * (held_from + RAMP) + 8]);
    assert_eq!(bench.over[0].tally.frames, 20_000);
    assert_eq!(bench.over[0].tally.underrun_frames, 0);
}

#[test]
fn only_a_start_in_the_middle_of_a_clip_has_a_ramp() {
    for (resumed, expected) in [(false, 0.5), (true, 0.0)] {
        let mut bench = Bench::new(&[480]);
        bench.start(1, Cue::At(T0), resumed, &[0.5; 9_600]);
        bench.run(2_400);
        assert!((bench.left(0) - expected).abs() < 1e-5, "resumed: {resumed}");
        assert_eq!(bench.left(RAMP), 0.5);
    }
}

#[test]
fn a_late_decoder_leaves_silence_that_is_counted_and_nothing_is_skipped() {
    let mut bench = Bench::new(&[480]);
    let samples = counting(1, 3_000);
    let (mut producer, ring) = rtrb::RingBuffer::new(4_096);
    producer.push_entire_slice(&samples[..2_000]).unwrap();
    let (tap, _) = rtrb::RingBuffer::new(1024);
    let state = Arc::new(FeedState::default());
    let late = MixVoice::new(part(1), Cue::At(T0), false, Supply::clip(ring, Arc::clone(&state)), tap);
    bench.command(Command::Start(Box::new(late)));
    bench.run(1_920);
    assert_eq!(bench.made[..2_000], samples[..2_000]);
    assert!(bench.made[2_000..].iter().all(|&sample| sample == 0.0));
    producer.push_entire_slice(&samples[2_000..]).unwrap();
    state.finish(3_000);
    bench.run(4_800);
    assert_eq!(bench.made[3_840..3_840 + 4_000], samples[2_000..]);
    let tally = bench.over[0].tally;
    assert_eq!((tally.frames, tally.underrun_frames), (3_000, 920));
}

#[test]
fn two_voices_add_up_and_never_leave_full_scale() {
    let mut bench = Bench::new(&[480]);
    bench.start(1, Cue::At(T0), false, &[0.25; 960]);
    bench.start(2, Cue::At(T0), false, &[0.5; 960]);
    bench.start(3, Cue::At(T0.plus_frames(480, RATE_HZ)), false, &[0.9; 960]);
    bench.start(4, Cue::At(T0.plus_frames(480, RATE_HZ)), false, &[0.9; 960]);
    bench.run(960);
    assert_eq!((bench.left(0), bench.left(480)), (0.75, 1.0));
}

#[test]
fn one_voice_too_many_is_sent_back_not_dropped() {
    let mut bench = Bench::new(&[480]);
    for number in 0..=VOICES_MAX as u32 {
        bench.start(number, Cue::At(T0.plus_ns(NANOS_PER_SECOND)), false, &counting(1, 10));
    }
    let mut out = [0.0; 960];
    bench.mixer.render(&mut out, T0);
    let Ok(Report::Refused(voice)) = bench.desk.reports.pop() else { panic!("expected a refusal") };
    assert_eq!(voice.part(), part(VOICES_MAX as u32));
}

#[test]
fn the_mixer_allocates_nothing_and_frees_nothing() {
    let mut bench = Bench::new(&[480]);
    let noise: Vec<f32> = (0..2 * 2_000).map(|value| (value % 100) as f32 / 200.0).collect();
    bench.start(1, Cue::At(T0.plus_frames(100, RATE_HZ)), true, &noise);
    bench.start(2, Cue::After(part(1)), false, &noise);
    bench.start(3, Cue::After(part(2)), false, &noise);
    let mut out = [0.0; 960];
    let mut allocations = 0;
    for buffer in 0..40_u64 {
        match buffer {
            2 => bench.command(Command::Hold { part: part(1), held: true }),
            6 => bench.command(Command::Hold { part: part(1), held: false }),
            12 => bench.command(Command::Fade { part: part(2), ramp_frames: 500 }),
            _ => {}
        }
        let plays_at = T0.plus_frames(buffer * 480, RATE_HZ);
        allocations += counted(|| bench.mixer.render(&mut out, plays_at));
    }
    let over = std::iter::from_fn(|| bench.desk.reports.pop().ok()).filter(|report| matches!(report, Report::Over(_)));
    assert_eq!(over.count(), 3, "the test went through every stage");
    assert_eq!(allocations, 0);
    assert!(counted(|| drop(vec![1_u8])) >= 2, "the counter counts");
}
