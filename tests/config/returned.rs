//! Return feeds in the configuration, and what is wrong with them.

use loa::config::{Config, Sources};
use loa::domain::relay::{Host, Source};

use super::Station;

fn zone(source: &str) -> String {
    format!(
        "[[zone]]\nid = \"cho\"\nname = \"Chợ\"\n[zone.output]\nkind = \"null\"\n[zone.return]\nsource = \"{source}\"\n"
    )
}

#[test]
fn a_zone_has_the_return_feed_that_it_names_and_none_if_it_names_none() {
    let read = |source: &str| Station::with_file(&zone(source)).load().unwrap().zones.remove(0).returned;
    let device = |name: &str| Some(name.to_owned());
    assert_eq!(read("pulseaudio:ear"), Some(Source::Capture { host: Host::PulseAudio, device: device("ear") }));
    assert_eq!(read("alsa:hw:1"), Some(Source::Capture { host: Host::Alsa, device: device("hw:1") }));
    assert_eq!(read("https://fm.vn/back"), Some(Source::Stream { url: "https://fm.vn/back".to_owned() }));
    assert_eq!(read(""), None);
    assert_eq!(Config::load(&Sources::default()).unwrap().zones[0].returned, None, "none unless it is said");
}

#[test]
fn a_recording_or_nonsense_is_no_return_feed() {
    for source in ["file:tune.mp3", "hw:1", "https://", "ftp://example.vn/back"] {
        let complaints = Station::with_file(&zone(source)).complaints();
        let expected = format!("`zone.0.return.source` is \"{source}\", expected capture:DEVICE, pulseaudio:DEVICE");
        assert!(complaints.contains(&expected), "{complaints}");
    }
}
