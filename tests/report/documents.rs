//! The report as text, JSON and CSV says what the counts say.

use loa::domain::log::{MissReason, Outcome};
use loa::domain::report::{Report, ReportSettings, Tally};
use loa::export::Delimiter;
use loa::export::report::{Provenance, ReportSheet, csv, json, text};
use serde_json::{Value, json as value};

use crate::support::report::{airing, conforms, first_half, fold, planned, with_sheet};

/// One of everything that a document can speak of.
fn full() -> Report {
    let lost = MissReason::NoOutput { error: "device \"hw:1\" is gone".to_owned() };
    let facts = [
        planned(1, Some(Outcome::Aired)),
        planned(2, Some(Outcome::Missed(MissReason::StationOff))),
        planned(3, Some(Outcome::Missed(lost))),
        planned(4, Some(Outcome::Partial)),
        planned(5, Some(Outcome::Cancelled { by: "Nguyễn Thị Lan".to_owned() })),
        planned(6, None),
    ];
    let longer = Tally {
        topic: "TTHC.TP".to_owned(),
        month: 2,
        length_ms: 840_500,
        heard_ms: 840_500,
        campaign: None,
        ..airing(2)
    };
    let relay = Tally { kind: loa::domain::log::Kind::Relay, item: None, heard_ms: 1_800_000, ..airing(0) };
    let district = Tally { source: loa::domain::clip::Source::District, ..airing(9) };
    let risky = Tally { title: "=HYPERLINK(\"http://x\"; \"Tin\")".to_owned(), ..airing(3) };
    let tallies = [airing(1), airing(1), longer, relay, district, risky];
    Report::fold(first_half(), tallies, facts, ReportSettings::default())
}

/// Half a year with relays inside which persons heard something.
fn heard_inside() -> Report {
    let mentions = [("CCHC.KQ".to_owned(), 3), ("=TTHC".to_owned(), 1)].into();
    fold(vec![airing(1), Tally { kind: loa::domain::log::Kind::Relay, item: None, mentions, ..airing(0) }])
}

#[test]
fn what_was_heard_inside_relays_stands_in_every_form_and_nowhere_if_nobody_said_anything() {
    let document = as_json(&heard_inside());
    assert_eq!(document["relay_items"], 4);
    assert_eq!(
        (&document["relay_by_topic"][0]["code"], &document["relay_by_topic"][0]["items"]),
        (&value!("CCHC.KQ"), &value!(3))
    );
    assert_eq!((&document["items"], &as_json(&full())["relay_by_topic"]), (&value!(1), &value!([])));
    let forms =
        |report: &Report| with_sheet(report, |sheet| (text(sheet).unwrap(), csv(sheet, Delimiter::Semicolon).unwrap()));
    let (text, csv) = forms(&heard_inside());
    assert!(text.lines().any(|line| line.contains("Tin, bài tiếp âm") && line.contains("04 lượt (")), "{text}");
    assert!(csv.contains("\r\nTin, bài tiếp âm;CCHC.KQ;"), "{csv}");
    assert!(!csv.contains(";=TTHC"), "no spreadsheet takes a code for a formula");
    let (text, csv) = forms(&full());
    assert!(!text.contains("Tin, bài tiếp âm") && !csv.contains("Tin, bài tiếp âm"));
}

fn as_json(report: &Report) -> Value {
    with_sheet(report, |sheet| serde_json::from_str(&json(sheet).unwrap()).unwrap())
}

#[test]
fn json_has_exactly_the_keys_of_the_published_schema() {
    let schema: Value = serde_json::from_str(include_str!("../../docs/schema/report.json")).unwrap();
    for report in [full(), fold(vec![]), heard_inside()] {
        conforms(&schema, &as_json(&report), "report");
    }
    let mut unmarked = as_json(&full());
    unmarked["extra"] = value!(1);
    let refused = std::panic::catch_unwind(|| conforms(&schema, &unmarked, "report"));
    assert!(refused.is_err(), "the check itself can fail");
}

#[test]
fn json_holds_the_figures_that_scripts_rely_on() {
    let document = as_json(&full());
    assert_eq!(document["period"]["from"], "2022-12-15");
    assert_eq!(document["period"]["to"], "2023-06-14");
    assert_eq!(document["period"]["preset"], "nd09");
    assert_eq!((&document["items"], &document["airings"]), (&value!(3), &value!(4)));
    assert_eq!(document["minutes"], value!(50.008));
    assert_eq!(document["relays"], value!({ "sessions": 1, "minutes": 30.0 }));
    assert_eq!((&document["duration_min_min"], &document["duration_max_min"]), (&value!(12), &value!(15)));
    let topics = document["by_topic"].as_array().unwrap();
    assert_eq!(topics[0]["code"], "CCHC.KQ");
    assert_eq!(
        (&topics[0]["items"], &topics[0]["airings"], &topics[0]["minutes"]),
        (&value!(2), &value!(3), &value!(36.0))
    );
    assert_eq!(document["planned"], 6);
    let missed = document["missed"].as_array().unwrap();
    assert_eq!(missed.len(), 2);
    assert_eq!(missed[0]["occurrence_id"], "sang-0500@2023-01-02T05:00:00");
    assert_eq!(missed[0]["planned_start"], "2023-01-02T05:00:00+07:00");
    assert_eq!((&missed[0]["reason"], &missed[1]["reason"]), (&value!("station_off"), &value!("no_output")));
    assert_eq!(missed[1]["detail"], "device \"hw:1\" is gone");
    assert!(document["sentences"]["T1"].as_str().unwrap().starts_with("Trong 6 tháng đầu năm 2023, "));
    assert_eq!(document["made_at"], "2023-06-15T08:30:00+07:00");
}

