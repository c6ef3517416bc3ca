//! Accounts of others, as an admin keeps them: people, their sessions, and the tokens of scripts.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::Caller;
use super::extract::{Asked, At, Body};
use super::once::ShownOnce;
use super::page::Page;
use super::problem::Problem;
use super::session::AccountRow;
use super::tag::{IfMatch, Tagged};
use super::words::instant;
use super::{App, Failures};
use crate::clock;
use crate::desk::{AccountChange, AccountDraft, AccountRequest, Request, Response as Done, Secret, TokenDraft};
use crate::domain::account::{AccountId, ApiToken, Role, Roles, Session, TokenId};

/// A new person.
#[derive(Deserialize, ToSchema)]
struct NewUser {
    /// What is typed to sign in.
    name: String,
    /// The person; the login name if none.
    display_name: Option<String>,
    /// Chức vụ.
    #[serde(default)]
    office: String,
    /// viewer, operator, approver, admin.
    roles: Vec<String>,
}

/// What changes about a person.
#[derive(Deserialize, ToSchema)]
struct UserChange {
    /// The person.
    display_name: Option<String>,
    /// Chức vụ.
    office: Option<String>,
    /// All the roles.
    roles: Option<Vec<String>>,
    /// Whether it may not come in.
    disabled: Option<bool>,
}

/// A person, with the password that was made up, shown this once.
#[derive(Serialize, ToSchema)]
struct UserWithPassword {
    /// The person.
    account: AccountRow,
    /// To be told to that person, who chooses another at the first sign-in.
    password: Option<String>,
}

/// A session of somebody.
#[derive(Serialize, ToSchema)]
struct SessionOf {
    /// Its number.
    id: u64,
    /// Number of the account.
    account: u32,
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

/// The token of a script.
#[derive(Serialize, ToSchema)]
struct TokenRow {
    /// Its number.
    id: u32,
    /// Number of the account whose it is.
    account: u32,
    /// What it is for.
    name: String,
    /// What it may do at most.
    roles: Vec<String>,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it was last used.
    #[schema(format = DateTime)]
    used_at: Option<String>,
    /// When it ends; none if it does not.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
}

/// A new token.
#[derive(Deserialize, ToSchema)]
struct NewToken {
    /// Whose: a login name or a number.
    account: String,
    /// What it is for.
    name: String,
    /// What it may do at most.
    roles: Vec<String>,
    /// When it ends; never if none.
    expires_at: Option<DateTime<Utc>>,
}

/// A token with its secret, shown this once.
#[derive(Serialize, ToSchema)]
struct TokenWithSecret {
    /// The token.
    token: TokenRow,
    /// What the script sends as `Authorization: Bearer ...`.
    secret: String,
}

/// Whose.
#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Whose {
    /// A login name or a number; everybody's if none.
    account: Option<String>,
}

fn roles_of(words: &[String]) -> Result<Roles, Problem> {
    let role = |word: &String| {
        let known = Role::ALL.into_iter().find(|role| role.word() == word);
        known.ok_or_else(|| {
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "no_such_role", format!("`{word}` is no role"))
                .hint("roles are viewer, operator, approver and admin")
                .value("role", word)
        })
    };
    words.iter().map(role).collect::<Result<Vec<_>, _>>().map(|roles| roles.into_iter().collect())
}

impl TokenRow {
    fn of(token: &ApiToken, zone: chrono_tz::Tz) -> Self {
        Self {
            id: token.id.0,
            account: token.account.0,
            name: token.name.clone(),
            roles: token.roles.iter().map(|role| role.word().to_owned()).collect(),
            created_at: instant(token.created_at, zone),
            used_at: token.used_at.map(|at| instant(at, zone)),
            expires_at: token.expires_at.map(|at| instant(at, zone)),
        }
    }
}

async fn perform(app: &App, caller: &Caller, request: AccountRequest) -> Result<Done, Problem> {
    Ok(app.desk.handle(&caller.who, Request::Account(request), clock::now()).await?)
}

