//! Rows of the log for a terminal.

use comfy_table::Color;

use super::csv::share;
use super::{Ending, LogRow};
use crate::domain::airing::AiringOutcome;
use crate::domain::log::Outcome;
use crate::domain::proof::Verdict;
use crate::domain::words::{kind, verdict};
use crate::export::screen::{Screen, finished};
use crate::export::text::{clock, day, time_of_day};

/// A table, one line a row if the terminal is wide enough. Without rows, the head alone.
#[must_use]
pub fn table(rows: &[LogRow], screen: &Screen) -> String {
    // Without return feeds there is nothing to tell.
    let proven = rows.iter().any(|row| row.verdict.is_some());
    let mut headings = vec![
        screen.pick("Số", "Seq"),
        screen.pick("Ngày", "Date"),
        screen.pick("Bắt đầu", "Start"),
        screen.pick("Kết thúc", "End"),
        screen.pick("Tên tin, bài", "Title"),
        screen.pick("Loại", "Kind"),
        screen.pick("Thời lượng", "Heard"),
        screen.pick("Tỷ lệ", "Share"),
        screen.pick("Kết quả", "Outcome"),
        screen.pick("Lý do", "Reason"),
    ];
    if proven {
        headings.push(screen.pick("Loa có phát", "Proof"));
    }
    let mut table = screen.table(&headings, &[0, 6, 7]);
    for row in rows {
        let at = row.start.unwrap_or(row.planned_start);
        let outcome = row.ending.words(screen.language);
        // A correction by hand shows beside the outcome it overrules.
        let outcome = match (&row.ending, row.counted) {
            (Ending::Airing { outcome: AiringOutcome::Aired, .. }, false) if row.counts_at_all() => {
                format!("{outcome}, {}", screen.pick("không tính", "not counted"))
            }
            (Ending::Airing { outcome: AiringOutcome::Partial | AiringOutcome::NotAired, .. }, true) => {
                format!("{outcome}, {}", screen.pick("được tính", "counted"))
            }
            _ => outcome.to_owned(),
        };
        let mut cells = vec![
            Screen::cell(row.seq.to_string()),
            Screen::cell(day(at, screen.zone)),
            Screen::cell(row.start.map_or_else(String::new, |at| time_of_day(at, screen.zone))),
            Screen::cell(row.end.map_or_else(String::new, |at| time_of_day(at, screen.zone))),
            Screen::cell(&row.title),
            Screen::cell(
                row.kind.map_or_else(|| screen.pick("buổi phát", "occurrence"), |of| kind(of, screen.language)),
            ),
            Screen::cell(clock(row.heard_ms())),
            Screen::cell(share(row.fraction())),
            screen.coloured(outcome, colour(&row.ending)),
            Screen::cell(row.ending.explained(screen.language)),
        ];
        if proven {
            cells.push(row.verdict.map_or_else(
                || Screen::cell(""),
                |found| screen.coloured(verdict(found, screen.language), proof_colour(found)),
            ));
        }
        table.add_row(cells);
    }
    finished(&table)
}

impl LogRow {
    /// Whether this sort of sound can count. Idents never do.
    fn counts_at_all(&self) -> bool {
        self.kind.is_some_and(|kind| kind != crate::domain::log::Kind::Ident)
    }
}

const fn proof_colour(verdict: Verdict) -> Color {
    match verdict {
        Verdict::Heard => Color::Green,
        Verdict::NotHeard => Color::Red,
        Verdict::Unsure => Color::Yellow,
    }
}

const fn colour(ending: &Ending) -> Color {
    match ending {
        Ending::Airing { outcome, .. } => match outcome {
            AiringOutcome::OnAir => Color::Cyan,
            AiringOutcome::Aired => Color::Green,
            AiringOutcome::Partial => Color::Yellow,
            AiringOutcome::NotAired => Color::Red,
        },
        Ending::Occurrence(outcome) => match outcome {
            Outcome::Aired => Color::Green,
            Outcome::Partial => Color::Yellow,
            Outcome::Missed(_) => Color::Red,
            Outcome::Cancelled { .. } => Color::Blue,
            Outcome::Superseded { .. } => Color::Magenta,
        },
    }
}
