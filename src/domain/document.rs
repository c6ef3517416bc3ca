//! Official documents as reports cite them: kind, number, date, issuer, subject.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::report::vietnamese;

/// Số, ký hiệu of a document: `05/KH-UBND`, `08-ĐA/HU`, `23a/KH-UBND`, `45/2016/QĐ-TTg`. Not unique by itself: offices and years
/// share them, so a document is known by number, date and issuer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DocumentNumber(String);

impl DocumentNumber {
    /// The longest number, in characters.
    pub const LENGTH_MAX: usize = 60;
    /// What is expected of one, for messages.
    pub const EXPECTED: &'static str = "a number as documents bear it, such as 05/KH-UBND, 08-ĐA/HU or 45/2016/QĐ-TTg";

    /// As written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for DocumentNumber {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.chars().count() <= Self::LENGTH_MAX && is_number(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(format!("`{text}` is no document number, expected {}", Self::EXPECTED))
        }
    }
}

impl TryFrom<String> for DocumentNumber {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<DocumentNumber> for String {
    fn from(number: DocumentNumber) -> Self {
        number.0
    }
}

impl fmt::Display for DocumentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Digits, perhaps a letter, perhaps a year, then what it is and whose: `45` `/2016` `/QĐ-TTg`.
fn is_number(text: &str) -> bool {
    let separator = |letter: char| matches!(letter, '/' | '-');
    let digits = text.len() - text.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
    if !(1..=6).contains(&digits) {
        return false;
    }
    let rest = &text[digits..];
    let rest = rest.strip_prefix(|letter: char| letter.is_lowercase() && letter.is_alphabetic()).unwrap_or(rest);
    let Some(rest) = rest.strip_prefix(separator) else { return false };
    let rest = match rest.split_once(separator) {
        Some((year, kind)) if year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit()) => kind,
        _ => rest,
    };
    let part = |part: &str| {
        part.starts_with(char::is_alphabetic) && part.chars().all(|letter| letter.is_alphanumeric() || letter == '.')
    };
    rest.split(separator).all(part)
}

/// A document that a campaign rests on, or that a report cites.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BasisDocument {
    /// Tên loại: `Kế hoạch`, `Đề án`, `Nghị quyết`.
    pub kind: String,
    /// Số, ký hiệu.
    pub number: DocumentNumber,
    /// The day it bears.
    pub date: NaiveDate,
    /// Who issued it: `UBND thị trấn Lai Cách`.
    pub issuer: String,
    /// What it is about, as it follows "về": `cải cách hành chính năm 2023`. May be empty.
    pub subject: String,
}

impl BasisDocument {
    /// The full citation: `Kế hoạch số 05/KH-UBND ngày 03/01/2023 của UBND thị trấn Lai Cách về ...`.
    #[must_use]
    pub fn cited(&self) -> String {
        let about = if self.subject.is_empty() { String::new() } else { format!(" về {}", self.subject) };
        format!("{} số {} ngày {} của {}{about}", self.kind, self.number, vietnamese::date(self.date), self.issuer)
    }

    /// How a later mention names it: `Kế hoạch số 05/KH-UBND`.
    #[must_use]
    pub fn named(&self) -> String {
        format!("{} số {}", self.kind, self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_of_the_printed_report_is_one() {
        let seed = [
            "65/BC-UBND",
            "131/KH-UBND",
            "56/KH-UBND",
            "05/KH-UBND",
            "08-ĐA/HU",
            "23a/KH-UBND",
            "30c/NQ-CP",
            "76/NQ-CP",
            "225/QĐ-TTg",
            "4347/KH-UBND",
            "45/2016/QĐ-TTg",
            "09/2019/NĐ-CP",
            "202/2025/QH15",
            "12đ/TB-UBND",
        ];
        for number in seed {
            assert_eq!(number.parse::<DocumentNumber>().map(String::from), Ok(number.to_owned()));
        }
    }

    #[test]
    fn what_bears_no_number_is_none() {
        for text in [
            "",
            "KH-UBND",
            "Đề án 06",
            "05",
            "05/",
            "05/2016/",
            "05//KH",
            "05/KH-",
            "1234567/KH",
            "05/KH UBND",
            "05A/KH",
        ] {
            assert!(text.parse::<DocumentNumber>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_citation_reads_as_in_the_printed_report() {
        let document = BasisDocument {
            kind: "Kế hoạch".to_owned(),
            number: "131/KH-UBND".parse().unwrap(),
            date: NaiveDate::from_ymd_opt(2022, 12, 30).unwrap(),
            issuer: "UBND huyện".to_owned(),
            subject: "cải cách hành chính năm 2023".to_owned(),
        };
        let cited = "Kế hoạch số 131/KH-UBND ngày 30/12/2022 của UBND huyện về cải cách hành chính năm 2023";
        assert_eq!(document.cited(), cited);
        assert_eq!(document.named(), "Kế hoạch số 131/KH-UBND");
    }
}
