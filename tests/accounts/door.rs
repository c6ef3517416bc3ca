//! First run, sign-in, sessions, the last admin.

use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use loa::desk::{AccountChange, AccountDraft, AccountRequest, ErrorKind, FIRST_RUN_NAME, Secret};
use loa::domain::account::{FREE_OF_A_NAME, FREE_OF_AN_ADDRESS, Role, Roles};
use loa::store::SESSIONS_MAX;

use super::{House, OFFICE, PASSWORD, account, machine, operator, refused};

const HOUR: Duration = Duration::from_secs(3_600);

#[tokio::test]
async fn the_code_of_the_first_run_makes_one_admin_and_is_gone() {
    let house = House::new().await;
    refused(house.claim("0000-0000-0000").await, "first_run_over");
    assert!(house.desk.needs_first_admin().await.unwrap());
    let first = house.desk.open_first_run().await.unwrap().unwrap();
    assert_eq!(first.file, house.folder.path().join(FIRST_RUN_NAME));
    assert_eq!(std::fs::read_to_string(&first.file).unwrap().trim(), first.code.reveal());
    assert_eq!(std::fs::metadata(&first.file).unwrap().permissions().mode() & 0o777, 0o600);

    let error = refused(house.claim("0000-0000-0000").await, "first_run_wrong");
    assert_eq!(error.kind, ErrorKind::NotSignedIn);
    let typed = first.code.reveal().to_lowercase().replace('-', "");
    let signed = house.claim(&typed).await.unwrap();
    assert_eq!(signed.visit.account.roles, Roles::only(Role::Admin));
    assert!(!first.file.exists(), "the file goes with the code");
    assert!(!house.desk.needs_first_admin().await.unwrap());
    refused(house.claim(&typed).await, "first_run_over");
    assert_eq!(house.desk.open_first_run().await.unwrap(), None);
    assert_eq!(house.visit(&signed.secret).await.unwrap().account.name, "chu");
}

#[tokio::test]
async fn an_admin_made_on_the_machine_ends_the_first_run_too() {
    let house = House::new().await;
    let first = house.desk.open_first_run().await.unwrap().unwrap();
    house.add(&machine(), "binh", operator()).await;
    assert!(first.file.exists(), "an operator is no admin");
    house.add(&machine(), "hoa", Roles::only(Role::Admin)).await;
    assert!(!first.file.exists());
    refused(house.claim(first.code.reveal()).await, "first_run_over");
}

#[tokio::test]
async fn whoever_guesses_at_the_code_has_to_wait() {
    let house = House::new().await;
    let code = house.desk.open_first_run().await.unwrap().unwrap().code;
    for _ in 0..=FREE_OF_A_NAME {
        refused(house.claim("AAAA-AAAA-AAAA").await, "first_run_wrong");
    }
    let error = refused(house.claim(code.reveal()).await, "too_many_attempts");
    assert_eq!((error.kind, error.values["wait_s"].as_str()), (ErrorKind::Throttled, "1"));
}

#[tokio::test]
async fn a_wrong_name_and_a_wrong_password_are_told_alike_and_throttled_alike() {
    let (mut house, signed) = House::with_admin().await;
    house.add(&signed.visit.who, "Bình", operator()).await;
    for name in ["binh", "khong.co"] {
        let told: Vec<_> = [house.sign_in(name, "sai mật khẩu rồi").await, house.sign_in(name, "").await]
            .into_iter()
            .map(|tried| refused(tried, "sign_in_wrong"))
            .collect();
        assert_eq!(told[0], told[1]);
        for _ in 2..=FREE_OF_A_NAME {
            refused(house.sign_in(name, "sai mật khẩu rồi").await, "sign_in_wrong");
        }
        refused(house.sign_in(name, PASSWORD).await, "too_many_attempts");
    }
    house.later(Duration::from_secs(1));
    // Case and diacritics of the name do not count, those of the password do.
    refused(house.sign_in("BÌNH", &PASSWORD.to_uppercase()).await, "sign_in_wrong");
    house.later(Duration::from_secs(2));
    house.sign_in("BÌNH", PASSWORD).await.unwrap();
    refused(house.sign_in("binh", "sai mật khẩu rồi").await, "sign_in_wrong");
}

