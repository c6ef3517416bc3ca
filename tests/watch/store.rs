//! A database that takes nothing, or cannot be read, keeps no alarm from being raised, listed and sent.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use loa::domain::airing::CountedFrom;
use loa::domain::alarm::{Matter, Severity, Standing, State, Way};
use loa::store::{DATABASE_NAME, Message, OpenAs, Settings, Store};
use serde_json::Value;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};
use tokio::runtime::Runtime;

use super::station::town;
use crate::support::cli::{Town, ZONE};
use crate::support::hook::Hook;

/// A connection past the station, as a backup program has one.
struct Past(Runtime, SqliteConnection);

impl Past {
    fn of(town: &Town) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let options = SqliteConnectOptions::new().filename(town.data().join(DATABASE_NAME));
        let connection = runtime.block_on(options.connect()).unwrap();
        Self(runtime, connection)
    }

    fn tell(&mut self, statement: &str) {
        let told = sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(&mut self.1);
        self.0.block_on(told).unwrap();
    }

    fn close(self) {
        self.0.block_on(self.1.close()).unwrap();
    }
}

fn codes(alarms: &Value) -> BTreeSet<&str> {
    alarms.as_array().unwrap().iter().map(|alarm| alarm["code"].as_str().unwrap()).collect()
}

#[test]
fn what_cannot_be_saved_is_listed_and_sent_all_the_same_and_once() {
    let hook = Hook::open();
    let town = town(&hook, "calm_seconds = 0");
    let daemon = town.start();
    let mut past = Past::of(&town);
    past.tell("begin immediate");
    // It is muted; that it was cannot be written into the audit, which is told.
    town.loa(&["zone", "mute", "thi-tran"]);
    let mut posts = vec![hook.until("muted", "raised"), hook.until("log_waiting", "raised")];
    let open = BTreeSet::from(["log_waiting", "muted"]);
    assert_eq!(codes(&town.json(&["alarm", "list"])), open);
    assert_eq!(codes(&town.json(&["status"])["alarms"]), open);
    past.tell("rollback");
    past.close();
    posts.push(hook.until("log_waiting", "cleared"));
    town.loa(&["zone", "unmute", "thi-tran"]).done();
    posts.push(hook.until("muted", "cleared"));
    assert_eq!(daemon.end().0, 0);
    assert_eq!(codes(&town.json(&["alarm", "list", "--all"])), open, "it was saved when it could be");

    let daemon = town.start();
    town.loa(&["zone", "mute", "thi-tran"]).done();
    posts.push(hook.until("muted", "raised"));
    assert_eq!(daemon.end().0, 0);
    let keys: BTreeSet<&str> = posts.iter().map(|post| post.key.as_str()).collect();
    assert_eq!(keys.len(), posts.len(), "nothing is sent twice: {posts:#?}");
    let numbers: BTreeSet<u64> = posts.iter().map(|post| post.body["alarm"].as_u64().unwrap()).collect();
    assert_eq!(numbers, BTreeSet::from([1, 2, 3]));
    assert_eq!(town.json(&["log", "verify"])["ok"], true);
}

#[test]
fn a_day_that_cannot_be_read_hides_nothing_of_the_moment() {
    let hook = Hook::open();
    let town = town(&hook, "calm_seconds = 0");
    let daemon = town.start();
    let mut past = Past::of(&town);
    past.tell("alter table slot_version rename to slot_version_away");
    town.loa(&["zone", "mute", "thi-tran"]);
    hook.until("muted", "raised");
    past.tell("alter table slot_version_away rename to slot_version");
    past.close();
    assert_eq!(daemon.end().0, 0);
}

#[test]
fn what_two_people_did_at_the_same_moment_is_sent_once_and_holds_nothing_up() {
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let at: DateTime<Utc> = "2026-11-29T05:00:00Z".parse().unwrap();
    let matter = Matter { code: "silence".to_owned(), severity: Severity::Error, values: [].into() };
    let standing = Standing { number: 1, matter, raised: at, again: 0, seen: None, cleared: Some(at) };
    let message = |id: &str| Message {
        number: 0,
        id: id.to_owned(),
        way: Way::Webhook,
        alarm: 1,
        state: State::Seen,
        body: "{}".to_owned(),
        made: at,
        tries: 0,
    };
    runtime.block_on(async {
        let settings = Settings { zone: ZONE, counted_from: CountedFrom::default() };
        let store = Store::open(folder.path(), OpenAs::Station, settings).await.unwrap();
        store.keep_alarms(std::slice::from_ref(&standing), &[message("a"), message("a"), message("b")]).await.unwrap();
        store.keep_alarms(&[standing], &[message("b"), message("c")]).await.unwrap();
        let mut ids = Vec::new();
        let mut after = 0;
        while let Some(next) = store.next_message(Way::Webhook, after).await.unwrap() {
            after = next.number;
            store.message_over(&next.id).await.unwrap();
            ids.push(next.id);
        }
        assert_eq!(ids, ["a", "b", "c"]);
        assert_eq!(store.last_message().await.unwrap(), 0, "all are gone");
        store.close().await;
    });
}
