//! Proof of air on a real sound server: what the station's own sink gave, something else, nothing, and a feed that vanishes.

use std::process::{Child, Command, Stdio};

use chrono::Utc;
use loa::domain::log::{EndReason, Incident, Record};
use loa::domain::proof::{Doubt, Finding, Proof};

use super::town::Town;
use crate::support::programme::speech_file;
use crate::support::pulse::{PulseServer, in_private_folder};

/// A town whose sink is heard through `source`, with two programmes of 22 s.
fn town(source: &str) -> Town {
    let town = Town::new(
        "kind = \"device\"\nhost = \"pulseaudio\"\ndevice = \"out\"",
        &format!("[zone.return]\nsource = \"{source}\""),
    );
    for (seed, voice, title) in [(1, "vi", "Cải cách hành chính"), (2, "vi+f2", "Nước sạch")] {
        let file = town.data().join(format!("{seed}.wav"));
        speech_file(&file, seed, voice, 22);
        town.add(&file, title);
    }
    town
}

fn pactl(arguments: &[&str]) -> String {
    let output = Command::new("pactl").args(arguments).output().unwrap();
    assert!(output.status.success(), "pactl {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn proofs(town: &Town) -> Vec<Proof> {
    let records = town.records().into_iter();
    records.filter_map(|record| if let Record::Proof(proof) = record { Some(proof) } else { None }).collect()
}

/// Plays a clip by hand and waits for what is made of it.
fn proven(town: &Town, clip: &str) -> Proof {
    let before = proofs(town).len();
    town.loa(&["play", clip]);
    town.wait("it is judged", || proofs(town).into_iter().nth(before))
}

#[test]
fn what_the_sink_gave_is_heard_and_what_it_did_not_give_is_not() {
    in_private_folder("station::proof::what_the_sink_gave_is_heard_and_what_it_did_not_give_is_not", |folder| {
        let _server = PulseServer::start(folder);
        let town = town("pulseaudio:out.monitor");
        let station = town.start();
        let proof = proven(&town, "1");
        println!("{proof:?}");
        let Finding::Heard { delay_ms } = proof.finding else { panic!("{proof:?}") };
        assert!((-500..=500).contains(&delay_ms), "{proof:?}");
        assert!(proof.level_db.is_some_and(|level| level.abs() < 1.5), "{proof:?}");
        assert!(proof.likeness > 0.8 && proof.compared_ms >= 15_000 && proof.sent_ms >= 21_000, "{proof:?}");
        let waited = Utc::now() - town.parts()[0].1.end.unwrap();
        println!("judged {} ms after its end", waited.num_milliseconds());
        assert!((0..13_000).contains(&waited.num_milliseconds()), "{waited}");
        assert!(town.status()["zones"][0]["unheard"].is_null(), "{:#}", town.status());
        let before = town.loa(&["report", "--from", "2000-01-01", "--to", "2100-01-01"]);

        pactl(&["set-sink-mute", "out", "1"]);
        let proof = proven(&town, "2");
        println!("{proof:?}");
        assert_eq!((&proof.finding, proof.level_db), (&Finding::NotHeard, None), "{proof:?}");
        let told = |incident: &Incident| matches!(incident, Incident::NotHeard { title, .. } if title == "Nước sạch");
        assert!(town.incident(told));
        let rows = town.loa(&["log"]);
        let words = [rows[0]["proof"].as_str(), rows[1]["proof"].as_str()];
        assert_eq!(words, [Some("heard"), Some("not_heard")], "{rows:#}");
        let not_heard = town.loa(&["log", "--not-heard"]);
        assert_eq!(not_heard.as_array().map(Vec::len), Some(1), "{not_heard:#}");
        let shown = town.loa(&["log", "show", rows[1]["airing_id"].as_str().unwrap()]);
        assert_eq!(shown["proofs"][0]["verdict"], "not_heard", "{shown:#}");
        town.verify();
        // It counts as before: what its output was given is what counts.
        let after = town.loa(&["report", "--from", "2000-01-01", "--to", "2100-01-01"]);
        let airings = |report: &serde_json::Value| report["airings"].as_u64().unwrap();
        assert_eq!(airings(&after), airings(&before) + 1, "{after:#}");
        let paper = town.paper(&["--from", "2000-01-01", "--to", "2100-01-01"]);
        for words in ["Lượt phát có tín hiệu nghe lại từ loa", "1 có, 1 không, 0 chưa rõ", "nghe lại: không"]
        {
            assert!(paper.contains(words), "{words}\n{paper}");
        }
        let alarms = town.status();
        assert_eq!(alarms["zones"][0]["unheard"]["title"], "Nước sạch", "{alarms:#}");
        let (code, _) = town.refused(&["zone", "probe-return", "thi-tran"]);
        assert_eq!(code, Some(1), "muted, it is silent");
        let (_, said) = town.refused(&["zone", "probe-return", "cho"]);
        assert!(said.contains("there is no zone `cho`"), "{said}");

        // Without a return feed nothing could ever say that it is heard again.
        station.terminate();
        assert!(station.ended().success());
        let file = town.data().parent().unwrap().join("loa.toml");
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, text.replace("source = \"pulseaudio:out.monitor\"", "source = \"\"")).unwrap();
        let _station = town.start();
        assert!(town.status()["zones"][0]["unheard"].is_null(), "{:#}", town.status());
    });
}

