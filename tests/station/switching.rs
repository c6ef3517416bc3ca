//! Amplifiers on the real station: what switches them is a program that writes down when, a relay in the network, or a line that is
//! not there.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use loa::domain::log::{EndReason, Incident, Kind};
use serde_json::Value;

use super::town::Town;
use crate::support::pulse::RATE_HZ;
use crate::support::relay::Relay;
use crate::support::sound::Sound;

const NULL: &str = "kind = \"null\"";
/// How early it goes on in these tests: a second to warm up, three answers of a second with a quarter between them, one to spare.
const LEAD_MS: i64 = 5_500;
const WARM_UP_MS: i64 = 1_000;
const TAIL_MS: i64 = 1_000;
/// What a loaded machine may take to run a program.
const SLACK_MS: i64 = 900;

/// A switchboard: a program that keeps the power of each zone in a file, and a list of when it was switched.
struct Board {
    folder: tempfile::TempDir,
}

/// When, and to what.
type Switched = (DateTime<Utc>, bool);

impl Board {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let script = "dir=$(dirname \"$0\")\n\
             if [ \"$2\" = state ]; then cat \"$dir/power-$1\" 2>/dev/null || echo off; exit 0; fi\n\
             if [ -e \"$dir/broken\" ]; then echo 'bo mạch không trả lời' >&2; exit 3; fi\n\
             echo \"$2\" > \"$dir/power-$1\"\n\
             echo \"$(date +%s%N) $1 $2\" >> \"$dir/switched\"\n";
        std::fs::write(folder.path().join("board.sh"), script).unwrap();
        Self { folder }
    }

    /// What the configuration says of it, for the zone whose section is open.
    fn section(&self, warm_up_s: u32) -> String {
        let script = self.path("board.sh");
        let script = script.display();
        format!(
            "[zone.amplifier]\nswitch = \"command\"\nwarm_up_seconds = {warm_up_s}\ntail_seconds = 1\n\
             pause_seconds_min = 8\nanswer_seconds_max = 1\n[amplifier]\n\
             command = [\"/bin/sh\", \"{script}\", \"{{zone}}\", \"{{power}}\"]\n\
             confirm = [\"/bin/sh\", \"{script}\", \"{{zone}}\", \"state\"]\n"
        )
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn set_broken(&self, broken: bool) {
        let file = self.path("broken");
        if broken { std::fs::write(file, "").unwrap() } else { std::fs::remove_file(file).unwrap() }
    }

    /// Every change of the power of the only zone; an order that changed nothing is none.
    fn changes(&self) -> Vec<Switched> {
        let text = std::fs::read_to_string(self.path("switched")).unwrap_or_default();
        let mut changes: Vec<Switched> = Vec::new();
        for line in text.lines() {
            let words: Vec<&str> = line.split(' ').collect();
            let [at, _, power] = words[..] else { continue };
            let at = DateTime::from_timestamp_nanos(at.parse().unwrap());
            let on = power == "on";
            if changes.last().map_or(on, |(_, before)| *before != on) {
                changes.push((at, on));
            }
        }
        changes
    }

    fn is_on(&self) -> bool {
        std::fs::read_to_string(self.path("power-thi-tran")).is_ok_and(|power| power.trim() == "on")
    }
}

fn clip(town: &Town, seconds: u64) {
    town.add_sound(&Sound::speech(RATE_HZ, 2, u64::from(RATE_HZ) * seconds, 5), "Bản tin");
}

fn amplifier(town: &Town) -> Value {
    town.status()["zones"][0]["amplifier"].clone()
}

/// Milliseconds from one moment to another.
fn between(from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
    (to - from).num_milliseconds()
}

