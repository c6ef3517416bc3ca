//! The counts: what counts as what, and that no figure depends on how the log was cut up.

use std::collections::BTreeMap;

use chrono::Weekday;
use loa::domain::airing::AiringOutcome;
use loa::domain::clip::{Genre, Source};
use loa::domain::ledger::ActivitySums;
use loa::domain::log::{AiringId, Kind, MissReason, Outcome};
use loa::domain::report::{Figures, Group, LengthRange, MonthRule, Period, Report, ReportSettings, Tally, Uncounted};
use proptest::prelude::*;

use crate::support::report::{airing, first_half, fold, planned};

#[test]
fn repeats_add_airings_and_no_items() {
    let report = fold(vec![airing(1), airing(1), Tally { airings: 3, heard_ms: 2_160_000, ..airing(2) }]);
    assert_eq!((report.items, report.airings, report.heard_ms), (2, 5, 3_600_000));
    assert_eq!(report.lengths, Some(LengthRange { shortest_ms: 720_000, longest_ms: 720_000 }));
}

#[test]
fn a_new_edition_is_a_new_item() {
    let mut second = airing(1);
    second.item.as_mut().unwrap().edition = 2;
    assert_eq!(fold(vec![airing(1), second]).items, 2);
}

#[test]
fn only_own_clips_on_schedule_are_items() {
    let kind = |kind, clip| Tally { kind, ..airing(clip) };
    let source = |source, clip| Tally { source, ..airing(clip) };
    let report = fold(vec![
        airing(1),
        kind(Kind::Relay, 2),
        kind(Kind::Live, 3),
        kind(Kind::Emergency, 1),
        kind(Kind::Ident, 4),
        Tally { genre: Genre::Ident, ..airing(5) },
        source(Source::District, 6),
        source(Source::Central, 7),
        source(Source::Central, 8),
    ]);
    assert_eq!((report.items, report.airings), (1, 1));
    assert_eq!((report.relays.sessions, report.relays.heard_ms), (1, 720_000));
    assert_eq!((report.live.sessions, report.emergencies.sessions), (1, 1));
    let sources: Vec<_> = report.by_source.iter().map(|group| (group.key, group.items, group.airings)).collect();
    assert_eq!(sources, [(Source::Own, 1, 1), (Source::District, 1, 1), (Source::Central, 2, 2)]);
}

#[test]
fn what_does_not_count_is_listed_by_why() {
    let not = |outcome| Tally { counted: false, outcome, ..airing(1) };
    let report = fold(vec![
        not(AiringOutcome::Partial),
        not(AiringOutcome::Partial),
        not(AiringOutcome::NotAired),
        not(AiringOutcome::OnAir),
        not(AiringOutcome::Aired),
        Tally { source: Source::District, ..not(AiringOutcome::Partial) },
    ]);
    assert_eq!((report.items, report.airings, report.lengths), (0, 0, None));
    assert_eq!(report.uncounted, Uncounted { partial: 2, not_aired: 1, on_air: 1, by_hand: 1 });
}

#[test]
fn an_airing_cut_short_counts_when_a_person_says_so() {
    let by_hand = Tally { outcome: AiringOutcome::Partial, heard_ms: 300_000, ..airing(1) };
    let report = fold(vec![by_hand]);
    assert_eq!((report.items, report.heard_ms), (1, 300_000));
}

#[test]
fn a_relay_cut_short_was_carried_as_far_as_it_went() {
    let relay =
        |outcome, counted, heard_ms| Tally { kind: Kind::Relay, item: None, outcome, counted, heard_ms, ..airing(0) };
    let report = fold(vec![
        relay(AiringOutcome::Aired, true, 1_800_000),
        relay(AiringOutcome::Partial, false, 600_000),
        relay(AiringOutcome::NotAired, false, 0),
        relay(AiringOutcome::Aired, false, 1_800_000),
    ]);
    assert_eq!((report.relays.sessions, report.relays.heard_ms), (2, 2_400_000));
}

