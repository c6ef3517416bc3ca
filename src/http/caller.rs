//! Who asks: a person by the cookie of a session, or a script by its token.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::header::{AUTHORIZATION, COOKIE as COOKIE_HEADER, HOST, HeaderMap, ORIGIN, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::App;
use super::problem::Problem;
use crate::clock;
use crate::desk::{DeskError, ErrorKind, Secret, Via, Visit, Who};
use crate::domain::account::Right;

/// The cookie that holds a session's secret.
pub(super) const COOKIE: &str = "loa_session";
/// The header that shows that a change comes from the console's own page.
const CSRF: HeaderName = HeaderName::from_static("x-loa-csrf");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
/// The longest name of a browser that is kept, in characters.
const USER_AGENT_MAX: usize = 200;

/// Who asks.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    /// As the desk wants to know it.
    pub(super) who: Who,
    /// The person's session; none for a script.
    pub(super) visit: Option<Box<Visit>>,
}

/// From where a request came, whoever sent it.
#[derive(Debug, Clone)]
pub(super) struct Whence {
    /// The address of the browser or script.
    pub(super) address: String,
    /// Whether it came over TLS, here or at the proxy.
    pub(super) secure: bool,
    /// What the browser calls itself.
    pub(super) user_agent: String,
    /// The secret in its cookie.
    pub(super) cookie: Option<String>,
}

/// What was found out, for the handler that wants to know.
#[derive(Debug, Clone)]
struct Found(Result<Option<Caller>, Problem>);

/// Finds out who asks, and refuses changes that another site's page sends in a person's name.
pub(super) async fn find_out_who(State(app): State<App>, mut request: Request, next: Next) -> Response {
    if !request.uri().path().starts_with("/api/") {
        return next.run(request).await;
    }
    let whence = whence(&app, &request);
    let token = request.headers().get(AUTHORIZATION).cloned();
    let found = identify(&app, token, &whence).await;
    let changes = !request.method().is_safe();
    if changes && let Err(problem) = same_site(&request, found.as_ref().ok().and_then(Option::as_ref)) {
        return problem.into_response();
    }
    request.extensions_mut().insert(whence);
    request.extensions_mut().insert(Found(found));
    next.run(request).await
}

async fn identify(app: &App, token: Option<HeaderValue>, whence: &Whence) -> Result<Option<Caller>, Problem> {
    let now = clock::now();
    if let Some(value) = token {
        let token = value.to_str().ok().and_then(|value| value.strip_prefix("Bearer "));
        let token = token.ok_or_else(Problem::sign_in)?;
        let who = app.desk.token_bearer(&Secret::new(token.trim()), &whence.address, now).await?;
        return Ok(Some(Caller { who, visit: None }));
    }
    let Some(secret) = &whence.cookie else { return Ok(None) };
    match app.desk.visit(&Secret::new(secret), &whence.address, now).await {
        Ok(visit) => Ok(Some(Caller { who: visit.who.clone(), visit: Some(Box::new(visit)) })),
        // The cookie of a session that is over is that of nobody.
        Err(DeskError { kind: ErrorKind::NotSignedIn, .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// A change in a session must carry the session's own word, which no other site can read; and no change may come from
/// another site's page at all.
fn same_site(request: &Request, caller: Option<&Caller>) -> Result<(), Problem> {
    let headers = request.headers();
    if let Some(origin) = headers.get(ORIGIN) {
        let host = headers.get(HOST).and_then(|host| host.to_str().ok());
        let from = origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, host)| host);
        if from.is_none() || from != host {
            return Err(Problem::new(
                StatusCode::FORBIDDEN,
                "other_site",
                "the request comes from another site's page",
            ));
        }
    }
    let Some(visit) = caller.and_then(|caller| caller.visit.as_ref()) else { return Ok(()) };
    let shown = headers.get(CSRF).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if visit.csrf_matches(shown) {
        return Ok(());
    }
    Err(Problem::new(StatusCode::FORBIDDEN, "csrf", "the header X-Loa-CSRF is not that of this session")
        .hint("GET /api/v1/session says it"))
}

fn whence(app: &App, request: &Request) -> Whence {
    let headers = request.headers();
    let console = &app.desk.config().console;
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    let proxied = peer.is_some() && peer.map(canonical) == console.proxy.map(canonical);
    let forwarded = proxied.then(|| last(headers, &FORWARDED_FOR)).flatten();
    let forwarded = forwarded.and_then(|address| address.parse::<IpAddr>().ok());
    let address = forwarded.or(peer).map(canonical);
    let by_proxy =
        proxied && last(headers, &FORWARDED_PROTO).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https"));
    let user_agent = headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Whence {
        address: address.map_or_else(|| "?".to_owned(), |address| address.to_string()),
        secure: console.tls.is_some() || by_proxy,
        user_agent: user_agent.chars().take(USER_AGENT_MAX).collect(),
        cookie: cookie(headers),
    }
}

/// An IPv4 address in IPv6's clothes is the same address.
const fn canonical(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

/// The last one is what our own proxy added; those before it anybody may have written.
fn last(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let value = headers.get_all(name).iter().next_back()?.to_str().ok()?;
    value.rsplit(',').next().map(|value| value.trim().to_owned())
}

fn cookie(headers: &HeaderMap) -> Option<String> {
    let texts = headers.get_all(COOKIE_HEADER).iter().filter_map(|value| value.to_str().ok());
    texts.flat_map(|text| text.split(';')).find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == COOKIE).then(|| value.to_owned())
    })
}

impl Caller {
    /// Whose commands have keys of their own: the account's, or the token's.
    pub(super) fn scope_of(request: &Request) -> Option<String> {
        let Found(found) = request.extensions().get::<Found>()?;
        match &found.as_ref().ok()?.as_ref()?.who.via {
            Via::Console { account, .. } => Some(format!("account {account}")),
            Via::Token { token, .. } => Some(format!("token {token}")),
            Via::CommandLine | Via::Socket { .. } | Via::Station | Via::Upload { .. } => None,
        }
    }
}

/// Whoever may be there: nobody needs to be.
#[derive(Debug, Clone)]
pub(super) struct Anybody(pub(super) Option<Caller>);

impl<S: Sync> FromRequestParts<S> for Anybody {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        match parts.extensions.get::<Found>() {
            Some(Found(Ok(caller))) => Ok(Self(caller.clone())),
            Some(Found(Err(problem))) => Err(problem.clone()),
            None => Ok(Self(None)),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let caller = Anybody::from_request_parts(parts, state).await?.0.ok_or_else(Problem::sign_in)?;
        // Whoever must choose another password first may not even look.
        caller.who.check(Right::Look)?;
        Ok(caller)
    }
}

/// A person who is signed in, whatever that person may do: for what concerns the own account.
#[derive(Debug, Clone)]
pub(super) struct Person(pub(super) Visit);

impl<S: Sync> FromRequestParts<S> for Person {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let caller = Anybody::from_request_parts(parts, state).await?.0.ok_or_else(Problem::sign_in)?;
        caller.visit.map(|visit| Self(*visit)).ok_or_else(|| {
            Problem::new(StatusCode::FORBIDDEN, "people_only", "a token cannot do this; a person signs in and does it")
        })
    }
}

impl<S: Sync> FromRequestParts<S> for Whence {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(Problem::no_such_address)
    }
}
