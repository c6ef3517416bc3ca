//! The workbook, read by a library that did not write it: every cell of every sheet says what the report and the log say as
//! JSON, and is of the sort that a spreadsheet can count with.

use std::collections::BTreeMap;
use std::io::Read as _;

use calamine::{Data, DataType as _, Reader as _, Xlsx, open_workbook};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Weekday};
use loa::domain::clip::{Genre, Source};
use loa::domain::words::{self, Language};
use serde_json::Value;

use super::made;

/// The code and the name at the head of a line.
type Heads<'a> = dyn Fn(&Value) -> (String, String) + 'a;

const FILE: &str = "bao-cao-2023-H1.xlsx";
const MS_OF_DAY: f64 = 86_400_000.0;

/// What a cell shall hold.
#[derive(Debug)]
enum Cell {
    Empty,
    Text(String),
    Number(f64),
    /// A day, a time of day or both, in milliseconds since the last of 1899.
    Moment(f64),
    /// Milliseconds.
    Length(f64),
    /// Minutes, as the JSON rounds them.
    Minutes(f64),
}

impl Cell {
    fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }

    fn of(value: &Value) -> Self {
        Self::text(value.as_str().unwrap_or_default())
    }

    fn at(at: NaiveDateTime) -> Self {
        let zero = NaiveDate::from_ymd_opt(1899, 12, 30).unwrap().and_time(NaiveTime::MIN);
        Self::Moment((at - zero).num_milliseconds() as f64)
    }

    fn day(text: &Value) -> Self {
        Self::at(text.as_str().unwrap().parse::<NaiveDate>().unwrap().and_time(NaiveTime::MIN))
    }

    fn number(value: &Value) -> Self {
        Self::Number(value.as_f64().unwrap())
    }

    fn length(value: &Value) -> Self {
        Self::Length(value.as_f64().unwrap())
    }

    fn is_held_by(&self, cell: &Data) -> bool {
        match (self, cell) {
            (Self::Empty, Data::Empty) => true,
            (Self::Text(text), Data::String(held)) => text == held,
            (Self::Number(number), Data::Float(held)) => (number - held).abs() < 1e-9,
            (Self::Number(number), Data::Int(held)) => *number as i64 == *held,
            (Self::Moment(ms), Data::DateTime(held)) => held.is_datetime() && near(*ms, held.as_f64()),
            (Self::Length(ms), Data::DateTime(held)) => held.is_duration() && near(*ms, held.as_f64()),
            // Three digits of a minute are 60 ms.
            (Self::Minutes(minutes), Data::DateTime(held)) => {
                held.is_duration() && (minutes * 60_000.0 - held.as_f64() * MS_OF_DAY).abs() < 31.0
            }
            _ => false,
        }
    }
}

/// To the millisecond.
fn near(ms: f64, days: f64) -> bool {
    (ms - days * MS_OF_DAY).abs() < 1.0
}

fn sheet(name: &str) -> Vec<Vec<Data>> {
    let mut workbook: Xlsx<_> = open_workbook(made().file(FILE)).unwrap();
    workbook.worksheet_range(name).unwrap().rows().map(<[Data]>::to_vec).collect()
}

/// Holds exactly these rows under its head.
fn holds(name: &str, expected: &[Vec<Cell>]) {
    let rows = sheet(name);
    assert_eq!(rows.len(), expected.len() + 1, "{name}: a head and its rows");
    for (index, (row, expected)) in rows[1..].iter().zip(expected).enumerate() {
        assert_eq!(row.len(), expected.len(), "{name}, row {}", index + 2);
        for ((held, cell), head) in row.iter().zip(expected).zip(&rows[0]) {
            assert!(cell.is_held_by(held), "{name}, row {}, {head}: {held:?} and not {cell:?}", index + 2);
        }
    }
}

fn report() -> Value {
    serde_json::from_str(&made().text("bao-cao-2023-H1.json")).unwrap()
}

fn local(text: &Value) -> NaiveDateTime {
    DateTime::parse_from_rfc3339(text.as_str().unwrap()).unwrap().naive_local()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

fn genre(value: &Value, language: Language) -> &'static str {
    words::genre(serde_json::from_value::<Genre>(value.clone()).unwrap(), language)
}