fn with_password(app: &App, done: Done, status: StatusCode) -> Result<Response, Problem> {
    let Done::Account { account, password } = done else { return Err(Problem::unexpected()) };
    let account = AccountRow::of(&account, app.desk.config().station.time_zone);
    let password = password.map(|password| password.reveal().to_owned());
    let mut response = (status, Body(UserWithPassword { account, password })).into_response();
    response.extensions_mut().insert(ShownOnce);
    Ok(response)
}

/// Everybody who has an account, by name.
#[utoipa::path(get, path = "/users", tag = "accounts", responses((status = OK, body = Page<AccountRow>), Failures))]
async fn users(State(app): State<App>, caller: Caller) -> Result<Body<Page<AccountRow>>, Problem> {
    let zone = app.desk.config().station.time_zone;
    let accounts = app.desk.accounts(&caller.who).await?;
    Ok(Body(Page { items: accounts.iter().map(|account| AccountRow::of(account, zone)).collect(), next: None }))
}

/// One of them.
#[utoipa::path(get, path = "/users/{id}", tag = "accounts", params(("id" = u32, Path, description = "Its number")), responses((status = OK, body = AccountRow), Failures))]
async fn user(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    At(id): At<u32>,
) -> Result<Tagged<AccountRow>, Problem> {
    Ok(Tagged::new(read(&app, &caller, id).await?, &headers))
}

async fn read(app: &App, caller: &Caller, id: u32) -> Result<AccountRow, Problem> {
    caller.who.check(crate::domain::account::Right::Accounts)?;
    let account = app.desk.find_account(&id.to_string()).await?;
    Ok(AccountRow::of(&account, app.desk.config().station.time_zone))
}

/// Makes an account. Its first password is made up and shown this once.
#[utoipa::path(post, path = "/users", tag = "accounts", request_body = NewUser, responses((status = CREATED, body = UserWithPassword), Failures))]
async fn add_user(State(app): State<App>, caller: Caller, Body(new): Body<NewUser>) -> Result<Response, Problem> {
    let draft = AccountDraft {
        name: new.name,
        display_name: new.display_name.filter(|name| !name.trim().is_empty()),
        office: new.office,
        roles: roles_of(&new.roles)?,
        password: None,
        lasting: false,
    };
    with_password(&app, perform(&app, &caller, AccountRequest::Add { draft }).await?, StatusCode::CREATED)
}

/// Changes the person, the office, the roles, or whether the account may come in.
#[utoipa::path(patch, path = "/users/{id}", tag = "accounts", params(("id" = u32, Path, description = "Its number")), request_body = UserChange, responses((status = OK, body = AccountRow), Failures))]
async fn edit_user(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    matching: IfMatch,
    At(id): At<u32>,
    Body(change): Body<UserChange>,
) -> Result<Tagged<AccountRow>, Problem> {
    matching.check(&read(&app, &caller, id).await?)?;
    let account = id.to_string();
    let version = Some(app.desk.find_account(&account).await?.version);
    let roles = change.roles.as_deref().map(roles_of).transpose()?;
    if change.display_name.is_some() || change.office.is_some() || roles.is_some() {
        let change = AccountChange { display_name: change.display_name, office: change.office, roles };
        perform(&app, &caller, AccountRequest::Edit { account: account.clone(), change, version }).await?;
    }
    match change.disabled {
        Some(true) => drop(perform(&app, &caller, AccountRequest::Disable { account }).await?),
        Some(false) => drop(perform(&app, &caller, AccountRequest::Enable { account }).await?),
        None => {}
    }
    Ok(Tagged::new(read(&app, &caller, id).await?, &headers))
}

/// Makes up another password, shown this once; the account's sessions end.
#[utoipa::path(post, path = "/users/{id}/password", tag = "accounts", params(("id" = u32, Path, description = "Its number")), responses((status = OK, body = UserWithPassword), Failures))]
async fn reset_user_password(State(app): State<App>, caller: Caller, At(id): At<u32>) -> Result<Response, Problem> {
    let request = AccountRequest::ResetPassword { account: id.to_string(), password: None, lasting: false };
    with_password(&app, perform(&app, &caller, request).await?, StatusCode::OK)
}

