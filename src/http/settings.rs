//! The settings: looked at, tried out while they are typed, saved, and brought into effect.

use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::ETAG;
use axum::response::{IntoResponse, Response};
use chrono::Datelike as _;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::Caller;
use super::extract::Body;
use super::problem::Problem;
use super::tag::{IfMatch, tag_of};
use super::words::{instant, word};
use super::{App, Failures};
use crate::clock;
use crate::config::{Changes, ConfigError, Form, OptionField, OptionValue};
use crate::desk::{ErrorKind, Request, SettingsRequest, SettingsView};
use crate::domain::account::Right;

/// The settings as they are saved.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct Settings {
    /// Of what is saved; also in the ETag.
    version: String,
    /// Every option, in the order of config/loa.toml, and `holidays`.
    options: Vec<OptionRow>,
    /// How far they have come into effect.
    reload: SettingsReload,
}

/// An option, a list of tables, or the holidays.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct OptionRow {
    /// `audio.ring_seconds`, `campaign`, `holidays`.
    key: String,
    /// What it means, as config/loa.toml says it.
    about: String,
    /// What it takes; none for a list.
    form: Option<FormRow>,
    /// What the entries of a list hold.
    fields: Vec<FieldRow>,
    /// What holds when nobody says anything.
    default: Value,
    /// What holds where the console says nothing.
    below: Value,
    /// What is saved.
    value: Value,
    /// Who says so: default, file, console, environment, flag.
    layer: String,
    /// Where, in words.
    place: String,
    /// Whether a stronger layer holds it, or it is not the console's to change.
    locked: bool,
    /// In a list: what stronger layers hold in it, as `0.output.device`.
    locked_fields: Vec<String>,
    /// What must start again before a new value holds: station, process.
    restart: String,
}

/// An option within the entries of a list.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct FieldRow {
    /// Within the entry: `output.device`.
    key: String,
    /// What it means.
    about: String,
    /// What it takes.
    form: FormRow,
    /// What holds when an entry leaves it out.
    default: Value,
}

/// What an option takes.
#[derive(Debug, Clone, PartialEq, Default, Serialize, ToSchema)]
struct FormRow {
    /// text, special, whole, decimal, flag, choice, day, path.
    kind: String,
    /// Of a number: smallest.
    min: Option<f64>,
    /// Of a number: largest.
    max: Option<f64>,
    /// Of a number: what is counted.
    unit: Option<String>,
    /// Of a choice: its words.
    words: Vec<String>,
    /// Of a text: whether there may be none.
    may_be_empty: bool,
    /// Of a text that means something: what.
    expected: Option<String>,
}

/// How far the settings have come into effect.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct SettingsReload {
    /// Whether the station starts again as soon as the air is free.
    pending: bool,
    /// Who asked for it.
    pending_by: Option<String>,
    /// Since when it waits.
    #[schema(format = DateTime)]
    pending_since: Option<String>,
    /// When it last started again; none if it did not.
    #[schema(format = DateTime)]
    last_at: Option<String>,
    /// How long it was away.
    last_took_ms: Option<u64>,
    /// Why the settings before hold; none when all went well.
    last_error: Option<String>,
}

/// New values by key; null takes out what the console said.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct SettingsChange {
    /// `{"audio.ring_seconds": 6, "zone.0.name": "Cụm loa chợ", "permitted_hours.sunday": null}`
    #[schema(value_type = std::collections::BTreeMap<String, Value>)]
    changes: Changes,
}

/// What would be wrong with the configuration.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct SettingsVerdict {
    /// Empty: the rules allow it.
    faults: Vec<OptionFault>,
}

/// One thing that would be wrong.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct OptionFault {
    /// The option at fault, `zone.0.name`; none if it is not one option.
    key: Option<String>,
    /// wrong, missing, unknown, syntax, unreadable.
    problem: String,
    /// What would be right, in English.
    expected: String,
    /// What to do about it, in English.
    remedy: String,
    /// All of it, as `loa check` says it.
    text: String,
}