#[tokio::test]
async fn one_address_cannot_go_through_the_names() {
    let (house, _) = House::with_admin().await;
    let elsewhere = "10.9.9.9";
    for number in 0..=FREE_OF_AN_ADDRESS {
        refused(house.sign_in_with(&format!("ten{number}"), "x", None, elsewhere).await, "sign_in_wrong");
    }
    refused(house.sign_in_with("chu", PASSWORD, None, elsewhere).await, "too_many_attempts");
    house.sign_in("chu", PASSWORD).await.unwrap();
}

#[tokio::test]
async fn a_session_ends_when_it_is_not_used_when_it_is_old_and_when_it_is_told_to() {
    let (mut house, first) = House::with_admin().await;
    let other = house.sign_in("chu", PASSWORD).await.unwrap();
    assert_ne!(first.visit.csrf(), other.visit.csrf());
    assert!(first.visit.csrf_matches(first.visit.csrf()) && !first.visit.csrf_matches(other.visit.csrf()));
    assert_eq!(house.visit(&first.secret).await.unwrap().csrf(), first.visit.csrf());

    // Used every eleven hours it lives for seven days, and no longer; the other, not used, for twelve hours.
    let began = house.now.wall;
    let mut last = house.now.wall;
    while house.visit(&first.secret).await.is_ok() {
        last = house.now.wall;
        house.later(11 * HOUR);
    }
    assert_eq!((last - began).num_hours(), 15 * 11);
    refused(house.visit(&other.secret).await, "not_signed_in");
    refused(house.visit(&Secret::new("gì đó")).await, "not_signed_in");

    let signed = house.sign_in("chu", PASSWORD).await.unwrap();
    house.later(12 * HOUR - Duration::from_secs(1));
    let visit = house.visit(&signed.secret).await.unwrap();
    house.desk.sign_out(&visit, house.now).await.unwrap();
    refused(house.visit(&signed.secret).await, "not_signed_in");
}

