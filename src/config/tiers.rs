//! The tiers above normal: what stands by for an emergency, and who goes first of two priority items.

use std::time::Duration;

use crate::domain::clip::ClipId;
use crate::domain::queue::First;

use super::reader::Reader;

/// What holds for items of priority and for emergencies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tiers {
    /// The clip that stands by for an emergency; none if none does. No rotation draws it.
    pub emergency_clip: Option<ClipId>,
    /// Whose item goes first when nobody orders those of the town and of a higher station.
    pub first: First,
    /// How long somebody is asked to order them.
    pub order_within: Duration,
}

impl Tiers {
    pub(super) fn read(reader: &Reader<'_>) -> Option<Self> {
        let clip = reader.whole("emergency_clip", &(0..=u32::MAX), "the number of a clip");
        let minutes = reader.whole("order_within_minutes", &(1..=1_440_u64), "minutes");
        Some(Self {
            emergency_clip: (clip > 0).then_some(ClipId(clip)),
            first: reader.choice("first", [("higher", First::Higher), ("own", First::Own)])?,
            order_within: Duration::from_secs(60 * minutes),
        })
    }
}
