//! Relays into the library: by themselves after each session, once whatever happens, whole although a zone was muted; and by hand.

use std::f64::consts::TAU;
use std::time::Duration;

use loa::domain::log::EndReason;
use serde_json::Value;

use super::town::{Running, Town};
use crate::support::icecast::{Feed, Icecast, SourceClient};
use crate::support::radio::RATE_HZ;
use crate::support::sound::Sound;

/// A tone for each second of ten, then again: what is missing, doubled or out of place is heard.
const TONES: &str = "aevalsrc=0.3*sin(2*PI*(400+150*mod(floor(t)\\,10))*t):s=44100";
const STATION: &str = "Đài Tiếng nói Việt Nam";
/// What it says then.
const LEFT: &str = "nothing more becomes of this session";
/// A tenth of a second.
const WINDOW: usize = RATE_HZ as usize / 10;

fn source(server: &Icecast) -> SourceClient {
    server.feed_filtered("live", TONES, Feed::Mp3)
}

fn town(server: &Icecast, more: &str) -> Town {
    let url = server.url("live");
    let relay =
        format!("[[relay]]\nid = \"vov\"\nname = \"{STATION}\"\nsources = [\"{url}\"]\nstall_seconds = 2\n{more}");
    let other = "[[zone]]\nid = \"cho\"\nname = \"Cụm loa chợ\"\n[zone.output]\nkind = \"null\"";
    Town::new("kind = \"null\"", &format!("{other}\n{relay}"))
}

/// A town that records relays, and nothing else.
fn keeping(server: &Icecast) -> Town {
    town(server, "keep = true\nkeep_source = \"province\"").without_programme()
}

fn drafts(town: &Town) -> Vec<Value> {
    town.loa(&["clip", "list", "--state", "draft"]).as_array().unwrap().clone()
}

fn draft(town: &Town) -> Value {
    town.wait("the relay is a draft", || drafts(town).pop())
}

/// Starts the station once more, and waits until it has looked at the session and left it.
fn looked_again(town: &Town) -> Running<'_> {
    let before = town.said().matches(LEFT).count();
    let station = town.start_with(&[("LOA_LOG", "warn,loa=debug")]);
    town.wait("it has looked again", || (town.said().matches(LEFT).count() > before).then_some(()));
    station
}

/// The sound of a clip, as the library gives it back.
fn sound_of(town: &Town, clip: &Value) -> Vec<f32> {
    let file = town.data().join("taken.flac");
    town.loa(&["clip", "export", &clip["id"].to_string(), file.to_str().unwrap(), "--force"]);
    let mut decoder = loa::audio::decode::Decoder::open(&file).unwrap();
    assert_eq!((decoder.sample_rate(), decoder.channels()), (RATE_HZ, 2));
    let mut samples = Vec::new();
    while let Some(block) = decoder.next_block().unwrap() {
        samples.extend(block.samples.iter().step_by(2));
    }
    samples
}

/// The tone of each tenth of a second; none where none of them is clear.
fn tones(samples: &[f32]) -> Vec<Option<u32>> {
    let power = |window: &[f32], hertz: f64| {
        let (mut real, mut imaginary) = (0.0, 0.0);
        for (number, sample) in (0_u32..).zip(window) {
            let turn = TAU * hertz * f64::from(number) / f64::from(RATE_HZ);
            real += f64::from(*sample) * turn.cos();
            imaginary += f64::from(*sample) * turn.sin();
        }
        (real * real + imaginary * imaginary).sqrt() / window.len() as f64
    };
    let tone = |window: &[f32]| {
        let powers = (0..10).map(|tone| (tone, power(window, f64::from(400 + 150 * tone))));
        let best = powers.max_by(|one, other| one.1.total_cmp(&other.1));
        best.filter(|(_, power)| *power > 0.03).map(|(tone, _)| tone)
    };
    samples.chunks_exact(WINDOW).map(tone).collect()
}

/// How often a tone was followed by another than the next one of the source, and the share of the windows that have a tone.
fn judged(samples: &[f32]) -> (usize, f64) {
    let windows = tones(samples);
    let mut clear: Vec<u32> = windows.iter().flatten().copied().collect();
    let share = clear.len() as f64 / windows.len().max(1) as f64;
    clear.dedup();
    let wrong = clear.windows(2).filter(|pair| (pair[0] + 1) % 10 != pair[1]).count();
    (wrong, share)
}

fn seconds(clip: &Value) -> f64 {
    clip["duration_s"].as_f64().unwrap()
}

