//! A relay in a slot of the real program: of a real Icecast, killed in the middle, through a power cut, in two zones.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use loa::domain::log::{EndReason, Incident, Kind};
use loa::domain::relay::{FailedSource, SourceFault, Trouble};

use super::sound::stop_after;
use super::town::Town;
use super::zones::{DONG, TAY};
use crate::support::icecast::{Feed, Icecast};
use crate::support::pulse::{Capture, PulseServer, in_private_process};
use crate::support::radio::RATE_HZ;
use crate::support::sound::Sound;

/// A town that can relay a mount of the server, and has a recording that stands by.
fn town(server: &Icecast) -> Town {
    let relay = format!(
        "[[relay]]\nid = \"vov\"\nname = \"Đài Tiếng nói Việt Nam\"\nsources = [\"{}\", \"file:standby.wav\"]\nstall_seconds = 2",
        server.url("live")
    );
    let town = Town::new("kind = \"null\"", &relay);
    let standby = Sound::sine(RATE_HZ, 2, u64::from(RATE_HZ) * 3, 900.0, -20.0);
    standby.write_wav(&town.data().join("standby.wav"));
    for (title, hertz) in [("Nhạc hiệu", 600.0), ("Nhạc kết", 700.0)] {
        town.add_sound(&Sound::sine(RATE_HZ, 1, u64::from(RATE_HZ) * 2, hertz, -20.0), title);
    }
    town
}

#[test]
fn a_slot_relays_between_its_tunes_falls_to_what_stands_by_and_ends_on_its_frame() {
    let folder = tempfile::tempdir().unwrap();
    let server = Icecast::start(folder.path());
    let client = server.feed("live", 500, Feed::Mp3);
    let town = town(&server);
    let elements = ["ident:1", "relay:vov,30", "closing:2"];
    town.slot_named("tiep-am", Duration::from_secs(6), &elements, &["--length", "34s"]);
    let _station = town.start();
    town.wait_on_air(0.2);
    town.wait("the relay is on air", || (town.status()["on_air"]["kind"] == "relay").then_some(()));
    // On a busy machine what stands by may be heard first.
    let standing = town.wait("the first source is heard for a while", || {
        let standing = town.status()["on_air"]["relay"].clone();
        (standing["place"] == 0 && standing["account"]["carried_ms"].as_u64()? >= 3_000).then_some(standing)
    });
    assert!(standing["sounds"] == true && standing["source"] == server.url("live"), "{standing}");
    drop(client);
    town.wait("what stands by is heard", || (town.status()["on_air"]["relay"]["place"] == 1).then_some(()));
    town.wait("the closing tune is over", || (town.parts().len() == 3).then_some(()));
    let parts = town.parts();
    let (relay, end) = &parts[1];
    assert_eq!((relay.kind, relay.from_frame, relay.frames_total), (Kind::Relay, 0, 30 * u64::from(RATE_HZ)));
    assert_eq!(
        (&end.reason, end.frames),
        (&EndReason::Complete, relay.frames_total),
        "it ends by the clock, to the frame"
    );
    let account = end.relay.clone().expect("a relay leaves its account");
    println!("{account:?}");
    assert!(account.carried_ms >= 3_000 && account.standby_ms >= 3_000, "{account:?}");
    assert!((account.carried_ms + account.standby_ms + account.lost_ms).abs_diff(30_000) < 4, "{account:?}");
    assert!(account.falls >= 1, "{account:?}");
    // The join on both sides is exact.
    for pair in parts.windows(2) {
        let gap = pair[1].1.start.unwrap() - pair[0].1.end.unwrap();
        assert!(gap.num_milliseconds().abs() <= 1, "{gap}");
    }
    assert!(town.incident(|incident| matches!(
        incident,
        Incident::RelayFault { fault: Trouble::SteppedIn { silent: false, .. }, .. }
    )));
    town.verify();
    let report = town.loa(&["report", "--from", "2000-01-01", "--to", "2100-01-01"]);
    assert_eq!(report["relays"]["sessions"], 1, "{report:#}");
    let minutes = report["relays"]["minutes"].as_f64().unwrap();
    let off_ms = (minutes * 60_000.0 - account.carried_ms as f64).abs();
    assert!(off_ms < 50.0, "only what was carried: {minutes} minutes of {account:?}");
}

