//! The migrations, compiled into the program.

use std::borrow::Cow;
use std::path::Path;

use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::{SqlStr, SqliteConnection};

use super::error::StoreError;

/// In order, never edited once released (`migrations/README.md`).
const MIGRATIONS: [(&str, &str); 11] = [
    ("log", include_str!("../../migrations/0001_log.sql")),
    ("library", include_str!("../../migrations/0002_library.sql")),
    ("accounts", include_str!("../../migrations/0003_accounts.sql")),
    ("ledger", include_str!("../../migrations/0004_ledger.sql")),
    ("reports", include_str!("../../migrations/0005_reports.sql")),
    ("choices", include_str!("../../migrations/0006_choices.sql")),
    ("tiers", include_str!("../../migrations/0007_tiers.sql")),
    ("alarms", include_str!("../../migrations/0008_alarms.sql")),
    ("proof", include_str!("../../migrations/0009_proof.sql")),
    ("mention", include_str!("../../migrations/0010_mention.sql")),
    ("settled", include_str!("../../migrations/0011_settled.sql")),
];

/// The highest schema this program knows.
pub(super) const NEWEST: i64 = MIGRATIONS.len() as i64;

/// The highest migration that was applied; 0 in a file without any.
pub(super) async fn version(connection: &mut SqliteConnection) -> sqlx::Result<i64> {
    let known: i64 = sqlx::query_scalar("select count(*) from sqlite_schema where name = '_sqlx_migrations'")
        .fetch_one(&mut *connection)
        .await?;
    if known == 0 {
        return Ok(0);
    }
    sqlx::query_scalar("select coalesce(max(version), 0) from _sqlx_migrations").fetch_one(connection).await
}

/// Brings the schema up to date.
pub(super) async fn migrate(path: &Path, connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let found = version(connection).await.map_err(|error| StoreError::of(path, "read its schema", error))?;
    if found > NEWEST {
        return Err(StoreError::Newer { path: path.to_owned(), found, known: NEWEST });
    }
    let migrations = (1..).zip(MIGRATIONS).map(|(version, (name, sql))| {
        Migration::new(version, Cow::Borrowed(name), MigrationType::Simple, SqlStr::from_static(sql), false)
    });
    Migrator::with_migrations(migrations.collect()).run(connection).await.map_err(|error| {
        let source = match error {
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error,
            other => sqlx::Error::from(other),
        };
        StoreError::of(path, "bring its schema up to date", source)
    })
}
