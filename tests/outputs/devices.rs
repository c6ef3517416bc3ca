//! Sound cards by their stable names: one that is unplugged is lost and found again by its name, and the others play on.

use std::io::Read as _;
use std::process::{Child, Command, Stdio};

use loa::audio::input::{Wanted, open};
use loa::audio::output::OutputKind;
use loa::audio::output::device::{DeviceChoice, HostChoice, devices};
use loa::domain::log::EndReason;
use loa::domain::relay::Source;
use loa::domain::station::{Input, Start};

use super::{lost, on};
use crate::support::audio::{Listener, MemoryClip, part, voice, zone};
use crate::support::pulse::{SINK, in_private_process};

/// What the sound server of this process is told.
fn pactl(arguments: &[&str]) -> String {
    let told = Command::new("pactl").args(arguments).output().unwrap();
    assert!(told.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&told.stderr));
    String::from_utf8(told.stdout).unwrap().trim().to_owned()
}

/// A second card is plugged in; the word that unplugs it.
fn plug_in() -> String {
    let card = ["load-module", "module-null-sink", "sink_name=cho", "rate=48000", "channels=2", "format=float32le"];
    pactl(&card)
}

/// Somebody who listens to what a card plays, so that it plays in short blocks as a real one does; ends when dropped.
struct Pin(Child);

impl Pin {
    fn on(card: &str) -> Self {
        let monitor = format!("{card}.monitor");
        let mut command = Command::new("parec");
        command.args(["--raw", "--latency-msec=20", "-d", &monitor]).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut heard = process.stdout.take().unwrap();
        // Something comes: the card runs. What follows is of no interest to anybody.
        heard.read_exact(&mut [0; 4_096]).unwrap();
        std::thread::spawn(move || std::io::copy(&mut heard, &mut std::io::sink()));
        Self(process)
    }
}

impl Drop for Pin {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn playing_on(device: &str) -> Listener {
    let choice =
        DeviceChoice { host: HostChoice::PulseAudio, device: Some(device.to_owned()), ..DeviceChoice::default() };
    let clip = MemoryClip::noise(7, 48_000, 48_000 * 12);
    let mut listener = Listener::new(on(OutputKind::Device(choice), [(1, clip)]));
    listener.open();
    listener.prepare(voice(part(1), 1));
    listener.engine.arm(part(1), Start::At(listener.now().wall)).unwrap();
    listener.started(part(1));
    listener
}

#[test]
fn a_card_that_is_unplugged_is_found_again_by_its_name_and_the_others_play_on() {
    let test = "outputs::devices::a_card_that_is_unplugged_is_found_again_by_its_name_and_the_others_play_on";
    in_private_process(test, |_server| {
        let plug = plug_in();
        let names: Vec<(String, String)> =
            devices().outputs.into_iter().map(|found| (found.host, found.device)).collect();
        for name in [SINK, "cho"] {
            let wanted = ("pulseaudio".to_owned(), name.to_owned());
            assert!(names.contains(&wanted), "{name} is not among {names:?}");
        }
        let _pins = [Pin::on(SINK), Pin::on("cho")];
        let mut stays = playing_on(SINK);
        let mut goes = playing_on("cho");
        goes.wait("two seconds of it", |input| match input {
            Input::Progress { frames, .. } if *frames >= 96_000 => Some(()),
            _ => None,
        });
        pactl(&["unload-module", &plug]);
        let (reason, heard) = goes.ended(part(1));
        assert!(matches!(reason, EndReason::OutputLost { .. }), "{reason:?}");
        assert!((96_000..48_000 * 8).contains(&heard.frames), "{} frames", heard.frames);
        lost(&mut goes);
        goes.engine.open_output(zone()).unwrap();
        let error = lost(&mut goes);
        assert!(error.contains("it has no device `cho`"), "{error}");
        // Another number within the server, the same name.
        let again = plug_in();
        assert_ne!(again, plug);
        let _pin = Pin::on("cho");
        goes.open();
        let mut rest = voice(part(2), 1);
        rest.from_frame = heard.frames;
        goes.prepare(rest);
        goes.engine.arm(part(2), Start::At(goes.now().wall)).unwrap();
        let (reason, rest) = goes.ended(part(2));
        assert_eq!((reason, heard.frames + rest.frames), (EndReason::Complete, 48_000 * 12));
        let (reason, heard) = stays.ended(part(1));
        assert_eq!((reason, heard.frames), (EndReason::Complete, 48_000 * 12), "the other card heard nothing of it");
    });
}

#[test]
fn what_can_be_captured_from_is_listed_by_the_words_that_open_it() {
    let test = "outputs::devices::what_can_be_captured_from_is_listed_by_the_words_that_open_it";
    in_private_process(test, |_server| {
        // A line-in beside what the card plays.
        pactl(&["load-module", "module-remap-source", &format!("master={SINK}.monitor"), "source_name=duong_vao"]);
        let found = devices();
        let outputs: Vec<&str> = found.outputs.iter().map(|output| output.device.as_str()).collect();
        assert!(!outputs.contains(&"duong_vao"), "nothing can be played there: {outputs:?}");
        let listed: Vec<String> = found.captures.iter().map(|capture| capture.source.to_string()).collect();
        assert!(!listed.contains(&format!("pulseaudio:{SINK}")), "nothing comes from there: {listed:?}");
        for name in ["pulseaudio:duong_vao".to_owned(), format!("pulseaudio:{SINK}.monitor")] {
            assert!(listed.contains(&name), "{name} is not among {listed:?}");
            let source: Source = name.parse().unwrap();
            let mut input = open(&source, 48_000, &Wanted::default()).unwrap();
            input.read(&mut Vec::new()).unwrap();
        }
        for capture in found.captures {
            assert_eq!(capture.source.to_string().parse::<Source>().as_ref(), Ok(&capture.source), "{capture:?}");
        }
    });
}
