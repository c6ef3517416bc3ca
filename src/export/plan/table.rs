//! The plan for a terminal.

use comfy_table::Color;

use super::{PlanRow, left_out, why};
use crate::domain::rundown::Role;
use crate::domain::words::role;
use crate::export::screen::{Screen, finished};
use crate::export::text::{clock, day, milliseconds, time_of_day};

/// A table: a line for each occurrence, under it its elements with the reason for each, then what was left out.
#[must_use]
pub fn table(rows: &[PlanRow], screen: &Screen) -> String {
    let headings = [
        screen.pick("Ngày", "Date"),
        screen.pick("Giờ", "Time"),
        screen.pick("Nội dung", "What"),
        screen.pick("Loại", "Role"),
        screen.pick("Thời lượng", "Length"),
        screen.pick("Lý do", "Why"),
    ];
    let mut table = screen.table(&headings, &[4]);
    for row in rows {
        let length = milliseconds((row.end - row.start).to_std().unwrap_or_default());
        table.add_row([
            Screen::cell(day(row.start, screen.zone)),
            Screen::cell(time_of_day(row.start, screen.zone)),
            screen.coloured(&row.name, Color::Cyan),
            Screen::cell(screen.pick("buổi phát", "occurrence")),
            Screen::cell(clock(length)),
            Screen::cell(row.rundown.occurrence.to_string()),
        ]);
        for element in &row.rundown.elements {
            let title = format!("  {}", element.sound.title());
            table.add_row([
                Screen::cell(""),
                Screen::cell(time_of_day(element.start, screen.zone)),
                match element.role {
                    Role::Item | Role::Relay | Role::Live => screen.coloured(title, Color::Green),
                    Role::Ident | Role::Closing => Screen::cell(title),
                },
                Screen::cell(role(element.role, screen.language)),
                Screen::cell(clock(milliseconds(element.sound.duration()))),
                Screen::cell(why(&element.why, screen.zone, screen.language)),
            ]);
        }
        for missing in &row.rundown.left_out {
            table.add_row([
                Screen::cell(""),
                Screen::cell(""),
                screen.coloured(format!("  {}", missing.title), Color::Yellow),
                Screen::cell(screen.pick("bỏ ra", "left out")),
                Screen::cell(""),
                Screen::cell(left_out(&missing.why, screen.language)),
            ]);
        }
    }
    finished(&table)
}
