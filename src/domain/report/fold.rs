//! The counts: tallies and planned occurrences become a [`Report`].
//!
//! Every figure is a sum or a set, so the order of the tallies and how finely they are cut change nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::Weekday;

use super::item::{ItemSum, Share};
use super::occurrences::{Occurrences, PlannedFact};
use super::{MonthRule, Period, Tally};
use crate::domain::airing::{AiringOutcome, CountedFrom};
use crate::domain::clip::{Genre, ItemId, Source};
use crate::domain::log::Kind;

/// What a report is asked to count.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReportSettings {
    /// The least share of a clip that must be heard. The tallies were made with it; the report prints it.
    pub counted_from: CountedFrom,
    /// Only clips of this campaign; every clip if none. Relays, live sound, emergencies and planned occurrences are the
    /// whole station's in any case.
    pub campaign: Option<String>,
    /// Which days make a month. The tallies were made with it.
    pub month_rule: MonthRule,
}

/// One line of a grouping. Only counted airings of the town's own clips, except in [`Report::by_source`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group<K> {
    /// What the airings have in common.
    pub key: K,
    /// Distinct items.
    pub items: u64,
    /// Counted airings.
    pub airings: u64,
    /// Time heard, in milliseconds.
    pub heard_ms: u64,
}

/// Sound that is counted apart from items and airings. A session counts when its airing does, or when it was cut short:
/// some of it was heard either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Apart {
    /// How many.
    pub sessions: u64,
    /// Time heard, in milliseconds.
    pub heard_ms: u64,
}

/// Items that persons heard inside relays, on one topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relayed {
    /// Topic code.
    pub topic: String,
    /// How many; at least one.
    pub items: u64,
}

/// Airings of the town's own clips that do not count, by why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Uncounted {
    /// Some of it was heard, too little.
    pub partial: u64,
    /// None of it was heard.
    pub not_aired: u64,
    /// Not over when the report was made.
    pub on_air: u64,
    /// Heard, but a person said that it does not count.
    pub by_hand: u64,
}

/// The shortest and the longest real length among items, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LengthRange {
    /// Shortest.
    pub shortest_ms: u64,
    /// Longest, not below the shortest.
    pub longest_ms: u64,
}

impl LengthRange {
    /// The shortest, rounded down to whole minutes.
    #[must_use]
    pub const fn min_min(&self) -> u64 {
        self.shortest_ms / 60_000
    }

    /// The longest, rounded up to whole minutes.
    #[must_use]
    pub const fn max_min(&self) -> u64 {
        self.longest_ms.div_ceil(60_000)
    }
}

/// One item of the report: the line of its annex.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemLine {
    /// Which.
    pub item: ItemId,
    /// Its title in the latest reporting month it was aired in.
    pub title: String,
    /// Thể loại, as most of its airings say.
    pub genre: Genre,
    /// Primary topic, as most of its airings say.
    pub topic: String,
    /// Campaign, as most of its airings say.
    pub campaign: Option<String>,
    /// Counted airings in the period.
    pub airings: u64,
    /// Time heard, in milliseconds.
    pub heard_ms: u64,
    /// Real length of its audio, in milliseconds; the longest if several were aired under this item.
    pub length_ms: u64,
}

/// The counts of one period.
///
/// In every grouping the airings and the time add up to the totals. The items do too by topic, campaign and genre, where an
/// item belongs to one line; by month and weekday an item is counted in each line it was aired in.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Which days.
    pub period: Period,
    /// What was asked for.
    pub settings: ReportSettings,
    /// Số tin bài: distinct own items with a counted airing.
    pub items: u64,
    /// Số lượt phát: counted airings of own items.
    pub airings: u64,
    /// Time heard in those airings, in milliseconds.
    pub heard_ms: u64,
    /// Real lengths of those items; none if there are none.
    pub lengths: Option<LengthRange>,
    /// Own airings that do not count.
    pub uncounted: Uncounted,
    /// Tiếp âm.
    pub relays: Apart,
    /// Lượt tin, bài tiếp âm: what persons heard inside those relays, by topic, most items first, then by code.
    pub relayed: Vec<Relayed>,
    /// Live speech.
    pub live: Apart,
    /// Khẩn cấp, also of own clips.
    pub emergencies: Apart,
    /// By primary topic, most items first, then by code.
    pub by_topic: Vec<Group<String>>,
    /// By campaign, most items first; none is no campaign.
    pub by_campaign: Vec<Group<Option<String>>>,
    /// By genre, most items first.
    pub by_genre: Vec<Group<Genre>>,
    /// By reporting month (year, month), in order, with the months of the period that have none.
    pub by_month: Vec<Group<(i32, u32)>>,
    /// By day of the week, Monday first, all seven.
    pub by_weekday: Vec<Group<Weekday>>,
    /// By who made the clip. The line of [`Source::Own`] holds the totals; the others are files of higher stations.
    pub by_source: Vec<Group<Source>>,
    /// The items, most airings first, then by number.
    pub item_lines: Vec<ItemLine>,
    /// Planned against aired.
    pub occurrences: Occurrences,
}

