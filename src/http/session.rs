//! Signing in and out, the first admin, and what concerns the own account.

use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::{Anybody, COOKIE, Person, Whence};
use super::extract::{At, Body};
use super::once::ShownOnce;
use super::problem::Problem;
use super::words::instant;
use super::{App, Failures};
use crate::clock;
use crate::desk::{Claim, Secret, SignIn, SignedIn, Visit};
use crate::domain::account::{Account, Session};

/// Who is signed in, and what a page must know before it shows anything.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct SessionState {
    /// Whether somebody is.
    signed_in: bool,
    /// Whether there is no admin yet, so that the first page makes one.
    first_run: bool,
    /// The station.
    station: StationName,
    /// Whoever is signed in.
    account: Option<AccountRow>,
    /// For the header X-Loa-CSRF of every change.
    csrf: Option<String>,
    /// What that person may do.
    rights: Vec<String>,
    /// When the session ends at the latest.
    #[schema(format = DateTime)]
    expires: Option<String>,
}

/// What a station is called, and its time.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct StationName {
    /// Its name.
    name: String,
    /// Its short name.
    short_name: String,
    /// IANA name of its time zone.
    time_zone: String,
    /// Its time now: count from this, not from the clock of the browser.
    #[schema(format = DateTime)]
    now: String,
    /// Version of the program.
    version: &'static str,
}

/// An account as its owner and an admin see it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(super) struct AccountRow {
    /// Its number.
    pub(super) id: u32,
    /// What is typed to sign in.
    pub(super) name: String,
    /// The person.
    pub(super) display_name: String,
    /// Chức vụ.
    pub(super) office: String,
    /// viewer, operator, approver, admin.
    pub(super) roles: Vec<String>,
    /// Whether it may not come in.
    pub(super) disabled: bool,
    /// Whether another password must be chosen first.
    pub(super) must_change_password: bool,
    /// Whether a second factor is asked for.
    pub(super) totp: bool,
    /// When it was made.
    #[schema(format = DateTime)]
    pub(super) created_at: String,
}

/// A session of an account.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct SessionRow {
    /// Its number.
    id: u64,
    /// Whether it is the one that asks.
    current: bool,
    /// When it began.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it was last used.
    #[schema(format = DateTime)]
    seen_at: String,
    /// The address that it was last used from.
    address: String,
    /// What the browser calls itself.
    user_agent: String,
}

/// Sessions of an account.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct Sessions {
    /// The one used last first.
    items: Vec<SessionRow>,
}

/// Who wants to come in.
#[derive(Deserialize, ToSchema)]
struct Entry {
    /// The login name.
    name: String,
    /// The password.
    password: String,
    /// The code of the second factor, or a recovery code.
    totp: Option<String>,
}

/// The first admin.
#[derive(Deserialize, ToSchema)]
struct FirstAdmin {
    /// The code that the daemon printed.
    code: String,
    /// The login name.
    name: String,
    /// The person.
    display_name: String,
    /// Chức vụ.
    #[serde(default)]
    office: String,
    /// The password.
    password: String,
}

/// Another password.
#[derive(Deserialize, ToSchema)]
struct NewPassword {
    /// The present one.
    old: String,
    /// The one to come.
    new: String,
}

/// The own password once more.
#[derive(Deserialize, ToSchema)]
struct Confirmed {
    /// The present one.
    password: String,
}

/// A code of the second factor.
#[derive(Deserialize, ToSchema)]
struct Code {
    /// Six digits.
    code: String,
}

/// A second factor to be confirmed.
#[derive(Serialize, ToSchema)]
struct Enrolling {
    /// `otpauth://...`, to be shown as a QR code.
    url: String,
    /// The same secret, to be typed.
    secret: String,
}

/// Recovery codes, shown this once.
#[derive(Serialize, ToSchema)]
struct RecoveryCodes {
    /// Each opens the door once in place of a code.
    codes: Vec<String>,
}

impl AccountRow {
    pub(super) fn of(account: &Account, zone: chrono_tz::Tz) -> Self {
        Self {
            id: account.id.0,
            name: account.name.clone(),
            display_name: account.display_name.clone(),
            office: account.office.clone(),
            roles: account.roles.iter().map(|role| role.word().to_owned()).collect(),
            disabled: account.disabled,
            must_change_password: account.must_change_password,
            totp: account.totp,
            created_at: instant(account.created_at, zone),
        }
    }
}

