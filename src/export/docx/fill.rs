//! Filling the fields of one part.
//!
//! Word cuts a text into runs wherever it likes, also in the middle of `{{period}}`. So the text of a paragraph is put
//! together first, and a value goes into the run in which its field begins, with that run's format.

use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::escape::{escape, unescape};
use quick_xml::events::Event;

use crate::export::document::Fields;
use crate::export::{ExportError, TemplateError};

/// What a field holds.
#[derive(Debug, Clone)]
pub(super) enum Value {
    /// One text.
    Line(String),
    /// A paragraph for each; the field's own is repeated, or left out when there are none.
    Lines(Vec<String>),
    /// Paragraphs and tables, as the markup of a part.
    Blocks(String),
}

/// The fields of a report.
#[derive(Debug)]
pub(super) struct Filling(BTreeMap<&'static str, Value>);

impl Filling {
    pub(super) fn of<const N: usize>(fields: [(&'static str, Value); N]) -> Self {
        Self(fields.into_iter().collect())
    }

    /// For telling which fields there are.
    fn names(&self) -> Fields {
        Fields::from_pairs(self.0.keys().map(|name| ((*name).to_owned(), String::new())))
    }
}

/// A piece of markup as it stands in the part.
struct Piece<'a> {
    raw: &'a str,
    sort: Sort,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    ParagraphStart,
    ParagraphEnd,
    TextStart,
    TextEnd,
    /// Text, or a letter written as `&amp;`.
    Letters,
    CellEnd,
    Other,
}

/// The part with its fields filled in.
pub(super) fn fill(file: &str, part: &str, filling: &Filling) -> Result<String, ExportError> {
    let pieces = pieces(file, part)?;
    let mut filled = String::with_capacity(part.len());
    let mut number = 0;
    let mut at = 0;
    while at < pieces.len() {
        let Some(end) = paragraph_at(&pieces, at) else {
            push_outside(&mut filled, &pieces[at], filling, file)?;
            at += 1;
            continue;
        };
        number += 1;
        let place = Place { file, paragraph: number };
        filled.push_str(&paragraph(&pieces[at..=end], filling, &place)?);
        at = end + 1;
    }
    Ok(filled)
}

/// Outside of paragraphs only the properties of the file have fields; a cell must not end without a paragraph.
fn push_outside(filled: &mut String, piece: &Piece<'_>, filling: &Filling, file: &str) -> Result<(), ExportError> {
    match piece.sort {
        Sort::Letters if piece.raw.contains("{{") => {
            let place = Place { file, paragraph: 1 };
            let text = unescape(piece.raw).unwrap_or(piece.raw.into());
            let text: String = spans(&text, &place, filling)?.iter().map(|span| span.value(filling)).collect();
            filled.push_str(&escape(&text));
        }
        Sort::CellEnd if filled.trim_end().ends_with("</w:tcPr>") || filled.trim_end().ends_with("<w:tc>") => {
            filled.push_str("<w:p/>");
            filled.push_str(piece.raw);
        }
        _ => filled.push_str(piece.raw),
    }
    Ok(())
}

fn pieces<'a>(file: &str, part: &'a str) -> Result<Vec<Piece<'a>>, ExportError> {
    let mut reader = Reader::from_str(part);
    let mut pieces = Vec::new();
    let mut from = 0;
    loop {
        let event = reader.read_event().map_err(|error| TemplateError::Unfit {
            file: file.to_owned(),
            what: format!("it is damaged ({error}); save it again with Word or LibreOffice"),
        })?;
        let to = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let sort = match &event {
            Event::Eof => return Ok(pieces),
            Event::Start(start) => match start.name().as_ref() {
                "w:p" => Sort::ParagraphStart,
                "w:t" => Sort::TextStart,
                _ => Sort::Other,
            },
            Event::End(end) => match end.name().as_ref() {
                "w:p" => Sort::ParagraphEnd,
                "w:t" => Sort::TextEnd,
                "w:tc" => Sort::CellEnd,
                _ => Sort::Other,
            },
            Event::Text(_) | Event::GeneralRef(_) => Sort::Letters,
            _ => Sort::Other,
        };
        pieces.push(Piece { raw: part.get(from..to).unwrap_or_default(), sort });
        from = to;
    }
}

/// Where the paragraph that begins at `at` ends. One that holds others (a text box) is gone through from inside.
fn paragraph_at(pieces: &[Piece<'_>], at: usize) -> Option<usize> {
    if pieces[at].sort != Sort::ParagraphStart {
        return None;
    }
    let next =
        pieces[at + 1..].iter().position(|piece| matches!(piece.sort, Sort::ParagraphStart | Sort::ParagraphEnd))?;
    (pieces[at + 1 + next].sort == Sort::ParagraphEnd).then_some(at + 1 + next)
}

/// Where a field stands.
struct Place<'a> {
    file: &'a str,
    paragraph: usize,
}