#[test]
fn slots_that_follow_closely_find_it_on_and_it_goes_off_after_the_last() {
    let board = Board::new();
    let town = Town::new(NULL, &board.section(1));
    clip(&town, 3);
    let first = town.slot_named("mot", Duration::from_secs(8), &["clip:1"], &["--length", "5s"]);
    town.slot_named("hai", Duration::from_secs(14), &["clip:1"], &["--length", "5s"]);
    let station = town.start();
    town.wait("it is off at first", || (amplifier(&town)["power"] == "off").then_some(()));
    let parts = town.wait("both are over", || {
        let parts = town.parts();
        (parts.len() == 2).then_some(parts)
    });
    town.wait("it is off", || (amplifier(&town)["power"] == "off").then_some(()));
    let changes = board.changes();
    let [(on, true), (off, false)] = changes[..] else { panic!("one on, one off: {changes:?}") };
    let early = between(on, first);
    assert!((WARM_UP_MS..=LEAD_MS).contains(&early), "on {early} ms before the first");
    assert!(parts.iter().all(|(_, end)| end.reason == EndReason::Complete));
    assert!(between(first, parts[0].1.start.unwrap()).abs() < 50, "the first is on time");
    let late = between(parts[1].1.end.unwrap(), off);
    assert!((TAIL_MS - 50..TAIL_MS + SLACK_MS).contains(&late), "off {late} ms after the last sound");
    assert!(!town.incident(|incident| matches!(incident, Incident::AmplifierFault { .. })));
    drop(station);
}

#[test]
fn a_station_that_is_killed_in_the_middle_leaves_it_off_within_two_seconds() {
    let board = Board::new();
    let town = Town::new(NULL, &board.section(1));
    clip(&town, 30);
    town.slot(Duration::from_secs(6), &["clip:1"], &[]);
    let station = town.start();
    town.wait_on_air(2.0);
    assert!(board.is_on());
    let killed = Utc::now();
    station.kill();
    let off = town.wait("it is off", || board.changes().last().copied().filter(|(_, on)| !on)).0;
    let took = between(killed, off);
    println!("off {took} ms after kill -9");
    assert!(took < 2_000, "off after {took} ms");
    // The next station finds the amplifier in its own hands: the broadcast goes on, and it is on again for it.
    let _station = town.start();
    town.wait_on_air(3.0);
    assert!(board.is_on());
    assert!(!town.incident(|incident| matches!(incident, Incident::AmplifierFault { .. })), "{:?}", town.records());
}

/// The guard of a station: the process that it started for it.
fn guard_of(station: u32) -> Option<i32> {
    let processes =
        std::fs::read_dir("/proc").unwrap().filter_map(|entry| entry.unwrap().file_name().into_string().ok());
    processes.filter_map(|name| name.parse().ok()).find(|process: &i32| {
        let read = |file: &str| std::fs::read_to_string(format!("/proc/{process}/{file}")).unwrap_or_default();
        // Behind the name, which may hold anything: the state, and who started it.
        let parent = read("stat").rsplit_once(") ").and_then(|(_, rest)| rest.split(' ').nth(1)?.parse().ok());
        parent == Some(station) && read("cmdline").split('\0').any(|word| word == "guard")
    })
}

fn pid(process: i32) -> rustix::process::Pid {
    rustix::process::Pid::from_raw(process).unwrap()
}

#[test]
fn a_guard_that_is_killed_has_a_successor_that_does_its_work() {
    let board = Board::new();
    let town = Town::new(NULL, &board.section(1));
    let station = town.start();
    town.wait("it is off at first", || (amplifier(&town)["power"] == "off").then_some(()));
    let first = town.wait("there is a guard", || guard_of(station.pid()));
    rustix::process::kill_process(pid(first), rustix::process::Signal::KILL).unwrap();
    town.wait("there is another", || guard_of(station.pid()).filter(|other| *other != first));
    town.loa(&["amplifier", "on"]);
    town.wait("it is on", || (amplifier(&town)["power"] == "on").then_some(()));
    station.kill();
    town.wait("the other guard has switched it off", || (!board.is_on()).then_some(()));
}