#[test]
fn what_was_heard_inside_relays_counts_with_their_sessions_and_is_never_an_item() {
    let relay = |outcome, counted, inside: &[(&str, u64)]| {
        let mentions = inside.iter().map(|(topic, items)| ((*topic).to_owned(), *items)).collect();
        Tally { kind: Kind::Relay, item: None, outcome, counted, mentions, ..airing(0) }
    };
    let report = fold(vec![
        airing(1),
        relay(AiringOutcome::Aired, true, &[("CCHC.MC", 2), ("TTHC.TP", 1)]),
        relay(AiringOutcome::Partial, false, &[("TTHC.TP", 4)]),
        relay(AiringOutcome::Aired, false, &[("KHAC", 9)]),
        relay(AiringOutcome::NotAired, false, &[("KHAC", 9)]),
    ]);
    assert_eq!((report.items, report.airings, report.relays.sessions), (1, 1, 2));
    let inside: Vec<_> = report.relayed.iter().map(|relayed| (relayed.topic.as_str(), relayed.items)).collect();
    assert_eq!((report.relayed_items(), &inside[..]), (7, &[("TTHC.TP", 5), ("CCHC.MC", 2)][..]));
    let figures = Figures::of(&report, &ActivitySums::default());
    assert_eq!((figures.get("relays.items"), figures.get("relays.topic.CCHC.MC.items")), (7, 2));
    assert_eq!(fold(vec![airing(1)]).relayed, []);
}

#[test]
fn a_campaign_report_counts_its_own_clips_alone() {
    let other = Tally { campaign: Some("ATGT-2023".to_owned()), ..airing(2) };
    let settings = ReportSettings { campaign: Some("CCHC-2023".to_owned()), ..ReportSettings::default() };
    let all = vec![airing(1), other, Tally { campaign: None, ..airing(3) }, Tally { kind: Kind::Relay, ..airing(4) }];
    let report = Report::fold(first_half(), all.clone(), [], settings);
    assert_eq!((report.items, report.relays.sessions), (1, 1));
    assert_eq!(report.sole_campaign(), Some("CCHC-2023"));
    let report = fold(all);
    let campaigns: Vec<_> = report.by_campaign.iter().map(|group| (group.key.as_deref(), group.items)).collect();
    assert_eq!(campaigns, [(None, 1), (Some("ATGT-2023"), 1), (Some("CCHC-2023"), 1)]);
    assert_eq!(report.sole_campaign(), None);
}

#[test]
fn an_item_logged_under_two_topics_is_one_item_of_the_one_that_most_airings_name() {
    let topic = |topic: &str, airings| Tally { topic: topic.to_owned(), airings, ..airing(1) };
    let report = fold(vec![topic("CCHC.MC", 1), topic("CCHC.KQ", 2)]);
    let lines: Vec<_> = report.by_topic.iter().map(|group| (group.key.as_str(), group.items, group.airings)).collect();
    assert_eq!(lines, [("CCHC.KQ", 1, 2), ("CCHC.MC", 0, 1)]);
    assert_eq!(report.item_lines[0].topic, "CCHC.KQ");
    assert_eq!(fold(vec![topic("B", 1), topic("A", 1)]).item_lines[0].topic, "A", "the first by code of two alike");
}

#[test]
fn a_renamed_clip_stays_one_item_under_its_latest_title() {
    let titled = |month, title: &str| Tally { month, title: title.to_owned(), ..airing(1) };
    for order in [vec![titled(1, "cũ"), titled(3, "mới")], vec![titled(3, "mới"), titled(1, "cũ")]] {
        let report = fold(order);
        assert_eq!((report.items, report.airings), (1, 2));
        assert_eq!(report.item_lines[0].title, "mới");
    }
}

#[test]
fn months_of_the_period_without_airings_are_there_with_zeros() {
    let report = fold(vec![Tally { month: 3, ..airing(1) }, Tally { month: 4, ..airing(1) }]);
    let months: Vec<_> = report.by_month.iter().map(|group| (group.key, group.items)).collect();
    assert_eq!(
        months,
        [((2023, 1), 0), ((2023, 2), 0), ((2023, 3), 1), ((2023, 4), 1), ((2023, 5), 0), ((2023, 6), 0)]
    );
    assert_eq!(report.items, 1, "an item of two months is one item of the period");
    let days: Vec<_> = report.by_weekday.iter().map(|group| group.key).collect();
    assert_eq!(
        days,
        [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun]
    );
}