/// A stretch of a paragraph's text: letters, or a field.
enum Span<'a> {
    Letters(&'a str),
    Field { name: &'static str, length: usize },
}

impl Span<'_> {
    fn value(&self, filling: &Filling) -> String {
        match self {
            Self::Letters(letters) => (*letters).to_owned(),
            Self::Field { name, .. } => match filling.0.get(name) {
                Some(Value::Line(line)) => line.clone(),
                Some(Value::Lines(lines)) => lines.join(" "),
                Some(Value::Blocks(_)) | None => String::new(),
            },
        }
    }
}

fn spans<'a>(text: &'a str, place: &Place<'_>, filling: &Filling) -> Result<Vec<Span<'a>>, ExportError> {
    let (file, line) = (place.file.to_owned(), place.paragraph);
    let mut spans = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find("{{") {
        let Some(close) = rest[open..].find("}}").map(|found| open + found) else {
            return Err(TemplateError::Open { file, line }.into());
        };
        let name = rest[open + 2..close].trim();
        let Some((name, value)) = filling.0.get_key_value(name) else {
            let known = filling.names();
            let nearest = known.nearest(name);
            return Err(
                TemplateError::Field { file, line, field: name.to_owned(), nearest, known: known.names() }.into()
            );
        };
        if matches!(value, Value::Blocks(_)) && text.trim() != &rest[open..close + 2] {
            let what = format!("field `{name}` in paragraph {line} must stand alone; give it a paragraph of its own");
            return Err(TemplateError::Unfit { file, what }.into());
        }
        spans.push(Span::Letters(&rest[..open]));
        spans.push(Span::Field { name, length: close + 2 - open });
        rest = &rest[close + 2..];
    }
    spans.push(Span::Letters(rest));
    Ok(spans)
}

fn paragraph(pieces: &[Piece<'_>], filling: &Filling, place: &Place<'_>) -> Result<String, ExportError> {
    let runs = runs(pieces);
    let text: String = runs.iter().map(|run| run.text.as_str()).collect();
    let raw = || pieces.iter().map(|piece| piece.raw).collect::<String>();
    if !text.contains("{{") {
        return Ok(raw());
    }
    let spans = spans(&text, place, filling)?;
    let only = match spans.as_slice() {
        [Span::Letters(before), Span::Field { name, .. }, Span::Letters(after)]
            if before.trim().is_empty() && after.trim().is_empty() =>
        {
            filling.0.get(name)
        }
        _ => None,
    };
    match only {
        Some(Value::Blocks(blocks)) => Ok(blocks.clone()),
        Some(Value::Lines(lines)) => {
            let copies = lines.iter().map(|line| written(pieces, &runs, &spans, |_| line.clone()));
            Ok(copies.collect())
        }
        _ => Ok(written(pieces, &runs, &spans, |span| span.value(filling))),
    }
}

/// A text element of a paragraph: its pieces and what they say.
struct Run {
    start: usize,
    end: usize,
    text: String,
}

fn runs(pieces: &[Piece<'_>]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut open = None;
    for (index, piece) in pieces.iter().enumerate() {
        match (piece.sort, open) {
            (Sort::TextStart, _) => {
                open = Some(index);
                runs.push(Run { start: index, end: index, text: String::new() });
            }
            (Sort::Letters, Some(_)) => {
                let letters = unescape(piece.raw).map_or_else(|_| piece.raw.to_owned(), |text| text.into_owned());
                if let Some(run) = runs.last_mut() {
                    run.text.push_str(&letters);
                }
            }
            (Sort::TextEnd, Some(_)) => {
                open = None;
                if let Some(run) = runs.last_mut() {
                    run.end = index;
                }
            }
            _ => {}
        }
    }
    runs
}

/// The paragraph with `value` for each field, in the run in which the field begins.
fn written(pieces: &[Piece<'_>], runs: &[Run], spans: &[Span<'_>], value: impl Fn(&Span<'_>) -> String) -> String {
    let mut texts = vec![String::new(); runs.len()];
    let mut place = 0;
    let ends: Vec<usize> = runs
        .iter()
        .scan(0, |sum, run| {
            *sum += run.text.len();
            Some(*sum)
        })
        .collect();
    let run_of = |place: usize| ends.iter().position(|end| place < *end).unwrap_or(runs.len().saturating_sub(1));
    for span in spans {
        match span {
            Span::Letters(letters) => {
                for (offset, letter) in letters.char_indices() {
                    texts[run_of(place + offset)].push(letter);
                }
                place += letters.len();
            }
            Span::Field { length, .. } => {
                texts[run_of(place)].push_str(&value(span));
                place += length;
            }
        }
    }
    let mut paragraph = String::new();
    for (index, piece) in pieces.iter().enumerate() {
        match runs.iter().position(|run| (run.start..=run.end).contains(&index)) {
            None => paragraph.push_str(piece.raw),
            Some(run) if runs[run].start == index => {
                paragraph.push_str("<w:t xml:space=\"preserve\">");
                paragraph.push_str(&escape(&texts[run]));
                paragraph.push_str("</w:t>");
            }
            Some(_) => {}
        }
    }
    paragraph
}
