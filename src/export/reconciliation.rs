//! Planned against aired, on one page that a leader can read, and as JSON.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono_tz::Tz;
use serde_json::{Value, json};

use super::ExportError;
use super::report::Provenance;
use super::screen::{Screen, finished};
use super::text::{day, printable, rfc3339, tag, time_of_day};
use crate::domain::log::Outcome;
use crate::domain::report::vietnamese::{count, date, thousands};
use crate::domain::report::{EndState, Period, PlannedFact, ReasonSum, Reconciliation, StateSums};
use crate::domain::slot::SlotId;
use crate::domain::words::{Language, miss_detail, miss_reason};

/// Everything that the page says.
#[derive(Debug, Clone)]
pub struct ReconciliationSheet<'a> {
    /// Which days.
    pub period: Period,
    /// The account.
    pub account: &'a Reconciliation,
    /// Names of slots; one without a name stands for itself.
    pub slots: &'a BTreeMap<SlotId, String>,
    /// Times are shown in this zone.
    pub zone: Tz,
    /// Where it comes from.
    pub provenance: &'a Provenance,
}

/// The page, in Vietnamese.
///
/// # Errors
/// Never with an account that Loa made.
pub fn text(sheet: &ReconciliationSheet<'_>) -> Result<String, ExportError> {
    let (account, period) = (sheet.account, sheet.period);
    let mut page = format!("ĐỐI CHIẾU KẾ HOẠCH VÀ THỰC HIỆN {}\n", period.name_vi().to_uppercase());
    writeln!(page, "{}", printable(&sheet.provenance.station))?;
    writeln!(page, "Từ ngày {} đến hết ngày {}", date(period.from), date(period.to))?;
    if sheet.provenance.simulated {
        writeln!(page, "DỮ LIỆU MÔ PHỎNG: không phải số liệu phát sóng thật")?;
    }
    let states = EndState::ALL.map(|state| format!("{} {}", state.name_vi(), thousands(account.sums.of(state))));
    writeln!(page, "\n{} buổi theo kế hoạch = {}.", count(account.sums.planned()), states.join(" + "))?;
    writeln!(page, "{}", verdict(account))?;
    let screen = Screen { zone: sheet.zone, language: Language::Vi, colour: false, width: None };
    page.push_str(&slots(sheet, &screen));
    if !account.by_reason.is_empty() {
        page.push_str("\nNguyên nhân\n");
        let mut table = screen.table(&["Kết quả", "Lý do", "Số buổi"], &[2]);
        for sum in &account.by_reason {
            table.add_row([sum.state.name_vi().to_owned(), reason(sum), thousands(sum.count)].map(Screen::cell));
        }
        page.push_str(&finished(&table));
        page.push_str("\nTừng buổi không phát đủ\n");
        let mut table = screen.table(&["Ngày", "Giờ", "Buổi phát", "Kết quả", "Lý do"], &[]);
        for fact in &account.deviations {
            table.add_row(deviation(fact, sheet).map(Screen::cell));
        }
        page.push_str(&finished(&table));
    }
    match &sheet.provenance.log_head {
        Some(head) => writeln!(page, "\nNguồn: nhật ký phát sóng đến dòng {}, mã băm {}.", head.seq, head.hash)?,
        None => writeln!(page, "\nNguồn: nhật ký phát sóng chưa có dòng nào.")?,
    }
    Ok(page)
}

fn verdict(account: &Reconciliation) -> String {
    match (account.is_closed(), account.deviations.len() as u64) {
        (true, 0) => "Mọi buổi đã phát đủ.".to_owned(),
        (true, some) => format!("Mọi buổi đã kết thúc; {} buổi không phát đủ, nêu rõ từng buổi dưới đây.", count(some)),
        (false, _) => format!("Còn {} buổi chưa kết thúc.", count(account.sums.of(EndState::Open))),
    }
}