#[test]
fn an_empty_period_is_all_zeros() {
    let report = fold(vec![]);
    assert_eq!((report.items, report.airings, report.heard_ms, report.lengths), (0, 0, 0, None));
    assert!(report.by_topic.is_empty() && report.item_lines.is_empty());
    assert_eq!(report.by_source, [Group { key: Source::Own, items: 0, airings: 0, heard_ms: 0 }]);
    assert_eq!((report.by_month.len(), report.by_weekday.len(), report.occurrences.planned), (6, 7, 0));
}

#[test]
fn every_planned_occurrence_is_accounted_for() {
    let superseded = Outcome::Superseded { by: AiringId(uuid::Uuid::nil()) };
    let facts = vec![
        planned(9, None),
        planned(3, Some(Outcome::Missed(MissReason::Late))),
        planned(1, Some(Outcome::Aired)),
        planned(2, Some(Outcome::Partial)),
        planned(4, Some(Outcome::Cancelled { by: "Lan".to_owned() })),
        planned(5, Some(superseded)),
        planned(6, Some(Outcome::Missed(MissReason::StationOff))),
        // The plan names it as still open, the log as aired: it is one occurrence, and it aired.
        planned(1, None),
    ];
    let sums = Report::fold(first_half(), [], facts, ReportSettings::default()).occurrences;
    let parts = [sums.aired, sums.partial, sums.missed, sums.cancelled, sums.superseded, sums.open];
    assert_eq!((sums.planned, parts), (7, [1, 1, 2, 1, 1, 1]));
    let days: Vec<_> = sums.deviations.iter().map(|fact| fact.occurrence.nominal.format("%d").to_string()).collect();
    assert_eq!(days, ["02", "03", "04", "05", "06"], "in order of time");
    let misses: Vec<_> = sums.misses().map(|(_, reason)| reason.clone()).collect();
    assert_eq!(misses, [MissReason::Late, MissReason::StationOff]);
}

#[test]
fn a_report_by_calendar_months_has_calendar_months() {
    let period = Period::parse("2023-Q2", MonthRule::Calendar).unwrap();
    let settings = ReportSettings { month_rule: MonthRule::Calendar, ..ReportSettings::default() };
    let report = Report::fold(period, [], [], settings);
    assert_eq!(report.by_month.iter().map(|group| group.key).collect::<Vec<_>>(), [(2023, 4), (2023, 5), (2023, 6)]);
}

fn tallies() -> impl Strategy<Value = Vec<Tally>> {
    let kinds = prop::sample::select(vec![
        Kind::Own,
        Kind::Own,
        Kind::Own,
        Kind::Relay,
        Kind::Live,
        Kind::Emergency,
        Kind::Ident,
    ]);
    let sources = prop::sample::select(vec![Source::Own, Source::Own, Source::District, Source::Central]);
    let genres = prop::sample::select(vec![Genre::News, Genre::Article, Genre::Notice, Genre::Ident]);
    let outcomes = prop::sample::select(vec![AiringOutcome::Aired, AiringOutcome::Partial, AiringOutcome::NotAired]);
    let topics = prop::sample::select(vec!["CCHC.KQ", "CCHC.MC", "TTHC.TP", "KHAC"]);
    let campaigns = prop::sample::select(vec![None, Some("CCHC-2023"), Some("ATGT-2023")]);
    let place = (1..=6_u32, 0..7_u8, 0..5_u64);
    let one = (0..12_u32, kinds, sources, genres, (outcomes, any::<bool>()), topics, campaigns, place).prop_map(
        |(clip, kind, source, genre, (outcome, counted), topic, campaign, (month, weekday, airings))| {
            let heard_ms = airings * (600_000 + u64::from(clip) * 1_001);
            let heard_inside = kind == Kind::Relay && airings > 0 && clip % 2 == 0;
            let mentions = heard_inside.then(|| (topic.to_owned(), u64::from(clip) + 1)).into_iter().collect();
            Tally {
                kind,
                source,
                genre,
                outcome,
                counted,
                topic: topic.to_owned(),
                campaign: campaign.map(ToOwned::to_owned),
                title: format!("Tin bài {clip}, tháng {month}"),
                month,
                weekday: Weekday::try_from(weekday).unwrap(),
                airings,
                heard_ms,
                length_ms: 600_000 + u64::from(clip) * 1_003,
                mentions,
                ..airing(clip)
            }
        },
    );
    prop::collection::vec(one, 0..60)
}

