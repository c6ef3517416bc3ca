//! Numbers of documents: `65/BC-UBND` is "sáu mươi lăm, báo cáo, ủy ban nhân dân".

use super::line::{Line, Piece};
use super::number::cardinal;
use crate::domain::document::DocumentNumber;

pub(super) fn at(line: &Line<'_>, at: usize) -> Option<Piece> {
    if line.before(at).is_some_and(|letter| letter.is_alphanumeric() || matches!(letter, '/' | '.' | ',' | '-')) {
        return None;
    }
    let end = line.run(at, |letter| letter.is_alphanumeric() || matches!(letter, '/' | '-' | '.'));
    let written = line.text(at, end);
    let number = written.trim_end_matches(['.', '-', '/']);
    let end = at + number.chars().count();
    number.parse::<DocumentNumber>().ok()?;
    let mut parts = number.split(['/', '-', '.']);
    let first = parts.next()?;
    let digits = first.trim_end_matches(char::is_alphabetic);
    let mut spoken = vec![cardinal(digits.parse().ok()?)];
    let letter = &first[digits.len()..];
    if !letter.is_empty() {
        spoken[0] = format!("{} {}", spoken[0], line.table.spelled(letter));
    }
    for part in parts {
        if part.starts_with(|letter: char| letter.is_ascii_digit()) {
            spoken.push(format!("năm {}", cardinal(part.parse().ok()?)));
        } else if part.starts_with(char::is_uppercase) {
            // Digits within a part are those of a body: HĐND2.
            let letters = part.trim_end_matches(|letter: char| letter.is_ascii_digit());
            let known = line.table.document(letters).map(str::to_owned);
            let word = known.unwrap_or_else(|| line.table.spelled(letters));
            let behind = &part[letters.len()..];
            let behind = behind.parse().map(|number| format!(" {}", cardinal(number))).unwrap_or_default();
            spoken.push(word + &behind);
        } else {
            return None;
        }
    }
    Some(Piece::new(end, spoken.join(", ")))
}