#[tokio::test]
async fn sessions_are_listed_ended_and_bounded() {
    let (house, first) = House::with_admin().await;
    let mut secrets = vec![first.secret.clone()];
    for _ in 0..SESSIONS_MAX {
        secrets.push(house.sign_in("chu", PASSWORD).await.unwrap().secret);
    }
    refused(house.visit(&secrets[0]).await, "not_signed_in");
    let visit = house.visit(&secrets[1]).await.unwrap();
    let listed = house.desk.own_sessions(&visit, house.now).await.unwrap();
    assert_eq!(listed.len(), SESSIONS_MAX as usize);
    assert!(listed.iter().all(|session| session.address == OFFICE && session.user_agent == "Firefox"));

    let second = house.visit(&secrets[2]).await.unwrap().session.id;
    assert_eq!(house.desk.end_own_sessions(&visit, Some(second), house.now).await.unwrap(), 1);
    refused(house.visit(&secrets[2]).await, "not_signed_in");
    refused(house.desk.end_own_sessions(&visit, Some(second), house.now).await, "no_such_session");
    let ended = house.desk.end_own_sessions(&visit, None, house.now).await.unwrap();
    assert_eq!(ended, u64::from(SESSIONS_MAX) - 2);
    assert!(house.visit(&secrets[1]).await.is_ok());

    // Nobody ends what belongs to somebody else.
    house.add(&visit.who, "binh", operator()).await;
    let binh = house.sign_in("binh", PASSWORD).await.unwrap();
    refused(house.desk.end_own_sessions(&binh.visit, Some(visit.session.id), house.now).await, "no_such_session");
    refused(house.desk.sessions(&binh.visit.who, None, house.now).await, "forbidden");
    assert_eq!(house.desk.sessions(&visit.who, None, house.now).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_password_from_somebody_else_opens_nothing_but_the_choice_of_an_own_one() {
    let (house, chu) = House::with_admin().await;
    let draft = AccountDraft {
        name: "binh".to_owned(),
        display_name: Some("Trần Thị Bình".to_owned()),
        office: "Công chức văn hóa".to_owned(),
        roles: operator(),
        password: None,
        lasting: false,
    };
    let (made, password) = account(house.ask(&chu.visit.who, AccountRequest::Add { draft }).await.unwrap());
    let password = password.unwrap();
    assert!(made.must_change_password);
    let signed = house.sign_in("binh", password.reveal()).await.unwrap();
    assert_eq!(signed.visit.who.roles, Roles::NONE);
    assert_eq!(signed.visit.who.name, "Trần Thị Bình");

    let own = Secret::new("mật khẩu của riêng tôi");
    let change = async |old: &str, new: &Secret| {
        house.desk.change_password(&signed.visit, &Secret::new(old), new, house.now).await
    };
    refused(change("sai", &own).await, "password_wrong");
    refused(change(password.reveal(), &Secret::new("ngắn")).await, "password_short");
    refused(change(password.reveal(), &password).await, "password_unchanged");
    let elsewhere = house.sign_in("binh", password.reveal()).await.unwrap();
    change(password.reveal(), &own).await.unwrap();
    assert_eq!(house.visit(&signed.secret).await.unwrap().who.roles, operator(), "this session goes on");
    refused(house.visit(&elsewhere.secret).await, "not_signed_in");
    refused(house.sign_in("binh", password.reveal()).await, "sign_in_wrong");
    house.sign_in("binh", own.reveal()).await.unwrap();

    let reset = AccountRequest::ResetPassword { account: "binh".to_owned(), password: None, lasting: false };
    let (_, again) = account(house.ask(&chu.visit.who, reset).await.unwrap());
    refused(house.visit(&signed.secret).await, "not_signed_in");
    let signed = house.sign_in("binh", again.unwrap().reveal()).await.unwrap();
    assert!(signed.visit.account.must_change_password);
}

#[tokio::test]
async fn a_change_is_felt_at_once_and_only_on_what_was_read() {
    let (house, chu) = House::with_admin().await;
    let binh = house.add(&chu.visit.who, "binh", operator()).await;
    let signed = house.sign_in("binh", PASSWORD).await.unwrap();
    let roles = Roles::only(Role::Viewer);
    let edit = |version| {
        let change = AccountChange { roles: Some(roles), ..AccountChange::default() };
        AccountRequest::Edit { account: binh.id.to_string(), change, version }
    };
    refused(house.ask(&chu.visit.who, edit(Some(binh.version + 1))).await, "account_changed");
    house.ask(&chu.visit.who, edit(Some(binh.version))).await.unwrap();
    refused(house.ask(&chu.visit.who, edit(Some(binh.version))).await, "account_changed");
    assert_eq!(house.visit(&signed.secret).await.unwrap().who.roles, roles);

    house.ask(&chu.visit.who, AccountRequest::Disable { account: "BINH".to_owned() }).await.unwrap();
    refused(house.visit(&signed.secret).await, "not_signed_in");
    refused(house.sign_in("binh", PASSWORD).await, "sign_in_wrong");
    house.ask(&chu.visit.who, AccountRequest::Enable { account: "binh".to_owned() }).await.unwrap();
    refused(house.visit(&signed.secret).await, "not_signed_in");
    house.sign_in("binh", PASSWORD).await.unwrap();

    let draft = AccountDraft {
        name: "Bính".to_owned(),
        display_name: None,
        office: String::new(),
        roles: operator(),
        password: None,
        lasting: false,
    };
    refused(house.ask(&chu.visit.who, AccountRequest::Add { draft }).await, "account_name_taken");
}

#[tokio::test]
async fn the_last_admin_stays() {
    let (house, chu) = House::with_admin().await;
    let who = &chu.visit.who;
    let disable = |name: &str| AccountRequest::Disable { account: name.to_owned() };
    let demote = |name: &str| {
        let change = AccountChange { roles: Some(operator()), ..AccountChange::default() };
        AccountRequest::Edit { account: name.to_owned(), change, version: None }
    };
    house.add(who, "binh", operator()).await;
    for asker in [who, &machine()] {
        refused(house.ask(asker, disable("chu")).await, "last_admin");
        refused(house.ask(asker, demote("chu")).await, "last_admin");
    }
    house.add(who, "hoa", Roles::only(Role::Admin)).await;
    house.ask(who, demote("chu")).await.unwrap();
    refused(house.ask(&machine(), disable("hoa")).await, "last_admin");
    refused(house.ask(&house.visit(&chu.secret).await.unwrap().who, disable("binh")).await, "forbidden");
}