fn source(value: &Value, language: Language) -> &'static str {
    words::source(serde_json::from_value::<Source>(value.clone()).unwrap(), language)
}

#[test]
fn the_groupings_hold_every_figure_of_the_json_and_add_up_to_the_totals() {
    let report = report();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let month = |line: &Value| {
        let month = text(&line["month"]);
        (month.clone(), format!("{}/{}", &month[5..], &month[..4]))
    };
    let weekday = |line: &Value| {
        let day: Weekday = text(&line["weekday"]).parse().unwrap();
        (day.to_string(), words::weekday(day, Language::Vi).to_owned())
    };
    let named = |line: &Value| (text(&line["code"]), text(&line["name"]));
    let of_source = |line: &Value| {
        let word = |language| source(&line["source"], language).to_owned();
        (word(Language::En), word(Language::Vi))
    };
    let of_genre = |line: &Value| {
        let word = |language| genre(&line["genre"], language).to_owned();
        (word(Language::En), word(Language::Vi))
    };
    let groupings: [(&str, &str, &Heads); 6] = [
        ("Lĩnh vực", "by_topic", &named),
        ("Tháng", "by_month", &month),
        ("Nguồn", "by_source", &of_source),
        ("Thể loại", "by_genre", &of_genre),
        ("Kế hoạch tuyên truyền", "by_campaign", &named),
        ("Thứ", "by_weekday", &weekday),
    ];
    for (name, key, code_and_name) in groupings {
        let row = |line: &Value| {
            let (code, title) = code_and_name(line);
            let figures =
                [Cell::number(&line["items"]), Cell::number(&line["airings"]), Cell::length(&line["heard_ms"])];
            [Cell::text(code), Cell::text(title)].into_iter().chain(figures).collect()
        };
        let rows: Vec<Vec<Cell>> = list(&report[key]).iter().map(row).collect();
        assert!(!rows.is_empty(), "{name}");
        holds(name, &rows);
        let of_own = list(&report[key]).iter().filter(|line| key != "by_source" || line["source"] == "own");
        let airings: u64 = of_own.map(|line| line["airings"].as_u64().unwrap()).sum();
        assert_eq!(airings, report["airings"].as_u64().unwrap(), "{name}");
    }
}

#[test]
fn the_summary_holds_every_figure_of_the_json_and_where_it_comes_from() {
    let report = report();
    let none = || [Cell::Empty, Cell::Empty, Cell::Empty];
    let whole = |value: &Value| [Cell::number(value), Cell::Empty, Cell::Empty];
    let day = |value: &Value| [Cell::Empty, Cell::Empty, Cell::day(value)];
    let length = |ms: f64| [Cell::Empty, Cell::Length(ms), Cell::Empty];
    let apart = |key: &str| {
        let minutes = report[key]["minutes"].as_f64().unwrap();
        [Cell::number(&report[key]["sessions"]), Cell::Minutes(minutes), Cell::Empty]
    };
    let seconds: Vec<f64> =
        list(&report["item_rows"]).iter().map(|item| item["duration_s"].as_f64().unwrap()).collect();
    let shortest = seconds.iter().copied().fold(f64::MAX, f64::min) * 1_000.0;
    let longest = seconds.iter().copied().fold(0.0, f64::max) * 1_000.0;
    let uncounted = |key: &str| whole(&report["uncounted"][key]);
    let heard = [Cell::number(&report["airings"]), Cell::length(&report["heard_ms"]), Cell::Empty];
    let made = [Cell::Empty, Cell::Empty, Cell::at(local(&report["made_at"]))];
    let head = &report["log_head"];
    let rows: [(&str, [Cell; 3], &Value); 19] = [
        ("Đài", none(), &report["station"]),
        ("Kỳ báo cáo", none(), &report["period"]["text"]),
        ("Ngày đầu", day(&report["period"]["from"]), &Value::Null),
        ("Ngày cuối", day(&report["period"]["to"]), &Value::Null),
        ("Số tin bài", whole(&report["items"]), &Value::Null),
        ("Số lượt phát được tính", heard, &Value::Null),
        ("Tin bài ngắn nhất", length(shortest), &Value::Null),
        ("Tin bài dài nhất", length(longest), &Value::Null),
        ("Tiếp âm", apart("relays"), &Value::Null),
        ("Phát trực tiếp", apart("live"), &Value::Null),
        ("Khẩn cấp", apart("emergencies"), &Value::Null),
        ("Lượt bị ngắt", uncounted("partial"), &Value::Null),
        ("Lượt không phát", uncounted("not_aired"), &Value::Null),
        ("Lượt đang phát", uncounted("on_air"), &Value::Null),
        ("Lượt loại bằng tay", uncounted("by_hand"), &Value::Null),
        ("Được tính khi phát từ", whole(&report["settings"]["counted_from"]), &Value::Null),
        ("Thời điểm lập", made, &report["program"]),
        ("Nhật ký đến bản ghi số", whole(&head["seq"]), &head["hash"]),
        ("DỮ LIỆU MÔ PHỎNG", none(), &Value::Null),
    ];
    let rows: Vec<Vec<Cell>> = rows
        .into_iter()
        .map(|(name, figures, remark)| {
            [Cell::text(name)].into_iter().chain(figures).chain([Cell::of(remark)]).collect()
        })
        .collect();
    holds("Tổng hợp", &rows);
}

