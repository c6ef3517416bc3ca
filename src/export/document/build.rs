//! Counts, texts and log become the report as it will stand on paper.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::annex::annexes;
use super::fields::Fields;
use super::template::{Section, TemplateError, TextTemplate, fill, paragraphs};
use super::{Block, Check, Heading, OfficialReport, Recipients, Signature};
use crate::domain::log::Incident;
use crate::domain::office::OfficeOn;
use crate::domain::report::vietnamese::date;
use crate::domain::report::{Preset, SectionTexts};
use crate::domain::words::Language;
use crate::export::log::LogRow;
use crate::export::report::{Provenance, ReportSheet};
use crate::export::text::{day, printable, time_of_day};

/// Digits of a hash that stand on the paper to be typed off: `loa log verify --head` takes as few.
const CODE_DIGITS: usize = 16;

/// Everything that a report on paper is made from.
#[derive(Debug, Clone)]
pub struct DocumentSource<'a> {
    /// The counts and where they come from.
    pub sheet: ReportSheet<'a>,
    /// The language of the paper; the sentences of the sheet are in it.
    pub language: Language,
    /// The names that are right on the last day of the period.
    pub office: OfficeOn<'a>,
    /// After "Đài truyền thanh": `thị trấn`.
    pub station_short: &'a str,
    /// The campaign that the report is on, or that every counted item belongs to.
    pub campaign: Option<Campaign>,
    /// T1 without the number of airings.
    pub items_sentence: &'a str,
    /// The office's texts.
    pub template: &'a TextTemplate,
    /// Texts that take the place of the template's, by section.
    pub texts: &'a SectionTexts,
    /// Figures that a person typed in.
    pub typed: &'a [Typed],
    /// The rows of the log in order; none if there are more than an annex holds.
    pub rows: Option<&'a [LogRow]>,
    /// What went wrong or was worth knowing, in order.
    pub incidents: &'a [(DateTime<Utc>, Incident)],
    /// Groups of loudspeakers: short name and name.
    pub zones: &'a [(String, String)],
}

/// A campaign as a document names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Campaign {
    /// What it is about: `cải cách hành chính`.
    pub name: String,
    /// The document it rests on; may be empty.
    pub basis: String,
}

/// A figure that no log knows, and that a person typed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    /// As the template names it.
    pub name: String,
    /// As it shall be printed.
    pub value: String,
    /// Who says so; none if the person who made the report.
    pub by: Option<String>,
}

impl Typed {
    /// The longest value, in characters.
    pub const VALUE_MAX: usize = 200;

    /// Reads `portal_items=196`.
    ///
    /// # Errors
    /// It is no name and value, or the value is too long for a cell.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text.split_once('=').map(|(name, value)| (name.trim(), value.trim())) {
            Some((name, value))
                if !name.is_empty() && !value.is_empty() && value.chars().count() <= Self::VALUE_MAX =>
            {
                Ok(Self { name: name.to_owned(), value: value.to_owned(), by: None })
            }
            _ => Err(format!(
                "expected a name and a value of at most {} letters such as portal_items=196",
                Self::VALUE_MAX
            )),
        }
    }
}

impl OfficialReport {
    /// Writes the report.
    ///
    /// # Errors
    /// A field of the template that does not exist, or a text for a section that it does not have: file, line and name.
    pub fn build(source: &DocumentSource<'_>) -> Result<Self, TemplateError> {
        let fields = Fields::of(source);
        check_names(source)?;
        let template = source.template;
        let heading = heading(source, &fields)?;
        let document = &template.parts.document;
        let attached = one(template, &document.annex_attached, &fields)?;
        Ok(Self {
            language: source.language,
            title: format!("{} {}", heading.kind, heading.about.join(" ")),
            author: source.office.agency.map_or_else(String::new, |agency| agency.name.clone()),
            simulated: source.sheet.provenance.simulated.then(|| simulated(source.language).to_owned()),
            heading,
            basis: template.fill_all(&document.basis, &fields)?,
            opening: template.fill_all(&document.opening, &fields)?,
            body: body(source, &fields)?,
            closing: one(template, &document.closing, &fields)?,
            recipients: recipients(source, &fields)?,
            signature: signature(source, &fields)?,
            annexes: annexes(source, &attached),
            check: check(source),
        })
    }
}

