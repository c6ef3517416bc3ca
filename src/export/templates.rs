//! The files that an office may change: texts, page, Word template, fonts. What it does not change is compiled in.

use std::collections::BTreeMap;

use super::document::TextTemplate;
use super::{ExportError, docx};
use crate::domain::words::Language;

/// A file of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextFile {
    /// Its name, for messages.
    pub file: String,
    /// What it says.
    pub text: String,
}

/// A file of bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByteFile {
    /// Its name, for messages.
    pub file: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// What a written report is made with.
#[derive(Debug, Clone, PartialEq)]
pub struct Templates {
    /// The texts.
    pub texts: TextTemplate,
    /// The page that Typst sets.
    pub page: TextFile,
    /// The page of the logbook that Typst sets.
    pub book: TextFile,
    /// The Word template.
    pub word: ByteFile,
    /// The fonts of the PDF, those of the office before the compiled-in ones.
    pub fonts: Vec<ByteFile>,
}

const PAGE: &str = include_str!("../../config/report/report.typ");
const BOOK: &str = include_str!("../../config/report/book.typ");
const TEXTS_VI: &str = include_str!("../../config/report/sections.vi.toml");
const TEXTS_EN: &str = include_str!("../../config/report/sections.en.toml");
const FONTS: [(&str, &[u8]); 4] = [
    ("fonts/LiberationSerif-Regular.ttf", include_bytes!("../../config/report/fonts/LiberationSerif-Regular.ttf")),
    ("fonts/LiberationSerif-Bold.ttf", include_bytes!("../../config/report/fonts/LiberationSerif-Bold.ttf")),
    ("fonts/LiberationSerif-Italic.ttf", include_bytes!("../../config/report/fonts/LiberationSerif-Italic.ttf")),
    (
        "fonts/LiberationSerif-BoldItalic.ttf",
        include_bytes!("../../config/report/fonts/LiberationSerif-BoldItalic.ttf"),
    ),
];
const FONT_LICENCE: &[u8] = include_bytes!("../../config/report/fonts/OFL.txt");

/// The office's own files by name ("report.typ", "fonts/Times.ttf"), as far as it has any.
pub type OwnFiles = BTreeMap<String, ByteFile>;

/// The names that a set of templates looks for. Fonts besides are all files under `fonts/`.
pub const PAGE_FILE: &str = "report.typ";
/// The name of the page of the logbook.
pub const BOOK_FILE: &str = "book.typ";
/// The Word template's name.
pub const WORD_FILE: &str = "report.docx";

/// The text template's names, the one of the campaign first.
#[must_use]
pub fn texts_files(campaign: Option<&str>, language: Language) -> Vec<String> {
    let language = language.pick("vi", "en");
    let of_campaign = campaign.map(|code| format!("sections.{code}.{language}.toml"));
    of_campaign.into_iter().chain([format!("sections.{language}.toml")]).collect()
}

impl Templates {
    /// The office's own files where it has them, else the compiled-in ones.
    ///
    /// # Errors
    /// A text template that cannot be read; a file that is not UTF-8.
    pub fn of(own: &OwnFiles, campaign: Option<&str>, language: Language) -> Result<Self, ExportError> {
        let texts = texts_files(campaign, language).iter().find_map(|name| own.get(name)).map(text).transpose()?;
        let texts = texts.unwrap_or_else(|| TextFile {
            file: format!("sections.{}.toml", language.pick("vi", "en")),
            text: language.pick(TEXTS_VI, TEXTS_EN).to_owned(),
        });
        let page = own.get(PAGE_FILE).map(text).transpose()?;
        let book = own.get(BOOK_FILE).map(text).transpose()?;
        let shipped_word = || Ok(ByteFile { file: WORD_FILE.to_owned(), bytes: docx::shipped()? });
        let fonts = own.iter().filter(|(name, _)| name.starts_with("fonts/")).map(|(_, file)| file.clone());
        Ok(Self {
            texts: TextTemplate::read(&texts.file, &texts.text)?,
            page: page.unwrap_or_else(|| TextFile { file: PAGE_FILE.to_owned(), text: PAGE.to_owned() }),
            book: book.unwrap_or_else(|| TextFile { file: BOOK_FILE.to_owned(), text: BOOK.to_owned() }),
            word: own.get(WORD_FILE).cloned().map_or_else(shipped_word, Ok::<_, ExportError>)?,
            fonts: fonts.chain(FONTS.iter().map(|(file, bytes)| byte_file(file, bytes))).collect(),
        })
    }

    /// The compiled-in files as an office gets them to change.
    ///
    /// # Errors
    /// Never: they are what Loa itself brings.
    pub fn shipped() -> Result<Vec<ByteFile>, ExportError> {
        let mut files = vec![
            byte_file(PAGE_FILE, PAGE.as_bytes()),
            byte_file(BOOK_FILE, BOOK.as_bytes()),
            byte_file("sections.vi.toml", TEXTS_VI.as_bytes()),
            byte_file("sections.en.toml", TEXTS_EN.as_bytes()),
            byte_file("fonts/OFL.txt", FONT_LICENCE),
            ByteFile { file: WORD_FILE.to_owned(), bytes: docx::shipped()? },
        ];
        files.extend(FONTS.iter().map(|(file, bytes)| byte_file(file, bytes)));
        Ok(files)
    }
}

fn byte_file(file: &str, bytes: &[u8]) -> ByteFile {
    ByteFile { file: file.to_owned(), bytes: bytes.to_vec() }
}

fn text(file: &ByteFile) -> Result<TextFile, ExportError> {
    let text = String::from_utf8(file.bytes.clone()).map_err(|_| super::TemplateError::Unfit {
        file: file.file.clone(),
        what: "it is no text in UTF-8; save it as UTF-8".to_owned(),
    })?;
    Ok(TextFile { file: file.file.clone(), text })
}