#[test]
fn the_items_are_those_of_the_json_with_their_airings_and_lengths() {
    let report = report();
    let topics: BTreeMap<&str, &Value> =
        list(&report["by_topic"]).iter().map(|line| (line["code"].as_str().unwrap(), &line["name"])).collect();
    let row = |item: &Value| {
        let (clip, edition) = item["item"].as_str().unwrap().split_once('.').unwrap();
        vec![
            Cell::Number(clip.parse().unwrap()),
            Cell::Number(edition.parse().unwrap()),
            Cell::of(&item["title"]),
            Cell::text(genre(&item["genre"], Language::Vi)),
            Cell::of(&item["topic"]),
            Cell::of(topics[item["topic"].as_str().unwrap()]),
            Cell::of(&item["campaign"]),
            Cell::number(&item["airings"]),
            Cell::Minutes(item["minutes"].as_f64().unwrap()),
            Cell::Length(item["duration_s"].as_f64().unwrap() * 1_000.0),
        ]
    };
    let rows: Vec<Vec<Cell>> = list(&report["item_rows"]).iter().map(row).collect();
    assert_eq!(rows.len() as u64, report["items"].as_u64().unwrap());
    holds("Tin bài", &rows);
}

#[test]
fn what_was_planned_adds_up_and_each_deviation_has_its_line() {
    let report = report();
    let ends = &report["occurrences"];
    let sum = |name: &str, number: &Value| {
        vec![Cell::text(name), Cell::number(number), Cell::Empty, Cell::Empty, Cell::Empty]
    };
    let mut rows = vec![sum("đủ", &ends["aired"]), sum("chưa kết thúc", &ends["open"])];
    for line in list(&report["deviations"]) {
        let missed = list(&report["missed"]).iter().find(|miss| miss["occurrence_id"] == line["occurrence_id"]);
        let why = missed.map_or_else(String::new, |miss| {
            let reason = miss["reason_vi"].as_str().unwrap();
            miss["detail"].as_str().map_or_else(|| reason.to_owned(), |detail| format!("{reason}: {detail}"))
        });
        rows.push(vec![
            Cell::of(&line["outcome_vi"]),
            Cell::Number(1.0),
            Cell::at(local(&line["planned_start"])),
            Cell::text(line["occurrence_id"].as_str().unwrap().split('@').next().unwrap()),
            Cell::text(why),
        ]);
    }
    holds("Kế hoạch và thực hiện", &rows);
    let planned: f64 = sheet("Kế hoạch và thực hiện")[1..].iter().map(|row| row[1].get_float().unwrap()).sum();
    assert_eq!(planned as u64, ends["planned"].as_u64().unwrap());
}

