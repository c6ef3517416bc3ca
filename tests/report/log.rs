//! The log as JSON, CSV and table.

use chrono_tz::Tz;
use loa::domain::airing::{Airing, AiringOutcome, CountedFrom};
use loa::domain::clip::{ClipId, ClipSnapshot, Digest, Genre, ItemId, Source, Topics};
use loa::domain::log::{
    AiringId, Amendment, Closed, Correction, End, EndReason, Intent, Kind, Level, MissReason, Outcome, PartId,
};
use loa::domain::slot::ZoneId;
use loa::domain::sound::Sound;
use loa::domain::words::Language;
use loa::export::log::{LogRow, csv, json, json_line, table};
use loa::export::{Delimiter, Screen};
use proptest::prelude::*;
use serde_json::{Value, json as value};
use uuid::Uuid;

use crate::support::report::{ZONE, conforms, instant, planned, topics};

const SCREEN: Screen = Screen { zone: ZONE, language: Language::Vi, colour: false, width: None };

fn intent(title: &str) -> Intent {
    Intent {
        part: PartId { airing: AiringId(Uuid::from_u128(7)), part: 1 },
        occurrence: Some("sang-0500@2023-01-02T05:00:00".parse().unwrap()),
        position: 1,
        kind: Kind::Own,
        planned_start: instant("2023-01-01T22:00:12Z"),
        sample_rate: 48_000,
        from_frame: 0,
        frames_total: 48_000 * 750,
        zones: vec![ZoneId("loa".to_owned())],
        gain_db: -2.5,
        by: Some("Trần Văn Trực".to_owned()),
        sound: Sound::Clip(ClipSnapshot {
            item: ItemId { clip: ClipId(3), edition: 1 },
            title: title.to_owned(),
            genre: Genre::Article,
            topics: Topics { primary: "CCHC.KQ".to_owned(), secondary: vec![] },
            campaign: Some("CCHC-2023".to_owned()),
            author: Some("Nguyễn Thị Lan".to_owned()),
            approver: Some("Phạm Văn Duyệt".to_owned()),
            source: Source::Own,
            digest: Digest([7; 32]),
            frames: 44_100 * 750,
            sample_rate: 44_100,
        }),
    }
}

/// An airing of twelve and a half minutes of which `frames` were heard.
fn row(title: &str, frames: u64, reason: EndReason) -> LogRow {
    let intent = intent(title);
    let mut airing = Airing::begin(&intent);
    let end = End {
        part: intent.part,
        start: (frames > 0).then(|| instant("2023-01-01T22:00:12.000250Z")),
        end: (frames > 0).then(|| instant("2023-01-01T22:12:42Z")),
        frames,
        reason,
        zones: vec![],
        level: Level::default(),
        relay: None,
    };
    airing.end(&end).unwrap();
    LogRow::airing(42, "cd".repeat(32), &airing, intent.by, CountedFrom::default())
}

fn missed(reason: MissReason) -> LogRow {
    let fact = planned(3, None);
    let closed =
        Closed { occurrence: fact.occurrence, planned_start: fact.planned_start, outcome: Outcome::Missed(reason) };
    LogRow::closed(43, "ef".repeat(32), &closed, "Bản tin sáng")
}

fn rows() -> Vec<LogRow> {
    vec![
        row("Kết quả CCHC quý I", 48_000 * 750, EndReason::Complete),
        row("Bị cắt", 48_000 * 75, EndReason::PowerLoss),
        row("Không tới lượt", 0, EndReason::NotStarted),
        missed(MissReason::BadAudio { fault: "no audio in it".to_owned() }),
    ]
}

#[test]
fn json_has_exactly_the_keys_of_the_published_schema() {
    let schema: Value = serde_json::from_str(include_str!("../../docs/schema/log.json")).unwrap();
    let document: Value = serde_json::from_str(&json(&rows(), ZONE).unwrap()).unwrap();
    conforms(&schema, &document, "log");
    let line = json_line(&rows()[0], ZONE).unwrap();
    assert!(!line.contains('\n'));
    assert_eq!(serde_json::from_str::<Value>(&line).unwrap(), document[0]);
    assert_eq!(json(&[], ZONE).unwrap(), "[]");
}