fn sums<K>(groups: &[Group<K>]) -> (u64, u64, u64) {
    let sum = |figure: fn(&Group<K>) -> u64| groups.iter().map(figure).sum();
    (sum(|group| group.items), sum(|group| group.airings), sum(|group| group.heard_ms))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// The lines of every table add up to its total, and the items of the annex are the items of the total.
    #[test]
    fn every_grouping_adds_up_to_the_total(tallies in tallies()) {
        let report = fold(tallies);
        let total = (report.items, report.airings, report.heard_ms);
        prop_assert_eq!(sums(&report.by_topic), total);
        prop_assert_eq!(sums(&report.by_campaign), total);
        prop_assert_eq!(sums(&report.by_genre), total);
        let (items, airings, heard_ms) = sums(&report.by_month);
        prop_assert!(items >= report.items);
        prop_assert_eq!((airings, heard_ms), (report.airings, report.heard_ms));
        let (items, airings, heard_ms) = sums(&report.by_weekday);
        prop_assert!(items >= report.items);
        prop_assert_eq!((airings, heard_ms), (report.airings, report.heard_ms));
        let own = report.by_source.iter().find(|group| group.key == Source::Own).unwrap();
        prop_assert_eq!((own.items, own.airings, own.heard_ms), total);
        let lines = &report.item_lines;
        let listed = (lines.len() as u64, lines.iter().map(|line| line.airings).sum(), lines.iter().map(|line| line.heard_ms).sum());
        prop_assert_eq!(listed, total);
        for ordered in report.by_topic.windows(2) {
            prop_assert!((ordered[1].items, &ordered[0].key) <= (ordered[0].items, &ordered[1].key));
        }
    }

    /// Against the plainest reading of the rules: look at each tally and ask.
    #[test]
    fn the_totals_are_those_of_the_definitions(tallies in tallies()) {
        let counts = |tally: &&Tally| {
            tally.kind == Kind::Own && tally.source == Source::Own && tally.genre != Genre::Ident && tally.counted && tally.airings > 0
        };
        let counted: Vec<&Tally> = tallies.iter().filter(counts).collect();
        let items: std::collections::BTreeSet<_> = counted.iter().map(|tally| tally.item).collect();
        let report = fold(tallies.clone());
        prop_assert_eq!(report.items, items.len() as u64);
        prop_assert_eq!(report.airings, counted.iter().map(|tally| tally.airings).sum::<u64>());
        prop_assert_eq!(report.heard_ms, counted.iter().map(|tally| tally.heard_ms).sum::<u64>());
        prop_assert_eq!(report.lengths.map(|range| range.shortest_ms), counted.iter().map(|tally| tally.length_ms).min());
        prop_assert_eq!(report.lengths.map(|range| range.longest_ms), counted.iter().map(|tally| tally.length_ms).max());
    }

    /// The order of the tallies changes nothing.
    #[test]
    fn order_does_not_matter((tallies, shuffled) in tallies().prop_flat_map(|tallies| {
        (Just(tallies.clone()), Just(tallies).prop_shuffle())
    })) {
        prop_assert_eq!(fold(tallies), fold(shuffled));
    }

    /// One tally of many airings counts as the same airings one by one.
    #[test]
    fn how_finely_the_log_is_cut_does_not_matter(tallies in tallies()) {
        let single = |tally: &Tally| {
            let (tally, each) = (tally.clone(), tally.heard_ms.checked_div(tally.airings).unwrap_or_default());
            (0..tally.airings).map(move |index| {
                let mentions = if index == 0 { tally.mentions.clone() } else { BTreeMap::new() };
                Tally { airings: 1, heard_ms: each, mentions, ..tally.clone() }
            })
        };
        let singles: Vec<Tally> = tallies.iter().flat_map(single).collect();
        prop_assert_eq!(fold(tallies), fold(singles));
    }
}
