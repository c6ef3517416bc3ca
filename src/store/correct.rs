//! Corrections: new records, never changes of old ones.

use chrono::{DateTime, Utc};

use super::chain::Sealed;
use super::error::StoreError;
use super::fold::with_current;
use super::open::Store;
use crate::domain::airing::Airing;
use crate::domain::log::{Correction, Record};

impl Store {
    /// Appends a correction. What its amendment says of `before` is replaced by what the log says now, within the same
    /// transaction, so the record tells the truth whatever the person had seen.
    ///
    /// # Errors
    /// When there is no such airing, and the database's own.
    pub async fn correct(&self, correction: Correction, at: DateTime<Utc>) -> Result<Sealed, StoreError> {
        let counted_from = self.settings().counted_from;
        let airing = correction.airing;
        let truly = |airing: &Airing| {
            let amendment = with_current(airing, correction.amendment, counted_from);
            Record::Correction(Correction { amendment, ..correction })
        };
        self.append_about(airing, truly, at, "append a correction").await
    }
}
