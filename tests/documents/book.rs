//! The logbook as a book to sign: made by the real program, read back with poppler and as text.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{flat, made, told_by};

/// Makes the book of these days and says where its files are, without their ends.
fn book(from: &str, to: &str, language: &str, forms: &str) -> String {
    let folder = made().file(&format!("books-{from}-{language}"));
    let out = folder.to_str().unwrap();
    let arguments =
        ["log", "book", "--from", from, "--to", to, "--language", language, "--format", forms, "--out", out];
    let (done, _, said) = made().loa(&arguments);
    assert!(done, "{said}");
    format!("{out}/so-nhat-ky-{from}_{to}")
}

fn pages(file: &str) -> Vec<String> {
    told_by("pdftotext", &["-layout", file, "-"])
        .split('\u{c}')
        .filter(|page| !page.trim().is_empty())
        .map(str::to_owned)
        .collect()
}

/// Start of every row of the log between two days, by day, in its order.
fn logged(from: &str, to: &str) -> BTreeMap<String, Vec<String>> {
    let (done, rows, said) = made().loa(&["--json", "log", "--from", from, "--to", to]);
    assert!(done, "{said}");
    let rows: Vec<Value> = serde_json::from_str(&rows).unwrap();
    let mut days: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in &rows {
        let at = row["start"].as_str().or(row["planned_start"].as_str()).unwrap();
        let start = row["start"].as_str().map_or(String::new(), |start| start[11..19].to_owned());
        days.entry(at[..10].to_owned()).or_default().push(start);
    }
    days
}

#[test]
fn every_row_of_the_log_stands_in_the_book_once_and_in_order_and_every_day_has_its_signatures() {
    let (from, to) = ("2022-12-15", "2023-01-14");
    let pages = pages(&format!("{}.pdf", book(from, to, "vi", "pdf")));
    let days = logged(from, to);
    let total: usize = days.values().map(Vec::len).sum();
    assert!(total > 100, "{total} rows are no month");

    // A line of the table begins with its number, the day and the start.
    let line = |line: &str| -> Option<(usize, String, String)> {
        let mut words = line.split_whitespace();
        let number = words.next()?.parse().ok()?;
        let day = words.next().filter(|day| day.len() == 10 && day.matches('/').count() == 2)?;
        let start = words.next().filter(|start| start.len() == 8 && start.matches(':').count() == 2);
        let mut parts: Vec<&str> = day.split('/').collect();
        parts.reverse();
        Some((number, parts.join("-"), start.unwrap_or_default().to_owned()))
    };
    let printed: Vec<_> = pages.iter().flat_map(|page| page.lines()).filter_map(line).collect();
    let numbers: Vec<usize> = printed.iter().map(|row| row.0).collect();
    assert_eq!(numbers, (1..=total).collect::<Vec<_>>());
    let starts: Vec<_> = printed.into_iter().map(|(_, day, start)| (day, start)).collect();
    let expected: Vec<_> =
        days.iter().flat_map(|(day, starts)| starts.iter().map(|start| (day.clone(), start.clone()))).collect();
    assert_eq!(starts, expected);

    let text = flat(&pages.concat());
    let groups = text.matches("(Ký, ghi rõ họ tên)").count();
    assert_eq!(text.matches("NGƯỜI TRỰC ĐÀI").count() * 2, groups);
    assert!(groups / 2 >= days.len(), "{groups} places for signatures, {} days", days.len());
    for (index, page) in pages.iter().enumerate() {
        assert!(page.contains(&format!("Trang {} / {}", index + 1, pages.len())), "{page}");
        assert!(
            page.contains("SỔ NHẬT KÝ CHƯƠNG TRÌNH PHÁT THANH") && page.contains("loa log verify --head"),
            "{page}"
        );
    }
}

#[test]
fn a_period_without_a_line_says_so_and_is_signed_all_the_same() {
    let file = book("2019-01-01", "2019-01-31", "en", "pdf,html,txt");
    let pages = pages(&format!("{file}.pdf"));
    assert_eq!(pages.len(), 1);
    let html = std::fs::read_to_string(format!("{file}.html")).unwrap();
    let plain = std::fs::read_to_string(format!("{file}.txt")).unwrap();
    for text in [&pages[0], &html, &plain] {
        assert!(text.contains("The log has no line for this time.") && text.contains("ON DUTY"), "{text}");
        assert!(text.contains("(Signature and full name)"), "{text}");
    }
}

#[test]
fn a_form_that_a_book_does_not_have_is_refused_with_those_it_has() {
    let out = made().file("books-none");
    let arguments = ["log", "book", "--period", "2023-01", "--format", "docx", "--out", out.to_str().unwrap()];
    let (done, _, said) = made().loa(&arguments);
    assert!(!done && said.contains("pdf, html, txt"), "{said}");
}
