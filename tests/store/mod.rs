//! Tests of the store, in the order a station meets it.

mod chain;
#[allow(
    clippy::disallowed_methods,
    reason = "a child process is told its folder, and killed at a moment nobody waits for"
)]
mod crash;
mod fold;
mod listing;
mod lock;
mod mention;
#[allow(clippy::disallowed_methods, reason = "a stopwatch")]
mod spill;
mod story;
mod tamper;
mod watch;

use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};

/// A connection past the store: what a backup program, a curious person or a forger has.
async fn past_the_store(folder: &Path) -> SqliteConnection {
    let path = folder.join(loa::store::DATABASE_NAME);
    SqliteConnectOptions::new().filename(path).foreign_keys(false).connect().await.unwrap()
}

/// Runs statements past the store, the triggers of the log taken away first.
async fn forge(folder: &Path, statements: &str) {
    let mut connection = past_the_store(folder).await;
    let triggers =
        "drop trigger log_keeps_every_value; drop trigger log_keeps_every_row; drop trigger log_grows_at_its_end;";
    sqlx::raw_sql(AssertSqlSafe(format!("{triggers} {statements}"))).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}
