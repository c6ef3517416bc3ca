//! `loa report`

use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use serde_json::json;

use super::context::Context;
use super::error::CliError;
use super::table::{length, row, table, text};
use super::{Exit, Outcome, parse};
use crate::clock;
use crate::desk::{FIGURES, Figure, FigureRows, ReportQuery};
use crate::domain::report::{ItemLine, MonthRule, Period};
use crate::export::{Delimiter, log, reconciliation, report};

/// Count what was aired in a period, as the official report needs it
#[derive(Debug, Args)]
pub(super) struct Report {
    /// A year 2023, a half 2023-H1, a quarter 2023-Q2 or a month 2023-06
    #[arg(long, required_unless_present = "from", conflicts_with_all = ["from", "to"])]
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
        let query = ReportQuery { period: self.period(context)?, campaign: self.campaign.clone() };
        let desk = context.look().await?;
        let now = clock::now();
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
        }
        Ok(Exit::Done)
    }
}

fn item_json(line: &ItemLine) -> serde_json::Value {
    json!({
        "item": line.item, "title": line.title, "genre": line.genre, "topic": line.topic, "campaign": line.campaign,
        "airings": line.airings, "heard_s": line.heard_ms as f64 / 1_000.0, "length_s": line.length_ms as f64 / 1_000.0,
    })
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
