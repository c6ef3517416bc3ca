//! The half-year of the seed report, rehearsed into a real database, and counted.

use std::path::Path;

use loa::config::{Config, Sources};
use loa::domain::log::MissReason;
use loa::domain::report::{MonthRule, Period, PlannedFact, Report, ReportSettings, Sentences, Wording};
use loa::rehearsal::simulate;
use loa::store::{OpenAs, Settings, Store};

#[tokio::test]
async fn the_half_year_of_the_seed_counts_a_hundred_items_and_says_so_in_its_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config::load(&Sources::default()).unwrap();
    let scenario = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios/lai-cach-2023-h1.toml");
    let summary = simulate(&scenario, folder.path(), &config).await.unwrap();
    assert!(summary.refusals.is_empty(), "{summary:?}");

    let zone = config.station.time_zone;
    let settings = Settings { zone, counted_from: config.report.counted_from };
    let store = Store::open(folder.path(), OpenAs::ReadOnly, settings).await.unwrap();
    assert!(store.is_simulated());
    store.verify().await.unwrap().unwrap();

    let period = Period::parse("2023-H1", MonthRule::Nd09).unwrap();
    let tallies = store.tallies(period.from, period.to, MonthRule::Nd09).await.unwrap();
    let closed = store.closed(period.window(zone)).await.unwrap();
    let planned = closed.into_iter().map(|(closed, _)| PlannedFact {
        occurrence: closed.occurrence,
        planned_start: closed.planned_start,
        outcome: Some(closed.outcome),
    });
    let report = Report::fold(period, tallies, planned, ReportSettings::default());

    assert_eq!(report.items, 100);
    assert!((200..=300).contains(&report.airings), "each twice or three times: {}", report.airings);
    let lengths = report.lengths.unwrap();
    assert_eq!((lengths.min_min(), lengths.max_min()), (10, 15));
    let occurrences = &report.occurrences;
    assert_eq!(occurrences.planned, 2 * 182, "two a day from 15/12 to 14/6, every one accounted for");
    assert_eq!(report.emergencies.sessions, 2);
    let misses: Vec<_> =
        occurrences.misses().map(|(fact, reason)| (fact.occurrence.to_string(), reason.clone())).collect();
    let error = "device not found".to_owned();
    assert_eq!(
        misses,
        [
            ("chieu-1700@2023-03-03T17:00:00".to_owned(), MissReason::NoOutput { error }),
            ("sang-0500@2023-06-01T05:00:00".to_owned(), MissReason::Clock),
        ]
    );
    assert_eq!(occurrences.partial, 2, "the power cut, and the session that a person stopped: {occurrences:?}");
    assert_eq!(occurrences.aired + occurrences.partial + occurrences.missed, occurrences.planned);

    let wording = Wording { campaign: Some("cải cách hành chính".to_owned()), ..Wording::default() };
    let sentences = Sentences::of(&report, &config.library.topics, &wording);
    let expected = format!(
        "Trong 6 tháng đầu năm 2023, Đài truyền thanh thị trấn đã phát 100 tin bài, với {} lượt phát (thời lượng từ 10 \
         đến 15 phút) tuyên truyền về cải cách hành chính, với nội dung ",
        report.airings
    );
    let t1 = sentences.t1;
    assert!(t1.starts_with(&expected), "{t1}");
}
