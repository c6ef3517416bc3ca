//! Accounts: who may what, who comes in, and what is written down about it.

mod door;
mod factor;
mod machine;
mod rights;
mod throttle;
mod tokens;
mod trail;
mod wording;

use std::sync::Arc;
use std::time::Duration;

use loa::config::{Config, Sources};
use loa::desk::{
    AccountDraft, AccountRequest, Claim, Desk, DeskError, Request, Response, Secret, SignIn, SignedIn, Via, Visit, Who,
};
use loa::domain::account::{Account, Role, Roles};
use loa::domain::time::Now;
use loa::store::Store;
use tempfile::TempDir;

use crate::support::records::{at, station};

/// A password that nobody is refused for.
const PASSWORD: &str = "bốn từ không liên quan";
/// Where people sit.
const OFFICE: &str = "192.168.1.20";

/// A desk on a data folder of its own, told the time.
struct House {
    folder: TempDir,
    store: Store,
    desk: Desk,
    now: Now,
}

impl House {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = station(folder.path()).await;
        let sources = Sources { data: Some(folder.path().to_owned()), ..Sources::default() };
        let desk = Desk::new(Arc::new(Config::load(&sources).unwrap()), store.clone(), None);
        Self { folder, store, desk, now: Now { wall: at("2026-12-01T01:00:00Z"), mono: Duration::from_secs(100) } }
    }

    /// With the admin `chu` made on the first page.
    async fn with_admin() -> (Self, SignedIn) {
        let house = Self::new().await;
        let code = house.desk.open_first_run().await.unwrap().unwrap().code;
        let signed = house.claim(code.reveal()).await.unwrap();
        (house, signed)
    }

    async fn claim(&self, code: &str) -> Result<SignedIn, DeskError> {
        let claim = Claim {
            code: Secret::new(code),
            name: "chu".to_owned(),
            display_name: "Nguyễn Văn Chủ".to_owned(),
            office: "Văn phòng".to_owned(),
            password: Secret::new(PASSWORD),
            user_agent: "Firefox".to_owned(),
        };
        self.desk.claim(claim, OFFICE, self.now).await
    }

    fn later(&mut self, by: Duration) {
        self.now = self.now.plus(by);
    }

    async fn sign_in(&self, name: &str, password: &str) -> Result<SignedIn, DeskError> {
        self.sign_in_with(name, password, None, OFFICE).await
    }

    async fn sign_in_with(
        &self,
        name: &str,
        password: &str,
        totp: Option<&str>,
        from: &str,
    ) -> Result<SignedIn, DeskError> {
        let asked = SignIn {
            name: name.to_owned(),
            password: Secret::new(password),
            totp: totp.map(str::to_owned),
            user_agent: "Firefox".to_owned(),
        };
        self.desk.sign_in(asked, from, self.now).await
    }

    async fn visit(&self, secret: &Secret) -> Result<Visit, DeskError> {
        self.desk.visit(secret, OFFICE, self.now).await
    }

    async fn ask(&self, who: &Who, request: AccountRequest) -> Result<Response, DeskError> {
        self.desk.handle(who, Request::Account(request), self.now).await
    }

    /// An account with [`PASSWORD`] that stays.
    async fn add(&self, who: &Who, name: &str, roles: Roles) -> Account {
        let draft = AccountDraft {
            name: name.to_owned(),
            display_name: None,
            office: String::new(),
            roles,
            password: Some(Secret::new(PASSWORD)),
            lasting: true,
        };
        account(self.ask(who, AccountRequest::Add { draft }).await.unwrap()).0
    }
}

fn account(response: Response) -> (Account, Option<Secret>) {
    match response {
        Response::Account { account, password } => (*account, password),
        other => panic!("{other:?}"),
    }
}

/// Who owns the machine.
fn machine() -> Who {
    Who { name: "root".to_owned(), roles: Roles::ALL, via: Via::CommandLine }
}

fn operator() -> Roles {
    Roles::only(Role::Operator)
}

#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T, DeskError>, code: &str) -> DeskError {
    let error = result.unwrap_err();
    assert_eq!(error.code.as_deref(), Some(code), "{error:?}");
    error
}
