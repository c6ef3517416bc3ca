//! Return feeds: where it can be heard what the loudspeakers of a zone give back.

use super::reader::Reader;
use crate::domain::relay::Source;

/// Where the return feed of a zone comes from; none if it has none.
pub(super) fn read(reader: &Reader<'_>) -> Option<Source> {
    let text = reader.text_or_empty("source");
    if text.is_empty() {
        return None;
    }
    match text.parse::<Source>() {
        Ok(source) if source.carries() => Some(source),
        Ok(_) | Err(_) => {
            let expected = "capture:DEVICE, pulseaudio:DEVICE, alsa:DEVICE, http://... or https://...";
            let remedy = "for example \"capture:\" for the machine's own line-in; \"\" if there is no return feed";
            reader.reject("source", expected, remedy);
            None
        }
    }
}