#[test]
fn a_program_that_leaves_a_daemon_behind_holds_no_thread_of_ours() {
    // What a phone's bridge does: its first call starts a server, in a session of its own and with our pipes.
    let folder = tempfile::tempdir().unwrap();
    let script = "mkfifo \"$0\"; setsid sh -c 'echo $$ > \"$0\"; exec sleep 600' \"$0\" & read pid < \"$0\"; echo $pid";
    let told = folder.path().join("told").display().to_string();
    let command = ["/bin/sh", "-c", script, &told].map(str::to_owned);
    let time_max = Duration::from_secs(10);
    let writes = loa::program::Writes::Words;
    let job =
        loa::program::Job { command: &command, folder: None, input: None, writes, time_max, in_background: false };
    let daemon: i32 = loa::program::run(&job).unwrap().parse().unwrap();
    let mut left = 0;
    for _ in 0..100 {
        let threads = std::fs::read_dir("/proc/self/task").unwrap().filter_map(Result::ok);
        let names = threads.map(|thread| std::fs::read_to_string(thread.path().join("comm")).unwrap_or_default());
        left = names.filter(|name| name.trim() == "loa-program").count();
        if left == 0 {
            break;
        }
        std::thread::park_timeout(Duration::from_millis(100));
    }
    rustix::process::kill_process(pid(daemon), rustix::process::Signal::KILL).expect("it is there, in its own session");
    assert_eq!(left, 0, "threads that wait for a daemon");
}

#[test]
fn a_switch_that_fails_is_an_alarm_and_keeps_no_programme_back() {
    let board = Board::new();
    let town = Town::new(NULL, &board.section(1));
    clip(&town, 4);
    board.set_broken(true);
    let at = town.slot(Duration::from_secs(8), &["clip:1"], &[]);
    let _station = town.start();
    let fault = town.wait("somebody is told", || amplifier(&town)["fault"].as_str().map(str::to_owned));
    assert!(fault.contains("exit code 3") && fault.contains("bo mạch không trả lời"), "{fault}");
    let parts = town.wait("it is over", || {
        let parts = town.parts();
        (parts.len() == 1).then_some(parts)
    });
    let late = between(at, parts[0].1.start.unwrap());
    assert!(late.abs() < 50, "the programme began {late} ms off");
    assert_eq!(parts[0].1.reason, EndReason::Complete);
    assert!(
        town.incident(|incident| matches!(incident, Incident::AmplifierFault { on: true, .. })),
        "{:?}",
        town.records()
    );
    board.set_broken(false);
    town.wait("it works again", || {
        town.incident(|incident| matches!(incident, Incident::AmplifierBack { .. })).then_some(())
    });
    town.wait("nobody is told any more", || amplifier(&town)["fault"].is_null().then_some(()));
}

#[test]
fn an_emergency_sounds_at_once_and_a_clip_by_hand_waits_until_it_is_warm() {
    let board = Board::new();
    let town = Town::new(NULL, &board.section(3));
    clip(&town, 2);
    let station = town.start();
    town.wait("it is off at first", || (amplifier(&town)["power"] == "off").then_some(()));
    town.loa(&["play", "1"]);
    let of = |kind: Kind| {
        let parts = town.parts().into_iter();
        parts.filter(|(intent, end)| intent.kind == kind && end.end.is_some()).map(|(_, end)| end.start.unwrap()).next()
    };
    let started = town.wait("it is over", || of(Kind::Own));
    let on = board.changes()[0].0;
    let warm = between(on, started);
    assert!((3_000 - 50..3_000 + SLACK_MS).contains(&warm), "it began {warm} ms after the power");
    town.wait("it is off", || (amplifier(&town)["power"] == "off").then_some(()));
    let asked = Utc::now();
    town.loa(&["emergency", "raise", "1"]);
    let started = town.wait("the emergency is over", || of(Kind::Emergency));
    let waited = between(asked, started);
    // The process of the command line is in here.
    assert!(waited < 1_500, "the emergency waited for {waited} ms");
    let on = board.changes()[2];
    assert!(on.1 && between(asked, on.0) < 1_500, "ordered at once: {on:?}");
    // Told to end in the tail, the station switches it off before it has ended.
    station.terminate();
    assert!(station.ended().success());
    assert!(!board.is_on(), "{:?}", board.changes());
}

