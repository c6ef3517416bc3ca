//! Who the station is, and how early it prepares.

use std::time::Duration;

use chrono_tz::Tz;

use super::reader::Reader;

/// Who the station is, and how early it prepares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Station {
    /// Its full name.
    pub name: String,
    /// Its name inside a sentence: "Đài truyền thanh {short_name}".
    pub short_name: String,
    /// Who runs it.
    pub agency: String,
    /// Every rule is civil time in this zone.
    pub time_zone: Tz,
    /// BCP 47 tag of a clip that does not say its own.
    pub language: String,
    /// So long before an occurrence its rundown is chosen; longer than `prepare_lead`.
    pub rundown_lead: Duration,
    /// So long before an occurrence decoders and output open.
    pub prepare_lead: Duration,
    /// So long before the end of an element the next one is opened.
    pub join_lead: Duration,
}

impl Station {
    pub(super) fn read(reader: &Reader<'_>) -> Option<Self> {
        let remedy = "use a name of the IANA list, such as Asia/Ho_Chi_Minh";
        let time_zone = reader.parsed("time_zone", "an IANA time zone", remedy, |text| text.parse().ok());
        let language = reader.parsed("language", "a language tag", "Vietnamese is \"vi\"", |text| {
            let part = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
            text.split('-').all(part).then(|| text.to_owned())
        });
        let seconds = |key, range| Duration::from_secs(reader.whole(key, &range, "seconds"));
        let rundown_lead = seconds("rundown_lead_seconds", 10..=600);
        let prepare_lead = seconds("prepare_lead_seconds", 2..=60);
        if prepare_lead >= rundown_lead {
            let expected = format!("less than rundown_lead_seconds, {}", rundown_lead.as_secs());
            reader.reject("prepare_lead_seconds", &expected, "clips are chosen first and opened after that");
        }
        Some(Self {
            name: reader.text("name"),
            short_name: reader.text("short_name"),
            agency: reader.text("agency"),
            rundown_lead,
            prepare_lead,
            join_lead: seconds("join_lead_seconds", 2..=60),
            time_zone: time_zone?,
            language: language?,
        })
    }
}
