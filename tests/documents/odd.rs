//! What offices really hand over: titles as long as they may be, topics that the table no longer has, days the wrong way round.

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use calamine::{Data, Reader as _, Xlsx, open_workbook};
use tempfile::TempDir;

use super::{flat, told_by};

/// Letters of the longest title.
const LONG: usize = 300;
/// Stands in no text of a report, so each that is found comes from the title without a blank.
const RARE: char = 'Ỹ';
const MM: f64 = 72.0 / 25.4;

/// Words that are each found once in it.
fn worded() -> String {
    let words: Vec<String> = (100..).map(|number| format!("mục{number}")).take(LONG).collect();
    let mut title = words.join(" ");
    title.truncate(title.char_indices().nth(LONG).unwrap().0);
    let title = format!("{}x", &title.trim_end()[..title.trim_end().rfind(' ').unwrap()]);
    let left = LONG - title.chars().count();
    format!("{title}{}", "x".repeat(left))
}

fn unbroken() -> String {
    RARE.to_string().repeat(LONG)
}

/// Two weeks with such titles, and their report in every form.
fn fortnight() -> &'static Path {
    static MADE: OnceLock<TempDir> = OnceLock::new();
    MADE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let scenario = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios/lai-cach-2023-h1.toml");
        let text = std::fs::read_to_string(scenario).unwrap();
        let text = text.replace("to = \"2023-06-14\"", "to = \"2022-12-29\"");
        let text = text.split("# A power cut in the middle").next().unwrap();
        let first = "Kết quả công tác cải cách hành chính của thị trấn, bài {n}";
        let second = "Ứng dụng công nghệ thông tin trong giải quyết thủ tục hành chính, bài {n}";
        assert!(text.contains(first) && text.contains(second));
        let text = text.replace(first, &worded()).replace(second, &unbroken());
        std::fs::write(folder.path().join("scenario.toml"), text).unwrap();
        let scenario = folder.path().join("scenario.toml");
        let (done, said) = loa(folder.path(), &["simulate", "--scenario", scenario.to_str().unwrap()]);
        assert!(done, "{said}");
        let (done, said) = report(folder.path(), folder.path(), "docx,pdf,xlsx,html,txt,csv,json", &[]);
        assert!(done, "{said}");
        folder
    })
    .path()
}

fn loa(folder: &Path, arguments: &[&str]) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_loa"))
        .env_remove("LOA_CONFIG")
        .env("LOA_DATA", folder.join("data"))
        .args(arguments)
        .output()
        .unwrap();
    (output.status.success(), String::from_utf8(output.stderr).unwrap())
}

fn report(folder: &Path, out: &Path, form: &str, more: &[&str]) -> (bool, String) {
    let days = ["--from", "2022-12-15", "--to", "2022-12-29"];
    let arguments = [&["report"], &days[..], &["--format", form, "--out", out.to_str().unwrap()], more].concat();
    loa(folder, &arguments)
}

/// The one file of this form.
fn file(folder: &Path, form: &str) -> std::path::PathBuf {
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let found: Vec<_> = files.filter(|path| path.extension().is_some_and(|end| end == form)).collect();
    match found.as_slice() {
        [only] => only.clone(),
        other => panic!("{other:?} for {form}"),
    }
}

/// Without what only says where a line may end.
fn bare(text: &str) -> String {
    flat(&text.replace(['\u{200b}', '\u{ad}', '\u{2060}'], "").replace("<wbr>", ""))
}

#[test]
fn a_title_of_300_letters_is_whole_in_every_form() {
    let folder = fortnight();
    assert_eq!((worded().chars().count(), unbroken().chars().count()), (LONG, LONG));
    let document = told_by("unzip", &["-p", file(folder, "docx").to_str().unwrap(), "word/document.xml"]);
    let mut runs = String::new();
    for piece in document.split('<').filter(|piece| piece.starts_with("w:t>") || piece.starts_with("w:t ")) {
        runs.push_str(&piece[piece.find('>').unwrap() + 1..]);
    }
    let mut texts = vec![("docx", runs)];
    for form in ["html", "txt", "csv", "json"] {
        texts.push((form, std::fs::read_to_string(file(folder, form)).unwrap()));
    }
    for (form, text) in texts {
        let text = bare(&text);
        // A form that breaks lines by itself may break the title without blanks too.
        let letters = text.chars().filter(|letter| *letter == RARE).count();
        assert!(letters >= LONG && letters.is_multiple_of(LONG), "{form}: {letters} letters");
        // Where a table is drawn with letters, the next column stands between two lines of a cell.
        let whole =
            if form == "txt" { worded().split(' ').all(|word| text.contains(word)) } else { text.contains(&worded()) };
        assert!(whole, "{form} has no whole title");
    }
    let mut workbook: Xlsx<_> = open_workbook(file(folder, "xlsx")).unwrap();
    for name in ["Tin bài", "Nhật ký"] {
        let range = workbook.worksheet_range(name).unwrap();
        for title in [worded(), unbroken()] {
            assert!(range.rows().flatten().any(|cell| *cell == Data::String(title.clone())), "{name}: {title}");
        }
    }
}

