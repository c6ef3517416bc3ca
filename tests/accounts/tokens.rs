//! Tokens of scripts, and answers that are remembered for them.

use chrono::TimeDelta;
use loa::desk::{AccountChange, AccountRequest, ErrorKind, Request, Secret, TokenDraft, Via};
use loa::domain::account::{Role, Roles};
use loa::store::Answered;

use super::{House, OFFICE, PASSWORD, operator, refused};

fn draft(roles: Roles) -> TokenDraft {
    TokenDraft { name: "báo cáo hằng tuần".to_owned(), roles, expires_at: None }
}

#[tokio::test]
async fn a_token_does_what_its_owner_may_at_most_and_is_shown_once() {
    let (mut house, chu) = House::with_admin().await;
    house.add(&chu.visit.who, "binh", operator().with(Role::Viewer)).await;
    let binh = house.sign_in("binh", PASSWORD).await.unwrap().visit;
    refused(house.desk.add_own_token(&binh, draft(Roles::only(Role::Admin)), house.now).await, "token_roles");
    refused(house.desk.add_own_token(&binh, draft(Roles::NONE), house.now).await, "token_without_role");
    let ended = TokenDraft { expires_at: Some(house.now.wall), ..draft(operator()) };
    refused(house.desk.add_own_token(&binh, ended, house.now).await, "token_ended");

    let both = operator().with(Role::Viewer);
    let (token, secret) = house.desk.add_own_token(&binh, draft(both), house.now).await.unwrap();
    assert!(secret.reveal().starts_with("loa_"));
    assert_eq!(house.desk.own_tokens(&binh).await.unwrap(), std::slice::from_ref(&token));
    let who = house.desk.token_bearer(&secret, "10.0.0.7", house.now).await.unwrap();
    assert_eq!((who.name.as_str(), who.roles), ("binh", both));
    assert_eq!(who.via, Via::Token { address: "10.0.0.7".to_owned(), account: binh.account.id, token: token.id });
    assert_eq!(house.desk.own_tokens(&binh).await.unwrap()[0].used_at, Some(house.now.wall));
    refused(house.desk.handle(&who, Request::Live, house.now).await, "not_running");

    // What the owner may not do any more, the script may not either.
    let change = AccountChange { roles: Some(Roles::only(Role::Viewer)), ..AccountChange::default() };
    let edit = AccountRequest::Edit { account: "binh".to_owned(), change, version: None };
    house.ask(&chu.visit.who, edit).await.unwrap();
    let who = house.desk.token_bearer(&secret, OFFICE, house.now).await.unwrap();
    assert_eq!(who.roles, Roles::only(Role::Viewer));
    house.ask(&chu.visit.who, AccountRequest::Disable { account: "binh".to_owned() }).await.unwrap();
    let error = refused(house.desk.token_bearer(&secret, OFFICE, house.now).await, "not_signed_in");
    assert_eq!(error.kind, ErrorKind::NotSignedIn);
    house.ask(&chu.visit.who, AccountRequest::Enable { account: "binh".to_owned() }).await.unwrap();

    refused(house.desk.remove_own_token(&chu.visit, token.id, house.now).await, "no_such_token");
    house.ask(&chu.visit.who, AccountRequest::RemoveToken { token: token.id }).await.unwrap();
    refused(house.desk.token_bearer(&secret, OFFICE, house.now).await, "not_signed_in");
    refused(house.desk.token_bearer(&Secret::new("loa_gì-đó"), OFFICE, house.now).await, "not_signed_in");

    let day = TokenDraft { expires_at: Some(house.now.wall + TimeDelta::days(1)), ..draft(Roles::only(Role::Admin)) };
    let (_, secret) = house.desk.add_own_token(&chu.visit, day, house.now).await.unwrap();
    house.desk.token_bearer(&secret, OFFICE, house.now).await.unwrap();
    house.later(std::time::Duration::from_secs(86_400));
    refused(house.desk.token_bearer(&secret, OFFICE, house.now).await, "not_signed_in");
}

#[tokio::test]
async fn a_cookie_is_no_token_and_a_token_no_cookie() {
    let (house, chu) = House::with_admin().await;
    let (_, token) = house.desk.add_own_token(&chu.visit, draft(Roles::only(Role::Admin)), house.now).await.unwrap();
    refused(house.visit(&token).await, "not_signed_in");
    refused(house.desk.token_bearer(&chu.secret, OFFICE, house.now).await, "not_signed_in");
}

#[tokio::test]
async fn an_answer_is_remembered_for_a_day() {
    let house = House::new().await;
    let answered = |minutes: i64, body: &str| Answered {
        fingerprint: [7; 32],
        status: 201,
        body: body.to_owned(),
        at: house.now.wall + TimeDelta::minutes(minutes),
    };
    let first = answered(0, "một");
    house.store.remember("account 1", "khóa", &first).await.unwrap();
    house.store.remember("account 1", "khóa", &answered(1, "hai")).await.unwrap();
    let recall = async |scope: &str, minutes| {
        house.store.recall(scope, "khóa", house.now.wall + TimeDelta::minutes(minutes)).await.unwrap()
    };
    assert_eq!(recall("account 1", 1).await, Some(first), "the first answer stays");
    assert_eq!(recall("account 2", 1).await, None, "keys belong to whoever sent them");
    assert_eq!(recall("account 1", 24 * 60).await, None);

    for number in 0..3 {
        house.store.remember("account 3", &number.to_string(), &answered(25 * 60, "")).await.unwrap();
    }
    assert_eq!(recall("account 1", 1).await, None, "what is a day old is cleared away");
}
