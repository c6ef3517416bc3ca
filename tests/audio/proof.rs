//! Proof of air: what comes back is known for what was sent through rooms, noise, coders and drifting clocks; what is another
//! programme is not, in thousands of trials.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use loa::audio::proof::{Compared, Comparison, Features, Frame, TAIL_FRAMES};
use loa::domain::proof::{Doubt, Finding, SHORTEST_MS, Verdict};

use crate::support::programme::{RATE, VOICES, speech, through, tune};

/// Coded as MP3 at 32 kbit/s and back.
fn coded(sound: &[f32], folder: &Path) -> Vec<f32> {
    let path = folder.join("coded.mp3");
    let raw: Vec<u8> = sound.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    let rate = RATE.to_string();
    let mut child = Command::new("ffmpeg")
        .args(["-v", "error", "-y", "-f", "f32le", "-ac", "1", "-ar", &rate, "-i", "-", "-ar", "16000", "-b:a", "32k"])
        .arg(&path)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&raw).unwrap();
    assert!(child.wait().unwrap().success());
    through(&["-i", path.to_str().unwrap()], &[])
}

fn rms(sound: &[f32]) -> f32 {
    (sound.iter().map(|sample| sample * sample).sum::<f32>() / sound.len().max(1) as f32).sqrt()
}

/// What lies between the station and its return feed.
#[derive(Clone, Copy)]
struct Way {
    echo: bool,
    /// Noise under the programme, in dB; infinite for none.
    noise_db: f32,
    drift_ppm: f64,
    delay_s: f64,
    gain: f32,
}

const PLAIN: Way = Way { echo: false, noise_db: f32::INFINITY, drift_ppm: 0.0, delay_s: 0.7, gain: 1.0 };

impl Way {
    fn take(self, sound: &[f32], seed: u64) -> Vec<f32> {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut sound = drifted(sound, self.drift_ppm);
        if self.echo {
            sound = echoed(&sound, &mut random);
        }
        let mut back = vec![0.0; (self.delay_s * f64::from(RATE)) as usize];
        back.extend(sound);
        let noise = rms(&back) * 10_f32.powf(-self.noise_db / 20.0);
        // Nearly a bell curve, of power one.
        let mut bell = || (0..6).map(|_| random.f32() - 0.5).sum::<f32>() * 2_f32.sqrt();
        back.iter().map(|sample| self.gain * (sample + noise * bell())).collect()
    }
}

fn drifted(sound: &[f32], ppm: f64) -> Vec<f32> {
    let step = 1.0 + ppm * 1e-6;
    let count = (sound.len() as f64 / step) as usize;
    let place = |index: usize| index as f64 * step;
    (0..count.saturating_sub(1))
        .map(|index| {
            let at = place(index) as usize;
            let share = (place(index) - at as f64) as f32;
            let next = sound.get(at + 1).copied().unwrap_or(0.0);
            sound[at] + share * (next - sound[at])
        })
        .collect()
}

/// A room whose echo needs a second to fall by 60 dB and is together 2 dB louder than what comes straight: combs in parallel,
/// then all-passes, as Schroeder built rooms.
fn echoed(sound: &[f32], random: &mut fastrand::Rng) -> Vec<f32> {
    let mut dry = sound.to_vec();
    dry.resize(sound.len() + RATE as usize, 0.0);
    let mut wet = vec![0.0; dry.len()];
    for milliseconds in [29.7, 37.1, 41.1, 43.7] {
        let delay = ((milliseconds + random.f32()) * RATE as f32 / 1_000.0) as usize;
        let gain = 10_f32.powf(-3.0 * delay as f32 / RATE as f32);
        let mut comb = dry.clone();
        for at in delay..comb.len() {
            comb[at] += gain * comb[at - delay];
            wet[at] += comb[at - delay];
        }
    }
    for milliseconds in [5.0, 1.7] {
        let delay = (milliseconds * RATE as f32 / 1_000.0) as usize;
        let mut passed = vec![0.0; wet.len()];
        for at in delay..wet.len() {
            passed[at] = 0.7 * passed[at - delay] - 0.7 * wet[at] + wet[at - delay];
        }
        wet = passed;
    }
    let scale = 1.26 * rms(sound) / rms(&wet).max(1e-9);
    dry.iter().zip(wet).map(|(straight, echo)| straight + scale * echo).collect()
}

fn frames(sound: &[f32]) -> Vec<Frame> {
    let mut features = Features::new(RATE);
    let mut frames = Vec::new();
    features.push(sound, |frame| frames.push(frame));
    frames
}

