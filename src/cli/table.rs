//! Tables of the commands that have no document of their own.

use comfy_table::{Cell, CellAlignment, ContentArrangement, Table};

use super::style::Style;
use crate::export::TABLE_STYLE;

/// An empty table with these headings; the columns named in `numbers` are aligned to the right.
pub(super) fn table(style: Style, headings: &[&str], numbers: &[usize]) -> Table {
    let mut table = Table::new();
    table.load_style(TABLE_STYLE);
    table.force_no_tty();
    match style.width {
        Some(width) => table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width),
        None => table.set_content_arrangement(ContentArrangement::Disabled),
    };
    table.set_header(headings.iter().map(Cell::new).collect::<Vec<_>>());
    for number in numbers {
        if let Some(column) = table.column_mut(*number) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

/// A row of texts from outside: control characters do not reach the terminal.
pub(super) fn row<const N: usize>(table: &mut Table, cells: [String; N]) {
    table.add_row(cells.map(|cell| Cell::new(cell.replace(char::is_control, " "))));
}

/// As text, ended by a line break.
pub(super) fn text(table: &Table) -> String {
    table.trim_fmt() + "\n"
}

/// `m:ss`, or `h:mm:ss` from an hour on, rounded down.
pub(super) fn length(time: std::time::Duration) -> String {
    let seconds = time.as_secs();
    match seconds / 3600 {
        0 => format!("{}:{:02}", seconds / 60, seconds % 60),
        hours => format!("{hours}:{:02}:{:02}", seconds / 60 % 60, seconds % 60),
    }
}
