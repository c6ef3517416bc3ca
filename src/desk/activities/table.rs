//! A table of activities, as a person makes it with a spreadsheet and saves it as CSV.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use csv::StringRecord;

use crate::desk::error::DeskError;
use crate::domain::ledger::{ActivityDraft, ActivityKind, Evidence, Origin};
use crate::store::folded;

/// The largest table, in bytes.
pub const TABLE_BYTES_MAX: usize = 10_000_000;
/// The most rows of a table.
const ROWS_MAX: usize = 10_000;
/// Faults that are named; more say no more.
const FAULTS_MAX: usize = 20;

/// A column, and what it may be called: in English, in Vietnamese without diacritics.
const COLUMNS: [(&str, &[&str]); 9] = [
    ("kind", &["loai", "hinh thuc"]),
    ("day", &["ngay", "date"]),
    ("title", &["tieu de", "ten", "noi dung"]),
    ("count", &["so luong"]),
    ("topic", &["linh vuc"]),
    ("campaign", &["ke hoach"]),
    ("place", &["dia diem"]),
    ("link", &["lien ket"]),
    ("document", &["van ban", "so van ban"]),
];
/// Those that every table has.
const NEEDED: [&str; 3] = ["kind", "day", "title"];

/// Reads a table: a head with the names of the columns in any order, then a row an activity. Commas, semicolons or tabs between
/// the cells; days as 2023-06-14 or 14/6/2023. `file` is its name for messages and for the origin of the entries.
///
/// # Errors
/// Every fault with its line and column, up to 20; then nothing is taken.
pub fn parse_table(bytes: &[u8], file: &str) -> Result<Vec<ActivityDraft>, DeskError> {
    let refused = |problems: Vec<String>| {
        let hint = format!("correct them and give the table again; its columns are {}", names());
        let text = format!("{file} cannot be taken as a table of activities");
        DeskError::usage(text).problems(problems).hint(hint)
    };
    if bytes.len() > TABLE_BYTES_MAX {
        return Err(refused(vec![format!("it has {} bytes, at most {TABLE_BYTES_MAX}: divide it", bytes.len())]));
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Err(refused(vec!["it is not UTF-8: save it as \"CSV UTF-8\"".to_owned()]));
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let Some(head) = text.lines().next().filter(|head| !head.trim().is_empty()) else {
        return Err(refused(vec!["line 1: it is empty, expected the names of the columns".to_owned()]));
    };
    let separator = [b';', b'\t', b','].into_iter().max_by_key(|byte| head.bytes().filter(|b| b == byte).count());
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator.unwrap_or(b','))
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut records = reader.records();
    let head = match records.next() {
        Some(Ok(head)) => head,
        Some(Err(error)) => return Err(refused(vec![format!("line 1: {error}")])),
        None => return Err(refused(vec!["line 1: it is empty, expected the names of the columns".to_owned()])),
    };
    let columns = columns(&head).map_err(refused)?;
    let (mut drafts, mut faults) = (Vec::new(), Vec::new());
    for record in records {
        let row = match record {
            Ok(row) => row,
            Err(error) => {
                faults.push(error.to_string());
                break;
            }
        };
        if row.iter().all(str::is_empty) {
            continue;
        }
        let line = row.position().map_or(0, csv::Position::line);
        match (Row { row: &row, columns: &columns, line }).draft(file) {
            Ok(draft) => drafts.push(draft),
            Err(found) => faults.extend(found),
        }
        if faults.len() >= FAULTS_MAX {
            faults.truncate(FAULTS_MAX);
            faults.push("and perhaps more".to_owned());
            break;
        }
        if drafts.len() > ROWS_MAX {
            faults.push(format!("line {line}: more than {ROWS_MAX} rows: divide the table"));
            break;
        }
    }
    if drafts.is_empty() && faults.is_empty() {
        faults.push("there is no row below the head".to_owned());
    }
    if faults.is_empty() { Ok(drafts) } else { Err(refused(faults)) }
}

fn names() -> String {
    let named = COLUMNS
        .map(|(name, _)| if NEEDED.contains(&name) { name.to_owned() } else { format!("{name} (may be absent)") });
    named.join(", ")
}

