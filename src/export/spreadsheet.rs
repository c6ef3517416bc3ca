//! CSV that a spreadsheet opens by itself: UTF-8 with a byte order mark, CRLF, cells that stay text.

use std::borrow::Cow;

use super::ExportError;

/// What stands between cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Delimiter {
    /// As RFC 4180 says.
    #[default]
    Comma,
    /// As Excel expects where the comma is the decimal sign, as under Vietnamese regional settings.
    Semicolon,
}

/// Without it Excel reads UTF-8 as the code page of the machine, and Vietnamese letters fall apart.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A table being written.
pub(super) struct Spreadsheet {
    writer: csv::Writer<Vec<u8>>,
}

impl Spreadsheet {
    pub(super) fn new(delimiter: Delimiter) -> Self {
        let writer = csv::WriterBuilder::new()
            .delimiter(match delimiter {
                Delimiter::Comma => b',',
                Delimiter::Semicolon => b';',
            })
            .terminator(csv::Terminator::CRLF)
            .flexible(false)
            .from_writer(BYTE_ORDER_MARK.to_vec());
        Self { writer }
    }

    /// One row; as many cells as the first one had.
    pub(super) fn row<C: AsRef<str>>(&mut self, cells: &[C]) -> Result<(), ExportError> {
        self.writer
            .write_record(cells.iter().map(|cell| inert(cell.as_ref()).into_owned()))
            .map_err(|error| ExportError::Csv(error.into()))
    }

    pub(super) fn finish(self) -> Result<String, ExportError> {
        let bytes = self.writer.into_inner().map_err(|error| ExportError::Csv(error.into_error().into()))?;
        String::from_utf8(bytes).map_err(|error| ExportError::Csv(error.into()))
    }
}

/// A cell that a spreadsheet shows and never computes. Excel and LibreOffice take a cell that begins with one of these
/// characters for a formula, quoted or not, so a title such as `=HYPERLINK(...)` on a clip from a stranger's USB stick would
/// run on the desk of whoever opens the log. An apostrophe in front makes it text, and is what their own users type.
fn inert(cell: &str) -> Cow<'_, str> {
    match cell.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠') => {
            Cow::Owned(format!("'{cell}"))
        }
        _ => Cow::Borrowed(cell),
    }
}