#[test]
fn json_rows_hold_what_scripts_rely_on() {
    let document: Value = serde_json::from_str(&json(&rows(), ZONE).unwrap()).unwrap();
    let whole = &document[0];
    assert_eq!(whole["airing_id"], "00000000-0000-0000-0000-000000000007");
    assert_eq!(whole["occurrence_id"], "sang-0500@2023-01-02T05:00:00");
    assert_eq!(whole["planned_start"], "2023-01-02T05:00:12+07:00");
    assert_eq!(whole["start"], "2023-01-02T05:00:12.000250+07:00", "no digit of the measured start is lost");
    assert_eq!((&whole["frames"], &whole["sample_rate"]), (&value!(36_000_000), &value!(48_000)));
    assert_eq!(
        (&whole["fraction"], &whole["outcome"], &whole["reason"]),
        (&value!(1.0), &value!("aired"), &value!("complete"))
    );
    let cut = &document[1];
    assert_eq!(
        (&cut["fraction"], &cut["outcome"], &cut["reason"]),
        (&value!(0.1), &value!("partial"), &value!("power_loss"))
    );
    assert_eq!((&document[2]["start"], &document[2]["outcome"]), (&Value::Null, &value!("not_aired")));
    let missed = &document[3];
    assert_eq!((&missed["kind"], &missed["airing_id"]), (&value!("occurrence"), &Value::Null));
    assert_eq!((&missed["outcome"], &missed["reason"]), (&value!("missed"), &value!("bad_audio")));
    assert_eq!(missed["detail"], "no audio in it");
}

#[test]
fn times_carry_the_offset_of_the_station() {
    let document = json(&rows(), Tz::Asia__Kathmandu).unwrap();
    assert!(document.contains("2023-01-02T03:45:12+05:45"), "{document}");
}

fn read_back(text: &str, separator: u8) -> Vec<Vec<String>> {
    let text = text.strip_prefix('\u{feff}').expect("a byte order mark");
    let mut reader = ::csv::ReaderBuilder::new().has_headers(false).delimiter(separator).from_reader(text.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(ToOwned::to_owned).collect()).collect()
}

#[test]
fn csv_read_back_is_the_logbook_cell_by_cell() {
    let cells = read_back(&csv(&rows(), &topics(), ZONE, Delimiter::Comma).unwrap(), b',');
    let expected = [
        [
            "STT",
            "Ngày",
            "Giờ bắt đầu",
            "Giờ kết thúc",
            "Tên tin, bài",
            "Thể loại",
            "Lĩnh vực",
            "Nguồn",
            "Thời lượng",
            "Người biên tập",
            "Người duyệt",
            "Kết quả",
            "Lý do, ghi chú",
            "Người trực",
            "Tính lượt",
            "Tỷ lệ phát",
            "Giờ theo kế hoạch",
            "Buổi phát",
            "Mã lượt phát",
            "Mã băm",
        ],
        [
            "1",
            "02/01/2023",
            "05:00:12",
            "05:12:42",
            "Kết quả CCHC quý I",
            "bài",
            "Kết quả CCHC, chỉ số CCHC (PAR), hài lòng (SIPAS)",
            "tự sản xuất",
            "0:12:30",
            "Nguyễn Thị Lan",
            "Phạm Văn Duyệt",
            "đủ",
            "",
            "Trần Văn Trực",
            "có",
            "100%",
            "2023-01-02T05:00:12+07:00",
            "sang-0500@2023-01-02T05:00:00",
            "00000000-0000-0000-0000-000000000007",
            &"cd".repeat(32),
        ],
        [
            "2",
            "02/01/2023",
            "05:00:12",
            "05:12:42",
            "Bị cắt",
            "bài",
            "Kết quả CCHC, chỉ số CCHC (PAR), hài lòng (SIPAS)",
            "tự sản xuất",
            "0:01:15",
            "Nguyễn Thị Lan",
            "Phạm Văn Duyệt",
            "bị ngắt",
            "mất điện hoặc máy dừng đột ngột",
            "Trần Văn Trực",
            "không",
            "10%",
            "2023-01-02T05:00:12+07:00",
            "sang-0500@2023-01-02T05:00:00",
            "00000000-0000-0000-0000-000000000007",
            &"cd".repeat(32),
        ],
        [
            "3",
            "02/01/2023",
            "",
            "",
            "Không tới lượt",
            "bài",
            "Kết quả CCHC, chỉ số CCHC (PAR), hài lòng (SIPAS)",
            "tự sản xuất",
            "0:00:00",
            "Nguyễn Thị Lan",
            "Phạm Văn Duyệt",
            "không phát",
            "chưa đến lượt thì hết buổi",
            "Trần Văn Trực",
            "không",
            "0%",
            "2023-01-02T05:00:12+07:00",
            "sang-0500@2023-01-02T05:00:00",
            "00000000-0000-0000-0000-000000000007",
            &"cd".repeat(32),
        ],
        [
            "4",
            "03/01/2023",
            "",
            "",
            "Bản tin sáng",
            "buổi phát",
            "",
            "",
            "0:00:00",
            "",
            "",
            "không phát",
            "tệp âm thanh hỏng: no audio in it",
            "",
            "không",
            "0%",
            "2023-01-03T05:00:00+07:00",
            "sang-0500@2023-01-03T05:00:00",
            "",
            &"ef".repeat(32),
        ],
    ];
    assert_eq!(cells, expected);
}