/// Where each column stands.
fn columns(head: &StringRecord) -> Result<BTreeMap<&'static str, usize>, Vec<String>> {
    let mut columns = BTreeMap::new();
    let mut faults = Vec::new();
    for (index, written) in head.iter().enumerate() {
        let plain = folded(written);
        let known = COLUMNS.iter().find(|(name, others)| *name == plain || others.contains(&plain.as_str()));
        match known {
            Some((name, _)) => {
                if columns.insert(*name, index).is_some() {
                    faults.push(format!("line 1, column {}: `{written}` is there twice", index + 1));
                }
            }
            // Spreadsheets leave empty columns at the end.
            None if written.is_empty() => {}
            None => faults.push(format!("line 1, column {}: `{written}` is not known", index + 1)),
        }
    }
    for needed in NEEDED.iter().filter(|needed| !columns.contains_key(**needed)) {
        faults.push(format!("line 1: there is no column `{needed}`"));
    }
    if faults.is_empty() { Ok(columns) } else { Err(faults) }
}

struct Row<'a> {
    row: &'a StringRecord,
    columns: &'a BTreeMap<&'static str, usize>,
    line: u64,
}

impl Row<'_> {
    fn cell(&self, column: &str) -> Option<&str> {
        self.columns.get(column).and_then(|index| self.row.get(*index)).filter(|cell| !cell.is_empty())
    }

    fn fault(&self, column: &str, found: &str, expected: &str) -> String {
        format!("line {}, column `{column}`: `{found}`, expected {expected}", self.line)
    }

    fn draft(&self, file: &str) -> Result<ActivityDraft, Vec<String>> {
        let mut faults = Vec::new();
        let mut read = |column: &str, expected: &str, good: bool| {
            if !good {
                faults.push(self.fault(column, self.cell(column).unwrap_or_default(), expected));
            }
        };
        let kind = self.cell("kind").and_then(kind_of);
        read("kind", "portal_article, conference, notice_board or mobile_car", kind.is_some());
        let day = self.cell("day").and_then(day_of);
        read("day", "a day such as 2023-06-14 or 14/6/2023", day.is_some());
        let title = self.cell("title").filter(|title| title.chars().count() <= 300);
        read("title", "a text of at most 300 characters", title.is_some());
        let count = self.cell("count").map_or(Some(1), |cell| cell.parse().ok());
        let count = count.filter(|count| (1..=ActivityDraft::COUNT_MAX).contains(count));
        read("count", "a whole number from 1 on", count.is_some());
        let document = self.cell("document").map(str::parse).transpose();
        read("document", "a document number such as 05/KH-UBND", document.is_ok());
        match (kind, day, title, count, document) {
            (Some(kind), Some(day), Some(title), Some(count), Ok(document)) => {
                let link = self.cell("link").map(|link| Evidence::Link(link.to_owned()));
                let text = |column| self.cell(column).map(str::to_owned);
                Ok(ActivityDraft {
                    kind,
                    day,
                    title: title.to_owned(),
                    count,
                    topic: text("topic"),
                    campaign: text("campaign"),
                    place: text("place"),
                    evidence: link.into_iter().chain(document.map(Evidence::Document)).collect(),
                    origin: Origin::Table { file: file.to_owned() },
                })
            }
            _ => Err(faults),
        }
    }
}

/// The word of the command line, or as people name it in Vietnamese.
fn kind_of(text: &str) -> Option<ActivityKind> {
    let plain = folded(text);
    let begins = |words: &[&str]| words.iter().any(|word| plain.starts_with(word));
    ActivityKind::ALL.into_iter().find(|kind| kind.as_str() == plain).or(match () {
        () if begins(&["tin", "bai", "cong thong tin", "cong ttdt"]) => Some(ActivityKind::PortalArticle),
        () if begins(&["hoi nghi", "chuyen de", "hop", "giao ban"]) => Some(ActivityKind::Conference),
        () if begins(&["niem yet", "co dong", "bang tin", "pano", "ap phich", "bang ron"]) => {
            Some(ActivityKind::NoticeBoard)
        }
        () if begins(&["xe"]) => Some(ActivityKind::MobileCar),
        () => None,
    })
}

/// `2023-06-14`, or as a Vietnamese spreadsheet writes it.
fn day_of(text: &str) -> Option<NaiveDate> {
    ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"].iter().find_map(|form| NaiveDate::parse_from_str(text, form).ok())
}
