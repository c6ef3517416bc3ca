//! Several zones on a real sound server: they sound in step, one goes and comes back, an emergency has some of them.

use std::time::Duration;

use chrono::{DateTime, Utc};
use loa::domain::log::{EndReason, Incident, Kind};

use super::sound::{best, stop_after};
use super::town::Town;
use crate::support::pulse::{Capture, PulseServer, RATE_HZ, in_private_process};
use crate::support::sound::Sound;

pub(super) const DONG: &str = "kind = \"device\"\nhost = \"pulseaudio\"\ndevice = \"dong\"";
pub(super) const TAY: &str = "[[zone]]\nid = \"tay\"\nname = \"Cụm loa tây\"\n[zone.output]\nkind = \"device\"\nhost = \"pulseaudio\"\ndevice = \"tay\"";

/// On a machine that is busy with other tests a sink's own time line moves by milliseconds; what a quiet one reaches is in
/// docs/performance.md.
pub(super) const APART_MAX_US: i64 = 5_000;

fn town() -> Town {
    Town::new(DONG, TAY)
}

/// When a piece of the clip, from its frame `from` on, was heard.
fn heard_at(capture: &Capture, clip: &[f32], from: usize, near: i64) -> i64 {
    let (early, late) = (capture.frame_at(near - 400_000_000), capture.frame_at(near + 400_000_000));
    let (frame, fit) = best(capture, &clip[from..from + 4_800], early..late);
    // Zones in step begin between two frames of the recording, which costs a broad band a part of its likeness.
    assert!(fit > 0.75, "the clip is not in the recording at frame {from}: {fit}");
    capture.wall_of(frame)
}

fn nanos(at: DateTime<Utc>) -> i64 {
    at.timestamp_nanos_opt().unwrap()
}

fn left(sound: &Sound) -> Vec<f32> {
    sound.samples.iter().step_by(2).copied().collect()
}

#[test]
fn two_zones_on_sinks_of_different_rates_sound_in_step_and_one_comes_back_in_the_middle() {
    let test = "station::zones::two_zones_on_sinks_of_different_rates_sound_in_step_and_one_comes_back_in_the_middle";
    in_private_process(test, |server: PulseServer| {
        server.plug("dong", RATE_HZ);
        server.plug("tay", 44_100);
        let town = town();
        let sound = Sound::speech(RATE_HZ, 2, u64::from(RATE_HZ) * 20, 5);
        town.add_sound(&sound, "Bản tin");
        let at = town.slot(Duration::from_secs(4), &["clip:1"], &["--zone", "thi-tran", "--zone", "tay"]);
        let (dong, tay) = (server.record_sink("dong"), server.record_sink("tay"));
        let _station = town.start();
        town.wait_on_air(5.0);
        town.loa(&["zone", "mute", "tay"]);
        let status = town.wait("it is heard in one zone", || {
            let status = town.status();
            (status["on_hand"][0]["away"] == serde_json::json!(["tay"])).then_some(status)
        });
        assert_eq!(status["zones"][1]["muted_by"], "Nguyễn Văn A", "{status}");
        town.wait_on_air(8.0);
        town.loa(&["zone", "unmute", "tay"]);
        let parts = town.wait("it is over", || {
            let parts = town.parts();
            (parts.len() == 1 && parts[0].1.end.is_some()).then_some(parts)
        });
        let (intent, end) = &parts[0];
        let dong = stop_after(dong, end.end.unwrap());
        let tay = tay.stop();

        // One airing, whole, with what each zone had of it.
        assert_eq!((&end.reason, end.frames), (&EndReason::Complete, sound.samples.len() as u64 / 2));
        let delivered: Vec<_> = end.zones.iter().map(|delivery| (delivery.zone.0.as_str(), delivery.frames)).collect();
        println!("delivered {delivered:?}");
        let [("thi-tran", whole), ("tay", some)] = delivered[..] else { panic!("{delivered:?}") };
        assert_eq!(whole, end.frames);
        assert!(some < whole && some > whole / 3, "{some} of {whole}");
        assert_eq!(intent.zones.len(), 2);

        // In step, before one was muted and after it came back.
        let clip = left(&sound);
        let start = nanos(at);
        for (what, second) in [("before", 3), ("after", 18)] {
            let from = second * RATE_HZ as usize;
            let near = start + second as i64 * 1_000_000_000;
            let (one, other) = (heard_at(&dong, &clip, from, near), heard_at(&tay, &clip, from, near));
            let apart_us = (one - other) / 1_000;
            println!("{what}: the zones are {apart_us} us apart, the first {} us late", (one - near) / 1_000);
            assert!(apart_us.abs() <= APART_MAX_US, "{what}: {apart_us} us apart");
        }
    });
}

