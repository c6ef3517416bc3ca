//! The plan as JSON, iCalendar and table.

use loa::domain::clip::{ClipId, ClipSnapshot, Digest, Genre, ItemId, Source, Topics, Unfit};
use loa::domain::rundown::{LeftOut, LeftOutWhy, Planned, Role, Rundown, Why};
use loa::domain::slot::ZoneId;
use loa::domain::sound::Sound;
use loa::domain::words::Language;
use loa::export::Screen;
use loa::export::plan::{PlanRow, calendar, json, table};
use serde_json::{Value, json as value};

use crate::support::report::{ZONE, conforms, instant};

fn snapshot(clip: u32, title: &str, seconds: u64) -> ClipSnapshot {
    ClipSnapshot {
        item: ItemId { clip: ClipId(clip), edition: 1 },
        title: title.to_owned(),
        genre: Genre::Article,
        topics: Topics { primary: "CCHC.KQ".to_owned(), secondary: vec![] },
        campaign: None,
        author: None,
        approver: None,
        source: Source::Own,
        digest: Digest([1; 32]),
        frames: 44_100 * seconds,
        sample_rate: 44_100,
    }
}

fn planned(position: u32, role: Role, clip: ClipSnapshot, start: &str, why: Why) -> Planned {
    Planned { position, role, sound: Sound::Clip(clip), start: instant(start), gain_db: -1.5, why }
}

fn rows() -> Vec<PlanRow> {
    let title = "Tiếp nhận hồ sơ, trả kết quả; qua bưu chính\\công ích: những điều người dân cần biết khi làm thủ tục\nhành chính";
    let elements = vec![
        planned(0, Role::Ident, snapshot(1, "Nhạc hiệu", 12), "2023-01-01T22:00:00Z", Why::Fixed),
        planned(
            1,
            Role::Item,
            snapshot(2, title, 750),
            "2023-01-01T22:00:12Z",
            Why::Queued { entry: 4, by: "Lan".to_owned(), priority: None },
        ),
        planned(
            2,
            Role::Item,
            snapshot(3, "Kết quả CCHC", 600),
            "2023-01-01T22:12:42Z",
            Why::Rotation { last_aired: Some(instant("2022-12-19T22:00:00Z")), of: 12 },
        ),
    ];
    let left_out = vec![
        LeftOut { clip: ClipId(5), title: "Quá dài".to_owned(), why: LeftOutWhy::DoesNotFit { over_ms: 61_000 } },
        LeftOut {
            clip: ClipId(6),
            title: "Chờ duyệt".to_owned(),
            why: LeftOutWhy::Unfit { unfit: Unfit::NotApproved },
        },
        LeftOut { clip: ClipId(9), title: String::new(), why: LeftOutWhy::Unknown },
        LeftOut {
            clip: ClipId(7), title: "Hỏng".to_owned(), why: LeftOutWhy::Bad { fault: "zero bytes".to_owned() }
        },
    ];
    let empty =
        Rundown { occurrence: "chieu-1700@2023-01-02T17:00:00".parse().unwrap(), elements: vec![], left_out: vec![] };
    vec![
        PlanRow {
            name: "Bản tin sáng".to_owned(),
            zones: vec![ZoneId("khu-1".to_owned()), ZoneId("khu-2".to_owned())],
            start: instant("2023-01-01T22:00:00Z"),
            end: instant("2023-01-01T22:22:42Z"),
            rundown: Rundown { occurrence: "sang-0500@2023-01-02T05:00:00".parse().unwrap(), elements, left_out },
        },
        PlanRow {
            name: "Bản tin chiều".to_owned(),
            zones: vec![],
            start: instant("2023-01-02T10:00:00Z"),
            end: instant("2023-01-02T10:30:00Z"),
            rundown: empty,
        },
    ]
}

#[test]
fn json_has_exactly_the_keys_of_the_published_schema() {
    let schema: Value = serde_json::from_str(include_str!("../../docs/schema/plan.json")).unwrap();
    let document: Value = serde_json::from_str(&json(&rows(), ZONE).unwrap()).unwrap();
    conforms(&schema, &document, "plan");
    let first = &document[0];
    assert_eq!(first["occurrence_id"], "sang-0500@2023-01-02T05:00:00");
    assert_eq!((&first["slot"], &first["start"]), (&value!("sang-0500"), &value!("2023-01-02T05:00:00+07:00")));
    let queued = &first["elements"][1];
    assert_eq!(
        (&queued["clip"], &queued["duration_s"], &queued["why"]),
        (&value!(2), &value!(750.0), &value!("queued"))
    );
    assert_eq!(queued["why_text"], "queue entry 4, queued by Lan");
    assert_eq!(first["elements"][2]["why_text"], "aired longest ago (20/12/2022 05:00:00), of 12 clips");
    let left_out: Vec<&str> =
        first["left_out"].as_array().unwrap().iter().map(|left| left["why"].as_str().unwrap()).collect();
    assert_eq!(left_out, ["does_not_fit", "unfit", "unknown", "bad"]);
    assert_eq!(document[1]["elements"], value!([]));
}

