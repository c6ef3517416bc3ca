//! The station beside PipeWire, as newer machines have it: through its face of a PulseAudio, and through ALSA.

use std::time::Duration;

use loa::domain::log::EndReason;

use super::sound::{best, reference, stop_after, stretches, two_mp3};
use super::town::Town;
use crate::support::pulse::{RATE_HZ, SINK, beside_pipewire};

/// From the planned instant to the first sample, at PipeWire's own block of 21 ms, on a machine that is busy with other tests.
const LATE_MAX_US: i64 = 60_000;

fn airs(host: &str, device: &str) -> impl FnOnce(crate::support::pulse::PulseServer) {
    let output = format!("kind = \"device\"\nhost = \"{host}\"\ndevice = \"{device}\"");
    move |server| {
        let town = Town::new(&output, "");
        let folder = tempfile::tempdir().unwrap();
        let files = two_mp3(folder.path());
        town.add(&files[0], "Một");
        town.add(&files[1], "Hai");
        let recorder = server.record();
        let at = town.slot(Duration::from_secs(5), &["clip:1", "clip:2"], &[]);
        let _station = town.start();
        let parts = town.wait("both are aired", || Some(town.parts()).filter(|parts| parts.len() == 2));
        let capture = stop_after(recorder, parts[1].1.end.unwrap());
        let clips: Vec<Vec<f32>> = files.iter().map(|file| reference(file)).collect();
        for ((_, end), clip) in parts.iter().zip(&clips) {
            assert_eq!((&end.reason, end.frames), (&EndReason::Complete, clip.len() as u64));
        }

        let left = capture.left();
        let sounds = stretches(&left);
        let first = sounds.first().expect("something sounds").0;
        let inside = RATE_HZ as usize / 5;
        let (found, fit) = best(&capture, &clips[0][inside..inside + 960], first..first + inside + 4_800);
        assert!(fit > 0.98, "{fit}");
        let late_us = (capture.wall_of(found - inside) - at.timestamp_nanos_opt().unwrap()) / 1_000;
        println!("heard {late_us:+} us after the planned instant");
        assert!(late_us.abs() <= LATE_MAX_US, "{late_us} us late");

        // The join: a tenth of a second on either side is where it must be after the first clip's head.
        let around = RATE_HZ as usize / 10;
        let gains = parts.iter().map(|(intent, _)| 10f64.powf(intent.gain_db / 20.0) as f32);
        let sides = [&clips[0][clips[0].len() - around..], &clips[1][..around]];
        let joined: Vec<f32> = sides
            .into_iter()
            .zip(gains)
            .flat_map(|(side, gain)| side.iter().map(move |sample| sample * gain))
            .collect();
        let due = found - inside + clips[0].len() - around;
        let (at, fit) = best(&capture, &joined, due - 1_200..due + 1_200);
        assert!(fit > 0.99 && at == due, "the join is {} frames off: {fit}", at as i64 - due as i64);
        town.verify();
    }
}

#[test]
fn through_pulseaudios_protocol_a_slot_airs_at_its_second_and_joins_to_the_frame() {
    let test = "station::pipewire::through_pulseaudios_protocol_a_slot_airs_at_its_second_and_joins_to_the_frame";
    beside_pipewire(test, airs("pulseaudio", SINK));
}

#[test]
fn through_alsa_a_slot_airs_at_its_second_and_joins_to_the_frame() {
    let test = "station::pipewire::through_alsa_a_slot_airs_at_its_second_and_joins_to_the_frame";
    beside_pipewire(test, airs("alsa", "default"));
}
