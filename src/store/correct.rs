//! Corrections: new records, never changes of old ones.

use chrono::{DateTime, Utc};

use super::append::append;
use super::chain::Sealed;
use super::error::{Failure, Refused, StoreError};
use super::fold::with_current;
use super::open::Store;
use super::rebuild::fold_one;
use crate::domain::log::{Correction, Record};

impl Store {
    /// Appends a correction. What its amendment says of `before` is replaced by what the log says now, within the same
    /// transaction, so the record tells the truth whatever the person had seen.
    ///
    /// # Errors
    /// When there is no such airing, and the database's own.
    pub async fn correct(&self, correction: Correction, at: DateTime<Utc>) -> Result<Sealed, StoreError> {
        let doing = "append a correction";
        let mut transaction = self.write(doing).await?;
        let appended = async {
            let id = correction.airing;
            let folded = fold_one(&mut transaction, id).await?.ok_or(Failure::from(Refused::NoSuchAiring(id)))?;
            let amendment = with_current(&folded.airing, correction.amendment, self.settings().counted_from);
            let record = Record::Correction(Correction { amendment, ..correction });
            let mut sealed = append(&mut transaction, self.terms(), &[record], at).await?;
            sealed.pop().ok_or(Failure::Database(sqlx::Error::RowNotFound))
        };
        let sealed = appended.await.map_err(|failure| failure.at(self.path(), doing))?;
        transaction.commit().await.map_err(self.failed(doing))?;
        self.mark_end(std::slice::from_ref(&sealed));
        Ok(sealed)
    }
}