/// What was missed is not made up for: the rest of the relay goes on by the clock, and is the same airing.
#[test]
fn after_a_power_cut_the_rest_of_a_relay_goes_on_by_the_clock() {
    let folder = tempfile::tempdir().unwrap();
    let server = Icecast::start(folder.path());
    let _client = server.feed("live", 500, Feed::Mp3);
    let town = town(&server);
    let at = town.slot_named("tiep-am", Duration::from_secs(5), &["relay:vov,30"], &["--length", "16s"]);
    let station = town.start();
    town.wait_on_air(2.0);
    station.kill();
    let _station = town.start();
    town.wait("the rest is over", || (town.parts().len() == 2).then_some(()));
    let parts = town.parts();
    assert_eq!(parts[0].1.reason, EndReason::PowerLoss);
    assert_eq!(parts[0].0.part.airing, parts[1].0.part.airing);
    let (rest, end) = &parts[1];
    assert!(rest.from_frame > parts[0].1.frames, "what was missed stays missed: {rest:?}");
    let over = end.end.unwrap() - at;
    println!("over {} ms after its start, of 16000", over.num_milliseconds());
    assert!((15_500..=16_800).contains(&over.num_milliseconds()), "it ends when it was to end: {over}");
    let heard = parts[0].1.frames + end.frames;
    assert!(heard < rest.frames_total, "what was missed stays missed: {heard} of {}", rest.frames_total);
    let rows = town.loa(&["log"]);
    assert_eq!((rows[0]["kind"].as_str(), rows[0]["frames"].as_u64()), (Some("relay"), Some(heard)), "{rows:#}");
    town.verify();
}

/// Two sinks of different rates play the relay of one connection: the same sound at the same instant, also in a zone that was
/// muted for a while.
#[test]
fn zones_of_a_relay_are_in_step_and_share_its_account() {
    let test = "station::relay::zones_of_a_relay_are_in_step_and_share_its_account";
    in_private_process(test, |sinks: PulseServer| {
        let folder = tempfile::tempdir().unwrap();
        let server = Icecast::start(folder.path());
        let _client =
            server.feed_filtered("live", "anoisesrc=color=pink:amplitude=0.4:seed=7:sample_rate=44100", Feed::Mp3);
        sinks.plug("dong", RATE_HZ);
        sinks.plug("tay", 44_100);
        let relay = format!(
            "{TAY}\n[[relay]]\nid = \"vov\"\nname = \"Đài Tiếng nói Việt Nam\"\nsources = [\"{}\"]",
            server.url("live")
        );
        let town = Town::new(DONG, &relay);
        let zones = ["--length", "24s", "--zone", "thi-tran", "--zone", "tay"];
        let at = town.slot_named("tiep-am", Duration::from_secs(9), &["relay:vov,30"], &zones);
        let (dong, tay) = (sinks.record_sink("dong"), sinks.record_sink("tay"));
        let _station = town.start();
        // Nobody asks anything meanwhile: the programs that would be started for it take the sound server's time.
        until(at + TimeDelta::seconds(6));
        town.loa(&["zone", "mute", "tay"]);
        town.wait("it is heard in one zone", || {
            (town.status()["on_hand"][0]["away"] == serde_json::json!(["tay"])).then_some(())
        });
        town.loa(&["zone", "unmute", "tay"]);
        until(at + TimeDelta::seconds(24));
        let parts = town.wait("it is over", || Some(town.parts()).filter(|parts| parts.len() == 1));
        let (_, end) = &parts[0];
        let (dong, tay) = (stop_after(dong, end.end.unwrap()), tay.stop());
        // On a busy machine it may begin late; then it is shorter, and ends when it was to end all the same.
        assert_eq!(end.reason, EndReason::Complete);
        let over = (end.end.unwrap() - at).num_milliseconds();
        assert!((over - 24_000).abs() <= 20, "it ends by the clock: after {over} ms");
        let account = end.relay.clone().expect("a relay leaves its account");
        let lasted_ms = u64::try_from((end.end.unwrap() - end.start.unwrap()).num_milliseconds()).unwrap();
        assert!(
            account.length_ms().abs_diff(lasted_ms) < 200,
            "one account for both zones: {account:?} of {lasted_ms}"
        );
        // The last column is for how long. A try ahead of the relay is another connection, and a short one.
        let log = std::fs::read_to_string(folder.path().join("access.log")).unwrap();
        let long =
            |line: &&str| line.rsplit(' ').next().and_then(|word| word.parse().ok()).is_some_and(|s: u32| s > 15);
        assert!(log.lines().filter(long).count() <= 1, "one connection for both zones: {log}");

        // What comes back in the middle is held to the frame in `audio::live`: by then a busy machine has let a sink run dry, which
        // makes its zone late for as long as it takes to make up for it.
        let near = |quarter: i64| at.timestamp_nanos_opt().unwrap() + quarter * 250_000_000;
        let mut apart: Vec<_> = (4..24).filter_map(|quarter| apart_us(&dong, &tay, near(quarter))).collect();
        apart.sort_unstable_by_key(|apart| apart.abs());
        println!("the zones are {apart:?} us apart");
        let in_step = apart.iter().filter(|apart| apart.abs() <= 1_000).count();
        assert!(in_step >= 3, "{apart:?} us apart");
        let [whole, some] = [&end.zones[0], &end.zones[1]].map(|delivery| delivery.frames);
        assert!(some > 0 && some < whole, "one zone was away for a while: {:?}", end.zones);
    });
}