/// Who is signed in, and what a page must know before it shows anything. Needs nobody to be.
#[utoipa::path(get, path = "/session", tag = "session", security(()), responses((status = OK, body = SessionState), Failures))]
async fn session(State(app): State<App>, Anybody(caller): Anybody) -> Result<Body<SessionState>, Problem> {
    let visit = caller.and_then(|caller| caller.visit);
    Ok(Body(state(&app, visit.as_deref()).await?))
}

/// Signs in. The session comes as a cookie.
#[utoipa::path(post, path = "/session", tag = "session", security(()), request_body = Entry, responses((status = OK, body = SessionState), Failures))]
async fn sign_in(State(app): State<App>, whence: Whence, Body(entry): Body<Entry>) -> Result<Response, Problem> {
    let asked = SignIn {
        name: entry.name,
        password: Secret::new(entry.password),
        totp: entry.totp,
        user_agent: whence.user_agent.clone(),
    };
    let signed_in = app.desk.sign_in(asked, &whence.address, clock::now()).await?;
    welcome(&app, StatusCode::OK, &whence, &signed_in).await
}

/// Makes the first admin, with the code that the daemon printed, and signs that person in.
#[utoipa::path(post, path = "/first-run", tag = "session", security(()), request_body = FirstAdmin, responses((status = CREATED, body = SessionState), Failures))]
async fn first_run(State(app): State<App>, whence: Whence, Body(first): Body<FirstAdmin>) -> Result<Response, Problem> {
    let claim = Claim {
        code: Secret::new(first.code),
        name: first.name,
        display_name: first.display_name,
        office: first.office,
        password: Secret::new(first.password),
        user_agent: whence.user_agent.clone(),
    };
    let signed_in = app.desk.claim(claim, &whence.address, clock::now()).await?;
    welcome(&app, StatusCode::CREATED, &whence, &signed_in).await
}

/// Signs out.
#[utoipa::path(delete, path = "/session", tag = "session", responses((status = NO_CONTENT, description = "The session is over"), Failures))]
async fn sign_out(State(app): State<App>, whence: Whence, Person(visit): Person) -> Result<Response, Problem> {
    app.desk.sign_out(&visit, clock::now()).await?;
    Ok(with_cookie(StatusCode::NO_CONTENT.into_response(), "", 0, whence.secure))
}

