//! `loa report`

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use serde_json::json;

use super::context::Context;
use super::error::CliError;
use super::table::{length, row, table, text};
use super::{Exit, Outcome, parse};
use crate::clock;
use crate::desk::{Desk, FIGURES, Figure, FigureRows, MentionLine, PaperQuery, ReportQuery};
use crate::domain::report::{ItemLine, MonthRule, Period};
use crate::domain::time::Now;
use crate::domain::words::Language;
use crate::export::document::Typed;
use crate::export::templates::Templates;
use crate::export::{Delimiter, Form, log, reconciliation, report};

/// Count what was aired in a period, as the official report needs it
#[derive(Debug, Args)]
pub(super) struct Report {
    /// A year 2023, a half 2023-H1, a quarter 2023-Q2 or a month 2023-06
    #[arg(long, required_unless_present_any = ["from", "templates"], conflicts_with_all = ["from", "to"])]
    period: Option<String>,
    /// Which days make a month: of Nghị định 09/2019 (15th to 14th) or of the calendar [default: `report.month_rule`]
    #[arg(long, requires = "period")]
    calendar: Option<CalendarName>,
    /// First day
    #[arg(long, value_name = "DAY", value_parser = parse::day, requires = "to")]
    from: Option<NaiveDate>,
    /// Last day
    #[arg(long, value_name = "DAY", value_parser = parse::day, requires = "from")]
    to: Option<NaiveDate>,
    /// Only clips of this campaign
    #[arg(long, value_name = "CODE")]
    campaign: Option<String>,
    /// As a spreadsheet
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// Semicolons between the cells of the spreadsheet, as Excel expects them under Vietnamese settings
    #[arg(long, requires = "csv")]
    semicolon: bool,
    /// The written report in these forms: docx, pdf, xlsx, html, txt, csv, json
    #[arg(long, value_name = "FORMS", value_delimiter = ',', requires = "out", conflicts_with_all = ["csv", "json", "rows"])]
    format: Vec<Form>,
    /// The folder that the files go into
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    out: Option<PathBuf>,
    /// The language of the written report, vi or en [default: `report.language`]
    #[arg(long, value_name = "LANGUAGE", requires = "format", value_parser = parse::language)]
    language: Option<Language>,
    /// A figure of the written report that no log knows, such as portal_items=196
    #[arg(long, value_name = "NAME=VALUE", requires = "format", value_parser = Typed::parse)]
    typed: Vec<Typed>,
    /// Write the templates of the written report into this folder, to be changed, instead of a report
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    templates: Option<PathBuf>,
    /// The rows that a figure counts, instead of the report
    #[arg(long, value_name = "FIGURE", help = format!("The rows that a figure counts, instead of the report: {FIGURES}"))]
    rows: Option<Figure>,
    /// Every planned occurrence in the state it ended in, on one page, instead of the report
    #[arg(long, conflicts_with_all = ["rows", "csv", "campaign"])]
    reconcile: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum CalendarName {
    /// From the 15th to the 14th
    Nd09,
    /// From the first to the last
    Calendar,
}

impl Report {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        if let Some(folder) = &self.templates {
            return write_templates(context, folder);
        }
        let query = ReportQuery { period: self.period(context)?, campaign: self.campaign.clone() };
        let desk = context.look().await?;
        let now = clock::now();
        if let Some(folder) = &self.out {
            return self.write_paper(context, &desk, query, folder, now).await;
        }
        if let Some(figure) = &self.rows {
            let rows = desk.rows(&query, figure, now).await?;
            return self.print_rows(context, &rows);
        }
        if self.reconcile {
            let document = desk.reconciliation(query.period, now).await?;
            let sheet = desk.reconciliation_sheet(&document);
            context.print(&if context.json {
                reconciliation::json(&sheet)? + "\n"
            } else {
                reconciliation::text(&sheet)?
            })?;
            return Ok(Exit::Done);
        }
        let document = desk.report(&query, now).await?;
        let sheet = desk.sheet(&document);
        context.print(&if context.json {
            report::json(&sheet)? + "\n"
        } else if self.csv {
            report::csv(&sheet, self.delimiter())?
        } else {
            report::text(&sheet)?
        })?;
        Ok(Exit::Done)
    }

    fn period(&self, context: &Context) -> Result<Period, CliError> {
        let period = match (&self.period, self.from, self.to) {
            (Some(text), ..) => {
                let rule = match self.calendar {
                    Some(CalendarName::Nd09) => MonthRule::Nd09,
                    Some(CalendarName::Calendar) => MonthRule::Calendar,
                    None => context.config.report.month_rule,
                };
                Period::parse(text, rule)
            }
            (None, Some(from), Some(to)) => Period::custom(from, to),
            (None, ..) => return Err(CliError::usage("no period is given; give --period, or --from and --to")),
        };
        period.map_err(|error| CliError::usage(error.to_string()))
    }

