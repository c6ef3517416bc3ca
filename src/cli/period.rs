//! The days that a command is about, as the report takes them.

use chrono::NaiveDate;
use clap::{Args, ValueEnum};

use super::context::Context;
use super::error::CliError;
use super::parse;
use crate::domain::report::{MonthRule, Period};

/// Which days.
#[derive(Debug, Clone, Args)]
pub(super) struct PeriodArgs {
    /// A year 2023, a half 2023-H1, a quarter 2023-Q2 or a month 2023-06
    #[arg(long, conflicts_with_all = ["from", "to"])]
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
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum CalendarName {
    /// From the 15th to the 14th
    Nd09,
    /// From the first to the last
    Calendar,
}

impl PeriodArgs {
    /// The period; none if none is given.
    pub(super) fn given(&self, context: &Context) -> Result<Option<Period>, CliError> {
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
            (None, ..) => return Ok(None),
        };
        period.map(Some).map_err(|error| CliError::usage(error.to_string()))
    }
}
