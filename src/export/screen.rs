//! Tables for a terminal or a text file.

use chrono_tz::Tz;
use comfy_table::{Attribute, Cell, CellAlignment, Color, ContentArrangement, LineStyle, Row, Table, TableStyle};

use super::text::printable;
use crate::domain::words::Language;

/// A line under the head and no others: rows are read down and across, and half as many fit on a screen with rules between.
pub(crate) const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// How a table is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Screen {
    /// Times are local times of this zone.
    pub zone: Tz,
    /// Of the headings and words.
    pub language: Language,
    /// Whether outcomes are coloured. They are in words as well.
    pub colour: bool,
    /// Columns of the terminal: cells wrap to fit. As wide as needed if none.
    pub width: Option<u16>,
}

impl Screen {
    pub(super) const fn pick(&self, vi: &'static str, en: &'static str) -> &'static str {
        match self.language {
            Language::Vi => vi,
            Language::En => en,
        }
    }

    /// An empty table with these headings; the columns named in `numbers` are aligned to the right.
    pub(super) fn table(&self, headings: &[&str], numbers: &[usize]) -> Table {
        let mut table = Table::new();
        table.load_style(STYLE);
        // The caller decides on colour and width, not the terminal this process happens to have.
        table.force_no_tty();
        if self.colour {
            table.enforce_styling();
        }
        match self.width {
            Some(width) => table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width),
            None => table.set_content_arrangement(ContentArrangement::Disabled),
        };
        table.set_header(Row::from(headings.iter().map(|heading| self.heading(heading)).collect::<Vec<_>>()));
        for number in numbers {
            if let Some(column) = table.column_mut(*number) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        table
    }

    fn heading(&self, text: &str) -> Cell {
        let cell = Cell::new(text);
        if self.colour { cell.add_attribute(Attribute::Bold) } else { cell }
    }

    /// A cell of text from outside.
    pub(super) fn cell(text: impl AsRef<str>) -> Cell {
        Cell::new(printable(text.as_ref()))
    }

    /// A cell in a colour, if colours are wanted.
    pub(super) fn coloured(&self, text: impl AsRef<str>, colour: Color) -> Cell {
        let cell = Self::cell(text);
        if self.colour { cell.fg(colour) } else { cell }
    }
}

/// As text, without blanks at the ends of lines, ended by a line break.
pub(super) fn finished(table: &Table) -> String {
    table.trim_fmt() + "\n"
}