/// Both as they come, a frame of each in turn; what came back goes on for the longest delay, in silence.
fn compared(sent: &[Frame], back: &[Frame]) -> Compared {
    let mut comparison = Comparison::new();
    for at in 0..sent.len() + TAIL_FRAMES {
        sent.get(at).into_iter().for_each(|frame| comparison.sent(*frame));
        comparison.captured(back.get(at).copied().unwrap_or_default());
    }
    comparison.judge("")
}

#[track_caller]
fn heard(name: &str, compared: &Compared, delay_ms: i64) {
    let Finding::Heard { delay_ms: found } = compared.finding else { panic!("{name}: {compared:?}") };
    assert!((found - delay_ms).abs() <= 60, "{name}: {found} ms instead of {delay_ms}");
}

#[test]
fn the_programme_is_known_through_rooms_noise_coders_and_clocks() {
    let folder = tempfile::tempdir().unwrap();
    let mut least = f32::MAX;
    for seed in 0..12 {
        let voice = VOICES[seed as usize % VOICES.len()];
        let sound = if seed % 4 == 3 { tune(seed, 30) } else { speech(seed, voice, 30) };
        let sent = frames(&sound);
        let ways = [
            ("as it is", PLAIN),
            ("40 dB quieter", Way { gain: 0.01, ..PLAIN }),
            ("overdriven", Way { gain: 20.0, ..PLAIN }),
            ("in a room", Way { echo: true, ..PLAIN }),
            ("in noise as loud", Way { noise_db: 0.0, ..PLAIN }),
            ("drifting", Way { drift_ppm: 100.0, ..PLAIN }),
            ("late", Way { delay_s: 6.3, ..PLAIN }),
            ("all of it", Way { echo: true, noise_db: 0.0, drift_ppm: -100.0, delay_s: 2.1, gain: 0.05 }),
        ];
        for (name, way) in ways {
            let mut back = way.take(&sound, seed);
            back.iter_mut().for_each(|sample| *sample = sample.clamp(-1.0, 1.0));
            let verdict = compared(&sent, &frames(&back));
            heard(&format!("seed {seed}, {name}"), &verdict, (way.delay_s * 1_000.0) as i64);
            least = least.min(verdict.likeness);
        }
        let way = Way { echo: true, noise_db: 3.0, ..PLAIN };
        let verdict = compared(&sent, &frames(&coded(&way.take(&sound, seed), folder.path())));
        heard(&format!("seed {seed}, in a room, noisy, as MP3"), &verdict, 700);
    }
    println!("the least likeness of a programme that came back is {least:.3}");
}

#[test]
fn a_quarter_of_an_hour_of_drifting_clocks_is_followed() {
    let sound: Vec<f32> = (0..10).flat_map(|part| speech(500 + part, VOICES[part as usize % 6], 90)).collect();
    for drift_ppm in [100.0, -100.0] {
        let way = Way { echo: true, noise_db: 0.0, drift_ppm, ..PLAIN };
        let verdict = compared(&frames(&sound), &frames(&way.take(&sound, 1)));
        assert_eq!((verdict.finding.verdict(), verdict.windows), (Verdict::Heard, 178), "{verdict:?}");
        assert!(verdict.found > 150, "{verdict:?}");
    }
}

/// What was sent, what came back, and what was made of it.
type Trial = (usize, usize, Compared);

/// Every pair of different programmes, with the same signature tune before half of them, back through rooms and noise.
#[test]
fn another_programme_is_not_taken_for_the_one_that_was_sent() {
    let ident = tune(4_242, 5);
    let programme = |index: u64| -> (Vec<Frame>, Vec<Frame>) {
        let music = index % 4 == 3;
        let body = if music { tune(index, 25) } else { speech(1_000 + index, VOICES[index as usize % 6], 25) };
        let sound: Vec<f32> = if index.is_multiple_of(2) { ident.iter().chain(&body).copied().collect() } else { body };
        let way = match index % 3 {
            0 => Way { delay_s: 0.1, ..PLAIN },
            1 => Way { echo: true, noise_db: 10.0, ..PLAIN },
            _ => Way { noise_db: 0.0, drift_ppm: 100.0, ..PLAIN },
        };
        (frames(&sound), frames(&way.take(&sound, index)))
    };
    const PROGRAMMES: u64 = 56;
    let made: Vec<_> = in_parallel(PROGRAMMES as usize, |index| programme(index as u64));
    let verdicts = in_parallel(made.len() * made.len(), |pair| {
        let (sent, back) = (pair / made.len(), pair % made.len());
        (sent, back, compared(&made[sent].0, &made[back].1))
    });
    let (own, other): (Vec<Trial>, Vec<Trial>) = verdicts.into_iter().partition(|(sent, back, _)| sent == back);
    let lost: Vec<_> = own.iter().filter(|(.., verdict)| verdict.finding.verdict() != Verdict::Heard).collect();
    assert!(lost.is_empty(), "its own programme was not known: {lost:#?}");
    let mut likeness: Vec<f32> = other.iter().map(|(.., verdict)| verdict.likeness).collect();
    likeness.sort_by(f32::total_cmp);
    let least = own.iter().map(|(.., verdict)| verdict.likeness).fold(1.0, f32::min);
    println!("own: at least {least:.3}; other: at most {:.3}", likeness.last().unwrap());
    let false_heard: Vec<_> =
        other.iter().filter(|(.., verdict)| verdict.finding.verdict() == Verdict::Heard).collect();
    for (sent, back, verdict) in &false_heard {
        println!("programme {back} taken for {sent}: {verdict:?}");
    }
    let unsure = other.iter().filter(|(.., verdict)| verdict.finding.verdict() == Verdict::Unsure).count();
    println!("{} of {} other programmes heard, {unsure} unsure", false_heard.len(), other.len());
    assert!(other.len() > 3_000);
    assert!(false_heard.len() * 1_000 < other.len(), "taken for another: {false_heard:#?}");
    assert!(unsure * 50 < other.len(), "{unsure} of {} are left open", other.len());
}