#[test]
fn a_session_becomes_a_draft_as_it_came_once_and_does_not_come_again_when_it_was_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let server = Icecast::start(folder.path());
    let _client = source(&server);
    let town = keeping(&server);
    let zones = ["--length", "14s", "--zone", "thi-tran", "--zone", "cho"];
    let at = town.slot_named("tiep-am", Duration::from_secs(5), &["relay:vov,30"], &zones);
    let station = town.start();
    town.wait_on_air(3.0);
    // What the listeners of one zone do not hear is in the recording all the same.
    town.loa(&["zone", "mute", "thi-tran"]);
    town.wait("it is muted", || (town.status()["on_hand"][0]["away"] == serde_json::json!(["thi-tran"])).then_some(()));
    town.loa(&["zone", "unmute", "thi-tran"]);
    let kept = draft(&town);
    let (_, end) = town.parts().into_iter().next().unwrap();
    let (heard_from, heard_to) = (end.start.unwrap(), town.parts().last().unwrap().1.end.unwrap());
    let lasted = (heard_to - heard_from).num_milliseconds() as f64 / 1_000.0;
    let local = heard_from.with_timezone(&chrono_tz::Asia::Ho_Chi_Minh);
    assert_eq!(kept["title"], format!("{STATION}, {}", local.format("%d/%m/%Y %H:%M")), "{kept:#}");
    assert_eq!(kept["source"], "province", "{kept:#}");
    let kept = town.loa(&["clip", "show", &kept["id"].to_string()]);
    let airing = town.loa(&["log"])[0]["airing_id"].as_str().unwrap().to_owned();
    assert_eq!(kept["origin"]["airing"], airing.as_str(), "{kept:#}");
    assert_eq!((&kept["origin"]["from_ms"], &kept["origin"]["zone"]), (&0.into(), &Value::Null), "{kept:#}");
    println!("on air from {heard_from} to {heard_to}, planned {at}; the draft lasts {} s", seconds(&kept));
    assert!((seconds(&kept) - lasted).abs() < 0.25, "{} s of {lasted} s", seconds(&kept));
    let sound = sound_of(&town, &kept);
    let (wrong, share) = judged(&sound);
    assert!(wrong == 0 && share > 0.85, "{wrong} jumps, {share} of it are tones: {:?}", tones(&sound));

    let recorded = std::fs::read_dir(town.data().join("programme")).unwrap();
    assert_eq!(recorded.count(), 1, "only the relay was recorded");
    // From its row it can be listened to as it came, to tag what was heard inside.
    let again = town.data().join("nghe-lai.wav");
    let listened = town.loa(&["log", "listen", &airing, "--out", again.to_str().unwrap()]);
    assert!((listened["length_s"].as_f64().unwrap() - lasted).abs() < 0.25, "{listened:#} of {lasted} s");
    town.loa(&["clip", "rm", &kept["id"].to_string()]);
    station.terminate();
    station.ended();
    let _station = looked_again(&town);
    assert_eq!(drafts(&town), Vec::<Value>::new(), "what was deleted does not come again");

    // By hand it does, any stretch of it.
    let asked = ["relay", "keep", &airing, "--from", "3s", "--length", "4s", "--title", "Thời sự", "--topic", "CCHC"];
    let stretch = &town.loa(&asked)["clip"];
    assert_eq!((&stretch["title"], &stretch["topic"]), (&"Thời sự".into(), &"CCHC".into()), "{stretch:#}");
    assert_eq!(stretch["approval"]["state"], "draft", "{stretch:#}");
    assert!((seconds(stretch) - 4.0).abs() < 0.001, "{stretch:#}");
    let part = sound_of(&town, stretch);
    let from = 3 * RATE_HZ as usize;
    let near = |slip: usize| part.iter().zip(&sound[from + slip - 2..]).all(|(one, other)| one == other);
    assert!((0..5).any(near), "it is that stretch, to the frame or two");
    let (code, told) = town.refused(&["relay", "keep", &airing, "--from", "2m"]);
    assert!(code == Some(1) && told.contains("begins after 120 s") && told.contains("begin earlier"), "{told}");
}