/// Somebody else's programme in the return feed; the station's own sink is not heard there.
fn another_programme(folder: &std::path::Path) -> Child {
    let file = folder.join("other.wav");
    speech_file(&file, 77, "vi-vn-x-south", 60);
    Command::new("paplay").arg("--device=street").arg(&file).stdin(Stdio::null()).spawn().unwrap()
}

#[test]
fn another_programme_is_not_it_and_a_feed_that_vanishes_costs_only_the_proof() {
    let name = "station::proof::another_programme_is_not_it_and_a_feed_that_vanishes_costs_only_the_proof";
    in_private_folder(name, |folder| {
        let server = PulseServer::start(folder);
        server.plug("street", 44_100);
        let ear = || pactl(&["load-module", "module-remap-source", "source_name=ear", "master=street.monitor"]);
        let module = ear();
        let town = town("pulseaudio:ear");
        let station = town.start();
        let mut other = another_programme(folder);
        let proof = proven(&town, "1");
        println!("{proof:?}");
        assert_eq!(proof.finding, Finding::NotHeard, "{proof:?}");
        drop(other.kill());
        other.wait().unwrap();

        town.loa(&["play", "2"]);
        town.wait_on_air(4.0);
        pactl(&["unload-module", &module]);
        let lost = |incident: &Incident| matches!(incident, Incident::ReturnLost { .. });
        town.wait("the loss is told", || town.incident(lost).then_some(()));
        let alarm = town.wait("it is an alarm", || {
            let alarms = town.status()["alarms"].take();
            alarms.as_array()?.iter().find(|alarm| alarm["code"] == "return_lost").cloned()
        });
        assert_eq!(
            (&alarm["severity"], &alarm["values"]["zone"]),
            (&"warning".into(), &"thi-tran".into()),
            "{alarm:#}"
        );
        let proof = town.wait("it is judged", || proofs(&town).into_iter().nth(1));
        println!("{proof:?}");
        let Finding::Unsure(Doubt::NotCaptured { error }) = &proof.finding else { panic!("{proof:?}") };
        assert!(error.contains("ear"), "{error}");
        let (intent, end) = town.parts().pop().unwrap();
        assert_eq!((end.reason, end.frames), (EndReason::Complete, intent.frames_total), "the airing went on");

        ear();
        town.loa(&["play", "1"]);
        let back = |incident: &Incident| matches!(incident, Incident::ReturnBack { .. });
        town.wait("it is back", || town.incident(back).then_some(()));
        assert!(town.status()["zones"][0]["return_lost"].is_null(), "{:#}", town.status());
        town.wait_on_air(17.0);
        // Nothing more will come: what is known by now is said.
        station.terminate();
        assert!(station.ended().success());
        assert_eq!(proofs(&town).len(), 3, "{:?}", proofs(&town));
        town.verify();
    });
}