/// The words that a rehearsal bears.
pub(super) const fn simulated(language: Language) -> &'static str {
    language
        .pick("DỮ LIỆU MÔ PHỎNG: không phải số liệu phát sóng thật", "SIMULATED DATA: nothing here was really on air")
}

/// Texts and typed figures must have a place in the template, or they would be lost unsaid.
fn check_names(source: &DocumentSource<'_>) -> Result<(), TemplateError> {
    let template = source.template;
    let unfit = |what: String| Err(TemplateError::Unfit { file: template.file.clone(), what });
    let sections: Vec<&str> = template.parts.section.iter().map(|section| section.key.as_str()).collect();
    if let Some(key) = source.texts.keys().find(|key| !sections.contains(&key.as_str())) {
        return unfit(format!(
            "it has no section `{key}` for the text that is given; its sections are {}",
            sections.join(", ")
        ));
    }
    let typed: Vec<&str> = template.typed().map(|(name, _)| name).collect();
    if let Some(unknown) = source.typed.iter().find(|given| !typed.contains(&given.name.as_str())) {
        let known = if typed.is_empty() { "none".to_owned() } else { typed.join(", ") };
        return unfit(format!("it takes no typed figure `{}`; under [typed] it declares: {known}", unknown.name));
    }
    Ok(())
}

fn one(template: &TextTemplate, text: &str, fields: &Fields) -> Result<String, TemplateError> {
    Ok(template.fill(text, fields)?.unwrap_or_default())
}

fn heading(source: &DocumentSource<'_>, fields: &Fields) -> Result<Heading, TemplateError> {
    let (template, document) = (source.template, &source.template.parts.document);
    let (written, agency) = (template.fill_all(&document.agency, fields)?, source.office.agency);
    let superior = one(template, &document.superior, fields)?;
    let above = || agency.and_then(|agency| agency.superior.clone()).unwrap_or_default();
    Ok(Heading {
        superior: if superior.is_empty() { above() } else { superior },
        agency: match agency {
            Some(agency) if written.is_empty() => agency.heading.clone(),
            _ => written,
        },
        state: one(template, &document.state, fields)?,
        motto: one(template, &document.motto, fields)?,
        number: one(template, &document.number, fields)?,
        place_date: one(template, &document.place_date, fields)?.trim_start_matches(", ").to_owned(),
        kind: one(template, &document.kind, fields)?,
        about: template.fill_all(&document.about, fields)?,
    })
}

fn body(source: &DocumentSource<'_>, fields: &Fields) -> Result<Vec<Block>, TemplateError> {
    let mut blocks = Vec::new();
    for section in &source.template.parts.section {
        if let Some(text) = source.template.fill(&section.heading, fields)? {
            blocks.push(Block::Heading { level: section.level, text });
        }
        section_text(source, section, fields, &mut blocks)?;
    }
    Ok(blocks)
}

pub(super) fn section_text(
    source: &DocumentSource<'_>,
    section: &Section,
    fields: &Fields,
    blocks: &mut Vec<Block>,
) -> Result<(), TemplateError> {
    let own = source.texts.get(&section.key).filter(|_| !section.from_log);
    let mut filled = Vec::new();
    match own {
        None => {
            for paragraph in paragraphs(&section.text) {
                filled.extend(source.template.fill(paragraph, fields)?);
            }
        }
        Some(own) => {
            for (index, paragraph) in own.iter().enumerate() {
                let place = |_| (format!("the text of section `{}`", section.key), index + 1);
                filled.extend(fill(paragraph, fields, place)?);
            }
        }
    }
    let kept = filled.into_iter().filter(|text| !text.is_empty());
    blocks.extend(kept.map(|text| Block::Paragraph { text: printable(&text).into_owned() }));
    Ok(())
}