#[test]
fn corrections_stand_in_the_remarks() {
    let mut airing = Airing::begin(&intent("Tên cũ"));
    let correction =
        |amendment| Correction { airing: airing.id, by: "Lan".to_owned(), why: "gõ nhầm".to_owned(), amendment };
    let title = correction(Amendment::Title { before: "Tên cũ".to_owned(), after: "Tên mới".to_owned() });
    let counted = correction(Amendment::Counted { before: true, after: false });
    airing.correct(&title).unwrap();
    airing.correct(&counted).unwrap();
    let row = LogRow::airing(1, String::new(), &airing, None, CountedFrom::default());
    let cells = read_back(&csv(&[row], &topics(), ZONE, Delimiter::Semicolon).unwrap(), b';');
    assert_eq!(cells[1][4], "Tên mới");
    assert_eq!(cells[1][12], "tên: Tên cũ -> Tên mới (Lan: gõ nhầm); không tính (Lan: gõ nhầm)");
    assert_eq!(cells[1][11], "đang phát");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever a title holds, the table keeps its shape, the title comes back, and no cell begins a formula.
    #[test]
    fn no_title_breaks_the_csv(title in "(?s)[=+@\t\r-]?.{0,40}") {
        for (delimiter, separator) in [(Delimiter::Comma, b','), (Delimiter::Semicolon, b';')] {
            let cells = read_back(&csv(&[row(&title, 0, EndReason::NotStarted)], &topics(), ZONE, delimiter).unwrap(), separator);
            prop_assert_eq!(cells.len(), 2);
            let cell = &cells[1][4];
            prop_assert!(*cell == title || *cell == format!("'{title}"), "{:?} became {:?}", title, cell);
            for cell in &cells[1] {
                prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']), "{:?}", cell);
            }
        }
    }
}

#[test]
fn the_table_says_outcomes_in_words_and_colours_them_when_asked() {
    let plain = table(&rows(), &SCREEN);
    for word in ["đủ", "bị ngắt", "mất điện hoặc máy dừng đột ngột", "không phát", "05:00:12", "0:12:30", "100%"]
    {
        assert!(plain.contains(word), "{word} is not in\n{plain}");
    }
    assert!(!plain.contains('\u{1b}'), "no escape codes unless asked");
    let english = table(&rows(), &Screen { language: Language::En, colour: true, ..SCREEN });
    assert!(english.contains("\u{1b}[") && english.contains("power loss or crash") && english.contains("missed"));
}

#[test]
fn a_title_cannot_steer_the_terminal() {
    let page = table(&[row("a\u{1b}[2Jb\nc\td", 48_000 * 750, EndReason::Complete)], &SCREEN);
    assert!(page.contains("a [2Jb c d"), "{page}");
}

#[test]
fn a_narrow_terminal_wraps_and_keeps_every_row() {
    let narrow = table(&rows(), &Screen { width: Some(90), ..SCREEN });
    assert!(narrow.lines().all(|line| line.chars().count() <= 90), "{narrow}");
    assert!(table(&[], &SCREEN).contains("Kết quả"), "without rows the head is there");
}

#[test]
fn what_a_person_decided_shows_beside_the_outcome() {
    let mut by_hand = row("Loa hỏng", 48_000 * 750, EndReason::Complete);
    by_hand.counted = false;
    assert!(table(&[by_hand], &SCREEN).contains("đủ, không tính"));
    let mut counted = row("Bị cắt", 48_000 * 75, EndReason::PowerLoss);
    counted.counted = true;
    assert!(table(&[counted], &SCREEN).contains("bị ngắt, được tính"));
    let mut ident = row("Nhạc hiệu", 48_000 * 750, EndReason::Complete);
    (ident.kind, ident.counted) = (Some(Kind::Ident), false);
    assert!(!table(&[ident], &SCREEN).contains("không tính"), "an ident never counts, which is no decision");
    assert!(matches!(
        row("x", 1, EndReason::Complete).ending,
        loa::export::log::Ending::Airing { outcome: AiringOutcome::Partial, .. }
    ));
}
