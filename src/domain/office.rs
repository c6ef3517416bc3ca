//! The names of offices, each with the days on which it was right.
//!
//! Communes merge, districts end, and a report made later on an earlier period still speaks in the names of that period. A
//! report goes by the names of its last day.

use chrono::NaiveDate;

use super::time::Days;

/// The agency in whose name reports are made (cơ quan ban hành).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agency {
    /// Its name: `Ủy ban nhân dân thị trấn Lai Cách`.
    pub name: String,
    /// As the head of a document sets it, a text a line: `ỦY BAN NHÂN DÂN`, `THỊ TRẤN LAI CÁCH`.
    pub heading: Vec<String>,
    /// The agency above it, as the head of a document names it; none where the head names none.
    pub superior: Option<String>,
    /// Địa danh of the date line: `Lai Cách`.
    pub place: String,
    /// Ký hiệu of its reports, after the number: `BC-UBND`.
    pub symbol: String,
    /// The lines above a signature: `TM. ỦY BAN NHÂN DÂN`, `KT. CHỦ TỊCH`, `PHÓ CHỦ TỊCH`.
    pub signer: Vec<String>,
    /// The station in full at that time: `Đài truyền thanh thị trấn Lai Cách`.
    pub station: String,
    /// The station inside a sentence, after "Đài truyền thanh": `thị trấn`.
    pub station_short: String,
    /// When these names are right.
    pub days: Days,
}

/// A line of Nơi nhận.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// As printed, without dash and semicolon: `UBND huyện (b/c)`.
    pub text: String,
    /// When it is one.
    pub days: Days,
}

/// A station whose programme is relayed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelaySource {
    /// As a sentence names it: `Đài Tiếng nói Việt Nam`.
    pub name: String,
    /// When it can be relayed.
    pub days: Days,
}

/// Every name with its days. The agencies follow each other without overlap and without a gap.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Office {
    /// In order of time; at least one.
    pub agencies: Vec<Agency>,
    /// In the order in which they are printed.
    pub recipients: Vec<Recipient>,
    /// In the order in which they were written.
    pub relay_sources: Vec<RelaySource>,
}

/// The names of one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficeOn<'a> {
    /// Who reports; none before the first agency or after the last.
    pub agency: Option<&'a Agency>,
    /// To whom.
    pub recipients: Vec<&'a str>,
    /// Who is relayed.
    pub relay_sources: Vec<&'a str>,
}

impl Office {
    /// The names that are right on `day`.
    #[must_use]
    pub fn on(&self, day: NaiveDate) -> OfficeOn<'_> {
        let recipients = self.recipients.iter().filter(|recipient| recipient.days.contains(day));
        let sources = self.relay_sources.iter().filter(|source| source.days.contains(day));
        OfficeOn {
            agency: self.agencies.iter().find(|agency| agency.days.contains(day)),
            recipients: recipients.map(|recipient| recipient.text.as_str()).collect(),
            relay_sources: sources.map(|source| source.name.as_str()).collect(),
        }
    }
}

/// Two spans of days that do not follow each other as they should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clash {
    /// Both hold on this day, the first such.
    Overlap {
        /// The position of the one that begins earlier.
        first: usize,
        /// The position of the other.
        second: usize,
        /// The first day of both.
        on: NaiveDate,
    },
    /// Neither holds between them.
    Gap {
        /// The position of the one before.
        before: usize,
        /// The position of the one after.
        after: usize,
        /// The first day that nothing holds on.
        from: NaiveDate,
        /// The last.
        to: NaiveDate,
    },
}

/// Where spans that shall follow each other overlap; with `gaps`, also where they leave days out. In order of time, whatever the
/// order of `spans`. Each span ends no earlier than it begins.
#[must_use]
pub fn clashes(spans: &[Days], gaps: bool) -> Vec<Clash> {
    let mut order: Vec<usize> = (0..spans.len()).collect();
    order.sort_by_key(|index| (spans[*index].from, spans[*index].to.is_none(), spans[*index].to));
    let mut found = Vec::new();
    let Some((&first, rest)) = order.split_first() else { return found };
    // The span that reaches farthest so far: a short one inside it ends nothing.
    let mut before = first;
    for &after in rest {
        let begins = spans[after].from.unwrap_or(NaiveDate::MIN);
        match spans[before].to {
            Some(ends) if ends < begins => {
                let (from, to) = (ends.succ_opt().unwrap_or(ends), begins.pred_opt().unwrap_or(begins));
                if gaps && from <= to {
                    found.push(Clash::Gap { before, after, from, to });
                }
            }
            _ => found.push(Clash::Overlap { first: before, second: after, on: begins }),
        }
        let reach = |index: usize| spans[index].to.unwrap_or(NaiveDate::MAX);
        if reach(after) >= reach(before) {
            before = after;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(from: &str, to: &str) -> Days {
        Days { from: from.parse().ok(), to: to.parse().ok() }
    }

    #[test]
    fn spans_that_meet_are_right_in_any_order() {
        let spans = [days("2025-07-01", ""), days("", "2025-06-30")];
        assert_eq!(clashes(&spans, true), []);
    }

    #[test]
    fn a_missing_day_is_a_gap_and_a_shared_day_an_overlap() {
        let day = |text: &str| text.parse().unwrap();
        let gap = [days("", "2025-06-30"), days("2025-07-02", "")];
        let told = Clash::Gap { before: 0, after: 1, from: day("2025-07-01"), to: day("2025-07-01") };
        assert_eq!(clashes(&gap, true), [told]);
        assert_eq!(clashes(&gap, false), []);
        let shared = [days("", "2025-07-01"), days("2025-07-01", "")];
        assert_eq!(clashes(&shared, true), [Clash::Overlap { first: 0, second: 1, on: day("2025-07-01") }]);
        let always = [days("", ""), days("2025-07-01", "")];
        assert_eq!(clashes(&always, true).len(), 1);
    }

    #[test]
    fn a_report_of_the_old_town_names_the_old_town() {
        let agency = |name: &str, days| Agency {
            name: name.to_owned(),
            heading: Vec::new(),
            superior: None,
            place: String::new(),
            symbol: String::new(),
            signer: Vec::new(),
            station: String::new(),
            station_short: String::new(),
            days,
        };
        let recipient = |text: &str, days| Recipient { text: text.to_owned(), days };
        let office = Office {
            agencies: vec![agency("UBND thị trấn", days("", "2025-06-30")), agency("UBND xã", days("2025-07-01", ""))],
            recipients: vec![
                recipient("UBND huyện (b/c)", days("", "2025-06-30")),
                recipient("UBND thành phố (b/c)", days("2025-07-01", "")),
                recipient("Lưu: VP", Days::ALL),
            ],
            relay_sources: Vec::new(),
        };
        let on = |text: &str| {
            let names = office.on(text.parse().unwrap());
            (names.agency.unwrap().name.clone(), names.recipients.join("; "))
        };
        assert_eq!(on("2025-06-14"), ("UBND thị trấn".to_owned(), "UBND huyện (b/c); Lưu: VP".to_owned()));
        assert_eq!(on("2025-12-14"), ("UBND xã".to_owned(), "UBND thành phố (b/c); Lưu: VP".to_owned()));
    }
}