/// Asks for no second factor any more, for who lost it.
#[utoipa::path(post, path = "/users/{id}/totp-off", tag = "accounts", params(("id" = u32, Path, description = "Its number")), responses((status = OK, body = AccountRow), Failures))]
async fn user_totp_off(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    At(id): At<u32>,
) -> Result<Tagged<AccountRow>, Problem> {
    perform(&app, &caller, AccountRequest::TotpOff { account: id.to_string() }).await?;
    Ok(Tagged::new(read(&app, &caller, id).await?, &headers))
}

/// Where an account is signed in.
#[utoipa::path(get, path = "/users/{id}/sessions", tag = "accounts", params(("id" = u32, Path, description = "Its number")), responses((status = OK, body = Page<SessionOf>), Failures))]
async fn user_sessions(
    State(app): State<App>,
    caller: Caller,
    At(id): At<u32>,
) -> Result<Body<Page<SessionOf>>, Problem> {
    let zone = app.desk.config().station.time_zone;
    let row = |session: &Session| SessionOf {
        id: session.id,
        account: session.account.0,
        created_at: instant(session.created_at, zone),
        seen_at: instant(session.seen_at, zone),
        address: session.address.clone(),
        user_agent: session.user_agent.clone(),
    };
    let sessions = app.desk.sessions(&caller.who, Some(AccountId(id)), clock::now()).await?;
    Ok(Body(Page { items: sessions.iter().map(row).collect(), next: None }))
}

/// Ends every session of an account.
#[utoipa::path(delete, path = "/users/{id}/sessions", tag = "accounts", params(("id" = u32, Path, description = "Its number")), responses((status = NO_CONTENT, description = "They are over"), Failures))]
async fn end_user_sessions(State(app): State<App>, caller: Caller, At(id): At<u32>) -> Result<StatusCode, Problem> {
    perform(&app, &caller, AccountRequest::EndSessions { account: id.to_string() }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The tokens of scripts.
#[utoipa::path(get, path = "/tokens", tag = "accounts", params(Whose), responses((status = OK, body = Page<TokenRow>), Failures))]
async fn tokens(
    State(app): State<App>,
    caller: Caller,
    Asked(whose): Asked<Whose>,
) -> Result<Body<Page<TokenRow>>, Problem> {
    caller.who.check(crate::domain::account::Right::Accounts)?;
    let of = match whose.account {
        Some(account) => Some(app.desk.find_account(&account).await?.id),
        None => None,
    };
    let zone = app.desk.config().station.time_zone;
    let tokens = app.desk.tokens(&caller.who, of).await?;
    Ok(Body(Page { items: tokens.iter().map(|token| TokenRow::of(token, zone)).collect(), next: None }))
}

/// Makes a token. Its secret is shown this once.
#[utoipa::path(post, path = "/tokens", tag = "accounts", request_body = NewToken, responses((status = CREATED, body = TokenWithSecret), Failures))]
async fn add_token(State(app): State<App>, caller: Caller, Body(new): Body<NewToken>) -> Result<Response, Problem> {
    let draft = TokenDraft { name: new.name, roles: roles_of(&new.roles)?, expires_at: new.expires_at };
    let done = perform(&app, &caller, AccountRequest::AddToken { account: new.account, draft }).await?;
    let Done::Token { token, secret: Some(secret) } = done else { return Err(Problem::unexpected()) };
    let token = TokenRow::of(&token, app.desk.config().station.time_zone);
    let body = Body(TokenWithSecret { token, secret: Secret::reveal(&secret).to_owned() });
    let mut response = (StatusCode::CREATED, body).into_response();
    response.extensions_mut().insert(ShownOnce);
    Ok(response)
}

/// Removes a token: its script is let in no more.
#[utoipa::path(delete, path = "/tokens/{id}", tag = "accounts", params(("id" = u32, Path, description = "Its number")), responses((status = NO_CONTENT, description = "It is gone"), Failures))]
async fn remove_token(State(app): State<App>, caller: Caller, At(id): At<u32>) -> Result<StatusCode, Problem> {
    perform(&app, &caller, AccountRequest::RemoveToken { token: TokenId(id) }).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(users, add_user))
        .routes(routes!(user, edit_user))
        .routes(routes!(reset_user_password))
        .routes(routes!(user_totp_off))
        .routes(routes!(user_sessions, end_user_sessions))
        .routes(routes!(tokens, add_token))
        .routes(routes!(remove_token))
}
