//! A capture device on a real sound server: heard, vanished, and there again.

use std::process::Command;
use std::time::Duration;

use loa::audio::input::relay::RelayEvent;
use loa::domain::relay::Why;

use crate::support::pulse::{PulseServer, in_private_folder};
use crate::support::radio::{Listener, RATE_HZ, limits, longest_gap_ms, relay};
use crate::support::sound::Sound;

fn pactl(arguments: &[&str]) -> String {
    let output = Command::new("pactl").args(arguments).output().unwrap();
    assert!(output.status.success(), "pactl {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// A line-in that hums.
fn tuner() -> String {
    pactl(&["load-module", "module-sine-source", "source_name=tuner", "frequency=440", "rate=44100"])
}

#[test]
fn a_line_in_is_heard_and_replaced_while_it_is_gone() {
    in_private_folder("relay::capture::a_line_in_is_heard_and_replaced_while_it_is_gone", |folder| {
        let _server = PulseServer::start(folder);
        let module = tuner();
        let path = folder.join("standby.wav");
        Sound::sine(RATE_HZ, 2, u64::from(RATE_HZ), 2_700.0, -20.0).write_wav(&path);
        let chain = ["pulseaudio:tuner".to_owned(), format!("file:{}", path.display())];
        let mut listener = Listener::start(&relay(&chain, limits(2_000)), Duration::from_secs(28));
        listener.until_tone(440.0);
        pactl(&["unload-module", &module]);
        listener.until_switched(1, Why::Stalled);
        listener.until_tone(2_700.0);
        tuner();
        listener.until_switched(0, Why::Returned);
        listener.until_tone(440.0);
        println!("{:?}", listener.told);
        assert!(
            listener.told.iter().any(|event| matches!(event, RelayEvent::Fault { source: 0, .. })),
            "{:?}",
            listener.told
        );
        let (sound, account) = listener.finish();
        let gap = longest_gap_ms(&sound, 1_500);
        println!("fall-over: {gap} ms without sound, limit 2000 ms; {account:?}");
        assert!(gap <= 2_100, "{gap} ms without sound");
        assert!((account.carried_ms + account.lost_ms + account.standby_ms).abs_diff(28_000) < 3, "{account:?}");
    });
}