fn until(at: DateTime<Utc>) {
    while Utc::now() < at {
        std::thread::park_timeout(Duration::from_millis(10));
    }
}

/// How much later the one had what the other recorded at an instant; none where one of them has a gap.
fn apart_us(one: &Capture, other: &Capture, near: i64) -> Option<i64> {
    let from = one.frame_at(near);
    let template: Vec<f32> = one.samples[from * 2..(from + 4_800) * 2].iter().step_by(2).copied().collect();
    let (early, late) = (other.frame_at(near - 200_000_000), other.frame_at(near + 200_000_000));
    let found = other.find(&template, early..late).into_iter().filter(|(_, fit)| *fit > 0.85);
    let (frame, _) = found.max_by(|a, b| a.1.total_cmp(&b.1))?;
    Some((other.wall_of(frame) - one.wall_of(from)) / 1_000)
}

/// A minute ahead: somebody is told while there is time, of a slot too that was saved only then.
#[test]
fn a_relay_that_fails_is_told_before_its_time() {
    let folder = tempfile::tempdir().unwrap();
    let server = Icecast::start(folder.path());
    let town = town(&server);
    let _station = town.start();
    town.slot_named("tiep-am", Duration::from_secs(58), &["relay:vov,30"], &["--length", "16s"]);
    town.wait("it is told", || {
        town.incident(|incident| {
            let Incident::RelayFault { fault: Trouble::TriedAhead { heard: true, sources, .. }, .. } = incident else {
                return false;
            };
            matches!(&sources[..], [FailedSource { fault: SourceFault::Fails { error }, .. }] if error.contains("404"))
        })
        .then_some(())
    });
    town.wait("it is an alarm", || {
        let alarms = town.loa(&["alarm", "list"]);
        let failed = alarms.as_array().unwrap().iter().find(|alarm| alarm["code"] == "relay_failed")?;
        assert_eq!(failed["values"]["relay"], "vov", "{failed}");
        let (en, vi) = (failed["values"]["fault"].as_str()?, failed["values"]["fault_vi"].as_str()?);
        assert!(en.contains(", another source would be heard: ") && en.contains("404"), "{en}");
        assert!(vi.contains(", nguồn khác sẽ phát thay: ") && vi.contains("404"), "{vi}");
        Some(())
    });
    assert_eq!(town.parts().len(), 0, "long before it airs");
}

/// A person listens to what was relayed, and says what was in it: the report counts that, and no more what is taken back.
#[test]
fn what_was_heard_inside_a_relay_is_tagged_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    let server = Icecast::start(folder.path());
    let _client = server.feed("live", 500, Feed::Mp3);
    let town = town(&server);
    town.slot_named("tiep-am", Duration::from_secs(5), &["relay:vov,30"], &["--length", "8s"]);
    let _station = town.start();
    town.wait("the relay is on air", || (town.status()["on_air"]["kind"] == "relay").then_some(()));
    let airing = town.wait("it is in the log", || town.loa(&["log"])[0]["airing_id"].as_str().map(str::to_owned));
    let told = ["--title", "Cải cách hành chính ở tỉnh", "--topic", "CCHC", "--by", "Lê Chi"];
    let tag = |at: &'static str| [&["log", "tag", airing.as_str(), "--at", at], &told[..]].concat();
    assert!(town.refused(&tag("0:01")).1.contains("tag its items when it is over"));
    town.wait("it is over", || (town.parts().len() == 1).then_some(()));
    let report = || town.loa(&["report", "--from", "2000-01-01", "--to", "2100-01-01"]);
    let sentence = |report: &serde_json::Value| report["sentences"]["T3"].as_str().unwrap().to_owned();
    let before = report();
    assert!(sentence(&before).contains("đã tiếp âm 01 buổi"), "{before:#}");

    for (item, at) in [(1, "0:01"), (2, "00:00:03.5")] {
        assert_eq!(town.loa(&tag(at))["item"], item);
    }
    assert!(town.refused(&tag("10:00")).1.contains("the airing was heard for 0:00:0"));
    let after = report();
    assert_eq!((&after["relays"], &after["items"]), (&before["relays"], &before["items"]), "{after:#}");
    assert_eq!((after["relay_items"].as_u64(), after["relay_by_topic"][0]["code"].as_str()), (Some(2), Some("CCHC")));
    assert!(sentence(&after).contains("đã tiếp âm 02 lượt tin, bài"), "{}", sentence(&after));
    for item in ["1", "2"] {
        town.loa(&["log", "untag", &airing, item, "--why", "nghe nhầm", "--by", "Lê Chi"]);
    }
    assert_eq!(sentence(&report()), sentence(&before), "word for word as before");
    let names: Vec<_> = town.loa(&["log", "show", &airing])["records"]
        .as_array()
        .unwrap()
        .iter()
        .map(|record| record["entry"]["record"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(names, ["intent", "end", "mention", "mention", "withdrawal", "withdrawal"]);
    town.verify();
}
