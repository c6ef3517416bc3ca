//! Somebody speaks, on a real sound server: the monitor of one sink is the microphone, another one the loudspeaker.

use std::ops::Range;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use loa::domain::log::{End, EndReason, Incident, Intent, Kind};

use super::sound::{best, stop_after};
use super::town::Town;
use super::zones::{APART_MAX_US, DONG, TAY};
use crate::support::pulse::{Capture, PulseServer, RATE_HZ, in_private_process};
use crate::support::sound::Sound;

/// From the microphone to the loudspeaker, on a machine that is busy with other tests; a quiet one reaches what
/// docs/performance.md says.
const LATE_MAX_MS: i64 = 600;
const RATE: u64 = RATE_HZ as u64;
/// The programme: so many seconds.
const PROGRAMME_S: u64 = 20;
/// A programme that is a tone has this one, far above a voice.
const TONE_HZ: f64 = 12_000.0;

const MICROPHONE: &str = "[[microphone]]\nid = \"phong-may\"\nname = \"Micrô phòng máy\"\ndevice = \"pulseaudio:micro.monitor\"\nchime = 2\nlongest_minutes = 2\n";

fn pactl(arguments: &[&str]) -> String {
    let output = Command::new("pactl").args(arguments).output().unwrap();
    assert!(output.status.success(), "pactl {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// A sink whose monitor is the microphone; the number of its module.
fn plug_microphone() -> String {
    let rate = format!("rate={RATE_HZ}");
    pactl(&[
        "load-module",
        "module-null-sink",
        "sink_name=micro",
        "format=float32le",
        &rate,
        "channels=2",
        "norewinds=1",
    ])
}

/// Somebody who speaks into it for two minutes; ended when dropped.
struct Speaker {
    player: Child,
    _folder: tempfile::TempDir,
}

impl Speaker {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("voice.wav");
        Sound::speech(RATE_HZ, 2, RATE * 120, 77).write_wav(&file);
        let mut player = Command::new("paplay");
        player.arg("--device=micro").arg(file).stdout(Stdio::null()).stderr(Stdio::null());
        Self { player: player.spawn().expect("`paplay` is installed"), _folder: folder }
    }
}

impl Drop for Speaker {
    fn drop(&mut self) {
        let _ = self.player.kill();
        let _ = self.player.wait();
    }
}

fn programme() -> Sound {
    Sound::speech(RATE_HZ, 2, RATE * PROGRAMME_S, 5)
}

/// The module of a microphone, somebody who speaks into it, and a town with a programme, clip 1, and the tune before a voice,
/// clip 2.
fn studio(programme: &Sound, output: &str, more: &str) -> (String, Speaker, Town) {
    let (module, speaker) = (plug_microphone(), Speaker::start());
    let town = Town::new(output, &format!("{more}\n{MICROPHONE}"));
    town.add_sound(programme, "Bản tin");
    town.add_sound(&Sound::sine(RATE_HZ, 2, RATE, 880.0, -20.0), "Nhạc báo");
    (module, speaker, town)
}

fn nanos(at: DateTime<Utc>) -> i64 {
    at.timestamp_nanos_opt().unwrap()
}

fn left(sound: &Sound) -> Vec<f32> {
    sound.samples.iter().step_by(2).copied().collect()
}

fn of_kind(parts: &[(Intent, End)], kind: Kind) -> Vec<&(Intent, End)> {
    parts.iter().filter(|(intent, _)| intent.kind == kind).collect()
}

/// When what was said at this instant is heard on another sink, in milliseconds after it; none where a busy machine let a sink
/// run dry.
fn late_ms(microphone: &Capture, loudspeaker: &Capture, said_ns: i64) -> Option<f64> {
    let from = microphone.frame_at(said_ns);
    let said = &microphone.left()[from..from + 2_400];
    let within = loudspeaker.frame_at(said_ns)..loudspeaker.frame_at(said_ns + LATE_MAX_MS * 1_000_000);
    let heard = loudspeaker.find(said, within).into_iter().max_by(|one, other| one.1.total_cmp(&other.1));
    heard
        .filter(|(_, fit)| *fit > 0.75)
        .map(|(frame, _)| (loudspeaker.wall_of(frame) - microphone.wall_of(from)) as f64 / 1e6)
}

/// The middle one of at least so many.
fn median(what: &str, mut found: Vec<f64>, least: usize) -> f64 {
    found.sort_by(f64::total_cmp);
    println!("{what}: {found:.1?}");
    assert!(found.len() >= least, "{what}: what was said is not what is heard, only {found:?}");
    found[found.len() / 2]
}

/// How loud a tone is in the recording between two instants, in dB of full scale: the middle one of short windows, for a sink may
/// run dry on a busy machine. Whoever speaks at the same time has next to nothing at this one frequency.
fn tone_db(capture: &Capture, hertz: f64, between: Range<DateTime<Utc>>) -> f64 {
    const WINDOW: usize = RATE_HZ as usize / 5;
    let left = capture.left();
    let within = capture.frame_at(nanos(between.start))..capture.frame_at(nanos(between.end));
    let amplitude = |window: &[f32]| {
        let turn = std::f64::consts::TAU * hertz / f64::from(RATE_HZ);
        let part = |wave: fn(f64) -> f64| {
            let products = window.iter().enumerate();
            products.map(|(frame, sample)| f64::from(*sample) * wave(turn * frame as f64)).sum::<f64>()
        };
        2.0 * part(f64::sin).hypot(part(f64::cos)) / WINDOW as f64
    };
    let mut found: Vec<f64> = left[within].chunks_exact(WINDOW).map(amplitude).collect();
    found.sort_by(f64::total_cmp);
    20.0 * found[found.len() / 2].log10()
}

/// From this frame on, or a little later, the clip is no pause of the speaker: silence is like nothing.
fn spoken_from(clip: &[f32], frame: usize) -> usize {
    let loud = |from: &usize| clip[*from..from + 4_800].iter().filter(|sample| sample.abs() > 0.02).count() > 1_200;
    (0..40).map(|step| frame + step * 2_400).find(loud).expect("somebody speaks")
}

#[test]
fn the_programme_pauses_for_a_tune_and_a_voice_and_goes_on_at_the_frame() {
    let test = "station::live::the_programme_pauses_for_a_tune_and_a_voice_and_goes_on_at_the_frame";
    in_private_process(test, |server: PulseServer| {
        let (_module, _speaker, town) = studio(&programme(), "kind = \"device\"", "");
        town.slot(Duration::from_secs(4), &["clip:1"], &[]);
        let (microphone, loudspeaker) = (server.record_sink("micro"), server.record());
        let _station = town.start();
        town.wait_on_air(4.0);
        let speaking = town.loa(&["live", "start", "phong-may", "--longest", "5s"]);
        assert_eq!(
            (speaking["by"].as_str(), speaking["programme"]["programme"].as_str()),
            (Some("Nguyễn Văn A"), Some("pause"))
        );
        let status = town.status();
        assert_eq!(status["speaking"][0]["microphone"], "phong-may", "{status:#}");
        assert_eq!(status["on_air"]["kind"], "live", "{status:#}");
        let (_, refused) = town.refused(&["live", "start", "phong-may"]);
        assert!(refused.contains("Micrô phòng máy") && refused.contains("is on air"), "{refused}");
        let parts = town.wait("everything is over", || Some(town.parts()).filter(|parts| parts.len() == 4));
        let loudspeaker = stop_after(loudspeaker, parts.iter().filter_map(|(_, end)| end.end).max().unwrap());
        let microphone = microphone.stop();

        let [(tune, tuned)] = of_kind(&parts, Kind::Ident)[..] else { panic!("one tune: {parts:#?}") };
        let [(voice, spoken)] = of_kind(&parts, Kind::Live)[..] else { panic!("one voice: {parts:#?}") };
        let [(one, cut), (two, rest)] = of_kind(&parts, Kind::Own)[..] else { panic!("two stretches: {parts:#?}") };
        assert_eq!((tuned.frames, &tuned.reason, tune.occurrence.is_none()), (RATE, &EndReason::Complete, true));
        assert_eq!((spoken.frames, &spoken.reason), (5 * RATE, &EndReason::Complete), "its longest time, to the frame");
        let join = spoken.start.unwrap() - tuned.end.unwrap();
        assert!(join.num_milliseconds().abs() <= 1, "the voice follows its tune: {join}");
        assert_eq!(voice.by.as_deref(), Some("Nguyễn Văn A"));
        let level = spoken.level.loudness_lufs.expect("what was said has a level");
        assert!((-40.0..-5.0).contains(&level), "{level} LUFS");
        assert_eq!(
            (cut.reason.clone(), one.part.airing),
            (EndReason::Superseded { by: voice.part.airing }, two.part.airing)
        );
        assert_eq!((two.from_frame, two.from_frame + rest.frames), (cut.frames, PROGRAMME_S * RATE), "on at the frame");

        // What comes out of the loudspeaker is what was said, and how much later.
        let begun = nanos(spoken.start.unwrap());
        let late = (1..=4).filter_map(|second| late_ms(&microphone, &loudspeaker, begun + second * 900_000_000));
        median("from the microphone to the loudspeaker, ms", late.collect(), 2);
        // And the programme goes on where it was.
        let clip = left(&programme());
        let head = usize::try_from(two.from_frame).unwrap();
        let from = spoken_from(&clip, head + RATE_HZ as usize);
        let near = nanos(rest.start.unwrap()) + ((from - head) as f64 / f64::from(RATE_HZ) * 1e9) as i64;
        let around = loudspeaker.frame_at(near - 300_000_000)..loudspeaker.frame_at(near + 300_000_000);
        let (_, fit) = best(&loudspeaker, &clip[from..from + 4_800], around);
        assert!(fit > 0.95, "the programme is not heard again: {fit}");

        town.verify();
        let report = town.loa(&["report", "--from", "2000-01-01", "--to", "2100-01-01"]);
        assert_eq!((&report["live"]["sessions"], &report["airings"]), (&1.into(), &1.into()), "{report:#}");
        let rows = town.loa(&["log"]);
        let row = rows.as_array().unwrap().iter().find(|row| row["kind"] == "live").unwrap();
        assert_eq!((&row["title"], &row["outcome"]), (&"Micrô phòng máy".into(), &"aired".into()), "{row:#}");
    });
}

#[test]
fn a_voice_over_the_programme_turns_it_down_and_up_again() {
    let test = "station::live::a_voice_over_the_programme_turns_it_down_and_up_again";
    in_private_process(test, |server: PulseServer| {
        let tone = Sound::sine(RATE_HZ, 2, RATE * PROGRAMME_S, TONE_HZ, -20.0);
        let (_module, _speaker, town) = studio(&tone, "kind = \"device\"", "");
        town.slot(Duration::from_secs(4), &["clip:1"], &[]);
        let (microphone, loudspeaker) = (server.record_sink("micro"), server.record());
        let _station = town.start();
        town.wait_on_air(4.5);
        town.loa(&["live", "start", "phong-may", "--programme", "duck"]);
        town.wait_on_air(4.0);
        town.loa(&["live", "end"]);
        let (_, refused) = town.refused(&["live", "end"]);
        assert!(refused.contains("nobody is speaking"), "{refused}");
        let parts = town.wait("everything is over", || Some(town.parts()).filter(|parts| parts.len() == 3));
        let loudspeaker = stop_after(loudspeaker, parts.iter().filter_map(|(_, end)| end.end).max().unwrap());
        let microphone = microphone.stop();

        let [(_, programme_end)] = of_kind(&parts, Kind::Own)[..] else { panic!("one stretch: {parts:#?}") };
        assert_eq!((programme_end.frames, &programme_end.reason), (PROGRAMME_S * RATE, &EndReason::Complete));
        let [(_, spoken)] = of_kind(&parts, Kind::Live)[..] else { panic!("one voice: {parts:#?}") };
        assert_eq!(spoken.reason, EndReason::Stopped { by: "Nguyễn Văn A".to_owned() });
        let begun = nanos(spoken.start.unwrap());
        let late = (2..=7).filter_map(|half| late_ms(&microphone, &loudspeaker, begun + half * 500_000_000));
        median("the voice over the programme is late by, ms", late.collect(), 2);

        // Half a second for the way down and the way up.
        let half = TimeDelta::milliseconds(500);
        let (begin, end) = (programme_end.start.unwrap(), programme_end.end.unwrap());
        let (spoken_from, spoken_to) = (spoken.start.unwrap(), spoken.end.unwrap());
        let level = |between| tone_db(&loudspeaker, TONE_HZ, between);
        let before = level(begin + half..spoken_from - half);
        let below = level(spoken_from + half..spoken_to - half);
        let after = level(spoken_to + half..end - half);
        println!("the programme: {before:.2} dB before, {below:.2} dB below the voice, {after:.2} dB after");
        assert!((before - after).abs() < 0.1, "{before} and {after}");
        assert!((before - below - 18.0).abs() < 0.5, "turned down by {} dB", before - below);
    });
}

#[test]
fn a_microphone_that_vanishes_ends_the_voice_and_a_dead_one_interrupts_nothing() {
    let test = "station::live::a_microphone_that_vanishes_ends_the_voice_and_a_dead_one_interrupts_nothing";
    in_private_process(test, |_server: PulseServer| {
        let (module, speaker, town) = studio(&programme(), "kind = \"device\"", "");
        town.slot(Duration::from_secs(4), &["clip:1"], &[]);
        let _station = town.start();
        town.wait_on_air(3.0);
        town.loa(&["live", "start", "phong-may"]);
        drop(speaker);
        pactl(&["unload-module", &module]);
        town.wait("the programme goes on", || {
            let status = town.status();
            (status["speaking"] == serde_json::json!([]) && status["on_air"]["kind"] == "own").then_some(())
        });
        let (code, refused) = town.refused(&["live", "start", "phong-may"]);
        assert_eq!(code, Some(1), "{refused}");
        assert!(refused.contains("is not heard"), "{refused}");
        let parts = town.wait("the programme is over", || {
            let parts = town.parts();
            let heard: u64 = of_kind(&parts, Kind::Own).iter().map(|(_, end)| end.frames).sum();
            (heard == PROGRAMME_S * RATE).then_some(parts)
        });
        let [(_, spoken)] = of_kind(&parts, Kind::Live)[..] else { panic!("one voice: {parts:#?}") };
        assert!(matches!(&spoken.reason, EndReason::InputLost { .. }), "{:?}", spoken.reason);
        assert_eq!(of_kind(&parts, Kind::Own).len(), 2, "the dead microphone interrupted nothing: {parts:#?}");
        assert!(town.incident(|incident| matches!(incident, Incident::MicrophoneFault { .. })));
        town.verify();
    });
}

#[test]
fn a_voice_in_two_zones_is_heard_in_step() {
    let test = "station::live::a_voice_in_two_zones_is_heard_in_step";
    in_private_process(test, |server: PulseServer| {
        server.plug("dong", RATE_HZ);
        server.plug("tay", 44_100);
        let (_module, _speaker, town) = studio(&programme(), DONG, TAY);
        let (microphone, dong, tay) =
            (server.record_sink("micro"), server.record_sink("dong"), server.record_sink("tay"));
        let _station = town.start();
        town.loa(&["live", "start", "phong-may", "--longest", "8s"]);
        let parts = town.wait("it is over", || Some(town.parts()).filter(|parts| parts.len() == 2));
        let (dong, tay) = (stop_after(dong, parts[1].1.end.unwrap()), tay.stop());
        let microphone = microphone.stop();
        let (_, spoken) = &parts[1];
        assert_eq!((spoken.frames, spoken.zones.len()), (8 * RATE, 2));
        let begun = nanos(spoken.start.unwrap());
        let apart_us = (2..=15).filter_map(|half| {
            let said = begun + half * 500_000_000;
            Some((late_ms(&microphone, &dong, said)? - late_ms(&microphone, &tay, said)?) * 1e3)
        });
        let apart_us = median("the zones are apart by, us", apart_us.collect(), 4);
        assert!(apart_us.abs() <= APART_MAX_US as f64, "{apart_us}");
    });
}