#[test]
fn an_emergency_in_one_zone_is_heard_at_once_and_the_programme_goes_on_in_the_other() {
    let test = "station::zones::an_emergency_in_one_zone_is_heard_at_once_and_the_programme_goes_on_in_the_other";
    in_private_process(test, |server: PulseServer| {
        server.plug("dong", RATE_HZ);
        server.plug("tay", RATE_HZ);
        let town = town();
        let sound = Sound::speech(RATE_HZ, 2, u64::from(RATE_HZ) * 16, 5);
        town.add_sound(&sound, "Bản tin");
        let alarm = Sound::speech(RATE_HZ, 2, u64::from(RATE_HZ) * 2, 99);
        town.add_sound(&alarm, "Báo bão");
        town.slot(Duration::from_secs(4), &["clip:1"], &["--zone", "thi-tran", "--zone", "tay"]);
        let tay = server.record_sink("tay");
        let _station = town.start();
        town.wait_on_air(4.0);
        let asked = Utc::now();
        town.loa(&["emergency", "raise", "2", "--zones", "tay", "--repeat", "2", "--every", "3s"]);
        let status = town.wait("both are on air", || {
            let status = town.status();
            (status["on_hand"].as_array().unwrap().len() == 2).then_some(status)
        });
        assert_eq!(status["on_hand"][0]["emergency"], true, "{status}");
        assert_eq!(status["on_hand"][1]["zones"], serde_json::json!(["thi-tran"]));
        assert_eq!(status["on_hand"][1]["away"], serde_json::json!(["tay"]));
        assert_eq!(status["emergencies"][0]["times"], 2);
        let (_, refused) = town.refused(&["emergency", "raise", "2", "--zones", "bắc"]);
        assert!(refused.contains("there is no zone `bắc`"), "{refused}");
        let parts = town.wait("everything is over", || {
            let parts = town.parts();
            (parts.len() == 3 && parts.iter().all(|(_, end)| end.end.is_some())).then_some(parts)
        });
        let capture = stop_after(tay, parts.iter().filter_map(|(_, end)| end.end).max().unwrap());

        let (emergencies, programme): (Vec<_>, Vec<_>) =
            parts.iter().partition(|(intent, _)| intent.kind == Kind::Emergency);
        assert_eq!((emergencies.len(), programme.len()), (2, 1), "the programme is one stretch: {parts:#?}");
        let (_, end) = programme[0];
        assert_eq!((&end.reason, end.zones[0].frames), (&EndReason::Complete, end.frames));
        assert!(end.zones[1].frames < end.frames, "the emergency had that zone meanwhile: {:?}", end.zones);
        for (intent, end) in &emergencies {
            assert_eq!((&end.reason, intent.by.as_deref()), (&EndReason::Complete, Some("Nguyễn Văn A")));
            assert_eq!(intent.zones.len(), 1);
        }

        // From the command to the sound: the process of the command line is included here.
        // Its first 200 ms sound over the end of what it cuts; it is found by what comes then.
        let inside = RATE_HZ as usize * 3 / 10;
        let near = nanos(emergencies[0].1.start.unwrap()) + 300_000_000;
        let heard = heard_at(&capture, &left(&alarm), inside, near) - 300_000_000;
        let after_ms = (heard - nanos(asked)) / 1_000_000;
        println!("heard {after_ms} ms after `loa emergency raise` was called");
        assert!(after_ms <= 1_500, "{after_ms} ms");
        let again = emergencies[1].1.start.unwrap() - emergencies[0].1.start.unwrap();
        assert!((2_900..3_600).contains(&again.num_milliseconds()), "heard again after {again}");
        assert!(town.incident(|incident| matches!(incident, Incident::EmergencyRaised(_))));
        assert!(town.incident(|incident| matches!(incident, Incident::EmergencyEnded { by: None, .. })));
    });
}

#[test]
fn slots_in_different_zones_air_at_the_same_time_and_a_muted_zone_hears_nothing() {
    let town = Town::new(
        "kind = \"null\"",
        "[[zone]]\nid = \"tay\"\nname = \"Tây\"\nvolume = \"00:00-24:00 -6\"\n[zone.output]\nkind = \"null\"",
    );
    for (title, seed) in [("Một", 1), ("Hai", 2)] {
        town.add_sound(&Sound::speech(RATE_HZ, 2, u64::from(RATE_HZ) * 6, seed), title);
    }
    let one = town.slot_named("mot", Duration::from_secs(3), &["clip:1"], &["--length", "2m", "--zone", "thi-tran"]);
    let two = town.slot_named("hai", Duration::from_secs(3), &["clip:2"], &["--length", "2m", "--zone", "tay"]);
    let _station = town.start();
    let status = town.wait("both are on air", || {
        let status = town.status();
        let on_air = status["on_hand"].as_array()?.iter().filter(|hand| !hand["on_air"].is_null()).count();
        (on_air == 2).then_some(status)
    });
    assert_eq!(status["zones"][1]["volume_db"], -6.0, "{status}");
    let (_, refused) = town.refused(&["skip"]);
    assert!(refused.contains("say in which zone"), "{refused}");
    town.loa(&["zone", "mute", "tay"]);
    let parts = town.wait("both are over", || {
        let parts = town.parts();
        (parts.len() == 2 && parts.iter().all(|(_, end)| end.end.is_some())).then_some(parts)
    });
    let of = |zone: &str| parts.iter().find(|(intent, _)| intent.zones[0].0 == zone).unwrap();
    for (zone, at) in [("thi-tran", one), ("tay", two)] {
        let late = of(zone).1.start.unwrap() - at;
        assert!(late.num_milliseconds().abs() < 50, "{zone} began {late} off");
    }
    assert_eq!(of("thi-tran").1.reason, EndReason::Complete);
    assert!(matches!(of("tay").1.reason, EndReason::Stopped { .. }), "{:?}", of("tay").1);
    let (code, _) = town.refused(&["play", "2", "--zone", "tay"]);
    assert_eq!(code, Some(1), "a muted zone plays nothing");
    town.loa(&["zone", "unmute", "tay"]);
    town.loa(&["play", "2", "--zone", "tay"]);
}
