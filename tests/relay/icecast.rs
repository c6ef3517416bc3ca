//! Relays of a real Icecast server that is killed, stalled, sent silent and restarted, heard to the frame.

use std::time::{Duration, Instant};

use loa::audio::input::probe::{Found, probe};
use loa::audio::input::relay::RelayEvent;
use loa::domain::relay::{Source, Why};

use crate::support::audio::clock;
use crate::support::icecast::{Feed, Icecast};
use crate::support::radio::{Listener, RATE_HZ, limits, longest_gap_ms, relay, tone};
use crate::support::sound::Sound;

const FIRST: u32 = 500;
const SECOND: u32 = 1_300;
const STANDBY: f64 = 2_700.0;

fn standby(folder: &std::path::Path) -> String {
    let path = folder.join("standby.wav");
    Sound::sine(RATE_HZ, 2, u64::from(RATE_HZ) * 3, STANDBY, -20.0).write_wav(&path);
    format!("file:{}", path.display())
}

#[test]
fn every_coding_of_a_stream_is_heard_and_ends_on_its_frame() {
    let folder = tempfile::tempdir().unwrap();
    let server = Icecast::start(folder.path());
    for coding in [Feed::Mp3, Feed::Aac, Feed::Vorbis, Feed::Flac] {
        let _client = server.feed("live", FIRST, coding);
        let length = Duration::from_millis(3_210);
        let relay = relay(&[server.url("live")], limits(5_000));
        let listener = Listener::start_after(&relay, length, Duration::from_secs(5));
        let (sound, account) = listener.finish();
        assert_eq!(sound.len() as u64, 3_210 * u64::from(RATE_HZ) / 1000, "{coding:?}");
        let level = tone(&sound[48_000..144_000], f64::from(FIRST));
        assert!(level > 0.05, "{coding:?}: the tone is at {level}");
        assert!(longest_gap_ms(&sound, 0) == 0, "{coding:?}: a gap of {} ms", longest_gap_ms(&sound, 0));
        assert_eq!((account.carried_ms, account.lost_ms, account.falls), (3_210, 0, 0), "{coding:?}: {account:?}");
    }
}

/// Killed: the connection breaks. The one after it is heard within the limit and a tenth of a second, and the first again
/// when it has sounded for a while.
#[test]
fn a_source_client_that_is_killed_is_replaced_in_time_and_returned_to() {
    let folder = tempfile::tempdir().unwrap();
    let server = Icecast::start(folder.path());
    let client = server.feed("live", FIRST, Feed::Mp3);
    let _second = server.feed("second", SECOND, Feed::Vorbis);
    let chain = [server.url("live"), server.url("second"), standby(folder.path())];
    let mut listener = Listener::start(&relay(&chain, limits(4_000)), Duration::from_secs(30));
    listener.until_tone(f64::from(FIRST));
    drop(client);
    let killed = listener.seconds();
    listener.until_switched(1, Why::Stalled);
    listener.until_tone(f64::from(SECOND));
    let _client = server.feed("live", FIRST, Feed::Mp3);
    listener.until_switched(0, Why::Returned);
    listener.until_tone(f64::from(FIRST));
    let (sound, account) = listener.finish();
    let gap = longest_gap_ms(&sound, (killed * 1000.0) as usize);
    println!("fall-over: {gap} ms without sound, limit 4000 ms");
    assert!(gap <= 4_100, "{gap} ms without sound");
    assert_eq!(sound.len(), 30 * RATE_HZ as usize);
    assert_eq!(account.falls, 1, "{account:?}");
    assert!(account.reconnects >= 1, "{account:?}");
    assert_eq!(account.sources.len(), 2, "{account:?}");
    assert!((account.carried_ms + account.lost_ms + account.standby_ms).abs_diff(30_000) < 3, "{account:?}");
}