/// What `work` makes of 0, 1, 2 ..., on two threads, in order.
fn in_parallel<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(count)));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= count {
                        break;
                    }
                    let made = work(index);
                    done.lock().unwrap().push((index, made));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap();
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, made)| made).collect()
}

#[test]
fn silence_noise_and_half_of_it_prove_nothing() {
    let sound = speech(7, "vi", 40);
    let sent = frames(&sound);
    let nothing: [(&str, Vec<f32>); 3] = [
        ("muted", vec![0.0; sound.len()]),
        ("hum", (0..sound.len()).map(|at| 0.1 * (at as f32 * 0.039).sin()).collect()),
        ("noise alone", Way { noise_db: -60.0, ..PLAIN }.take(&sound, 9)),
    ];
    for (name, back) in nothing {
        let verdict = compared(&sent, &frames(&back));
        assert_eq!(verdict.finding, Finding::NotHeard, "{name}: {verdict:?}");
    }
    let mut alone = Comparison::new();
    sent.iter().for_each(|frame| alone.sent(*frame));
    let absent = Finding::Unsure(Doubt::NotCaptured { error: "no such device".to_owned() });
    assert_eq!(alone.judge("no such device").finding, absent, "a feed that gives nothing");
    // Unplugged in the middle.
    let mut cut = PLAIN.take(&sound, 1);
    cut[18 * RATE as usize..].fill(0.0);
    let verdict = compared(&sent, &frames(&cut));
    assert_eq!(verdict.finding, Finding::Unsure(Doubt::Unclear), "{verdict:?}");
    assert!((1..verdict.windows).contains(&verdict.found), "{verdict:?}");
    // Nothing was sent that could be known again.
    let short = sound[..RATE as usize * 14].to_vec();
    for (quiet, doubt) in [(vec![0.0; sound.len()], Doubt::TooQuiet), (short, Doubt::TooShort)] {
        assert_eq!(compared(&frames(&quiet), &frames(&sound)).finding, Finding::Unsure(doubt));
    }
    // What a broken driver hands over: whatever is made of it, it is made of it.
    let broken: Vec<f32> =
        sound.iter().enumerate().map(|(at, x)| if at % 3 == 0 { f32::NAN } else { x * 1e30 }).collect();
    assert!(compared(&sent, &frames(&broken)).likeness.is_finite());
}

#[test]
fn any_rate_of_samples_gives_the_same_frames_at_the_same_time() {
    let tone = |rate: u32| -> Vec<f32> {
        let wave = |at: u32| (std::f64::consts::TAU * 700.0 * f64::from(at) / f64::from(rate)).sin();
        let pulse = |at: u32| if (at * 3 / rate).is_multiple_of(2) { 0.5 } else { 0.05 };
        (0..20 * rate).map(|at| (pulse(at) * wave(at)) as f32).collect()
    };
    let made = |rate: u32, piece: usize| {
        let mut features = Features::new(rate);
        let mut frames = Vec::new();
        tone(rate).chunks(piece).for_each(|samples| features.push(samples, |frame| frames.push(frame)));
        frames
    };
    let usual = made(48_000, 960);
    assert_eq!(usual, made(48_000, 7), "whatever the pieces");
    for rate in [8_000, 11_025, 44_100, 96_000] {
        let other = made(rate, 1_024);
        assert!(usual.len().abs_diff(other.len()) <= 1, "{rate}: {} frames", other.len());
        // Where the tone changes within a frame, a sample more or less counts.
        let db = |(one, other): (&Frame, &Frame)| 10.0 * (one.power / other.power).log10();
        let apart = usual.iter().zip(&other).map(db).filter(|db| db.abs() > 0.3).count();
        assert!(apart * 20 < usual.len(), "{rate} Hz: {apart} of {} frames differ", usual.len());
    }
}