impl Report {
    /// Counts. `tallies` are those of the period under the rules of `settings`; `planned` holds each planned occurrence of
    /// the period once, with how it ended.
    #[must_use]
    pub fn fold(
        period: Period,
        tallies: impl IntoIterator<Item = Tally>,
        planned: impl IntoIterator<Item = PlannedFact>,
        settings: ReportSettings,
    ) -> Self {
        let mut counts = Counts::default();
        for tally in tallies {
            counts.add(tally, settings.campaign.as_deref());
        }
        let own: Vec<&ItemSum> = counts.of(Source::Own).collect();
        let total = total(Source::Own, &own);
        let lengths = own.iter().filter(|sum| sum.item.is_some()).map(|sum| sum.length_ms);
        let lengths = lengths.clone().min().zip(lengths.max());
        Self {
            period,
            items: total.items,
            airings: total.airings,
            heard_ms: total.heard_ms,
            lengths: lengths.map(|(shortest_ms, longest_ms)| LengthRange { shortest_ms, longest_ms }),
            uncounted: counts.uncounted,
            relays: counts.relays,
            relayed: relayed(&counts.relayed),
            live: counts.live,
            emergencies: counts.emergencies,
            by_topic: by_main(&own, |sum| &sum.topics),
            by_campaign: by_main(&own, |sum| &sum.campaigns),
            by_genre: by_main(&own, |sum| &sum.genres),
            by_month: by_each(&own, period.months(settings.month_rule), |sum| &sum.months),
            by_weekday: by_each(&own, (0..7).collect(), |sum| &sum.weekdays).into_iter().map(weekday).collect(),
            by_source: by_source(&counts),
            item_lines: item_lines(&own),
            occurrences: Occurrences::fold(planned),
            settings,
        }
    }

    /// How many items persons heard inside relays. They are nobody's airings, and never part of [`Report::items`].
    #[must_use]
    pub fn relayed_items(&self) -> u64 {
        self.relayed.iter().map(|relayed| relayed.items).sum()
    }

    /// The campaign that every counted item belongs to; none if they differ, or there are no items.
    #[must_use]
    pub fn sole_campaign(&self) -> Option<&str> {
        match self.by_campaign.as_slice() {
            [only] => only.key.as_deref(),
            _ => None,
        }
    }
}

/// What the tallies add up to so far.
#[derive(Default)]
struct Counts {
    /// Counted airings of clips. Sound that is counted as a clip and yet names none adds airings, but no item.
    clips: HashMap<(Source, Option<ItemId>), ItemSum>,
    uncounted: Uncounted,
    relays: Apart,
    relayed: BTreeMap<String, u64>,
    live: Apart,
    emergencies: Apart,
}

impl Counts {
    fn add(&mut self, tally: Tally, campaign: Option<&str>) {
        if tally.airings == 0 {
            return;
        }
        match tally.kind {
            // A signature tune is no item even where a template names it as a clip.
            Kind::Own if tally.genre == Genre::Ident => {}
            Kind::Relay => {
                self.relays.add(&tally);
                self.hear_inside(tally);
            }
            Kind::Live => self.live.add(&tally),
            Kind::Emergency => self.emergencies.add(&tally),
            Kind::Own if campaign.is_some() && tally.campaign.as_deref() != campaign => {}
            Kind::Own if tally.counted => {
                let item = tally.item;
                self.clips.entry((tally.source, item)).or_insert_with(|| ItemSum::new(item)).add(tally);
            }
            Kind::Own if tally.source == Source::Own => self.uncounted.add(&tally),
            Kind::Own | Kind::Ident => {}
        }
    }

