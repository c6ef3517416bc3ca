//! The three annexes.

use super::build::DocumentSource;
use super::{Annex, AnnexPart, incidents, logbook, totals};
use crate::domain::words::Language;

/// Totals, logbook, corrections and incidents.
pub(super) fn annexes(source: &DocumentSource<'_>, attached: &str) -> Vec<Annex> {
    let language = source.language;
    let titles = [
        language.pick("TỔNG HỢP SỐ LIỆU PHÁT THANH", "TOTALS"),
        language.pick("SỔ NHẬT KÝ CHƯƠNG TRÌNH PHÁT THANH", "AS-RUN LOGBOOK"),
        language.pick("ĐIỀU CHỈNH VÀ SỰ CỐ", "CORRECTIONS AND INCIDENTS"),
    ];
    let parts = [totals::parts(source), logbook::parts(source), incidents::parts(source)];
    let numbers = ["I", "II", "III"];
    let annex = |((number, title), parts): ((&str, &str), Vec<AnnexPart>)| Annex {
        label: match language {
            Language::Vi => format!("Phụ lục {number}"),
            Language::En => format!("Annex {number}"),
        },
        title: title.to_owned(),
        attached: attached.to_owned(),
        parts,
    };
    numbers.into_iter().zip(titles).zip(parts).map(annex).collect()
}

/// A heading of an annex.
pub(super) fn heading(text: &str) -> AnnexPart {
    AnnexPart::Heading { text: text.to_owned() }
}

/// A sentence of an annex.
pub(super) fn note(text: impl Into<String>) -> AnnexPart {
    AnnexPart::Note { text: text.into() }
}
