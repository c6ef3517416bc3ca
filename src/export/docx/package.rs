//! The parts of a Word file.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::export::templates::ByteFile;
use crate::export::{ExportError, TemplateError};

/// The most that the parts of a template may hold together, in bytes. More is refused before it is unpacked.
const UNPACKED_MAX: u64 = 20_000_000;

const SHIPPED: [(&str, &str); 13] = [
    ("[Content_Types].xml", include_str!("../../../config/report/docx/[Content_Types].xml")),
    ("_rels/.rels", include_str!("../../../config/report/docx/_rels/.rels")),
    ("docProps/core.xml", include_str!("../../../config/report/docx/docProps/core.xml")),
    ("word/document.xml", include_str!("../../../config/report/docx/word/document.xml")),
    ("word/styles.xml", include_str!("../../../config/report/docx/word/styles.xml")),
    ("word/settings.xml", include_str!("../../../config/report/docx/word/settings.xml")),
    ("word/header.xml", include_str!("../../../config/report/docx/word/header.xml")),
    ("word/header-first.xml", include_str!("../../../config/report/docx/word/header-first.xml")),
    ("word/footer.xml", include_str!("../../../config/report/docx/word/footer.xml")),
    ("word/footer-first.xml", include_str!("../../../config/report/docx/word/footer-first.xml")),
    ("word/_rels/document.xml.rels", include_str!("../../../config/report/docx/word/_rels/document.xml.rels")),
    ("word/_rels/footer.xml.rels", include_str!("../../../config/report/docx/word/_rels/footer.xml.rels")),
    ("word/_rels/footer-first.xml.rels", include_str!("../../../config/report/docx/word/_rels/footer-first.xml.rels")),
];

/// The parts of a Word file by name.
pub(super) struct Package {
    parts: BTreeMap<String, Vec<u8>>,
}

impl Package {
    pub(super) fn shipped() -> Self {
        let part = |(name, text): (&str, &str)| (name.to_owned(), text.as_bytes().to_vec());
        Self { parts: SHIPPED.into_iter().map(part).collect() }
    }

    pub(super) fn read(file: &ByteFile) -> Result<Self, ExportError> {
        let unfit = |what: String| ExportError::from(TemplateError::Unfit { file: file.file.clone(), what });
        let no_word_file =
            |error: &dyn std::fmt::Display| unfit(format!("it is no Word file ({error}); save it as .docx"));
        let mut archive = ZipArchive::new(Cursor::new(&file.bytes)).map_err(|error| no_word_file(&error))?;
        let mut parts = BTreeMap::new();
        let mut left = UNPACKED_MAX;
        for index in 0..archive.len() {
            let part = archive.by_index(index).map_err(|error| no_word_file(&error))?;
            if part.is_dir() {
                continue;
            }
            let name = part.name().map_err(|error| no_word_file(&error))?.into_owned();
            let mut bytes = Vec::new();
            // One more than is left tells a part that is too long from one that just fits.
            part.take(left + 1).read_to_end(&mut bytes).map_err(|error| no_word_file(&error))?;
            left = left.checked_sub(bytes.len() as u64).ok_or_else(|| {
                unfit(format!("it unpacks to more than {} MB; take large pictures out", UNPACKED_MAX / 1_000_000))
            })?;
            parts.insert(name, bytes);
        }
        Ok(Self { parts })
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.parts.keys().cloned().collect()
    }

    /// A part as text; none if there is no such part or it is no UTF-8, which Word always writes.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        let text = std::str::from_utf8(self.parts.get(name)?).ok()?;
        Some(text.trim_start_matches('\u{feff}'))
    }

    pub(super) fn put(&mut self, name: &str, bytes: Vec<u8>) {
        self.parts.insert(name.to_owned(), bytes);
    }

    /// The parts that hold the pictures of this description.
    pub(super) fn images_described(&self, description: &str) -> Vec<String> {
        let mark = format!("descr=\"{description}\"");
        let mut images = Vec::new();
        for name in self.parts.keys().filter(|name| name.starts_with("word/") && name.ends_with(".xml")) {
            let (Some(text), Some(links)) = (self.text(name), self.text(&links_of(name))) else { continue };
            for place in text.split(&mark).skip(1) {
                let link = place.split("r:embed=\"").nth(1).and_then(|rest| rest.split('"').next());
                images.extend(link.and_then(|link| target(links, link)).map(|target| format!("word/{target}")));
            }
        }
        images
    }

    pub(super) fn write(&self) -> Result<Vec<u8>, ExportError> {
        let failed = |error: &dyn std::fmt::Display| ExportError::Pack(error.to_string());
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        // Word wants the list of types first; "[" sorts before every letter.
        for (name, bytes) in &self.parts {
            writer.start_file(name.as_str(), options).map_err(|error| failed(&error))?;
            writer.write_all(bytes).map_err(|error| failed(&error))?;
        }
        Ok(writer.finish().map_err(|error| failed(&error))?.into_inner())
    }
}

/// `word/footer.xml` has its links in `word/_rels/footer.xml.rels`.
fn links_of(part: &str) -> String {
    part.replacen("word/", "word/_rels/", 1) + ".rels"
}

/// What a link leads to.
fn target<'a>(links: &'a str, id: &str) -> Option<&'a str> {
    let link = links.split("<Relationship ").find(|link| link.contains(&format!("Id=\"{id}\"")))?;
    link.split("Target=\"").nth(1)?.split('"').next()
}
