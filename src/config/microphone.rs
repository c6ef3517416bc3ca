//! Microphones: through which devices a person may speak live, and what becomes of the programme meanwhile.

use std::time::Duration;

use super::reader::Reader;
use crate::domain::clip::ClipId;
use crate::domain::microphone::{Manner, Microphone, MicrophoneId};
use crate::domain::relay::{Host, Source};
use crate::domain::slot::SlotId;

/// The most microphones a configuration may list.
const MICROPHONES_MAX: usize = 20;

pub(super) fn read_all(reader: &Reader<'_>) -> Vec<Microphone> {
    let entries = reader.entries("microphone");
    if entries.len() > MICROPHONES_MAX {
        let expected = format!("at most {MICROPHONES_MAX} microphones");
        reader.reject("microphone", &expected, "remove those that nobody speaks through");
    }
    let mut microphones: Vec<Microphone> = Vec::new();
    for entry in entries {
        let microphone = read(&entry);
        if microphones.iter().any(|other| other.id == microphone.id) {
            entry.reject("id", "each id once", "rename one of them, or remove it");
        }
        microphones.push(microphone);
    }
    microphones
}

fn read(reader: &Reader<'_>) -> Microphone {
    let id = reader.own_text("id");
    if !id.is_empty() && id.parse::<SlotId>().is_err() {
        reader.reject("id", "1 to 32 of a-z, 0-9 and -", "keep the id short and plain; `name` is for people");
    }
    let manner = reader.choice("programme", [("pause", Manner::Pause), ("duck", Manner::Duck)]);
    let chime: u32 = reader.whole("chime", &(0..=999_999), "");
    let minutes = reader.whole("longest_minutes", &(1..=Microphone::LONGEST_MAX.as_secs() / 60), "minutes");
    Microphone {
        id: MicrophoneId(id),
        name: reader.own_text("name"),
        device: device(reader),
        gain_db: reader.decimal("gain_db", &(-20.0..=20.0), "dB"),
        chime: Some(ClipId(chime)).filter(|_| chime > 0),
        manner: manner.unwrap_or(Manner::Pause),
        duck_db: reader.whole("duck_db", &(3..=40), "dB"),
        longest: Duration::from_secs(60 * minutes),
    }
}

fn device(reader: &Reader<'_>) -> Source {
    let captures = |text: &str| text.parse().ok().filter(|source| matches!(source, Source::Capture { .. }));
    let expected = "a device to capture from, as capture:DEVICE, pulseaudio:DEVICE or alsa:DEVICE";
    let remedy = "\"capture:\" is the one that the machine uses; `loa relay probe capture:NAME` tries another";
    let device = reader.parsed("device", expected, remedy, captures);
    device.unwrap_or(Source::Capture { host: Host::Auto, device: None })
}
