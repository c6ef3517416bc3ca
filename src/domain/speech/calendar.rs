//! Dates and times of day.

use chrono::NaiveDate;

use super::line::{Line, Piece};
use super::number::{cardinal, day, month};

/// Words after which two numbers are a day and its month even where they could be a share.
const BEFORE_A_DAY: [&str; 26] = [
    "ngày", "mùng", "mồng", "sáng", "trưa", "chiều", "tối", "đêm", "hôm", "nay", "qua", "mai", "từ", "đến", "tới",
    "hết", "trước", "sau", "dịp", "lễ", "niệm", "khánh", "chống", "và", "tết", "nhật",
];
/// Words after which a day stands without `ngày` of its own.
const DAY_IS_SAID: [&str; 3] = ["ngày", "mùng", "mồng"];
/// What is counted, after which two numbers are a share: 10/12 thôn.
const COUNTED: [&str; 25] = [
    "số",
    "hộ",
    "thôn",
    "xã",
    "khu",
    "tiêu",
    "chỉ",
    "diện",
    "dân",
    "người",
    "đại",
    "cán",
    "hồ",
    "thành",
    "tổ",
    "đơn",
    "phường",
    "huyện",
    "tỉnh",
    "trường",
    "lớp",
    "nhiệm",
    "công",
    "doanh",
    "mục",
];

pub(super) fn at(line: &Line<'_>, at: usize) -> Option<Piece> {
    if line.before(at).is_some_and(|letter| letter.is_alphanumeric() || matches!(letter, '/' | '.' | ',')) {
        return None;
    }
    date(line, at).or_else(|| month_of_year(line, at)).or_else(|| day_of_month(line, at)).or_else(|| time(line, at))
}

/// `15/6/2023`, `15-6-2023`, `15.6.2023`.
fn date(line: &Line<'_>, at: usize) -> Option<Piece> {
    let (end, d) = line.whole(at, 1..=2)?;
    let separator = line.get(end).filter(|letter| matches!(letter, '/' | '-' | '.'))?;
    let (end, m) = line.whole(end + 1, 1..=2)?;
    if line.get(end) != Some(separator) {
        return None;
    }
    let (end, y) = line.whole(end + 1, 4..=4)?;
    NaiveDate::from_ymd_opt(i32::try_from(y).ok()?, u32::try_from(m).ok()?, u32::try_from(d).ok()?)?;
    let spoken = format!("{}{} tháng {} năm {}", said_day(line), day_word(line, d), month(m), cardinal(y));
    ends(line, end).then(|| until(line, end, spoken))
}

/// `6/2023`.
fn month_of_year(line: &Line<'_>, at: usize) -> Option<Piece> {
    let (end, m) = line.whole(at, 1..=2).filter(|(_, m)| (1..=12).contains(m))?;
    let separator = line.get(end).filter(|letter| matches!(letter, '/' | '-'))?;
    let (end, y) = line.whole(end + 1, 4..=4).filter(|(_, y)| (1_000..3_000).contains(y))?;
    let last = line.last_word();
    // With a hyphen only where the month is spoken of: 5-2023 may be anything.
    if separator == '-' && last != "tháng" || !ends(line, end) {
        return None;
    }
    let (said, m) = match last.as_str() {
        "tháng" => ("", month(m)),
        "quý" => ("", cardinal(m)),
        _ => ("tháng ", month(m)),
    };
    Some(Piece::new(end, format!("{said}{m} năm {}", cardinal(y))))
}

/// `15/6`, where it is no share.
fn day_of_month(line: &Line<'_>, at: usize) -> Option<Piece> {
    let (end, d) = line.whole(at, 1..=2)?;
    if line.get(end) != Some('/') {
        return None;
    }
    let (end, m) = line.whole(end + 1, 1..=2)?;
    // In a leap year, so that 29/2 is a day.
    NaiveDate::from_ymd_opt(2024, u32::try_from(m).ok()?, u32::try_from(d).ok()?)?;
    let share = || COUNTED.contains(&line.next_word(end).as_str());
    let is_day = BEFORE_A_DAY.contains(&line.last_word().as_str()) || !share();
    let spoken = format!("{}{} tháng {}", said_day(line), day_word(line, d), month(m));
    (is_day && ends(line, end) && line.get(end) != Some('%')).then(|| until(line, end, spoken))
}

/// `17h30`, `17h`, `05:00`, `7g15`.
fn time(line: &Line<'_>, at: usize) -> Option<Piece> {
    let (after, h) = line.whole(at, 1..=2).filter(|(_, h)| *h <= 24)?;
    let separator = line.get(after)?;
    let part = |at| line.whole(at, 2..=2).filter(|(_, part)| *part < 60);
    let hour = format!("{} giờ", cardinal(h));
    let minutes = |m: u64| if m == 0 { String::new() } else { format!(" {} phút", cardinal(m)) };
    match (separator, part(after + 1)) {
        (':', Some((end, m))) => match (line.get(end), part(end + 1)) {
            (Some(':'), Some((end, s))) if ends(line, end) => {
                Some(Piece::new(end, format!("{hour} {} phút {} giây", cardinal(m), cardinal(s))))
            }
            _ => ends(line, end).then(|| Piece::new(end, hour + &minutes(m))),
        },
        ('h' | 'H' | 'g', Some((end, m))) => {
            let end = end + usize::from(matches!(line.get(end), Some('\'' | '\u{2032}' | 'p')) && line.closed(end + 1));
            line.closed(end).then(|| Piece::new(end, hour + &minutes(m)))
        }
        ('h' | 'H', None) => line.closed(after + 1).then(|| Piece::new(after + 1, hour)),
        _ => None,
    }
}

fn said_day(line: &Line<'_>) -> &'static str {
    if DAY_IS_SAID.contains(&line.last_word().as_str()) { "" } else { "ngày " }
}

fn day_word(line: &Line<'_>, d: u64) -> String {
    if matches!(line.last_word().as_str(), "mùng" | "mồng") { cardinal(d) } else { day(d) }
}

/// Whether nothing goes on there that would make it something else.
fn ends(line: &Line<'_>, end: usize) -> bool {
    line.closed(end) && !(matches!(line.get(end), Some('/' | ':')) && line.digit(end + 1))
}

/// `15/6-20/6`: with the word that leads to what follows.
fn until(line: &Line<'_>, end: usize, spoken: String) -> Piece {
    let hyphen = matches!(line.get(end), Some('-' | '\u{2013}')) && line.digit(end + 1);
    if hyphen { Piece::new(end + 1, spoken + " đến") } else { Piece::new(end, spoken) }
}
