//! The real program notices what goes wrong on air, raises it, and clears it when it is over.

use loa::domain::airing::CountedFrom;
use loa::domain::log::Record;
use loa::store::{OpenAs, Settings, Store};
use serde_json::{Value, json};

use crate::support::cli::{Town, ZONE, at, soon};
use crate::support::hook::Hook;
use crate::support::sound::Sound;

const RATE: u32 = 16_000;

/// A furnished town that tells this hook, with these further lines in `[watch]`.
pub(super) fn town(hook: &Hook, more: &str) -> Town {
    let town = Town::new();
    town.furnish();
    watch(&town, &format!("webhook = \"{}\"\n{more}", hook.url()));
    town
}

/// Writes the section.
pub(super) fn watch(town: &Town, lines: &str) {
    let config = std::fs::read_to_string(town.config()).unwrap();
    std::fs::write(town.config(), format!("{config}\n[watch]\n{lines}\n")).unwrap();
}

/// A clip of the library that sounds like this. Its title.
fn clip(town: &Town, title: &str, sound: &Sound) -> String {
    let path = town.path(&format!("{title}.wav"));
    sound.write_wav(&path);
    let leader = ["--approve-by", "Nguyễn Văn An", "--approve-title", "Phó Chủ tịch UBND"];
    let path = path.to_str().unwrap();
    town.loa(&[&["clip", "add", path, "--title", title, "--topic", "CCHC"], &leader[..]].concat()).done();
    title.to_owned()
}

fn tone(seconds: u64) -> Sound {
    Sound::sine(RATE, 1, u64::from(RATE) * seconds, 440.0, -16.0)
}

#[test]
fn silence_on_air_is_raised_while_it_lasts_and_cleared_when_sound_is_back() {
    let hook = Hook::open();
    let town = town(&hook, "silence_seconds = 2\ncalm_seconds = 1");
    let silence = Sound::silence(RATE, 1, u64::from(RATE) * 6);
    let title = clip(&town, "Bản tin bị mất tiếng", &tone(2).then(&silence).then(&tone(5)));
    let daemon = town.start();
    town.loa(&["play", &title]).done();
    let raised = hook.until("silence", "raised").body;
    assert_eq!(raised["station"], "Đài truyền thanh thị trấn Lai Cách");
    assert_eq!((&raised["severity"], &raised["values"]["zone"]), (&json!("error"), &json!("thi-tran")), "{raised}");
    assert_eq!(raised["values"]["title"], json!(title));
    let text = raised["text"].as_str().unwrap();
    assert!(text.starts_with("“Cụm loa thị trấn” im lặng trong khi đang phát “Bản tin bị mất tiếng”"), "{text}");
    let lasted: u64 = raised["values"]["silent_ms"].as_str().unwrap().parse().unwrap();
    assert!((2_000..5_000).contains(&lasted), "{lasted} ms");
    let listed = town.json(&["alarm", "list"]);
    assert_eq!((&listed[0]["id"], &listed[0]["state"]), (&raised["alarm"], &json!("raised")), "{listed}");

    let status = town.json(&["status"]);
    assert_eq!((&status["alarms"][0]["id"], &status["alarms"][0]["code"]), (&raised["alarm"], &json!("silence")));

    let seen = town.json(&["alarm", "seen", &raised["alarm"].to_string(), "--by", "Ông An"]);
    assert_eq!((&seen["seen_by"], &seen["code"]), (&json!("Ông An"), &json!("silence")), "{seen}");
    town.loa(&["alarm", "seen", &raised["alarm"].to_string()]).failed(1, "was seen by Ông An already");
    assert_eq!(hook.until("silence", "seen").body["seen_by"], "Ông An");
    let cleared = hook.until("silence", "cleared").body;
    assert_eq!((&cleared["alarm"], &cleared["again"]), (&raised["alarm"], &json!(0)), "{cleared}");
    assert_eq!(town.json(&["alarm", "list"]), json!([]), "seen and over");
    let all = town.json(&["alarm", "list", "--all"]);
    assert_eq!((&all[0]["state"], &all[0]["seen_by"]), (&json!("cleared"), &json!("Ông An")), "{all}");
    assert_eq!(daemon.end().0, 0);
    // The log says it too: nothing else in it does.
    let written = incidents(&town);
    let about = |kind: &str| {
        let of = |one: &&Value| one["incident"] == kind && one["matter"]["code"] == "silence";
        written.iter().filter(of).count()
    };
    assert_eq!((about("alarm_raised"), about("alarm_cleared")), (1, 1), "{written:#?}");
    assert_eq!(town.json(&["log", "verify"])["ok"], true);
}

