//! A relay in a slot of the real program: of a real Icecast, killed in the middle, and through a power cut.

use std::time::Duration;

use loa::domain::log::{EndReason, Incident, Kind};

use super::town::Town;
use crate::support::icecast::{Feed, Icecast};
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
    town.slot_named("tiep-am", Duration::from_secs(6), &elements, &["--length", "20s"]);
    let _station = town.start();
    town.wait_on_air(0.2);
    town.wait("the relay is on air", || (town.status()["on_air"]["kind"] == "relay").then_some(()));
    town.wait_on_air(3.0);
    drop(client);
    town.wait("the closing tune is over", || (town.parts().len() == 3).then_some(()));
    let parts = town.parts();
    let (relay, end) = &parts[1];
    assert_eq!((relay.kind, relay.from_frame, relay.frames_total), (Kind::Relay, 0, 16 * u64::from(RATE_HZ)));
    assert_eq!(
        (&end.reason, end.frames),
        (&EndReason::Complete, relay.frames_total),
        "it ends by the clock, to the frame"
    );
    let account = end.relay.clone().expect("a relay leaves its account");
    println!("{account:?}");
    assert!(account.carried_ms >= 3_000 && account.standby_ms >= 3_000, "{account:?}");
    assert!((account.carried_ms + account.standby_ms + account.lost_ms).abs_diff(16_000) < 4, "{account:?}");
    assert_eq!(account.falls, 1, "{account:?}");
    // The join on both sides is exact.
    for pair in parts.windows(2) {
        let gap = pair[1].1.start.unwrap() - pair[0].1.end.unwrap();
        assert!(gap.num_milliseconds().abs() <= 1, "{gap}");
    }
    assert!(town.incident(
        |incident| matches!(incident, Incident::RelayFault { fault, .. } if fault.contains("takes its place"))
    ));
    town.verify();
    let report = town.loa(&["report", "--from", "2000-01-01", "--to", "2100-01-01"]);
    assert_eq!(report["relays"]["sessions"], 1, "{report:#}");
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

/// A minute ahead: somebody is told while there is time.
#[test]
fn a_relay_that_fails_is_told_before_its_time() {
    let folder = tempfile::tempdir().unwrap();
    let server = Icecast::start(folder.path());
    let town = town(&server);
    town.slot_named("tiep-am", Duration::from_secs(45), &["relay:vov,30"], &["--length", "16s"]);
    let _station = town.start();
    town.wait("it is told", || {
        let told = |incident: &Incident| {
            matches!(incident, Incident::RelayFault { fault, .. } if fault.contains("404") && fault.contains("another source"))
        };
        town.incident(told).then_some(())
    });
    town.wait("it is an alarm", || {
        let alarms = town.loa(&["alarm", "list"]);
        let failed = alarms.as_array().unwrap().iter().find(|alarm| alarm["code"] == "relay_failed")?;
        assert_eq!(failed["values"]["relay"], "vov", "{failed}");
        Some(())
    });
    assert_eq!(town.parts().len(), 0, "long before it airs");
}