/// Stalled: the socket stays open, nothing comes.
#[test]
fn a_source_client_that_stalls_is_replaced_in_time() {
    let folder = tempfile::tempdir().unwrap();
    let server = Icecast::start(folder.path());
    let client = server.feed("live", FIRST, Feed::Mp3);
    let chain = [server.url("live"), standby(folder.path())];
    let mut listener = Listener::start(&relay(&chain, limits(2_000)), Duration::from_secs(24));
    listener.until_tone(f64::from(FIRST));
    client.stall();
    let stalled = Instant::now();
    let switched = listener.until_switched(1, Why::Stalled);
    assert!(switched - stalled < Duration::from_secs(8), "what was in its buffers is heard first");
    listener.until_tone(STANDBY);
    client.go_on();
    listener.until_switched(0, Why::Returned);
    let (sound, account) = listener.finish();
    let gap = longest_gap_ms(&sound, 1_500);
    println!("fall-over: {gap} ms without sound, limit 2000 ms");
    assert!(gap <= 2_100, "{gap} ms without sound");
    assert!(account.standby_ms > 1_000 && account.carried_ms > 1_000, "{account:?}");
    assert!((account.carried_ms + account.lost_ms + account.standby_ms).abs_diff(24_000) < 3, "{account:?}");
}

#[test]
fn a_source_that_goes_silent_is_replaced_and_its_silence_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    let server = Icecast::start(folder.path());
    // Six seconds of a tone, then silence.
    let filter = "sine=frequency=500:sample_rate=44100,volume='if(lt(t,6),1,0)':eval=frame";
    let _client = server.feed_filtered("live", filter, Feed::Mp3);
    let chain = [server.url("live"), standby(folder.path())];
    let mut listener = Listener::start(&relay(&chain, limits(2_000)), Duration::from_secs(15));
    listener.until_switched(1, Why::Silent);
    let (sound, account) = listener.finish();
    let gap = longest_gap_ms(&sound, 1_500);
    assert!((2_500..=3_200).contains(&gap), "{gap} ms of silence, limit 3000 ms");
    assert!((2_800..=4_200).contains(&account.silent_ms), "{account:?}");
    assert_eq!(account.reconnects, 0, "a silent source is not a broken one: {account:?}");
}

#[test]
fn a_server_that_is_restarted_is_connected_to_anew() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Icecast::start(folder.path());
    let client = server.feed("live", FIRST, Feed::Mp3);
    let chain = [server.url("live"), standby(folder.path())];
    let mut listener = Listener::start(&relay(&chain, limits(2_000)), Duration::from_secs(40));
    listener.until_tone(f64::from(FIRST));
    server.kill();
    drop(client);
    listener.until_switched(1, Why::Stalled);
    server.restart();
    let _client = server.feed("live", FIRST, Feed::Mp3);
    listener.until_switched(0, Why::Returned);
    listener.until_tone(f64::from(FIRST));
    let account = listener.stop();
    assert!(account.reconnects >= 1 && account.falls == 1, "{account:?}");
}

/// Nothing to fall to: it says so, is silent, and still ends on its frame.
#[test]
fn a_relay_without_any_source_that_sounds_says_so_and_ends_by_the_clock() {
    let dead = format!(
        "http://127.0.0.1:{}/none",
        std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
    );
    let mut listener =
        Listener::start(&relay(&[dead, "file:/nowhere/standby.mp3".to_owned()], limits(1_000)), Duration::from_secs(4));
    listener.until("that nothing sounds", |event| *event == RelayEvent::NothingSounds);
    let (sound, account) = listener.finish();
    assert_eq!(sound.len(), 4 * RATE_HZ as usize);
    assert!(sound.iter().all(|sample| *sample == 0.0));
    assert_eq!((account.carried_ms, account.standby_ms, account.lost_ms), (0, 0, 4_000));
}

#[test]
fn a_probe_says_what_a_source_is_and_how_loud() {
    let folder = tempfile::tempdir().unwrap();
    let server = Icecast::start(folder.path());
    let _client = server.feed("live", FIRST, Feed::Aac);
    let _quiet = server.feed_filtered("quiet", "anullsrc=sample_rate=44100", Feed::Mp3);
    let try_it = |url: &str| {
        let source: Source = url.parse().unwrap();
        probe(&source, &limits(5_000), RATE_HZ, Duration::from_secs(10), &clock())
    };
    let found = try_it(&server.url("live"));
    assert!(
        matches!(&found, Found::Sounds { what, level_dbfs, .. } if what == "aac" && *level_dbfs > -30.0),
        "{found:?}"
    );
    let found = try_it(&server.url("quiet"));
    assert!(matches!(&found, Found::Silent { what, .. } if what == "mp3"), "{found:?}");
    let found = try_it(&server.url("nothing-here"));
    assert!(matches!(&found, Found::Fails(why) if why.contains("404")), "{found:?}");
}