#[test]
fn every_cell_of_the_log_says_what_the_log_says_with_real_days_and_times() {
    let made = made();
    let days = ["--from", "2022-12-15", "--to", "2023-06-14"];
    let told = |form: &str| {
        let (done, log, said) = made.loa(&[&["log"], &days[..], &[form]].concat());
        assert!(done, "{said}");
        log
    };
    let log: Value = serde_json::from_str(&told("--json")).unwrap();
    // Words are those of the log as a table; the sheet has the figures behind them.
    let table = told("--csv");
    let mut table = csv::Reader::from_reader(table.trim_start_matches('\u{feff}').as_bytes());
    let heads = table.headers().unwrap().clone();
    let words: Vec<csv::StringRecord> = table.records().collect::<Result<_, _>>().unwrap();
    assert_eq!(words.len(), list(&log).len());
    let rows: Vec<Vec<Cell>> = (1..)
        .zip(list(&log).iter().zip(&words))
        .map(|(number, (line, words))| {
            let word = |head: &str| Cell::text(&words[heads.iter().position(|other| other == head).unwrap()]);
            let time = |at: &Value| if at.is_null() { Cell::Empty } else { time_of_day(local(at)) };
            let began = local(if line["start"].is_null() { &line["planned_start"] } else { &line["start"] });
            let is_airing = !line["airing_id"].is_null();
            let if_aired = |cell| if is_airing { cell } else { Cell::Empty };
            let rate = line["sample_rate"].as_f64().unwrap().max(1.0);
            let occurrence = line["occurrence_id"].as_str().unwrap_or_default();
            vec![
                Cell::Number(f64::from(number)),
                Cell::at(began.date().and_time(NaiveTime::MIN)),
                time(&line["start"]),
                time(&line["end"]),
                Cell::of(&line["title"]),
                word("Thể loại"),
                Cell::of(&line["topic"]),
                word("Lĩnh vực"),
                Cell::of(&line["campaign"]),
                word("Nguồn"),
                if_aired(Cell::Length(line["frames"].as_f64().unwrap() * 1_000.0 / rate)),
                if_aired(Cell::number(&line["fraction"])),
                Cell::of(&line["author"]),
                Cell::of(&line["approver"]),
                word("Kết quả"),
                word("Lý do, ghi chú"),
                Cell::of(&line["by"]),
                Cell::Number(f64::from(u8::from(line["counted"].as_bool().unwrap()))),
                if_aired(Cell::text("thi-tran")),
                Cell::at(local(&line["planned_start"])),
                Cell::text(occurrence.split('@').next().unwrap()),
                Cell::number(&line["seq"]),
                Cell::of(&line["hash"]),
            ]
        })
        .collect();
    holds("Nhật ký", &rows);
}

fn time_of_day(at: NaiveDateTime) -> Cell {
    Cell::Moment((at.time() - NaiveTime::MIN).num_milliseconds() as f64)
}

#[test]
fn no_number_is_written_as_text_and_no_head_is_missing() {
    let mut workbook: Xlsx<_> = open_workbook(made().file(FILE)).unwrap();
    let names = workbook.sheet_names();
    assert_eq!(names.len(), 10, "{names:?}");
    for name in names {
        let range = workbook.worksheet_range(&name).unwrap();
        let mut rows = range.rows();
        let head = rows.next().unwrap_or_else(|| panic!("{name} is empty"));
        assert!(head.iter().all(|cell| matches!(cell, Data::String(text) if !text.is_empty())), "{name}: {head:?}");
        for cell in rows.flatten() {
            if let Data::String(text) = cell {
                assert!(text.replace(['.', ','], "").parse::<f64>().is_err(), "{name}: `{text}` is a number as text");
            }
        }
    }
}

#[test]
fn every_head_stays_in_sight_and_the_charts_draw_whole_tables() {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(made().file(FILE)).unwrap()).unwrap();
    let mut part = |name: &str| {
        let mut text = String::new();
        archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    };
    for number in 1..=10 {
        let sheet = part(&format!("xl/worksheets/sheet{number}.xml"));
        assert!(sheet.contains("<pane ySplit=\"1\""), "sheet {number} has no head that stays");
        assert!(sheet.contains("state=\"frozen\""), "sheet {number}");
        assert!(sheet.contains("<tablePart "), "sheet {number} is no table to filter and sort");
        assert!(!sheet.contains("<mergeCell "), "sheet {number}");
    }
    for (number, name, key) in [(1, "Lĩnh vực", "by_topic"), (2, "Tháng", "by_month")] {
        let last = list(&report()[key]).len() + 1;
        let chart = part(&format!("xl/charts/chart{number}.xml"));
        for column in ["B", "C", "D"] {
            let range = format!("${column}$2:${column}${last}</c:f>");
            assert!(chart.contains(&range), "the chart of {name} leaves out some of {range}");
        }
    }
}