#[test]
fn sound_that_is_no_clip_is_loud_enough_and_a_whisper_is_told() {
    // What a limiter would not lift: one loud crack, and a whisper behind it that stays below the target by far.
    let hook = Hook::open();
    let town = town(&hook, "level_seconds = 5\nquiet_lu = 10.0\ncalm_seconds = 1");
    let crack = Sound::sine(RATE, 1, u64::from(RATE) / 10, 300.0, -0.5);
    let whisper = Sound::sine(RATE, 1, u64::from(RATE) * 14, 440.0, -40.0);
    let title = clip(&town, "Lời thì thầm", &crack.then(&whisper));
    let daemon = town.start();
    town.loa(&["play", &title]).done();
    let raised = hook.until("level_out_of_range", "raised").body;
    let loudness: f64 = raised["values"]["loudness_lufs"].as_str().unwrap().parse().unwrap();
    assert!((-50.0..-26.0).contains(&loudness), "{raised}");
    hook.until("level_out_of_range", "cleared");
    assert_eq!(daemon.end().0, 0);
}

#[test]
fn a_broadcast_that_waits_for_its_zone_is_late_until_it_is_over() {
    let hook = Hook::open();
    let town = town(&hook, "late_seconds = 2\ncalm_seconds = 1");
    let daemon = town.start();
    let mut status = town.follow(&["status", "--watch", "--json"]);
    let start = soon(20);
    town.loa(&["slot", "add", "thu", "--name", "Buổi thử", "--at", &at(start), "--element", "clip:2"]).done();
    // Somebody plays something before it and leaves it held.
    town.loa(&["play", "3"]).done();
    status.until(|status| status["on_air"]["position_s"].as_f64().is_some_and(|at| at > 0.2));
    town.loa(&["pause"]).done();
    let raised = hook.until("late_start", "raised").body;
    assert_eq!((&raised["values"]["name"], &raised["values"]["begun"]), (&json!("Buổi thử"), &json!("false")));
    let late: u64 = raised["values"]["late_ms"].as_str().unwrap().parse().unwrap();
    assert!((2_000..9_000).contains(&late), "{raised}");
    town.loa(&["resume"]).done();
    status.until(|status| status["on_air"]["title"] == "Bộ phận một cửa");
    let listed = town.json(&["alarm", "list"]);
    assert_eq!((&listed[0]["code"], &listed[0]["state"]), (&json!("late_start"), &json!("raised")), "{listed}");
    let cleared = hook.until("late_start", "cleared").body;
    assert_eq!(cleared["alarm"], raised["alarm"]);
    assert_eq!(town.json(&["status"])["alarms"], json!([]), "what is over is open no more");
    let said = town.loa(&["status"]).done().out;
    assert!(said.contains("alarms   1 over and seen by nobody; `loa alarm list` shows all"), "{said}");
    let unseen = town.json(&["alarm", "list"]);
    assert_eq!(
        (&unseen[0]["state"], &unseen[0]["seen_by"]),
        (&json!("cleared"), &Value::Null),
        "nobody saw it: {unseen}"
    );
    assert_eq!(daemon.end().0, 0);
}

#[test]
fn a_zone_that_stays_muted_is_one_alarm_over_two_starts_of_the_station() {
    let hook = Hook::open();
    let town = town(&hook, "calm_seconds = 1");
    let daemon = town.start();
    town.loa(&["zone", "mute", "thi-tran", "--by", "Ông An"]).done();
    let raised = hook.until("muted", "raised").body;
    daemon.kill();
    let daemon = town.start();
    let listed = town.json(&["alarm", "list"]);
    assert_eq!(listed.as_array().unwrap().len(), 1, "{listed}");
    assert_eq!((&listed[0]["id"], &listed[0]["raised_at"]), (&raised["alarm"], &raised["raised_at"]));
    let said = town.loa(&["status"]).done().out;
    assert!(said.contains("alarms   1 open; `loa alarm list` shows all"), "{said}");
    assert!(said.contains(": “Cụm loa thị trấn” is muted by Ông An; only emergencies are heard there."), "{said}");
    town.loa(&["zone", "unmute", "thi-tran"]).done();
    let cleared = hook.until("muted", "cleared").body;
    assert_eq!(cleared["alarm"], raised["alarm"], "it was never raised anew");
    assert_eq!(daemon.end().0, 0);
    // Without a station it can be seen too.
    let seen = town.json(&["alarm", "seen", &raised["alarm"].to_string()]);
    assert_eq!((&seen["state"], &seen["seen_by"]), (&json!("cleared"), &json!("Trần Thị Bình")));
    town.loa(&["alarm", "seen", "4711"]).failed(1, "there is no alarm 4711");
}

/// The incidents of the log, as its JSON says them.
fn incidents(town: &Town) -> Vec<Value> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let entries = runtime.block_on(async {
        let settings = Settings { zone: ZONE, counted_from: CountedFrom::default() };
        let store = Store::open(&town.data(), OpenAs::ReadOnly, settings).await.unwrap();
        store.entries(0, 10_000).await.unwrap()
    });
    let records = entries.into_iter().map(|sealed| sealed.entry.record);
    let incidents = records.filter(|record| matches!(record, Record::Incident(_)));
    incidents.map(|incident| serde_json::to_value(incident).unwrap()).collect()
}
