//! Which report.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::desk::{DeskError, ErrorKind, ReportQuery};
use crate::domain::report::{MonthRule, Period};
use crate::domain::words::Language;
use crate::http::App;
use crate::http::problem::Problem;

/// Which days make a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Calendar {
    /// Of Nghị định 09/2019: from the 15th to the 14th.
    Nd09,
    /// From the first to the last.
    Calendar,
}

/// In which language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::http) enum Tongue {
    /// Vietnamese.
    Vi,
    /// English.
    En,
}

impl Tongue {
    /// The language that was asked for, or the station's.
    pub(in crate::http) fn read(asked: Option<Self>, app: &App) -> Language {
        match asked {
            Some(Self::Vi) => Language::Vi,
            Some(Self::En) => Language::En,
            None => app.desk.config().report.language,
        }
    }
}

/// Which days: a named period, or from one to another.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct PeriodOf {
    /// A year 2023, a half 2023-H1, a quarter 2023-Q2 or a month 2023-06.
    period: Option<String>,
    /// Which days make a month, for a named period; the station's rule without.
    #[param(inline)]
    calendar: Option<Calendar>,
    /// First day, instead of a named period.
    from: Option<NaiveDate>,
    /// Last day, instead of a named period.
    to: Option<NaiveDate>,
}

/// Which report: a named period, or two days. Not made of [`PeriodOf`], since a query cannot hold another.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct ReportOf {
    /// A year 2023, a half 2023-H1, a quarter 2023-Q2 or a month 2023-06.
    period: Option<String>,
    /// Which days make a month, for a named period; the station's rule without.
    #[param(inline)]
    calendar: Option<Calendar>,
    /// First day, instead of a named period.
    from: Option<NaiveDate>,
    /// Last day, instead of a named period.
    to: Option<NaiveDate>,
    /// Only clips of this campaign.
    campaign: Option<String>,
}

impl PeriodOf {
    /// The period of the desk.
    pub(in crate::http) fn read(&self, app: &App) -> Result<Period, Problem> {
        let rule = match self.calendar {
            Some(Calendar::Nd09) => MonthRule::Nd09,
            Some(Calendar::Calendar) => MonthRule::Calendar,
            None => app.desk.config().report.month_rule,
        };
        let period = match (self.period.as_deref().filter(|text| !text.is_empty()), self.from, self.to) {
            (Some(text), ..) => Period::parse(text, rule),
            (None, Some(from), Some(to)) => Period::custom(from, to),
            (None, ..) => {
                let missing = DeskError::new(ErrorKind::Usage, "no period is given; give `period`, or `from` and `to`");
                return Err(missing.code("no_period").into());
            }
        };
        let wrong =
            |error: &dyn std::error::Error| DeskError::new(ErrorKind::Usage, error.to_string()).code("wrong_period");
        period.map_err(|error| Problem::from(wrong(&error)))
    }
}

impl ReportOf {
    /// The query of the desk.
    pub(in crate::http) fn read(&self, app: &App) -> Result<ReportQuery, Problem> {
        let Self { period, calendar, from, to, campaign } = self.clone();
        let period = PeriodOf { period, calendar, from, to }.read(app)?;
        Ok(ReportQuery { period, campaign: campaign.filter(|code| !code.is_empty()) })
    }
}
