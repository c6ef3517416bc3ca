//! A copy of the database as it is at one moment, while others read and write.

use std::fs::File;
use std::path::Path;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};

use super::chain::ChainHash;
use super::error::StoreError;
use super::mark::{MARK_NAME, Mark};
use super::open::{DATABASE_NAME, Store};
use super::values::Columns as _;

/// What a copy holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copied {
    /// Records of the log.
    pub records: u64,
    /// The hash of the newest; none in an empty log.
    pub head: Option<ChainHash>,
}

impl Store {
    /// Writes a copy of the database and the mark of its end into a folder that has neither: a data folder, as far as the
    /// records go. Reads only, in one transaction, so the writer never waits; memory is that of one connection's cache.
    ///
    /// # Errors
    /// The database's own; the folder cannot be written.
    pub async fn copy_into(&self, folder: &Path) -> Result<Copied, StoreError> {
        let doing = "copy the database";
        let path = folder.join(DATABASE_NAME);
        let mut connection = self.reader(doing).await?;
        sqlx::query("vacuum into ?")
            .bind(path.to_string_lossy().into_owned())
            .execute(&mut *connection)
            .await
            .map_err(self.failed(doing))?;
        drop(connection);
        let failed = |error| StoreError::of(&path, "read the copy", error);
        let mut copy = SqliteConnectOptions::new().filename(&path).read_only(true).connect().await.map_err(failed)?;
        let head = sqlx::query("select seq, hash from head").fetch_optional(&mut copy).await.map_err(failed)?;
        let head = head.map(|row| Ok(Mark { seq: row.number("seq")?, hash: row.hash("hash")? })).transpose();
        let head = head.map_err(failed)?;
        copy.close().await.map_err(failed)?;
        let mark = folder.join(MARK_NAME);
        let kept = |path: &Path| {
            let path = path.to_owned();
            move |source| StoreError::File { doing: "write", path, source }
        };
        if let Some(head) = head {
            std::fs::write(&mark, head.line()).map_err(kept(&mark))?;
            File::open(&mark).and_then(|file| file.sync_all()).map_err(kept(&mark))?;
        }
        File::open(&path).and_then(|file| file.sync_all()).map_err(kept(&path))?;
        Ok(Copied { records: head.map_or(0, |head| head.seq), head: head.map(|head| head.hash) })
    }
}