/// Gives the own account another password. Its other sessions end.
#[utoipa::path(post, path = "/account/password", tag = "session", request_body = NewPassword, responses((status = NO_CONTENT, description = "It is changed"), Failures))]
async fn password(
    State(app): State<App>,
    Person(visit): Person,
    Body(asked): Body<NewPassword>,
) -> Result<StatusCode, Problem> {
    let (old, new) = (Secret::new(asked.old), Secret::new(asked.new));
    app.desk.change_password(&visit, &old, &new, clock::now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes up a second factor, to be confirmed with a code of it.
#[utoipa::path(post, path = "/account/totp", tag = "session", request_body = Confirmed, responses((status = OK, body = Enrolling), Failures))]
async fn begin_totp(
    State(app): State<App>,
    Person(visit): Person,
    Body(asked): Body<Confirmed>,
) -> Result<Response, Problem> {
    let enrolment = app.desk.begin_totp(&visit, &Secret::new(asked.password), clock::now()).await?;
    let Enrolling { url, secret } =
        Enrolling { url: enrolment.url.reveal().to_owned(), secret: enrolment.secret.reveal().to_owned() };
    Ok(shown_once(Body(Enrolling { url, secret }).into_response()))
}

/// Puts the second factor in force. The recovery codes are shown this once.
#[utoipa::path(post, path = "/account/totp/confirm", tag = "session", request_body = Code, responses((status = OK, body = RecoveryCodes), Failures))]
async fn confirm_totp(
    State(app): State<App>,
    Person(visit): Person,
    Body(asked): Body<Code>,
) -> Result<Response, Problem> {
    let codes = app.desk.confirm_totp(&visit, &asked.code, clock::now()).await?;
    let codes = codes.iter().map(|code| code.reveal().to_owned()).collect();
    Ok(shown_once(Body(RecoveryCodes { codes }).into_response()))
}

/// Asks for no second factor any more.
#[utoipa::path(post, path = "/account/totp/end", tag = "session", request_body = Confirmed, responses((status = NO_CONTENT, description = "It is off"), Failures))]
async fn end_totp(
    State(app): State<App>,
    Person(visit): Person,
    Body(asked): Body<Confirmed>,
) -> Result<StatusCode, Problem> {
    app.desk.end_totp(&visit, &Secret::new(asked.password), clock::now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The sessions of the own account.
#[utoipa::path(get, path = "/account/sessions", tag = "session", responses((status = OK, body = Sessions), Failures))]
async fn sessions(State(app): State<App>, Person(visit): Person) -> Result<Body<Sessions>, Problem> {
    let zone = app.desk.config().station.time_zone;
    let row = |session: &Session| SessionRow {
        id: session.id,
        current: session.id == visit.session.id,
        created_at: instant(session.created_at, zone),
        seen_at: instant(session.seen_at, zone),
        address: session.address.clone(),
        user_agent: session.user_agent.clone(),
    };
    let sessions = app.desk.own_sessions(&visit, clock::now()).await?;
    Ok(Body(Sessions { items: sessions.iter().map(row).collect() }))
}

/// Ends every other session of the own account.
#[utoipa::path(delete, path = "/account/sessions", tag = "session", responses((status = NO_CONTENT, description = "They are over"), Failures))]
async fn end_others(State(app): State<App>, Person(visit): Person) -> Result<StatusCode, Problem> {
    app.desk.end_own_sessions(&visit, None, clock::now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends one session of the own account.
#[utoipa::path(delete, path = "/account/sessions/{id}", tag = "session", params(("id" = u64, Path, description = "Its number")), responses((status = NO_CONTENT, description = "It is over"), Failures))]
async fn end_one(State(app): State<App>, Person(visit): Person, At(id): At<u64>) -> Result<StatusCode, Problem> {
    app.desk.end_own_sessions(&visit, Some(id), clock::now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn state(app: &App, visit: Option<&Visit>) -> Result<SessionState, Problem> {
    let station = &app.desk.config().station;
    let zone = station.time_zone;
    Ok(SessionState {
        signed_in: visit.is_some(),
        first_run: visit.is_none() && app.desk.needs_first_admin().await?,
        station: StationName {
            name: station.name.clone(),
            short_name: station.short_name.clone(),
            time_zone: zone.name().to_owned(),
            now: instant(clock::now().wall, zone),
            version: env!("CARGO_PKG_VERSION"),
        },
        account: visit.map(|visit| AccountRow::of(&visit.account, zone)),
        csrf: visit.map(|visit| visit.csrf().to_owned()),
        rights: visit.map_or_else(Vec::new, |visit| {
            visit.who.roles.rights().iter().map(|right| right.word().to_owned()).collect()
        }),
        expires: visit.map(|visit| instant(visit.session.expires_at, zone)),
    })
}

async fn welcome(app: &App, status: StatusCode, whence: &Whence, signed_in: &SignedIn) -> Result<Response, Problem> {
    let body = Body(state(app, Some(&signed_in.visit)).await?);
    let life: DateTime<Utc> = signed_in.visit.session.expires_at;
    let seconds = (life - clock::now().wall).num_seconds().max(0);
    Ok(with_cookie((status, body).into_response(), signed_in.secret.reveal(), seconds, whence.secure))
}

fn with_cookie(mut response: Response, secret: &str, seconds: i64, secure: bool) -> Response {
    let secure = if secure { "; Secure" } else { "" };
    let cookie = format!("{COOKIE}={secret}; Path=/api; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}");
    // The secret is made of letters that a header takes.
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    response
}

fn shown_once(mut response: Response) -> Response {
    response.extensions_mut().insert(ShownOnce);
    response
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(session, sign_in, sign_out))
        .routes(routes!(first_run))
        .routes(routes!(password))
        .routes(routes!(begin_totp))
        .routes(routes!(confirm_totp))
        .routes(routes!(end_totp))
        .routes(routes!(sessions, end_others))
        .routes(routes!(end_one))
}
