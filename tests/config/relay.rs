//! Relays in the configuration, and what is wrong with them.

use std::path::PathBuf;
use std::time::Duration;

use loa::config::{Config, Sources};
use loa::domain::relay::{Host, RelayId, Source};

use super::Station;

#[test]
fn a_chain_is_read_in_its_order() {
    let station = Station::with_file(
        "[[relay]]\n\
         id = \"vov1\"\n\
         name = \"Đài Tiếng nói Việt Nam\"\n\
         sources = [\"https://user:secret@example.vn/live.m3u8?token=1\", \"alsa:hw:1\", \"capture:\", \"file:cho.mp3\"]\n\
         stall_seconds = 3\n",
    );
    let config = station.load().unwrap();
    let relay = config.relay(&RelayId("vov1".to_owned())).unwrap();
    let standby = config.data.folder.join("cho.mp3");
    assert_eq!(
        relay.sources,
        [
            Source::Stream { url: "https://user:secret@example.vn/live.m3u8?token=1".to_owned() },
            Source::Capture { host: Host::Alsa, device: Some("hw:1".to_owned()) },
            Source::Capture { host: Host::Auto, device: None },
            Source::Standby { path: standby },
        ]
    );
    assert_eq!((relay.limits.stall, relay.limits.silence), (Duration::from_secs(3), Duration::from_secs(15)));
    assert_eq!(relay.sources[0].to_string(), "https://example.vn/live.m3u8", "no secret is shown");
}

#[test]
fn every_mistake_of_a_relay_is_told_with_its_remedy() {
    let complaints = Station::with_file(
        "[[relay]]\n\
         id = \"VOV 1\"\n\
         name = \"Một\"\n\
         sources = [\"mms://example.vn/live\"]\n\
         stall_seconds = 0\n\
         [[relay]]\n\
         id = \"hai\"\n\
         name = \"Hai\"\n\
         [[relay]]\n\
         id = \"hai\"\n\
         name = \"Hai\"\n\
         sources = [\"https://\"]\n\
         silence_dbfs = 3\n",
    )
    .complaints();
    for words in [
        "`relay.0.id` is \"VOV 1\", expected 1 to 32 of a-z, 0-9 and -",
        "`mms://example.vn/live` is none",
        "`relay.0.stall_seconds` is 0, expected a whole number from 1 to 60 seconds",
        "`relay.1.sources` is none, expected at least one source",
        "`relay.2.id` is \"hai\", expected each id once",
        "`https://` is none",
        "`relay.2.silence_dbfs` is 3, expected a number from -90 to -20 dBFS",
    ] {
        assert!(complaints.contains(words), "{words}\nin\n{complaints}");
    }
}

#[test]
fn the_default_is_the_domain_s_own() {
    let config = Config::load(&Sources::default()).unwrap();
    assert_eq!(config.relays[0].limits, loa::domain::relay::Limits::default());
    assert!(config.relays.iter().all(|relay| !relay.sources.is_empty()));
}

#[test]
fn what_is_no_source_is_none() {
    for text in [
        "",
        "http://",
        "https:///live",
        "http://:80/live",
        "ftp://a/b",
        "file:",
        "live.mp3",
        "http://a b/c",
        "x\u{7}:y",
    ] {
        assert!(text.parse::<Source>().is_err(), "{text:?}");
    }
    assert_eq!("file: /a/b ".parse::<Source>().unwrap(), Source::Standby { path: PathBuf::from("/a/b") });
}