#[test]
fn a_power_cut_in_the_middle_and_others_after_it_leave_one_draft_of_what_was_carried() {
    let folder = tempfile::tempdir().unwrap();
    let server = Icecast::start(folder.path());
    let _client = source(&server);
    let town = keeping(&server);
    town.slot_named("tiep-am", Duration::from_secs(5), &["relay:vov,30"], &["--length", "18s"]);
    let station = town.start();
    town.wait_on_air(5.0);
    station.kill();
    let station = town.start();
    town.wait("the rest is over", || (town.parts().len() == 2).then_some(()));
    // In the very moment in which it is taken in, perhaps.
    station.kill();
    let station = town.start();
    let kept = draft(&town);
    station.kill();
    let _station = looked_again(&town);
    assert_eq!(drafts(&town).len(), 1, "once");
    let parts = town.parts();
    assert_eq!(parts[0].1.reason, EndReason::PowerLoss);
    let carried: u64 = parts.iter().map(|(_, end)| end.frames).sum();
    let carried = carried as f64 / f64::from(RATE_HZ);
    println!("{carried} s were heard; the draft lasts {} s", seconds(&kept));
    // The journal is half a second behind at most, the recording a second, twice.
    assert!((seconds(&kept) - carried).abs() < 2.5, "{} s of {carried} s", seconds(&kept));
    let sound = sound_of(&town, &kept);
    let (wrong, share) = judged(&sound);
    assert!(wrong <= 1 && share > 0.85, "{wrong} jumps, {share} of it are tones: {:?}", tones(&sound));
    let incoming = std::fs::read_dir(town.data().join("clips/incoming")).unwrap();
    assert_eq!(incoming.count(), 0, "nothing half done stays");
}

#[test]
fn a_relay_that_is_not_kept_leaves_nothing_and_by_hand_it_is_what_a_zone_was_sent() {
    let folder = tempfile::tempdir().unwrap();
    let server = Icecast::start(folder.path());
    let _client = source(&server);
    let town = town(&server, "keep = false");
    let tune = Sound::sine(RATE_HZ, 1, u64::from(RATE_HZ) * 2, 600.0, -20.0);
    town.add_sound(&tune, "Nhạc hiệu");
    town.slot_named("tiep-am", Duration::from_secs(5), &["ident:1", "relay:vov,30"], &["--length", "10s"]);
    let _station = town.start();
    town.wait("it is over", || (town.parts().len() == 2).then_some(()));
    let rows = town.loa(&["log"]);
    let row = |kind: &str| rows.as_array().unwrap().iter().find(|row| row["kind"] == kind).unwrap().clone();
    let (ident, relay) = (row("ident"), row("relay"));
    assert_eq!(drafts(&town), Vec::<Value>::new());
    let folders = std::fs::read_dir(town.data().join("programme")).unwrap();
    assert_eq!(folders.count(), 2, "only the zones were recorded");

    let clip = &town.loa(&["relay", "keep", relay["airing_id"].as_str().unwrap(), "--length", "5s"])["clip"];
    assert_eq!((&clip["source"], &clip["origin"]["zone"]), (&"central".into(), &"thi-tran".into()), "{clip:#}");
    assert!((seconds(clip) - 5.0).abs() < 0.001, "{clip:#}");
    let (wrong, share) = judged(&sound_of(&town, clip));
    assert!(wrong == 0 && share > 0.8, "{wrong} jumps, {share} of it are tones");

    let (code, told) = town.refused(&["relay", "keep", ident["airing_id"].as_str().unwrap()]);
    assert!(code == Some(1) && told.contains("Nhạc hiệu") && told.contains("expected a relay"), "{told}");
    std::fs::remove_dir_all(town.data().join("programme")).unwrap();
    let (code, told) = town.refused(&["relay", "keep", relay["airing_id"].as_str().unwrap()]);
    assert!(code == Some(1) && told.contains("nothing was recorded") && told.contains("keep = true"), "{told}");
}

#[test]
fn a_relay_that_cannot_be_recorded_is_an_alarm_while_it_is_heard_and_is_heard_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let server = Icecast::start(folder.path());
    let _client = source(&server);
    let town = keeping(&server);
    // No folder can be made where a file is.
    std::fs::write(town.data().join("programme"), "").unwrap();
    town.slot_named("tiep-am", Duration::from_secs(5), &["relay:vov,30"], &["--length", "14s", "--zone", "thi-tran"]);
    let _station = town.start();
    let bad = || {
        let alarms = town.loa(&["alarm", "list", "--all"]);
        alarms.as_array()?.iter().find(|alarm| alarm["code"] == "relay_recording_bad").cloned()
    };
    let alarm = town.wait("it is an alarm", bad);
    assert_eq!(
        (&alarm["values"]["relay"], &alarm["values"]["fault"]),
        (&"vov".into(), &"unwritable".into()),
        "{alarm:#}"
    );
    assert!(alarm["text"].as_str().unwrap().contains(&format!("tiếp âm {STATION}")), "{alarm:#}");
    let status = town.status();
    assert_eq!((&status["on_air"]["kind"], &status["recordings_bad"][0]["relay"]), (&"relay".into(), &"vov".into()));
    let (_, end) = town.wait("it is over", || town.parts().pop().filter(|(_, end)| end.end.is_some()));
    assert!(end.frames > 10 * u64::from(RATE_HZ), "{end:#?}");
    town.wait("nothing is recorded any more", || town.status()["recordings_bad"].as_array()?.is_empty().then_some(()));
    assert_eq!(drafts(&town), Vec::<Value>::new());
}