/// Which year, and holidays that are not saved yet.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct HolidayYearAsked {
    /// 1900 to 2199.
    year: i32,
    /// As the option `holidays` takes them; those that are saved if none are given.
    #[schema(value_type = Option<Vec<Value>>)]
    holidays: Option<Value>,
}

/// The holidays of a year.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct HolidayYear {
    /// Which.
    year: i32,
    /// Mùng Một Tết.
    #[schema(format = Date)]
    tet: String,
    /// Its days, in order.
    days: Vec<HolidayRow>,
}

/// A day that is a holiday.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct HolidayRow {
    /// Which.
    #[schema(format = Date)]
    day: String,
    /// As spoken of in the plan.
    name: String,
    /// Day of the lunar month.
    lunar_day: u32,
    /// Lunar month.
    lunar_month: u32,
    /// Whether that month is a leap month.
    lunar_leap: bool,
}

impl FormRow {
    fn of(form: &Form) -> Self {
        let row = Self { kind: word(form), ..Self::default() };
        match form {
            Form::Text { may_be_empty } => Self { may_be_empty: *may_be_empty, ..row },
            Form::Special { expected } => Self { expected: Some(expected.clone()), ..row },
            Form::Whole { min, max, unit } => {
                // Bounds of options are small: exact as floats.
                let number = |bound: i64| i32::try_from(bound).ok().map(f64::from);
                Self { min: number(*min), max: number(*max), unit: Some(unit.clone()), ..row }
            }
            Form::Decimal { min, max, unit } => {
                Self { min: Some(*min), max: Some(*max), unit: Some(unit.clone()), ..row }
            }
            // The most that the office may list stays far below where floats are no longer exact.
            Form::Texts { most } => Self { max: u32::try_from(*most).ok().map(f64::from), ..row },
            Form::Choice { words } => Self { words: words.clone(), ..row },
            Form::Flag | Form::Day | Form::Path => row,
        }
    }
}

impl OptionRow {
    fn of(option: OptionValue) -> Self {
        let field = |OptionField { key, about, form, default }: OptionField| FieldRow {
            key,
            about,
            form: FormRow::of(&form),
            default,
        };
        Self {
            form: option.form.as_ref().map(FormRow::of),
            fields: option.fields.into_iter().map(field).collect(),
            layer: word(&option.layer),
            restart: word(&option.restart),
            key: option.key,
            about: option.about,
            default: option.default,
            below: option.below,
            value: option.value,
            place: option.place,
            locked: option.locked,
            locked_fields: option.locked_fields,
        }
    }
}

impl Settings {
    fn of(app: &App, view: SettingsView) -> Self {
        let zone = app.desk.config().station.time_zone;
        let state = view.reload.unwrap_or_default();
        let (pending, last) = (state.pending, state.last);
        Self {
            version: view.options.version,
            options: view.options.options.into_iter().map(OptionRow::of).collect(),
            reload: SettingsReload {
                pending: pending.is_some(),
                pending_since: pending.as_ref().map(|pending| instant(pending.since, zone)),
                pending_by: pending.map(|pending| pending.by),
                last_at: last.as_ref().map(|last| instant(last.at, zone)),
                last_took_ms: last.as_ref().map(|last| last.took_ms),
                last_error: last.and_then(|last| last.error),
            },
        }
    }

    /// The tag is that of what is saved: that it has come into effect since is no other state of it.
    fn answer(self) -> Response {
        let tag = HeaderValue::from_str(&tag_of(&self.version));
        let mut response = Body(self).into_response();
        if let Ok(tag) = tag {
            response.headers_mut().insert(ETAG, tag);
        }
        response
    }
}