    /// What was heard inside a relay that is no session does not count either.
    fn hear_inside(&mut self, tally: Tally) {
        if tally.is_session() {
            for (topic, items) in tally.mentions {
                *self.relayed.entry(topic).or_default() += items;
            }
        }
    }

    fn of(&self, source: Source) -> impl Iterator<Item = &ItemSum> {
        self.clips.iter().filter(move |((of, _), _)| *of == source).map(|(_, sum)| sum)
    }
}

impl Apart {
    fn add(&mut self, tally: &Tally) {
        if tally.is_session() {
            self.sessions += tally.airings;
            self.heard_ms += tally.heard_ms;
        }
    }
}

impl Uncounted {
    const fn add(&mut self, tally: &Tally) {
        let sum = match tally.outcome {
            AiringOutcome::OnAir => &mut self.on_air,
            AiringOutcome::Aired => &mut self.by_hand,
            AiringOutcome::Partial => &mut self.partial,
            AiringOutcome::NotAired => &mut self.not_aired,
        };
        *sum += tally.airings;
    }
}

fn relayed(topics: &BTreeMap<String, u64>) -> Vec<Relayed> {
    let one = |(topic, items): (&String, &u64)| Relayed { topic: topic.clone(), items: *items };
    let mut relayed: Vec<Relayed> = topics.iter().map(one).collect();
    // Stable: equal counts stay in the order of the code.
    relayed.sort_by_key(|relayed| std::cmp::Reverse(relayed.items));
    relayed
}

fn total<K>(key: K, sums: &[&ItemSum]) -> Group<K> {
    Group {
        key,
        items: sums.iter().filter(|sum| sum.item.is_some()).count() as u64,
        airings: sums.iter().map(|sum| sum.total.airings).sum(),
        heard_ms: sums.iter().map(|sum| sum.total.heard_ms).sum(),
    }
}

/// Each item in the one line that most of its airings name; each airing in the line it names itself.
fn by_main<K: Ord + Clone>(sums: &[&ItemSum], shares: impl Fn(&ItemSum) -> &Share<K>) -> Vec<Group<K>> {
    let mut groups = BTreeMap::new();
    for sum in sums {
        let main = shares(sum).main();
        for (key, part) in shares(sum).iter() {
            let group =
                groups.entry(key).or_insert_with(|| Group { key: key.clone(), items: 0, airings: 0, heard_ms: 0 });
            group.items += u64::from(sum.item.is_some() && Some(key) == main);
            group.airings += part.airings;
            group.heard_ms += part.heard_ms;
        }
    }
    let mut groups: Vec<_> = groups.into_values().collect();
    // Stable: equal counts stay in the order of the key.
    groups.sort_by_key(|group| std::cmp::Reverse(group.items));
    groups
}

/// Each item in every line it was aired in; the lines of `always` even when empty.
fn by_each<K: Ord + Clone>(sums: &[&ItemSum], always: Vec<K>, shares: impl Fn(&ItemSum) -> &Share<K>) -> Vec<Group<K>> {
    let empty = |key: &K| Group { key: key.clone(), items: 0, airings: 0, heard_ms: 0 };
    let mut groups: BTreeMap<K, Group<K>> = always.iter().map(|key| (key.clone(), empty(key))).collect();
    for sum in sums {
        for (key, part) in shares(sum).iter() {
            let group = groups.entry(key.clone()).or_insert_with(|| empty(key));
            group.items += u64::from(sum.item.is_some());
            group.airings += part.airings;
            group.heard_ms += part.heard_ms;
        }
    }
    groups.into_values().collect()
}

fn by_source(counts: &Counts) -> Vec<Group<Source>> {
    let sources: BTreeSet<Source> = counts.clips.keys().map(|(source, _)| *source).chain([Source::Own]).collect();
    sources.into_iter().map(|source| total(source, &counts.of(source).collect::<Vec<_>>())).collect()
}

fn item_lines(sums: &[&ItemSum]) -> Vec<ItemLine> {
    let mut lines: Vec<ItemLine> = sums.iter().filter_map(|sum| sum.line()).collect();
    lines.sort_by_key(|line| (std::cmp::Reverse(line.airings), line.item));
    lines
}

/// `Weekday` has no order of its own, so days are counted by number.
fn weekday(group: Group<u8>) -> Group<Weekday> {
    let key = Weekday::try_from(group.key).unwrap_or(Weekday::Mon);
    Group { key, items: group.items, airings: group.airings, heard_ms: group.heard_ms }
}