#[test]
fn a_person_switches_it_on_for_a_while_and_off_unless_something_is_to_be_heard() {
    let board = Board::new();
    let town = Town::new(NULL, &board.section(1));
    clip(&town, 6);
    let (code, said) = town.refused(&["amplifier", "on"]);
    assert_eq!(code, Some(3), "without a station nobody would switch it off: {said}");
    let station = town.start();
    town.loa(&["amplifier", "on", "--zone", "thi-tran"]);
    let state = town.wait("it is on", || Some(amplifier(&town)).filter(|state| state["power"] == "on"));
    assert_eq!(state["held"]["by"], "Nguyễn Văn A", "{state}");
    town.loa(&["amplifier", "off"]);
    town.wait("it is off", || (amplifier(&town)["power"] == "off").then_some(()));
    town.loa(&["play", "1"]);
    town.wait_on_air(1.0);
    let (code, said) = town.refused(&["amplifier", "off"]);
    assert!(code == Some(1) && said.contains("something is to be heard in zone thi-tran"), "{code:?} {said}");
    let (_, said) = town.refused(&["amplifier", "on", "--zone", "bac"]);
    assert!(said.contains("there is no zone `bac`"), "{said}");
    let listed = town.loa(&["amplifier", "list"]);
    assert_eq!((listed[0]["power"].as_str(), listed[0]["switch"].as_str()), (Some("on"), Some("command")), "{listed}");
    let guard = guard_of(station.pid()).unwrap();
    station.kill();
    town.wait("the guard has switched it off", || (!board.is_on()).then_some(()));
    // It does so once more before it ends.
    town.wait("the guard has ended", || {
        let words = std::fs::read(format!("/proc/{guard}/cmdline")).unwrap_or_default();
        words.is_empty().then_some(())
    });
    // As systemd does when the station has ended: whatever the guard did.
    std::fs::write(board.path("power-thi-tran"), "on\n").unwrap();
    let listed = town.loa(&["amplifier", "list"]);
    assert_eq!(listed[0]["power"], "on", "read back without a station: {listed}");
    let done = town.loa(&["amplifier", "off"]);
    assert_eq!(done[0]["off"], true, "{done}");
    assert!(!board.is_on());
    let (code, said) = town.refused(&["amplifier", "off", "--zone", "bac"]);
    assert!(code == Some(2) && said.contains("nothing switches the amplifier of a zone `bac`"), "{code:?} {said}");
}

#[test]
fn a_relay_in_the_network_switches_it_and_one_that_hangs_holds_up_nothing() {
    let relay = Relay::open();
    let section = |relay: &Relay| {
        format!(
            "[zone.amplifier]\nswitch = \"http\"\nwarm_up_seconds = 1\ntail_seconds = 1\nanswer_seconds_max = 1\n\
             [zone.amplifier.http]\non = \"{0}/relay/0?turn=on\"\noff = \"{0}/relay/0?turn=off\"\non_text = '\"ison\":true'\n\
             confirm = \"{0}/relay/0\"\nconfirm_on_text = '\"ison\":true'\nconfirm_off_text = '\"ison\":false'\n",
            relay.url()
        )
    };
    let town = Town::new(NULL, &section(&relay));
    clip(&town, 3);
    let first = town.slot_named("mot", Duration::from_secs(7), &["clip:1"], &["--length", "5s"]);
    let _station = town.start();
    town.wait("the first is over", || (town.parts().len() == 1).then_some(()));
    let changes = town.wait("it is off", || Some(relay.changes()).filter(|changes| changes.len() == 2));
    let early = between(changes[0].0, first);
    assert!(changes[0].1 && (WARM_UP_MS..=LEAD_MS).contains(&early), "{changes:?}, the first at {first}");

    relay.hang(true);
    let at = town.slot_named("hai", Duration::from_secs(9), &["clip:1"], &["--length", "5s"]);
    let fault = town.wait("somebody is told", || amplifier(&town)["fault"].as_str().map(str::to_owned));
    assert!(fault.contains("did not answer within 1 s") && !fault.contains("turn=on"), "{fault}");
    let parts = town.wait("the second is over", || Some(town.parts()).filter(|parts| parts.len() == 2));
    let late = between(at, parts[1].1.start.unwrap());
    assert!(late.abs() < 50, "the programme began {late} ms off");
    relay.hang(false);
    town.wait("it works again", || amplifier(&town)["fault"].is_null().then_some(()));
}

