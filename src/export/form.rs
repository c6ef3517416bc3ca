//! The forms that a report can be written in.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A form of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// For Word and LibreOffice: to edit and sign.
    Docx,
    /// To print and file.
    Pdf,
    /// The figures, with charts, for Excel and LibreOffice.
    Xlsx,
    /// To read on a screen.
    Html,
    /// To read anywhere.
    Txt,
    /// The figures for a spreadsheet.
    Csv,
    /// The figures for a program.
    Json,
}

impl Form {
    /// All of them.
    pub const ALL: [Self; 7] = [Self::Docx, Self::Pdf, Self::Xlsx, Self::Html, Self::Txt, Self::Csv, Self::Json];

    /// The end of a file's name, and the word a person asks for it by.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Docx => "docx",
            Self::Pdf => "pdf",
            Self::Xlsx => "xlsx",
            Self::Html => "html",
            Self::Txt => "txt",
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }

    /// What a browser calls it.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Pdf => "application/pdf",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Html => "text/html; charset=utf-8",
            Self::Txt => "text/plain; charset=utf-8",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Json => "application/json",
        }
    }
}

impl FromStr for Form {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim().to_lowercase();
        let known = || Self::ALL.map(Self::extension).join(", ");
        Self::ALL
            .into_iter()
            .find(|form| form.extension() == text)
            .ok_or_else(|| format!("`{text}` is no form of the report, expected one of {}", known()))
    }
}