/// Properties of each VEVENT, unfolded and unescaped after RFC 5545, independently of the library that wrote them.
fn events(text: &str) -> Vec<Vec<(String, String)>> {
    let unfolded = text.replace("\r\n ", "");
    let mut events = Vec::new();
    let mut open: Option<Vec<(String, String)>> = None;
    for line in unfolded.split("\r\n").filter(|line| !line.is_empty()) {
        let (name, text) = line.split_once(':').unwrap();
        match (name, text) {
            ("BEGIN", "VEVENT") => open = Some(Vec::new()),
            ("END", "VEVENT") => events.push(open.take().unwrap()),
            _ => {
                if let Some(event) = &mut open {
                    event.push((name.to_owned(), unescaped(text)));
                }
            }
        }
    }
    events
}

fn unescaped(text: &str) -> String {
    let mut plain = String::new();
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        match (char, char == '\\') {
            (_, true) => match chars.next().unwrap() {
                'n' | 'N' => plain.push('\n'),
                other => plain.push(other),
            },
            (char, false) => plain.push(char),
        }
    }
    plain
}

#[test]
fn the_calendar_read_back_is_the_plan() {
    let text = calendar(&rows(), "Đài truyền thanh thị trấn Lai Cách", instant("2023-01-01T00:00:00Z"), ZONE).unwrap();
    assert!(text.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Loa//Loa//VI\r\n"), "{text}");
    assert!(text.ends_with("END:VCALENDAR\r\n"));
    assert!(text.split("\r\n").all(|line| line.len() <= 75 && !line.contains(['\r', '\n'])), "folded at 75 octets");
    let events = events(&text);
    assert_eq!(events.len(), 2);
    let of = |event: &[(String, String)], name: &str| {
        let all: Vec<_> = event.iter().filter(|(key, _)| key == name).map(|(_, text)| text.clone()).collect();
        assert!(all.len() <= 1, "{name} twice");
        all.first().cloned()
    };
    let first = &events[0];
    assert_eq!(of(first, "UID").unwrap(), "sang-0500@2023-01-02T05:00:00.loa");
    assert_eq!(of(first, "DTSTAMP").unwrap(), "20230101T000000Z");
    assert_eq!(of(first, "DTSTART").unwrap(), "20230101T220000Z");
    assert_eq!(of(first, "DTEND").unwrap(), "20230101T222242Z");
    assert_eq!(of(first, "SUMMARY").unwrap(), "Bản tin sáng");
    assert_eq!(of(first, "LOCATION").unwrap(), "khu-1, khu-2");
    let lines = of(first, "DESCRIPTION").unwrap();
    let expected = "05:00:00 Nhạc hiệu (0:00:12)\n05:00:12 Tiếp nhận hồ sơ, trả kết quả; qua bưu chính\\công ích: những điều \
                    người dân cần biết khi làm thủ tục hành chính (0:12:30)\n05:12:42 Kết quả CCHC (0:10:00)";
    assert_eq!(lines, expected);
    assert_eq!(of(&events[1], "DTSTART").unwrap(), "20230102T100000Z");
    assert_eq!(of(&events[1], "LOCATION"), None);
    assert_eq!(of(&events[1], "DESCRIPTION").unwrap_or_default(), "");
}

#[test]
fn an_export_made_twice_is_the_same() {
    let once = || calendar(&rows(), "Loa", instant("2023-01-01T00:00:00Z"), ZONE).unwrap();
    assert_eq!(once(), once(), "no clock and no random identifier in it");
}

#[test]
fn the_table_says_why_each_clip_is_there_or_not() {
    let screen = Screen { zone: ZONE, language: Language::Vi, colour: false, width: None };
    let page = table(&rows(), &screen);
    for part in [
        "Bản tin sáng",
        "hàng đợi số 4, Lan xếp",
        "phát lâu nhất trước đây (20/12/2022), chọn từ 12 tin bài",
        "dài quá 0:01:01",
        "chưa được duyệt",
        "không có trong thư viện",
        "tệp âm thanh hỏng: zero bytes",
        "0:22:42",
    ] {
        assert!(page.contains(part), "{part:?} is not in\n{page}");
    }
    let english = table(&rows(), &Screen { language: Language::En, ..screen });
    assert!(english.contains("too long by 0:01:01") && english.contains("named by the slot"), "{english}");
}
