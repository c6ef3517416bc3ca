//! Whether what is on air is as loud as it is meant to be, and what a sentence says of it.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::DateTime;
use chrono_tz::Tz;
use loa::domain::alarm::{Alarm, LevelBounds, LevelWatch, Sounding, Way, sentence};
use loa::domain::log::AiringId;
use loa::domain::queue::{First, Tied};
use loa::domain::slot::ZoneId;
use loa::domain::words::Language;
use uuid::Uuid;

const WINDOW: Duration = Duration::from_secs(30);
const BOUNDS: LevelBounds = LevelBounds { lufs_min: -28.0, lufs_max: -10.0 };

fn sounding(airing: u128, lufs: Option<f64>) -> Sounding {
    Sounding {
        zone: ZoneId("loa".to_owned()),
        airing: AiringId(Uuid::from_u128(airing)),
        title: "Tiếp âm".to_owned(),
        momentary_lufs: lufs,
        silent: Duration::ZERO,
    }
}

/// The seconds at which it is out of bounds, with what it says then.
fn heard(levels: impl Fn(u64) -> Option<f64>, seconds: u64, airing: impl Fn(u64) -> u128) -> Vec<(u64, f64)> {
    let mut watch = LevelWatch::default();
    let mut out = Vec::new();
    for second in 0..seconds {
        let one = sounding(airing(second), levels(second));
        for alarm in watch.look(Duration::from_secs(second), &[one], WINDOW, BOUNDS) {
            let Alarm::LevelOutOfRange { loudness_lufs, .. } = alarm else { panic!("{alarm:?}") };
            out.push((second, loudness_lufs));
        }
    }
    out
}

#[test]
fn what_is_too_quiet_or_too_loud_is_told_once_it_has_lasted() {
    assert_eq!(heard(|_| Some(-16.0), 300, |_| 1), [], "as it is meant to be");
    let quiet = heard(|_| Some(-35.0), 60, |_| 1);
    assert_eq!(quiet.first().map(|(second, _)| *second), Some(30), "after its window");
    assert!((quiet[0].1 + 35.0).abs() < 0.01, "{quiet:?}");
    let loud = heard(|second| Some(if second < 100 { -16.0 } else { -3.0 }), 200, |_| 1);
    let first = loud.first().unwrap().0;
    assert!((101..130).contains(&first), "energy counts: loud is noticed soon, here after {} s", first - 100);
}

#[test]
fn pauses_say_nothing_and_every_airing_is_looked_at_by_itself() {
    let pauses = |second: u64| (!second.is_multiple_of(5)).then_some(-18.0);
    assert_eq!(heard(pauses, 300, |_| 1), [], "a speaker who breathes");
    assert_eq!(heard(|second| if second % 3 == 0 { Some(-16.0) } else { Some(-70.0) }, 300, |_| 1), []);
    assert_eq!(heard(|_| None, 300, |_| 1), [], "silence is another alarm");
    assert_eq!(heard(|_| Some(-40.0), 300, |second| u128::from(second / 20)), [], "each lasts 20 s only");
}

#[test]
fn every_alarm_has_a_sentence_in_both_languages_that_names_what_it_is_about() {
    let zone = ZoneId("cho".to_owned());
    let title = "Bộ phận một cửa".to_owned();
    let alarms = [
        Alarm::Silence { zone: zone.clone(), title: title.clone(), lasts: Duration::from_secs(75) },
        Alarm::LevelOutOfRange { zone: zone.clone(), title, loudness_lufs: -31.26, bounds: BOUNDS },
        Alarm::OutputLost { zone, error: "device unplugged".to_owned() },
        Alarm::DiskLow { free_bytes: 300_000_000, wanted_bytes: 1_000_000_000 },
        Alarm::Unsent { way: Way::Webhook, error: "zalo.example cannot be reached".to_owned() },
    ];
    let said = |language| alarms.each_ref().map(|alarm| sentence(&alarm.matter(Tz::Asia__Ho_Chi_Minh), language));
    assert_eq!(
        said(Language::Vi),
        [
            "“cho” im lặng trong khi đang phát “Bộ phận một cửa”: đã 1 phút 15 giây không có tiếng. Hãy kiểm tra tệp của bài, card âm thanh hoặc nguồn tiếp âm.",
            "Âm lượng ở “cho” không bình thường khi phát “Bộ phận một cửa”: -31,3 LUFS, cần từ -28,0 đến -10,0. Hãy chỉnh mức ở nguồn tiếp âm hoặc micrô.",
            "Mất thiết bị âm thanh của “cho”, ở đó không nghe được gì: device unplugged. Hãy cắm lại dây hoặc card âm thanh; đài tự mở lại.",
            "Ổ đĩa sắp đầy: còn 0,3 GB, cần ít nhất 1,0 GB. Hãy xóa bớt bản ghi chương trình cũ.",
            "Không gửi được cảnh báo qua địa chỉ watch.webhook: zalo.example cannot be reached. Hãy kiểm tra mạng và mục [watch] của tệp cấu hình.",
        ]
    );
    let named = alarms[0].matter(Tz::UTC).with_names(|what, id| (what == "zone").then(|| format!("Cụm loa {id}")));
    assert_eq!(named.about(), "cho", "it is known by its identifier, whatever people call it");
    assert!(sentence(&named, Language::Vi).starts_with("“Cụm loa cho” im lặng"));
    assert!(said(Language::En).iter().all(|text| text.is_ascii() || text.contains('“')), "{:?}", said(Language::En));
}

#[test]
fn two_emergencies_and_two_ties_are_two_alarms_each() {
    let emergency = |airing| Alarm::Emergency {
        emergency: AiringId(Uuid::from_u128(airing)),
        title: "Bão số 9".to_owned(),
        by: "Ông An".to_owned(),
    };
    let tie = |entries| {
        let (higher, own, first, until) =
            ("Tin tỉnh".to_owned(), "Tin xã".to_owned(), First::Higher, DateTime::UNIX_EPOCH);
        Alarm::PriorityTie(Tied { entries, higher, own, first, until })
    };
    let alarms = [emergency(1), emergency(2), tie([3, 4]), tie([5, 4])];
    let known =
        alarms.map(|alarm| alarm.matter(Tz::UTC)).map(|matter| (matter.code.clone(), matter.about().to_owned()));
    assert_eq!(BTreeSet::from(known.clone()).len(), 4, "{known:?}");
}