    /// The written report, a file for each form.
    async fn write_paper(
        &self,
        context: &Context,
        desk: &Desk,
        report: ReportQuery,
        folder: &Path,
        now: Now,
    ) -> Outcome {
        let name = format!("bao-cao-{}", report.period.file_part());
        let language = self.language.unwrap_or(context.config.report.language);
        let query = PaperQuery { report, language, texts: None, typed: self.typed.clone() };
        let paper = desk.report_paper(&query, now).await?;
        let forms: BTreeSet<Form> = self.format.iter().copied().collect();
        std::fs::create_dir_all(folder).map_err(|error| CliError::of_file("make the folder", folder, &error))?;
        for form in forms {
            let path = folder.join(format!("{name}.{}", form.extension()));
            let bytes = desk.paper_as(&paper, form).await?;
            write_whole(&path, &bytes)?;
            context.say(&format!("{} ({} kB)", path.display(), bytes.len().div_ceil(1_000)))?;
        }
        Ok(Exit::Done)
    }

    const fn delimiter(&self) -> Delimiter {
        if self.semicolon { Delimiter::Semicolon } else { Delimiter::Comma }
    }

    fn print_rows(&self, context: &Context, rows: &FigureRows) -> Outcome {
        let zone = context.zone();
        match rows {
            FigureRows::Log(rows) => context.print(&if context.json {
                log::json(rows, zone)? + "\n"
            } else if self.csv {
                log::csv(rows, &context.config.library.topics, zone, self.delimiter())?
            } else {
                log::table(rows, &context.screen()) + &format!("{} rows\n", rows.len())
            })?,
            FigureRows::Items(_) if self.csv => {
                return Err(CliError::usage(
                    "items are part of the report's spreadsheet; leave out --rows, or use --json",
                ));
            }
            FigureRows::Items(items) if context.json => {
                context.document(&items.iter().map(item_json).collect::<Vec<_>>())?;
            }
            FigureRows::Items(items) => context.print(&item_table(context, items))?,
            FigureRows::Mentions(_) if self.csv => {
                return Err(CliError::usage("items of relays have no spreadsheet of their own; use --json"));
            }
            FigureRows::Mentions(lines) if context.json => {
                context.document(&lines.iter().map(|line| mention_json(context, line)).collect::<Vec<_>>())?;
            }
            FigureRows::Mentions(lines) => context.print(&mention_table(context, lines))?,
        }
        Ok(Exit::Done)
    }
}

/// Puts the compiled-in templates where they can be changed. What is there already stays.
fn write_templates(context: &Context, folder: &Path) -> Outcome {
    for file in Templates::shipped()? {
        let path = folder.join(&file.file);
        if path.exists() {
            context.say(&format!("{} is there already and stays as it is", path.display()))?;
            continue;
        }
        let parent = path.parent().unwrap_or(folder);
        std::fs::create_dir_all(parent).map_err(|error| CliError::of_file("make the folder", parent, &error))?;
        write_whole(&path, &file.bytes)?;
        context.say(&path.display().to_string())?;
    }
    Ok(Exit::Done)
}

/// A file is there whole or not at all: it is written beside and then takes its name.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    let failed = |error: &std::io::Error| CliError::of_file("write", path, error);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file =
        tempfile::Builder::new().permissions(readable()).tempfile_in(folder).map_err(|error| failed(&error))?;
    file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(|error| failed(&error))?;
    file.persist(path).map_err(|error| failed(&error.error))?;
    Ok(())
}

/// What a new file gets before the user's mask: a report is to be read by the office, unlike a temporary file.
fn readable() -> std::fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(0o666)
}

fn item_json(line: &ItemLine) -> serde_json::Value {
    json!({
        "item": line.item, "title": line.title, "genre": line.genre, "topic": line.topic, "campaign": line.campaign,
        "airings": line.airings, "heard_s": line.heard_ms as f64 / 1_000.0, "length_s": line.length_ms as f64 / 1_000.0,
    })
}

fn mention_json(context: &Context, line: &MentionLine) -> serde_json::Value {
    let MentionLine { mention, relay, at } = line;
    json!({
        "airing_id": mention.airing, "item": mention.item, "relay": relay, "at": context.rfc3339(*at),
        "title": mention.title, "topic": mention.topic, "author": mention.author, "by": mention.by,
        "length_s": mention.length_ms.map(|ms| ms as f64 / 1_000.0),
    })
}

fn mention_table(context: &Context, lines: &[MentionLine]) -> String {
    let mut shown = table(context.style, &["Heard", "Title", "Topic", "Relay", "By"], &[]);
    for MentionLine { mention, relay, at } in lines {
        let (title, topic, by) = (mention.title.clone(), mention.topic.clone(), mention.by.clone());
        row(&mut shown, [context.rfc3339(*at), title, topic, relay.clone(), by]);
    }
    text(&shown) + &format!("{} items\n", lines.len())
}

fn item_table(context: &Context, items: &[ItemLine]) -> String {
    let mut shown = table(context.style, &["Item", "Title", "Topic", "Campaign", "Airings", "Length"], &[0, 4, 5]);
    for line in items {
        row(
            &mut shown,
            [
                line.item.to_string(),
                line.title.clone(),
                line.topic.clone(),
                line.campaign.clone().unwrap_or_default(),
                line.airings.to_string(),
                length(std::time::Duration::from_millis(line.length_ms)),
            ],
        );
    }
    text(&shown) + &format!("{} items\n", items.len())
}
