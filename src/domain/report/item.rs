//! What the counted airings of one item add up to.

use super::fold::ItemLine;
use super::tally::Tally;
use crate::domain::clip::{Genre, ItemId};

/// Airings and the time heard in them.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sum {
    pub(super) airings: u64,
    pub(super) heard_ms: u64,
}

impl Sum {
    const fn add(&mut self, other: Self) {
        self.airings += other.airings;
        self.heard_ms += other.heard_ms;
    }
}

/// A sum shared out over the few keys that an item was logged under: one as a rule, more after a correction. So a list
/// beats a map.
#[derive(Debug, Clone)]
pub(super) struct Share<K>(Vec<(K, Sum)>);

impl<K: PartialEq> Share<K> {
    fn add(&mut self, key: K, sum: Sum) {
        // From the back: months come in order more often than not.
        match self.0.iter_mut().rev().find(|(known, _)| *known == key) {
            Some((_, known)) => known.add(sum),
            None => self.0.push((key, sum)),
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&K, Sum)> {
        self.0.iter().map(|(key, sum)| (key, *sum))
    }
}

impl<K: Ord> Share<K> {
    /// The key of most airings; the smallest of several. Does not depend on the order of adding.
    pub(super) fn main(&self) -> Option<&K> {
        self.0
            .iter()
            .max_by(|(a, left), (b, right)| left.airings.cmp(&right.airings).then(b.cmp(a)))
            .map(|(key, _)| key)
    }
}

/// The counted airings of one item.
#[derive(Debug, Clone)]
pub(super) struct ItemSum {
    /// Which; none for sound that names no clip.
    pub(super) item: Option<ItemId>,
    /// All together.
    pub(super) total: Sum,
    /// Longest real length, in milliseconds.
    pub(super) length_ms: u64,
    pub(super) topics: Share<String>,
    pub(super) campaigns: Share<Option<String>>,
    pub(super) genres: Share<Genre>,
    pub(super) months: Share<(i32, u32)>,
    /// By the number of days since Monday.
    pub(super) weekdays: Share<u8>,
    /// The title of the latest month, the last by text of several: a choice that does not depend on the order.
    title: ((i32, u32), String),
}

impl ItemSum {
    pub(super) const fn new(item: Option<ItemId>) -> Self {
        Self {
            item,
            total: Sum { airings: 0, heard_ms: 0 },
            length_ms: 0,
            topics: Share(Vec::new()),
            campaigns: Share(Vec::new()),
            genres: Share(Vec::new()),
            months: Share(Vec::new()),
            weekdays: Share(Vec::new()),
            title: ((i32::MIN, 0), String::new()),
        }
    }

    pub(super) fn add(&mut self, tally: Tally) {
        let sum = Sum { airings: tally.airings, heard_ms: tally.heard_ms };
        let month = (tally.year, tally.month);
        self.total.add(sum);
        self.length_ms = self.length_ms.max(tally.length_ms);
        self.topics.add(tally.topic, sum);
        self.campaigns.add(tally.campaign, sum);
        self.genres.add(tally.genre, sum);
        self.months.add(month, sum);
        self.weekdays.add(u8::try_from(tally.weekday.num_days_from_monday()).unwrap_or_default(), sum);
        if (month, tally.title.as_str()) > (self.title.0, self.title.1.as_str()) {
            self.title = (month, tally.title);
        }
    }

    /// Its line in the annex; none if it is no item.
    pub(super) fn line(&self) -> Option<ItemLine> {
        Some(ItemLine {
            item: self.item?,
            title: self.title.1.clone(),
            genre: self.genres.main().copied()?,
            topic: self.topics.main()?.clone(),
            campaign: self.campaigns.main()?.clone(),
            airings: self.total.airings,
            heard_ms: self.total.heard_ms,
            length_ms: self.length_ms,
        })
    }
}