fn slots(sheet: &ReconciliationSheet<'_>, screen: &Screen) -> String {
    let mut headings = vec!["Khung giờ phát", "Kế hoạch"];
    headings.extend(EndState::ALL.map(EndState::name_vi));
    let mut table = screen.table(&headings, &[1, 2, 3, 4, 5, 6, 7]);
    let cells = |name: String, sums: &StateSums| {
        let mut cells = vec![name, thousands(sums.planned())];
        cells.extend(EndState::ALL.map(|state| thousands(sums.of(state))));
        cells
    };
    for (slot, sums) in &sheet.account.by_slot {
        table.add_row(cells(slot_name(slot, sheet), sums).into_iter().map(Screen::cell));
    }
    table.add_row(cells("Cả kỳ".to_owned(), &sheet.account.sums).into_iter().map(Screen::cell));
    format!("\nTheo khung giờ phát\n{}", finished(&table))
}

fn slot_name(slot: &SlotId, sheet: &ReconciliationSheet<'_>) -> String {
    match sheet.slots.get(slot) {
        Some(name) => format!("{} ({slot})", printable(name)),
        None => slot.to_string(),
    }
}

fn reason(sum: &ReasonSum) -> String {
    match (&sum.reason, &sum.by) {
        (Some(reason), _) => miss_reason(reason, Language::Vi).to_owned(),
        (None, Some(by)) => format!("người hủy: {by}"),
        (None, None) => String::new(),
    }
}

fn deviation(fact: &PlannedFact, sheet: &ReconciliationSheet<'_>) -> [String; 5] {
    let why = match &fact.outcome {
        Some(Outcome::Missed(reason)) => match miss_detail(reason) {
            Some(detail) => format!("{}: {detail}", miss_reason(reason, Language::Vi)),
            None => miss_reason(reason, Language::Vi).to_owned(),
        },
        Some(Outcome::Cancelled { by }) => format!("người hủy: {by}"),
        Some(Outcome::Superseded { by }) => format!("lượt phát {by}"),
        _ => String::new(),
    };
    let state = EndState::of(fact.outcome.as_ref()).name_vi().to_owned();
    let slot = slot_name(&fact.occurrence.slot, sheet);
    [day(fact.planned_start, sheet.zone), time_of_day(fact.planned_start, sheet.zone), slot, state, why]
}

/// One JSON document, indented.
///
/// # Errors
/// Never with an account that Loa made.
pub fn json(sheet: &ReconciliationSheet<'_>) -> Result<String, ExportError> {
    let (account, period, provenance) = (sheet.account, sheet.period, sheet.provenance);
    let slots = account.by_slot.iter().map(|(slot, sums)| {
        let mut line = states(sums);
        line["slot"] = json!(slot);
        line["name"] = json!(sheet.slots.get(slot));
        line
    });
    let mut reasons = Vec::new();
    for sum in &account.by_reason {
        let missed = sum.reason.as_ref().map(|missed| tag(missed, "reason")).transpose()?;
        reasons.push(json!({
            "state": sum.state.as_str(), "reason": missed, "by": sum.by, "words": reason(sum), "count": sum.count,
        }));
    }
    let deviations = account.deviations.iter().map(|fact| {
        json!({
            "occurrence_id": fact.occurrence, "planned_start": rfc3339(fact.planned_start, sheet.zone),
            "state": EndState::of(fact.outcome.as_ref()).as_str(), "words": deviation(fact, sheet)[4],
        })
    });
    let document = json!({
        "station": provenance.station, "made_at": rfc3339(provenance.made_at, sheet.zone),
        "program": provenance.program, "simulated": provenance.simulated,
        "log_head": provenance.log_head.as_ref().map(|head| json!({ "seq": head.seq, "hash": head.hash })),
        "period": { "from": period.from, "to": period.to, "text": period.text(), "name_vi": period.name_vi() },
        "closed": account.is_closed(), "sums": states(&account.sums), "by_slot": slots.collect::<Vec<_>>(),
        "by_reason": reasons, "deviations": deviations.collect::<Vec<_>>(),
    });
    Ok(serde_json::to_string_pretty(&document)?)
}

fn states(sums: &StateSums) -> Value {
    let mut value = json!({ "planned": sums.planned() });
    for state in EndState::ALL {
        value[state.as_str()] = json!(sums.of(state));
    }
    value
}