fn signature(source: &DocumentSource<'_>, fields: &Fields) -> Result<Signature, TemplateError> {
    let (template, written) = (source.template, &source.template.parts.signature);
    let lines = template.fill_all(&written.lines, fields)?;
    let signer = || source.office.agency.map(|agency| agency.signer.clone()).unwrap_or_default();
    Ok(Signature {
        lines: if lines.is_empty() { signer() } else { lines },
        name: one(template, &written.name, fields)?,
    })
}

/// Those written to on the last day of the period, of the template or else of the office: "- A;", the last one "- Lưu: VT.".
fn recipients(source: &DocumentSource<'_>, fields: &Fields) -> Result<Recipients, TemplateError> {
    let template = source.template;
    let day = source.sheet.report.period.to;
    let mut lines = Vec::new();
    for recipient in template.parts.recipient.iter().filter(|recipient| recipient.gets_on(day)) {
        lines.extend(template.fill(&recipient.text, fields)?.filter(|text| !text.is_empty()));
    }
    if template.parts.recipient.is_empty() {
        lines = source.office.recipients.iter().map(|text| (*text).to_owned()).collect();
    }
    let last = lines.len().saturating_sub(1);
    let ended = |(index, text): (usize, String)| {
        let text = text.trim_start_matches("- ").trim_end_matches([';', '.']);
        format!("- {text}{}", if index == last { "." } else { ";" })
    };
    let title = one(template, &template.parts.signature.recipients_title, fields)?;
    Ok(Recipients { title, lines: lines.into_iter().enumerate().map(ended).collect() })
}

/// How it was counted, and from which record on.
fn check(source: &DocumentSource<'_>) -> Check {
    let (report, provenance, zone) = (source.sheet.report, source.sheet.provenance, source.sheet.zone);
    let language = source.language;
    let percent = (report.settings.counted_from.0 * 100.0).round() as u64;
    let (from, to) = (date(report.period.from), date(report.period.to));
    let rule = match report.period.preset {
        Preset::Nd09 => language.pick(" (kỳ chốt số liệu theo Nghị định 09/2019/NĐ-CP)", " (Decree 09/2019)"),
        Preset::Calendar => language.pick(" (theo tháng dương lịch)", " (calendar months)"),
        Preset::Custom => "",
    };
    let counted = match language {
        Language::Vi => format!(
            "Một lượt phát được tính khi phát từ {percent}% thời lượng trở lên. Kỳ báo cáo: theo giờ bắt đầu phát, từ {from} đến hết {to}{rule}."
        ),
        Language::En => format!(
            "An airing counts when {percent}% of it or more was heard. Period: by the local start, {from} to {to} inclusive{rule}."
        ),
    };
    let mut check = origin(provenance, zone, language);
    check.lines.insert(0, counted);
    check
}

/// The record that a paper was made from, and how the paper is compared with it.
pub(super) fn origin(provenance: &Provenance, zone: Tz, language: Language) -> Check {
    let made = format!("{} {}", day(provenance.made_at, zone), time_of_day(provenance.made_at, zone));
    let mut lines = Vec::new();
    let Some(head) = &provenance.log_head else {
        lines.push(match language {
            Language::Vi => format!("Nhật ký chưa có bản ghi nào. Lập {made}, {}.", provenance.program),
            Language::En => format!("The log has no record yet. Made {made}, {}.", provenance.program),
        });
        return Check { lines, command: String::new() };
    };
    let code = head.hash.get(..CODE_DIGITS).unwrap_or(&head.hash);
    lines.push(match language {
        Language::Vi => {
            format!("Nhật ký đến bản ghi số {}, mã {}. Lập {made}, {}.", head.seq, head.hash, provenance.program)
        }
        Language::En => {
            format!("Log up to record {}, hash {}. Made {made}, {}.", head.seq, head.hash, provenance.program)
        }
    });
    lines.push(match language {
        Language::Vi => format!("Kiểm tra bản giấy này khớp với nhật ký: loa log verify --head {code}"),
        Language::En => format!("To check this paper against the log: loa log verify --head {code}"),
    });
    Check { lines, command: format!("loa log verify --head {}", head.hash) }
}

/// Text from a clip, fit for a cell.
pub(super) fn cell(text: &str) -> String {
    let text: Cow<'_, str> = printable(text);
    text.trim().to_owned()
}
