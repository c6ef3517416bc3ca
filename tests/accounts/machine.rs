//! Accounts from the command line, with a station running and without.

use std::io::Write as _;
use std::process::Stdio;
use std::sync::Arc;

use loa::clock;
use loa::config::{Config, Sources};
use loa::desk::{
    Approver, ClipRequest, Desk, FIRST_RUN_NAME, Request, Response, Secret, SignIn, Via, Who, store_settings,
};
use loa::domain::account::{Role, Roles};
use loa::domain::clip::Approval;
use loa::store::{OpenAs, Store};
use serde_json::json;

use super::PASSWORD;
use crate::support::cli::{Town, there};

fn with_password(town: &Town, arguments: &[&str], password: &str) -> String {
    let mut child = town.command(arguments).stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(format!("{password}\n").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn accounts_are_made_through_the_running_station_and_nothing_secret_is_in_its_log() {
    let town = Town::new();
    let daemon = town.start();
    let code_file = town.data().join(FIRST_RUN_NAME);
    assert!(there(&code_file), "nobody can sign in yet");
    let code = std::fs::read_to_string(&code_file).unwrap().trim().to_owned();

    let made = town.json(&["user", "add", "chu", "--role", "admin,approver", "--name", "Nguyễn Văn Chủ"]);
    let password = made["password"].as_str().unwrap().to_owned();
    assert_eq!(made["must_change_password"], true);
    assert!(!there(&code_file), "now somebody can");
    with_password(&town, &["user", "add", "binh", "--role", "operator", "--password-stdin", "--lasting"], PASSWORD);
    town.loa(&["user", "add", "Bình", "--role", "viewer"]).failed(1, "there is an account `Bình` already");
    town.loa(&["user", "add", "hoa", "--role", "king"]).failed(2, "`king` is no role");
    town.loa(&["user", "disable", "chu"]).failed(1, "it is the last admin who can sign in");
    town.loa(&["user", "roles", "binh", "operator,viewer"]).done();

    let token = town.json(&["token", "add", "báo cáo", "--account", "binh", "--role", "viewer"]);
    let secret = token["secret"].as_str().unwrap().to_owned();
    assert!(secret.starts_with("loa_"));
    town.loa(&["token", "add", "x", "--account", "binh", "--role", "admin"]).failed(1, "the token would be admin");
    let listed = town.json(&["token", "list"]);
    assert_eq!((&listed[0]["name"], &listed[0]["roles"]), (&json!("báo cáo"), &json!(["viewer"])));
    let listed = town.json(&["user", "list"]);
    assert_eq!((&listed[0]["name"], &listed[0]["roles"]), (&json!("binh"), &json!(["viewer", "operator"])));
    assert_eq!((&listed[1]["name"], &listed[1]["roles"]), (&json!("chu"), &json!(["approver", "admin"])));

    let (status, said) = daemon.end();
    assert_eq!(status, 0);
    assert!(said.contains("asks about the accounts (socket, user"), "{said}");
    assert!(said.contains(&code), "the code of the first run is told: {said}");
    for secret in [password.as_str(), PASSWORD, &secret] {
        assert!(!said.contains(secret), "`{secret}` is in {said}");
    }
}

async fn desk_on(town: &Town) -> (Desk, Store) {
    let sources = Sources { file: Some(town.config()), data: Some(town.data()), ..Sources::default() };
    let config = Arc::new(Config::load(&sources).unwrap());
    let store = Store::open(&town.data(), OpenAs::Desk, store_settings(&config)).await.unwrap();
    (Desk::new(config, store.clone(), None), store)
}

#[test]
fn somebody_locked_out_gets_in_again_from_the_machine() {
    let town = Town::new();
    town.loa(&["user", "add", "chu", "--role", "admin"]).done();
    let said = town.loa(&["user", "passwd", "chu"]).done().out;
    let password = said.lines().find_map(|line| line.strip_prefix("password")).unwrap().trim().to_owned();
    town.loa(&["user", "totp-off", "chu"]).done();
    town.loa(&["user", "passwd", "nobody"]).failed(1, "there is no account `nobody`");
    town.loa(&["user", "passwd", "chu", "--password-stdin"]).failed(2, "standard input holds no password");

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (desk, store) = desk_on(&town).await;
        let asked =
            SignIn { name: "chu".to_owned(), password: Secret::new(password), totp: None, user_agent: String::new() };
        let signed = desk.sign_in(asked, "127.0.0.1", clock::now()).await.unwrap();
        assert!(signed.visit.account.must_change_password);
        let rows = store.audits(0, 10).await.unwrap();
        let told: Vec<_> = rows.iter().map(|row| (row.entry.what.as_str(), row.entry.from_where.as_deref())).collect();
        assert_eq!(
            told,
            [
                ("account.add", Some("command line")),
                ("account.reset_password", Some("command line")),
                ("account.totp_off", Some("command line")),
                ("account.sign_in", Some("console, 127.0.0.1")),
            ]
        );
        store.close().await;
    });
}

#[test]
fn who_signed_in_approves_in_the_own_name_whatever_name_is_sent() {
    let town = Town::new();
    town.furnish();
    let leader = ["--role", "approver", "--name", "Lê Thị Lãnh", "--office", "Chủ tịch UBND"];
    town.loa(&[&["user", "add", "lanh"], &leader[..]].concat()).done();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (desk, store) = desk_on(&town).await;
        let account = desk.find_account("lanh").await.unwrap();
        let approve = async |via: Via| {
            let who = Who { name: account.display_name.clone(), roles: Roles::only(Role::Approver), via };
            let approver = Approver { name: "Người Khác".to_owned(), office: "Bí thư".to_owned() };
            let request = Request::Clip(ClipRequest::Approve { clip: "2".to_owned(), approver });
            match desk.handle(&who, request, clock::now()).await.unwrap() {
                Response::Clip { clip, .. } => match clip.approval {
                    Approval::Approved { by, title, .. } => (by, title),
                    other => panic!("{other:?}"),
                },
                other => panic!("{other:?}"),
            }
        };
        let console = Via::Console { address: "10.0.0.2".to_owned(), account: account.id };
        assert_eq!(approve(console).await, ("Lê Thị Lãnh".to_owned(), "Chủ tịch UBND".to_owned()));
        let named = approve(Via::CommandLine).await;
        assert_eq!(named, ("Người Khác".to_owned(), "Bí thư".to_owned()), "at the machine the clerk names the leader");
        store.close().await;
    });
}