#[test]
fn a_title_of_300_letters_stays_on_the_paper_and_loses_no_letter() {
    let pdf = file(fortnight(), "pdf");
    let pdf = pdf.to_str().unwrap();
    let text = bare(&told_by("pdftotext", &[pdf, "-"]));
    let letters = text.chars().filter(|letter| *letter == RARE).count();
    assert!(letters >= LONG && letters.is_multiple_of(LONG), "{letters} letters");
    for word in worded().split(' ') {
        assert!(text.contains(word), "`{word}` is lost");
    }
    let boxes = told_by("pdftotext", &["-bbox", pdf, "-"]);
    let number = |line: &str, name: &str| -> f64 {
        line.split(&format!("{name}=\"")).nth(1).unwrap().split('"').next().unwrap().parse().unwrap()
    };
    let (mut size, mut words) = ((0.0, 0.0), 0);
    for line in boxes.lines().map(str::trim) {
        if line.starts_with("<page ") {
            size = (number(line, "width"), number(line, "height"));
        } else if line.starts_with("<word ") {
            words += 1;
            let fits = number(line, "xMin") > 14.0 * MM
                && number(line, "xMax") < size.0 - 14.0 * MM
                && number(line, "yMax") < size.1 - 10.0 * MM;
            assert!(fits, "beyond the margin of a page of {size:?}: {line}");
        }
    }
    assert!(words > 500, "{words} words");
}

#[test]
fn a_topic_that_the_table_no_longer_has_is_named_by_its_code() {
    let folder = fortnight();
    let shipped = include_str!("../../config/topics.toml");
    let (before, after) = shipped.split_once("[[topic]]\ncode = \"TTHC.TNMT\"\n").unwrap();
    let after = &after[after.find("[[topic]]").unwrap()..];
    let topics = folder.join("topics.toml");
    std::fs::write(&topics, format!("{before}{after}")).unwrap();
    let out = tempfile::tempdir().unwrap();
    let setting = format!("library.topics_file={}", topics.display());
    let (done, said) = report(folder, out.path(), "txt,json,xlsx,pdf,docx,html,csv", &["--set", &setting]);
    assert!(done, "{said}");
    let read = |folder: &Path, form| {
        let text = std::fs::read_to_string(file(folder, form)).unwrap();
        serde_json::from_str::<serde_json::Value>(&text).unwrap()
    };
    let (before, after) = (read(folder, "json"), read(out.path(), "json"));
    let line = |report: &serde_json::Value| {
        let lines = report["by_topic"].as_array().unwrap().clone();
        lines.into_iter().find(|line| line["code"] == "TTHC.TNMT").unwrap()
    };
    assert_ne!(line(&before)["name"], "TTHC.TNMT");
    assert_eq!(line(&after)["name"], "TTHC.TNMT", "its code is its name");
    for figure in ["items", "airings", "heard_ms"] {
        assert_eq!(line(&after)[figure], line(&before)[figure], "{figure}: a table of names moves no figure");
        assert_eq!(after[figure], before[figure], "{figure}");
    }
    assert!(flat(&std::fs::read_to_string(file(out.path(), "txt")).unwrap()).contains("TTHC.TNMT"));
}

#[test]
fn an_end_before_the_start_is_refused_with_both_days_and_makes_no_file() {
    let out = tempfile::tempdir().unwrap();
    let days = ["report", "--from", "2023-06-14", "--to", "2022-12-15", "--format", "pdf", "--out"];
    let (done, said) = loa(fortnight(), &[&days[..], &[out.path().to_str().unwrap()]].concat());
    assert!(!done);
    for part in ["ends on 2022-12-15", "begins on 2023-06-14", "exchange the two days"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert_eq!(std::fs::read_dir(out.path()).unwrap().count(), 0);
}

#[test]
fn a_template_that_lacks_a_part_is_told_with_file_and_part() {
    let folder = fortnight();
    let templates = tempfile::tempdir().unwrap();
    let (done, said) = loa(folder, &["report", "--templates", templates.path().to_str().unwrap()]);
    assert!(done, "{said}");
    let path = templates.path().join("sections.vi.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("motto = ", "moto = ")).unwrap();
    let out = tempfile::tempdir().unwrap();
    let setting = format!("report.templates_folder={}", templates.path().display());
    let (done, said) = report(folder, out.path(), "pdf", &["--set", &setting]);
    assert!(!done);
    for part in ["sections.vi.toml", "line ", "moto"] {
        assert!(said.contains(part), "{part}: {said}");
    }
}
