//! One table of a workbook.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use rust_xlsxwriter::{Format, FormatAlign, Table, TableColumn, Worksheet, XlsxError};

/// Letters of a cell that Excel takes.
const LETTERS_MAX: usize = 32_000;
/// The widest column, in letters.
const WIDTH_MAX: usize = 60;
const MS_OF_DAY: f64 = 86_400_000.0;

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Empty,
    Text(String),
    Whole(u64),
    Share(f64),
    Day(NaiveDate),
    Moment(NaiveDateTime),
    TimeOfDay(NaiveTime),
    /// Milliseconds.
    Length(u64),
}

impl Cell {
    pub(super) fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }

    /// Roughly how many letters wide it shows.
    fn width(&self) -> usize {
        match self {
            Self::Empty => 0,
            Self::Text(text) => text.chars().count(),
            Self::Moment(_) => 19,
            _ => 10,
        }
    }
}

/// A column: its title, and whether a chart takes its names or its figures.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) title: String,
    pub(super) names: bool,
    pub(super) charted: bool,
}

/// A sheet with one table.
#[derive(Debug, Clone)]
pub(super) struct Sheet {
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Vec<Cell>>,
}

impl Sheet {
    pub(super) fn of<const N: usize>(name: &str, titles: [&str; N]) -> Self {
        let column = |title: &str| Column { title: title.to_owned(), names: false, charted: false };
        Self { name: name.to_owned(), columns: titles.into_iter().map(column).collect(), rows: Vec::new() }
    }

    pub(super) fn row<const N: usize>(&mut self, cells: [Cell; N]) {
        self.rows.push(cells.into());
    }

    pub(super) fn write(&self, worksheet: &mut Worksheet) -> Result<(), XlsxError> {
        worksheet.set_name(&self.name)?;
        worksheet.set_freeze_panes(1, 0)?;
        let head = Format::new().set_bold().set_align(FormatAlign::Center).set_text_wrap();
        let last = u16::try_from(self.columns.len()).unwrap_or(u16::MAX).saturating_sub(1);
        for (index, column) in (0..).zip(&self.columns) {
            worksheet.write_string_with_format(0, index, &column.title, &head)?;
            let longest = self.rows.iter().filter_map(|row| row.get(usize::from(index))).map(Cell::width).max();
            let width = longest.unwrap_or(0).max(column.title.chars().count() + 4).min(WIDTH_MAX);
            worksheet.set_column_width(index, u32::try_from(width).unwrap_or(10))?;
        }
        let formats = Formats::new();
        for (index, row) in (1..).zip(&self.rows) {
            for (column, cell) in (0..).zip(row) {
                formats.write(worksheet, index, column, cell)?;
            }
        }
        if let Ok(rows) = u32::try_from(self.rows.len())
            && rows > 0
        {
            let column = |column: &Column| TableColumn::new().set_header(&column.title);
            let columns: Vec<TableColumn> = self.columns.iter().map(column).collect();
            worksheet.add_table(0, 0, rows, last, &Table::new().set_columns(&columns).set_autofilter(true))?;
        }
        worksheet.set_paper_size(9).set_landscape().set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
        Ok(())
    }
}

/// How numbers of each sort look.
struct Formats {
    text: Format,
    whole: Format,
    share: Format,
    day: Format,
    moment: Format,
    time: Format,
    length: Format,
}

impl Formats {
    fn new() -> Self {
        let number = |text: &str| Format::new().set_num_format(text).set_align(FormatAlign::Top);
        Self {
            text: Format::new().set_text_wrap().set_align(FormatAlign::Top),
            whole: number("#,##0"),
            share: number("0.0%"),
            day: number("dd/mm/yyyy"),
            moment: number("dd/mm/yyyy hh:mm:ss"),
            time: number("hh:mm:ss"),
            length: number("[h]:mm:ss"),
        }
    }

    fn write(&self, worksheet: &mut Worksheet, row: u32, column: u16, cell: &Cell) -> Result<(), XlsxError> {
        match cell {
            Cell::Empty => return Ok(()),
            Cell::Text(text) => {
                let text: String = text.chars().take(LETTERS_MAX).collect();
                worksheet.write_string_with_format(row, column, text, &self.text)?
            }
            Cell::Whole(number) => worksheet.write_number_with_format(row, column, *number as f64, &self.whole)?,
            Cell::Share(share) => worksheet.write_number_with_format(row, column, *share, &self.share)?,
            Cell::Day(day) => {
                worksheet.write_number_with_format(row, column, serial(day.and_time(NaiveTime::MIN)), &self.day)?
            }
            Cell::Moment(at) => worksheet.write_number_with_format(row, column, serial(*at), &self.moment)?,
            Cell::TimeOfDay(time) => {
                let ms = time.signed_duration_since(NaiveTime::MIN).num_milliseconds() as f64;
                worksheet.write_number_with_format(row, column, ms / MS_OF_DAY, &self.time)?
            }
            Cell::Length(ms) => {
                worksheet.write_number_with_format(row, column, *ms as f64 / MS_OF_DAY, &self.length)?
            }
        };
        Ok(())
    }
}

/// Days since the last of 1899, as every spreadsheet counts them.
pub(super) fn serial(at: NaiveDateTime) -> f64 {
    // The thirtieth, not the last: Lotus 1-2-3 held 1900 for a leap year, and all others keep to it.
    let zero = NaiveDate::from_ymd_opt(1899, 12, 30).unwrap_or_default().and_time(NaiveTime::MIN);
    at.signed_duration_since(zero).num_milliseconds() as f64 / MS_OF_DAY
}
