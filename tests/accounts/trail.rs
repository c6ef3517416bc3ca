//! What is written down: who, when, from where, before, after. And that no secret is.

use std::path::Path;

use loa::desk::{AccountChange, AccountRequest, Secret, TokenDraft};
use loa::domain::account::{Role, Roles};

use super::{House, OFFICE, PASSWORD, machine, operator};

#[tokio::test]
async fn every_change_says_who_when_from_where_before_and_after() {
    let (house, chu) = House::with_admin().await;
    house.add(&chu.visit.who, "binh", operator()).await;
    let change = AccountChange { office: Some("Phó Chủ tịch".to_owned()), ..AccountChange::default() };
    let edit = AccountRequest::Edit { account: "binh".to_owned(), change, version: None };
    house.ask(&chu.visit.who, edit).await.unwrap();
    house.sign_in("binh", "sai mật khẩu rồi").await.unwrap_err();
    house.sign_in("ai.do", "sai mật khẩu rồi").await.unwrap_err();
    house.ask(&machine(), AccountRequest::Disable { account: "binh".to_owned() }).await.unwrap();

    let rows = house.store.audits(0, 100).await.unwrap();
    let told: Vec<_> = rows
        .iter()
        .map(|row| {
            let entry = &row.entry;
            (entry.who.as_str(), entry.what.as_str(), entry.subject.as_str(), entry.from_where.as_deref().unwrap())
        })
        .collect();
    let console = format!("console, {OFFICE}");
    let console = console.as_str();
    let chu = "Nguyễn Văn Chủ";
    assert_eq!(
        told,
        [
            (chu, "account.claim", "account chu", console),
            (chu, "account.sign_in", "account chu", console),
            (chu, "account.add", "account binh", console),
            (chu, "account.edit", "account binh", console),
            ("unknown", "account.sign_in_failed", "account binh", console),
            ("unknown", "account.sign_in_failed", "no account", console),
            ("root", "account.disable", "account binh", "command line"),
        ]
    );
    assert!(rows.iter().all(|row| row.at == house.now.wall));
    let edited = &rows[3].entry;
    assert_eq!(edited.before.as_ref().unwrap()["office"], "");
    assert_eq!(edited.after.as_ref().unwrap()["office"], "Phó Chủ tịch");
    let disabled = &rows[6].entry;
    assert_eq!(disabled.before.as_ref().unwrap()["disabled"], false);
    assert_eq!(disabled.after.as_ref().unwrap()["disabled"], true);
    assert!(rows[2].entry.before.is_none());
}

/// Every file of the folder, with the write-ahead log.
fn bytes(folder: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            all.extend(std::fs::read(path).unwrap());
        }
    }
    all
}

#[tokio::test]
async fn no_secret_is_in_any_file() {
    let (house, chu) = House::with_admin().await;
    let draft = TokenDraft { name: "kịch bản".to_owned(), roles: Roles::only(Role::Admin), expires_at: None };
    let (_, token) = house.desk.add_own_token(&chu.visit, draft, house.now).await.unwrap();
    let reset = AccountRequest::ResetPassword { account: "chu".to_owned(), password: None, lasting: true };
    let (_, made_up) = super::account(house.ask(&machine(), reset).await.unwrap());
    let made_up = made_up.unwrap();
    let signed = house.sign_in("chu", made_up.reveal()).await.unwrap();
    let own = Secret::new("mật khẩu của riêng tôi");
    house.desk.change_password(&signed.visit, &made_up, &own, house.now).await.unwrap();
    let enrolment = house.desk.begin_totp(&signed.visit, &own, house.now).await.unwrap();
    house.sign_in("chu", "sai mật khẩu nhưng gần đúng").await.unwrap_err();

    let secrets = [
        PASSWORD,
        chu.secret.reveal(),
        chu.visit.csrf(),
        token.reveal(),
        made_up.reveal(),
        signed.secret.reveal(),
        own.reveal(),
        enrolment.secret.reveal(),
        "gần đúng",
    ];
    let open = bytes(house.folder.path());
    house.store.close().await;
    let closed = bytes(house.folder.path());
    let has = |bytes: &[u8], text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(has(&open, "Nguyễn Văn Chủ") && has(&closed, "$argon2id$v=19$m=19456,t=2,p=1$"), "the files were read");
    for secret in secrets {
        assert!(!has(&open, secret) && !has(&closed, secret), "`{secret}` is in a file");
    }
}