#[test]
fn a_line_that_is_not_there_is_told_and_the_programme_sounds() {
    let town = Town::new(
        NULL,
        "[zone.amplifier]\nswitch = \"gpio\"\nanswer_seconds_max = 1\n[zone.amplifier.gpio]\nchip = \"/dev/gpiochip77\"\nline = 4",
    );
    clip(&town, 2);
    town.slot(Duration::from_secs(4), &["clip:1"], &[]);
    let _station = town.start();
    let fault = town.wait("somebody is told", || amplifier(&town)["fault"].as_str().map(str::to_owned));
    assert!(fault.contains("there is no GPIO chip /dev/gpiochip77"), "{fault}");
    town.wait("it is over", || town.parts().iter().any(|(_, end)| end.reason == EndReason::Complete).then_some(()));
    let (code, _) = town.refused(&["check"]);
    assert_eq!(code, Some(3), "the station is not ready");
}

/// What looking at a switch says of it, without a station.
fn looked(switch: loa::domain::amplifier::Switch) -> String {
    let (zone, answer_within) = (loa::domain::slot::ZoneId("mot".to_owned()), Duration::from_secs(1));
    let looked = loa::amplifier::look(&[loa::amplifier::Charge { zone, switch, answer_within }]);
    looked[0].1.as_ref().unwrap_err().to_string()
}

#[test]
fn what_is_no_gpio_chip_and_no_relay_is_told_so() {
    use loa::domain::amplifier::{GpioLine, GpioSwitch, HttpConfirm, HttpSwitch, Method, Switch};
    let gpio = |chip: &Path| {
        let line = GpioLine { offset: 4, active_low: true };
        looked(Switch::Gpio(GpioSwitch { chip: chip.to_owned(), line, confirm: None }))
    };
    assert!(gpio(Path::new("/dev/gpiochip77")).contains("`ls /dev/gpiochip*` lists those there are"));
    assert!(
        gpio(Path::new("/dev/null")).contains("is not a GPIO character device"),
        "{}",
        gpio(Path::new("/dev/null"))
    );
    let file = tempfile::NamedTempFile::new().unwrap();
    assert!(gpio(file.path()).contains("is not a character device"), "{}", gpio(file.path()));

    let relay = Relay::open();
    let http = |path: &str| {
        let confirm = HttpConfirm {
            address: format!("{}{path}", relay.url()),
            on_text: "\"ison\":true".to_owned(),
            off_text: "\"ison\":false".to_owned(),
        };
        let (on, off, on_text, off_text) = (String::new(), String::new(), String::new(), String::new());
        let confirm = Some(confirm);
        looked(Switch::Http(HttpSwitch { on, off, method: Method::Get, on_text, off_text, confirm, sign_in: None }))
    };
    for (path, words) in [
        ("/page", "which holds neither of"),
        ("/missing", "answers with the status 404"),
        ("/secret", "answers with the status 401, expected 200 to 299; it wants a name and a password"),
        ("/elsewhere", "answers with the status 302"),
        ("/drip", "did not answer within 1 s"),
    ] {
        let said = http(path);
        assert!(said.contains(words), "{path}: {words}\nin\n{said}");
    }
}