#[test]
fn json_of_an_empty_period_has_zeros_and_nulls() {
    let document = as_json(&fold(vec![]));
    assert_eq!((&document["items"], &document["minutes"]), (&value!(0), &value!(0.0)));
    assert_eq!((&document["duration_min_min"], &document["duration_max_min"]), (&Value::Null, &Value::Null));
    assert_eq!(document["by_topic"], value!([]));
}

#[test]
fn csv_read_back_holds_every_figure() {
    for delimiter in [Delimiter::Comma, Delimiter::Semicolon] {
        let report = full();
        let text = with_sheet(&report, |sheet| csv(sheet, delimiter).unwrap());
        let text = text.strip_prefix('\u{feff}').expect("a byte order mark");
        let separator = if delimiter == Delimiter::Comma { b',' } else { b';' };
        let mut reader = ::csv::ReaderBuilder::new().delimiter(separator).from_reader(text.as_bytes());
        let headings = reader.headers().unwrap().clone();
        assert_eq!(headings.iter().take(3).collect::<Vec<_>>(), ["Phần", "Mã", "Tên"]);
        let rows: Vec<Vec<String>> =
            reader.records().map(|row| row.unwrap().iter().map(ToOwned::to_owned).collect()).collect();
        let part = |name: &str| rows.iter().filter(|row| row[0] == name).collect::<Vec<_>>();
        assert_eq!(part("Tổng số")[0][3..7], ["3", "4", "0:50:01", "3000500"].map(str::to_owned));
        let topics = part("Lĩnh vực");
        assert_eq!(topics.len(), report.by_topic.len());
        for (row, group) in topics.iter().zip(&report.by_topic) {
            assert_eq!(row[1], group.key);
            assert_eq!(row[3..5], [group.items.to_string(), group.airings.to_string()]);
            assert_eq!(row[6], group.heard_ms.to_string());
        }
        assert_eq!(part("Tháng").len(), 6);
        assert_eq!(part("Thứ").len(), 7);
        assert_eq!(part("Nguồn").len(), 2);
        assert_eq!(
            part("Buổi phát").iter().map(|row| row[4].as_str()).collect::<Vec<_>>(),
            ["6", "1", "1", "2", "1", "0", "1"]
        );
        assert_eq!(part("Buổi không phát").len(), 2);
        let items = part("Tin bài");
        assert_eq!(items.len(), 3);
        let risky = items.iter().find(|row| row[1] == "3.1").unwrap();
        assert_eq!(risky[2], "'=HYPERLINK(\"http://x\"; \"Tin\")", "a title never becomes a formula");
        assert!(text.lines().all(|line| !line.is_empty()) && text.ends_with("\r\n"));
    }
}

#[test]
fn text_tells_counts_misses_sentences_and_how_it_was_counted() {
    let page = with_sheet(&full(), |sheet| text(sheet).unwrap());
    for part in [
        "SỐ LIỆU PHÁT THANH 6 THÁNG ĐẦU NĂM 2023\nĐài truyền thanh thị trấn Lai Cách\n",
        "Từ ngày 15/12/2022 đến hết ngày 14/6/2023, kỳ chốt số liệu theo Nghị định 09/2019/NĐ-CP",
        "Theo lĩnh vực",
        "Kết quả CCHC, chỉ số CCHC (PAR), hài lòng (SIPAS)",
        "Theo nguồn (chỉ nguồn tự sản xuất được tính vào tổng số)",
        "06 buổi theo kế hoạch: phát đủ 1, bị ngắt 1, không phát 2, đã hủy 1, bị thay thế 0, chưa kết thúc 1.",
        "thiết bị phát không hoạt động: device \"hw:1\" is gone",
        "người hủy: Nguyễn Thị Lan",
        "T1  Trong 6 tháng đầu năm 2023, Đài truyền thanh thị trấn đã phát 03 tin bài, với 04 lượt phát",
        "ít nhất 90% thời lượng",
        &format!("nhật ký phát sóng đến dòng 812, mã băm {}.", "ab".repeat(32)),
        "- Lập lúc 08:30:00 15/06/2023 bằng Loa 0.1.0.",
    ] {
        assert!(page.contains(part), "{part:?} is not in\n{page}");
    }
    assert!(!page.contains("MÔ PHỎNG"));
    assert!(page.lines().all(|line| line == line.trim_end()), "no blanks at the ends of lines");
}

#[test]
fn figures_stand_under_each_other() {
    let page = with_sheet(&full(), |sheet| text(sheet).unwrap());
    let starts: Vec<usize> = ["Số tin bài", "Số lượt phát", "Tiếp âm", "Khẩn cấp"]
        .map(|name| {
            let line = page.lines().find(|line| line.trim_start().starts_with(name)).unwrap();
            line.chars().collect::<String>().find("0").map(|byte| line[..byte].chars().count()).unwrap()
        })
        .to_vec();
    assert!(starts.windows(2).all(|pair| pair[0] == pair[1]), "{starts:?} in\n{page}");
}

#[test]
fn a_rehearsal_says_so_in_every_form() {
    let report = full();
    with_sheet(&report, |sheet| {
        let provenance = Provenance { simulated: true, log_head: None, ..sheet.provenance.clone() };
        let sheet = ReportSheet { provenance: &provenance, ..sheet.clone() };
        assert!(text(&sheet).unwrap().contains("DỮ LIỆU MÔ PHỎNG"));
        assert!(text(&sheet).unwrap().contains("nhật ký phát sóng chưa có dòng nào"));
        assert!(json(&sheet).unwrap().contains("\"simulated\": true"));
        assert!(csv(&sheet, Delimiter::Comma).unwrap().contains("DỮ LIỆU MÔ PHỎNG"));
    });
}