impl SettingsVerdict {
    fn of(faults: Option<ConfigError>) -> Self {
        let faults = faults.map(|error| error.faults).unwrap_or_default();
        let row = |fault: crate::config::Fault| OptionFault {
            key: fault.key().map(str::to_owned),
            problem: fault.problem.word().to_owned(),
            text: fault.to_string(),
            expected: fault.expected,
            remedy: fault.remedy,
        };
        Self { faults: faults.into_iter().map(row).collect() }
    }
}

/// Every option: what it means, takes and is, and which layer says so.
#[utoipa::path(get, path = "/settings", tag = "settings", responses((status = OK, body = Settings), Failures))]
async fn settings(State(app): State<App>, caller: Caller) -> Result<Response, Problem> {
    caller.who.check(Right::Settings)?;
    Ok(Settings::of(&app, app.desk.settings()?).answer())
}

/// What would be wrong if these changes were saved: exactly what `loa check` would find. Nothing is written.
#[utoipa::path(post, path = "/settings/check", tag = "settings", request_body = SettingsChange, responses((status = OK, body = SettingsVerdict), Failures))]
async fn check_settings(
    State(app): State<App>,
    caller: Caller,
    Body(change): Body<SettingsChange>,
) -> Result<Body<SettingsVerdict>, Problem> {
    caller.who.check(Right::Settings)?;
    Ok(Body(SettingsVerdict::of(app.desk.check_settings(&change.changes)?)))
}

/// Saves changes; the station takes them up as soon as the air is free.
#[utoipa::path(patch, path = "/settings", tag = "settings", request_body = SettingsChange, responses((status = OK, body = Settings), Failures))]
async fn save_settings(
    State(app): State<App>,
    caller: Caller,
    matching: IfMatch,
    Body(change): Body<SettingsChange>,
) -> Result<Response, Problem> {
    caller.who.check(Right::Settings)?;
    let now = app.desk.settings()?;
    let version = now.options.version.clone();
    matching.check_tag(&tag_of(&version), || Settings::of(&app, now))?;
    let request = Request::Settings(SettingsRequest::Save { changes: change.changes, version });
    match app.desk.handle(&caller.who, request, clock::now()).await {
        Ok(_) => Ok(Settings::of(&app, app.desk.settings()?).answer()),
        Err(error) if error.kind == ErrorKind::Conflict => {
            Err(Problem::stale(&Settings::of(&app, app.desk.settings()?)))
        }
        Err(error) => Err(error.into()),
    }
}

/// Reads every layer anew, also what was edited by hand, and has the station take it up.
#[utoipa::path(post, path = "/settings/reload", tag = "settings", responses((status = OK, body = Settings), Failures))]
async fn reload_settings(State(app): State<App>, caller: Caller) -> Result<Response, Problem> {
    let request = Request::Settings(SettingsRequest::Reload);
    app.desk.handle(&caller.who, request, clock::now()).await?;
    Ok(Settings::of(&app, app.desk.settings()?).answer())
}

/// Which days of a year are holidays, with their lunar dates.
#[utoipa::path(post, path = "/settings/holidays", tag = "settings", request_body = HolidayYearAsked, responses((status = OK, body = HolidayYear), Failures))]
async fn holidays_of_year(
    State(app): State<App>,
    _caller: Caller,
    Body(asked): Body<HolidayYearAsked>,
) -> Result<Body<HolidayYear>, Problem> {
    let year = app.desk.holidays_of(asked.year, asked.holidays)?;
    let row = |day: crate::desk::HolidayOn| HolidayRow {
        day: day.day.to_string(),
        name: day.name,
        lunar_day: day.lunar.day,
        lunar_month: day.lunar.month,
        lunar_leap: day.lunar.leap,
    };
    Ok(Body(HolidayYear {
        year: year.tet.year(),
        tet: year.tet.to_string(),
        days: year.days.into_iter().map(row).collect(),
    }))
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(settings, save_settings))
        .routes(routes!(check_settings))
        .routes(routes!(reload_settings))
        .routes(routes!(holidays_of_year))
}
