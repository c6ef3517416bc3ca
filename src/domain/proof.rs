//! Proof of air (bằng chứng phát sóng): what the return feed of a zone says of an airing that was sent there.
//!
//! A finding changes no figure: whether an airing counts is a matter of the frames that its outputs were given. It says beside
//! that whether the loudspeakers gave them back.

use serde::{Deserialize, Serialize};

use super::log::{AiringId, Incident, PartId, Record};
use super::slot::ZoneId;

/// What sounds for less than this is never judged, in milliseconds: fifteen seconds hold two windows of ten, and a single one
/// may fit another programme by chance.
pub const SHORTEST_MS: u64 = 15_000;

/// In a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Đã nghe thấy: it came back.
    Heard,
    /// Không nghe thấy: something else came back, or silence.
    NotHeard,
    /// Chưa rõ: neither can be said.
    Unsure,
}

impl Verdict {
    /// What several findings say together. That one zone was silent is not made good by another; what nobody could tell takes
    /// nothing from what was found. None of none.
    #[must_use]
    pub fn of_all(verdicts: impl IntoIterator<Item = Self>) -> Option<Self> {
        let weight = |verdict: &Self| match verdict {
            Self::NotHeard => 2,
            Self::Heard => 1,
            Self::Unsure => 0,
        };
        verdicts.into_iter().max_by_key(weight)
    }
}

/// Why nothing can be said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "doubt", rename_all = "snake_case")]
pub enum Doubt {
    /// Less than [`SHORTEST_MS`] was sent.
    TooShort,
    /// What was sent is nearly silent.
    TooQuiet,
    /// The return feed was not there for most of it.
    NotCaptured {
        /// What it said.
        error: String,
    },
    /// Some of it may have come back.
    Unclear,
}

/// What was found, with what goes with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Finding {
    /// It came back.
    Heard {
        /// So much later than it was sent, in milliseconds, to within 20. Below zero where the return feed is ahead of what the
        /// output says of its own delay.
        delay_ms: i64,
    },
    /// It did not.
    NotHeard,
    /// Neither can be said.
    Unsure(Doubt),
}

impl Finding {
    /// In a word.
    #[must_use]
    pub const fn verdict(&self) -> Verdict {
        match self {
            Self::Heard { .. } => Verdict::Heard,
            Self::NotHeard => Verdict::NotHeard,
            Self::Unsure(_) => Verdict::Unsure,
        }
    }
}

/// What the return feed of a zone says of a stretch of an airing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Proof {
    /// Which stretch.
    pub part: PartId,
    /// Whose return feed.
    pub zone: ZoneId,
    /// What was found.
    #[serde(flatten)]
    pub finding: Finding,
    /// How alike what was found is to what was sent: 1 is the same, below 0.2 may be chance.
    pub likeness: f64,
    /// How much louder it came back than it was sent, in dB; none if nothing came back.
    pub level_db: Option<f64>,
    /// How much was sent, in milliseconds.
    pub sent_ms: u64,
    /// How much of that was loud enough to be looked for while the return feed was there, in milliseconds.
    pub compared_ms: u64,
}

impl Proof {
    /// What the log says of it; `title` is that of the airing.
    #[must_use]
    pub fn records(self, title: &str) -> Vec<Record> {
        let incident = (self.finding == Finding::NotHeard).then(|| {
            let (zone, airing, title) = (self.zone.clone(), self.part.airing, title.to_owned());
            Record::Incident(Incident::NotHeard { zone, airing, title })
        });
        [Record::Proof(self)].into_iter().chain(incident).collect()
    }
}

/// The last airing that a zone's loudspeakers did not give back, and nothing since that they did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unheard {
    /// Which.
    pub airing: AiringId,
    /// Its title.
    pub title: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silent_zone_is_not_made_good_by_another_and_doubt_takes_nothing_away() {
        use Verdict::{Heard, NotHeard, Unsure};
        for (found, together) in [
            (&[][..], None),
            (&[Unsure][..], Some(Unsure)),
            (&[Unsure, Heard][..], Some(Heard)),
            (&[Heard, NotHeard, Unsure][..], Some(NotHeard)),
        ] {
            assert_eq!(Verdict::of_all(found.iter().copied()), together);
        }
    }

    #[test]
    fn a_finding_is_read_back_as_it_was_written() {
        let part = PartId { airing: AiringId(uuid::Uuid::nil()), part: 1 };
        let doubts =
            [Doubt::TooShort, Doubt::TooQuiet, Doubt::NotCaptured { error: "gone".to_owned() }, Doubt::Unclear];
        let findings = doubts.into_iter().map(Finding::Unsure);
        for finding in findings.chain([Finding::Heard { delay_ms: -40 }, Finding::NotHeard]) {
            let zone = ZoneId("thi-tran".to_owned());
            let (likeness, level_db, sent_ms, compared_ms) = (0.5, None, 20_000, 15_000);
            let record = Record::Proof(Proof { part, zone, finding, likeness, level_db, sent_ms, compared_ms });
            let text = serde_json::to_string(&record).unwrap();
            assert_eq!(serde_json::from_str::<Record>(&text).unwrap(), record, "{text}");
        }
    }
}
