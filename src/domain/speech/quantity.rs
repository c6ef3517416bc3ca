//! Numbers with what belongs to them: thousands, decimals, units, ranges, shares, telephones.

use super::line::{Line, Piece};
use super::number::{DIGITS_MAX, cardinal, digits, fraction, month, ordinal};

/// Words before a number that is said digit by digit: an emergency call, a telephone.
const BEFORE_A_CALL: [&str; 7] = ["gọi", "đài", "nóng", "thoại", "máy", "hotline", "đt"];
/// Digits of a telephone number in this country.
const TELEPHONE_DIGITS: std::ops::RangeInclusive<usize> = 10..=11;
/// The longest number whose digits are said when it is called.
const CALL_DIGITS_MAX: usize = 11;

pub(super) fn at(line: &Line<'_>, at: usize) -> Option<Piece> {
    if let Some(piece) = telephone(line, at) {
        return Some(piece);
    }
    let (end, number) = number(line, at);
    let (end, unit) = unit(line, end).unwrap_or((end, String::new()));
    let (end, behind) = behind(line, at, end);
    Some(Piece::new(end, format!("{number}{unit}{behind}")))
}

/// `0912.345.678`, `(0220) 3820 123`, `1900 1234`, `113` where it is called.
fn telephone(line: &Line<'_>, at: usize) -> Option<Piece> {
    let mut groups = Vec::new();
    let mut end = at;
    loop {
        let next = line.run(end, |letter| letter.is_ascii_digit());
        groups.push(line.text(end, next));
        end = next;
        let goes_on = matches!(line.get(end), Some(' ' | '.' | '-')) && line.digit(end + 1);
        if !goes_on || groups.len() > CALL_DIGITS_MAX {
            break;
        }
        end += 1;
    }
    let first = &groups[0];
    let called = BEFORE_A_CALL.contains(&line.last_word().as_str());
    let count: usize = groups.iter().map(String::len).sum();
    let local = first.starts_with('0') && first.len() >= 3 && TELEPHONE_DIGITS.contains(&count);
    let service = matches!(first.get(..4), Some("1800" | "1900")) && matches!(count, 8 | 10);
    let said = |groups: &[String]| groups.iter().map(|group| digits(group)).collect::<Vec<_>>().join(", ");
    if (local || service) && line.closed(end) {
        return Some(Piece::new(end, said(&grouped(groups))));
    }
    let alone = line.run(at, |letter| letter.is_ascii_digit());
    (called && alone - at <= CALL_DIGITS_MAX && line.closed(alone) && line.get(alone) != Some('/'))
        .then(|| Piece::new(alone, digits(first)))
}

/// As written; a number in one piece is said in groups of four and threes, as people do.
fn grouped(groups: Vec<String>) -> Vec<String> {
    let [whole] = groups.as_slice() else { return groups };
    let (head, rest) = whole.split_at(whole.len().saturating_sub(6));
    let (middle, tail) = rest.split_at(3);
    vec![head.to_owned(), middle.to_owned(), tail.to_owned()]
}

/// The number at `at`, which is a digit: its end and its words.
fn number(line: &Line<'_>, at: usize) -> (usize, String) {
    let end = line.run(at, |letter| letter.is_ascii_digit());
    let first = line.text(at, end);
    let group = |end: usize, sign: char| {
        let next = line.run(end + 1, |letter| letter.is_ascii_digit());
        (line.get(end) == Some(sign) && next == end + 4).then_some(next)
    };
    // 1.234.567 and, where several commas leave no doubt, 1,234,567.
    let groups = |sign: char| {
        let mut ends = Vec::new();
        let mut end = end;
        while let Some(next) = group(end, sign) {
            ends.push(next);
            end = next;
        }
        ends
    };
    let (dotted, commas) = (groups('.'), groups(','));
    let leads = (1..=3).contains(&first.len()) && !first.starts_with('0');
    let thousands = match (dotted.last(), commas.as_slice()) {
        (Some(end), _) if leads => Some(*end),
        (_, [_, .., end]) if leads => Some(*end),
        _ => None,
    };
    let end = thousands.unwrap_or(end);
    let written: String = line.text(at, end).chars().filter(char::is_ascii_digit).collect();
    let whole = whole(line, &written);
    if line.get(end) == Some(',') && line.digit(end + 1) {
        let to = line.run(end + 1, |letter| letter.is_ascii_digit());
        return (to, format!("{whole} phẩy {}", fraction(&line.text(end + 1, to))));
    }
    if thousands.is_none() && line.get(end) == Some('.') && line.digit(end + 1) {
        let (to, rest) = number(line, end + 1);
        return (to, format!("{whole} chấm {rest}"));
    }
    (end, whole)
}

fn whole(line: &Line<'_>, written: &str) -> String {
    let padded = written.starts_with('0') && written.len() > 2;
    let value = written.parse::<u64>().ok().filter(|_| written.len() <= DIGITS_MAX && !padded);
    let Some(value) = value else { return digits(written) };
    match line.last_word().as_str() {
        "thứ" => ordinal(value),
        "tháng" => month(value),
        _ => cardinal(value),
    }
}

/// The unit at `at`, perhaps after a blank, with what it is counted by: ` ki lô mét trên giờ`.
fn unit(line: &Line<'_>, at: usize) -> Option<(usize, String)> {
    let from = at + usize::from(line.get(at) == Some(' '));
    let (end, word) = longest(line, from, |text| line.table.unit(text))?;
    if line.get(end) == Some('/')
        && let Some((end, by)) = longest(line, end + 1, |text| line.table.unit(text))
    {
        return Some((end, format!(" {word} trên {by}")));
    }
    Some((end, format!(" {word}")))
}

/// The longest text from `at` on that `known` has and that is not the beginning of a longer word.
pub(super) fn longest<'a>(
    line: &Line<'_>,
    at: usize,
    known: impl Fn(&str) -> Option<&'a str>,
) -> Option<(usize, String)> {
    let most = line.table.written_max();
    let ends = (at + 1..=at + most).rev();
    let fits = |end: usize| {
        let text = line.text(at, end);
        let whole =
            text.chars().count() == end - at && !(is_letter(text.chars().next_back()) && is_letter(line.get(end)));
        known(&text).filter(|_| whole).map(|word| (end, word.to_owned()))
    };
    ends.filter(|end| line.before(*end).is_some()).find_map(fits)
}

fn is_letter(letter: Option<char>) -> bool {
    letter.is_some_and(char::is_alphabetic)
}

/// What joins the next number to this one: a range, or a share.
fn behind(line: &Line<'_>, at: usize, end: usize) -> (usize, &'static str) {
    let hyphen = |at: usize| matches!(line.get(at), Some('-' | '\u{2013}'));
    if hyphen(end) && line.digit(end + 1) {
        return (end + 1, " đến");
    }
    if line.get(end) == Some(' ') && hyphen(end + 1) && line.get(end + 2) == Some(' ') && line.digit(end + 3) {
        return (end + 3, " đến");
    }
    if matches!(line.get(end), Some('/' | '\u{2044}')) && line.digit(end + 1) {
        return (end + 1, if is_fraction(line, at, end) { " phần" } else { " trên" });
    }
    (end, "")
}

/// `2/3`: a small share of a whole, as in "hai phần ba".
fn is_fraction(line: &Line<'_>, at: usize, end: usize) -> bool {
    let part = line.text(at, end).parse::<u64>().ok();
    let of = line.whole(end + 1, 1..=2).map(|(_, of)| of);
    part.zip(of).is_some_and(|(part, of)| (1..of).contains(&part) && of <= 10)
}
