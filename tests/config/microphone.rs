//! Microphones in the configuration, and what is wrong with them.

use std::time::Duration;

use loa::config::{Config, Sources};
use loa::domain::clip::ClipId;
use loa::domain::microphone::{Manner, MicrophoneId, Programme};
use loa::domain::relay::{Host, Source};

use super::Station;

#[test]
fn a_microphone_is_read_and_what_it_leaves_out_is_the_default() {
    let config = Station::with_file(
        "[[microphone]]\n\
         id = \"hoi-truong\"\n\
         name = \"Hội trường\"\n\
         device = \"pulseaudio:alsa_input.usb\"\n\
         chime = 7\n\
         programme = \"duck\"\n\
         longest_minutes = 30\n",
    )
    .load()
    .unwrap();
    let microphone = config.microphone(&MicrophoneId("hoi-truong".to_owned())).unwrap();
    let device = Source::Capture { host: Host::PulseAudio, device: Some("alsa_input.usb".to_owned()) };
    assert_eq!((&microphone.device, microphone.chime), (&device, Some(ClipId(7))));
    assert_eq!((microphone.manner, microphone.longest), (Manner::Duck, Duration::from_secs(1_800)));
    assert_eq!(microphone.programme(None), Programme::Duck { duck_db: 18 });
    assert_eq!(microphone.programme(Some(Manner::Pause)), Programme::Pause, "a person may want it otherwise");
    assert_eq!(config.microphones.len(), 1, "the list of a station is its own");
}

#[test]
fn every_mistake_of_a_microphone_is_told_with_its_remedy() {
    let told = Station::with_file(
        "[[microphone]]\n\
         id = \"Micro 1\"\n\
         name = \"\"\n\
         device = \"https://example.vn/live\"\n\
         gain_db = 60\n\
         chime = -1\n\
         programme = \"stop\"\n\
         duck_db = 90\n\
         longest_minutes = 0\n\
         [[microphone]]\n\
         id = \"hai\"\n\
         name = \"Hai\"\n\
         [[microphone]]\n\
         id = \"hai\"\n",
    )
    .complaints();
    for expected in [
        "`microphone.0.id` is \"Micro 1\", expected 1 to 32 of a-z, 0-9 and -",
        "`microphone.0.name` is \"\", expected a text",
        "`microphone.0.device` is \"https://example.vn/live\", expected a device to capture from",
        "`microphone.0.gain_db` is 60, expected a number from -20 to 20 dB",
        "`microphone.0.chime` is -1, expected a whole number from 0 to",
        "`microphone.0.programme` is \"stop\", expected \"pause\" or \"duck\"",
        "`microphone.0.duck_db` is 90, expected a whole number from 3 to 40 dB",
        "`microphone.0.longest_minutes` is 0, expected a whole number from 1 to 240 minutes",
        "`microphone.2.id` is \"hai\", expected each id once",
        "`loa relay probe capture:NAME` tries another",
    ] {
        assert!(told.contains(expected), "{expected:?} is not in\n{told}");
    }
}

#[test]
fn a_station_without_a_word_about_it_has_the_microphone_of_the_machine() {
    let config = Config::load(&Sources::default()).unwrap();
    let [microphone] = &config.microphones[..] else { panic!("one: {:?}", config.microphones) };
    assert_eq!(microphone.device, Source::Capture { host: Host::Auto, device: None });
    assert_eq!((microphone.manner, microphone.chime), (Manner::Pause, None));
}