/// One side alone for a day: nothing piles up, and nothing is proved.
#[test]
fn a_feed_that_is_gone_holds_nothing_up() {
    let frame = frames(&speech(3, "vi", 12))[200];
    let mut proof = Comparison::new();
    for _ in 0..24 * 3_600 * 50_u32 / 40 {
        proof.sent(frame);
    }
    let compared = proof.judge("gone");
    assert_eq!(compared.finding, Finding::Unsure(Doubt::NotCaptured { error: "gone".to_owned() }));
    assert_eq!(compared.level_db, None);
}

/// The return feed went away for a while: what is known of most of it is said, what is known of little is not.
#[test]
fn a_feed_that_was_away_is_neither_silence_nor_proof() {
    let sound = speech(11, "vi", 60);
    let (sent, back) = (frames(&sound), frames(&PLAIN.take(&sound, 1)));
    let known = |back: &[Frame], away: std::ops::Range<usize>| {
        let mut comparison = Comparison::new();
        for at in 0..sent.len() + TAIL_FRAMES {
            sent.get(at).into_iter().for_each(|frame| comparison.sent(*frame));
            match back.get(at).copied().unwrap_or_default() {
                _ if away.contains(&at) => comparison.missed(),
                frame => comparison.captured(frame),
            }
        }
        comparison.judge("unplugged")
    };
    let second = 50;
    let for_little = known(&back, 50 * second..70 * second);
    assert_eq!(for_little.finding.verdict(), Verdict::Heard, "{for_little:?}");
    assert!(for_little.compared_ms < for_little.sent_ms, "{for_little:?}");
    let absent = Finding::Unsure(Doubt::NotCaptured { error: "unplugged".to_owned() });
    assert_eq!(known(&back, 20 * second..70 * second).finding, absent);
    // Silence in what is known does not prove that the rest was silent.
    let silent = vec![Frame::default(); back.len()];
    assert_eq!(known(&silent, 50 * second..70 * second).finding, absent);
    assert_eq!(known(&silent, 0..0).finding, Finding::NotHeard);
}

/// Every pair of short programmes, from the shortest that is judged on.
#[test]
fn a_short_programme_is_not_taken_for_another() {
    const PROGRAMMES: u64 = 40;
    let shortest = SHORTEST_MS as usize / 1_000;
    let mut taken = (0, 0);
    for seconds in [shortest, shortest + 4] {
        let made: Vec<_> = in_parallel(PROGRAMMES as usize, |index| {
            let index = index as u64;
            let sound = match index % 4 {
                3 => tune(9_000 + index, seconds + 1),
                _ => speech(7_000 + index, VOICES[index as usize % 6], seconds + 1),
            };
            let way = match index % 3 {
                0 => Way { delay_s: 0.1, ..PLAIN },
                1 => Way { echo: true, noise_db: 10.0, ..PLAIN },
                _ => Way { noise_db: 0.0, drift_ppm: 100.0, ..PLAIN },
            };
            (frames(&sound[..RATE as usize * seconds + 1_000]), frames(&way.take(&sound, index)))
        });
        let verdicts = in_parallel(made.len() * made.len(), |pair| {
            let (sent, back) = (pair / made.len(), pair % made.len());
            (sent == back, compared(&made[sent].0, &made[back].1))
        });
        let count = |own: bool, verdict: Verdict| {
            let of = |(same, compared): &&(bool, Compared)| *same == own && compared.finding.verdict() == verdict;
            verdicts.iter().filter(of).count()
        };
        let others = made.len() * (made.len() - 1);
        println!(
            "{seconds} s: {} of {} known again, {} not; of {others} others {} heard, {} unsure",
            count(true, Verdict::Heard),
            made.len(),
            count(true, Verdict::NotHeard),
            count(false, Verdict::Heard),
            count(false, Verdict::Unsure),
        );
        taken = (taken.0 + count(false, Verdict::Heard), taken.1 + others);
        assert!(count(true, Verdict::Heard) * 10 >= made.len() * 9, "its own programme is not known again");
        assert_eq!(count(true, Verdict::NotHeard), 0, "nor taken for silence");
    }
    assert!(
        taken.1 > 3_000 && taken.0 * 1_000 < taken.1,
        "{} of {} other programmes were taken for it",
        taken.0,
        taken.1
    );
}
