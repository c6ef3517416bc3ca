//! The workbook, read by a library that did not write it.

use calamine::{Data, Reader as _, Xlsx, open_workbook};
use serde_json::Value;

use super::made;

fn sheet(name: &str) -> Vec<Vec<Data>> {
    let mut workbook: Xlsx<_> = open_workbook(made().file("bao-cao-2023-H1.xlsx")).unwrap();
    workbook.worksheet_range(name).unwrap().rows().map(<[Data]>::to_vec).collect()
}

fn number(cell: &Data) -> f64 {
    match cell {
        Data::Float(number) => *number,
        Data::Int(number) => *number as f64,
        Data::DateTime(moment) => moment.as_f64(),
        other => panic!("{other:?} is no number"),
    }
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-7
}

#[test]
fn the_groupings_hold_the_figures_of_the_json_and_add_up_to_the_totals() {
    let json: Value = serde_json::from_str(&made().text("bao-cao-2023-H1.json")).unwrap();
    for (name, key) in
        [("Lĩnh vực", "by_topic"), ("Tháng", "by_month"), ("Thể loại", "by_genre"), ("Thứ", "by_weekday")]
    {
        let rows = sheet(name);
        let lines = json[key].as_array().unwrap();
        assert_eq!(rows.len(), lines.len() + 1, "{name}: a head and a row a line");
        for (row, line) in rows[1..].iter().zip(lines) {
            assert_eq!(number(&row[2]) as u64, line["items"].as_u64().unwrap(), "{name}");
            assert_eq!(number(&row[3]) as u64, line["airings"].as_u64().unwrap(), "{name}");
            assert!(close(number(&row[4]) * 86_400_000.0 / 1e6, line["heard_ms"].as_f64().unwrap() / 1e6), "{name}");
        }
        let airings: f64 = rows[1..].iter().map(|row| number(&row[3])).sum();
        assert_eq!(airings as u64, json["airings"].as_u64().unwrap(), "{name}");
    }
}

#[test]
fn every_row_of_the_log_stands_in_its_sheet_with_real_days_and_times() {
    let made = made();
    let rows = sheet("Nhật ký");
    let (done, log, said) = made.loa(&["log", "--from", "2022-12-15", "--to", "2023-06-14", "--json"]);
    assert!(done, "{said}");
    let log: Value = serde_json::from_str(&log).unwrap();
    let log = log.as_array().unwrap();
    assert_eq!(rows.len(), log.len() + 1);
    for (index, (row, line)) in rows[1..].iter().zip(log).enumerate() {
        assert_eq!(number(&row[0]) as usize, index + 1);
        let start = line["start"].as_str().or(line["planned_start"].as_str()).unwrap();
        let start = chrono::DateTime::parse_from_rfc3339(start).unwrap().naive_local();
        let zero = chrono::NaiveDate::from_ymd_opt(1899, 12, 30).unwrap();
        assert_eq!(number(&row[1]) as i64, (start.date() - zero).num_days(), "row {index}");
        if line["start"].is_string() {
            let clock = number(&row[2]) * 86_400_000.0;
            let ms = (start.time() - chrono::NaiveTime::MIN).num_milliseconds() as f64;
            assert!((clock - ms).abs() < 1.0, "row {index}: {clock} and {ms}");
        }
        assert_eq!(row[4], Data::String(line["title"].as_str().unwrap().to_owned()));
        assert_eq!(number(&row[21]) as u64, line["seq"].as_u64().unwrap());
        assert_eq!(row[22], Data::String(line["hash"].as_str().unwrap().to_owned()));
        assert_eq!(number(&row[17]) as u64, u64::from(line["counted"].as_bool().unwrap()));
    }
}

#[test]
fn no_number_is_written_as_text_and_no_head_is_missing() {
    let mut workbook: Xlsx<_> = open_workbook(made().file("bao-cao-2023-H1.xlsx")).unwrap();
    let names = workbook.sheet_names();
    assert!(names.len() >= 10, "{names:?}");
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
