//! The figures and the logbook as a workbook: one table a sheet, real numbers, days and times, charts.
//!
//! Each sheet is one table with one head and no merged cells, so it can be filtered, summed and pivoted as it is. Times are
//! those of the station's clock, because a workbook knows no zones.

mod figures;
mod rows;
mod sheet;

use rust_xlsxwriter::{Chart, DocProperties, Workbook, XlsxError};

use super::ExportError;
use super::log::LogRow;
use super::report::ReportSheet;
use crate::domain::words::Language;
use sheet::Sheet;

/// The workbook. Without `rows` there is no logbook in it.
///
/// # Errors
/// Never with a report that Loa made.
pub fn workbook(sheet: &ReportSheet<'_>, rows: Option<&[LogRow]>, language: Language) -> Result<Vec<u8>, ExportError> {
    written(sheet, rows, language).map_err(|error| ExportError::Pack(error.to_string()))
}

fn written(report: &ReportSheet<'_>, rows: Option<&[LogRow]>, language: Language) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let properties =
        DocProperties::new().set_title(figures::title(report, language)).set_author(&report.provenance.station);
    // The moment of making is on the first sheet; the file itself is the same for the same figures.
    let made = rust_xlsxwriter::ExcelDateTime::from_serial_datetime(sheet::serial(
        report.provenance.made_at.with_timezone(&report.zone).naive_local(),
    ))?;
    workbook.set_properties(&properties.set_creation_datetime(&made));
    let by_topic = figures::by_topic(report, language);
    let by_month = figures::by_month(report, language);
    let mut sheets = vec![
        figures::summary(report, language),
        by_topic,
        by_month,
        figures::by_source(report, language),
        figures::by_genre(report, language),
        figures::by_campaign(report, language),
        figures::by_weekday(report, language),
        figures::planned(report, language),
        rows::items(report, language),
    ];
    if let Some(log) = rows {
        sheets.push(rows::log(report, log, language));
    }
    for (index, sheet) in sheets.iter().enumerate() {
        let worksheet = workbook.add_worksheet();
        sheet.write(worksheet)?;
        // The second and the third sheet are the topics and the months.
        if let (1 | 2, Some(mut chart)) = (index, chart(sheet, index == 1)) {
            worksheet.insert_chart(
                1,
                u16::try_from(sheet.columns.len() + 1).unwrap_or(8),
                chart.set_width(640).set_height(400),
            )?;
        }
    }
    workbook.save_to_buffer()
}

/// Items and airings of each line; none of a sheet without lines.
fn chart(sheet: &Sheet, bars: bool) -> Option<Chart> {
    let last = u32::try_from(sheet.rows.len()).ok().filter(|last| *last > 0)?;
    let mut chart = if bars { Chart::new_bar() } else { Chart::new_column() };
    let name = sheet.columns.iter().position(|column| column.names)?;
    let name = u16::try_from(name).ok()?;
    for (index, column) in sheet.columns.iter().enumerate().filter(|(_, column)| column.charted) {
        let index = u16::try_from(index).ok()?;
        chart
            .add_series()
            .set_name(column.title.as_str())
            .set_categories((sheet.name.as_str(), 1, name, last, name))
            .set_values((sheet.name.as_str(), 1, index, last, index));
    }
    chart.title().set_name(&sheet.name);
    chart.set_alt_text(&sheet.name);
    if bars {
        // The first line on top, as in the table.
        chart.y_axis().set_reverse();
    }
    Some(chart)
}
