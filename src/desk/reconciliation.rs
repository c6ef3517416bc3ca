//! Planned against aired, occurrence by occurrence.

use std::collections::BTreeMap;

use super::Desk;
use super::error::DeskError;
use crate::domain::report::{Period, Reconciliation};
use crate::domain::slot::SlotId;
use crate::domain::time::Now;
use crate::export::reconciliation::ReconciliationSheet;
use crate::export::report::Provenance;

/// The account of a period, with what its written forms need.
#[derive(Debug, Clone, PartialEq)]
pub struct ReconciliationDocument {
    /// Which days.
    pub period: Period,
    /// The account.
    pub account: Reconciliation,
    /// Names of slots, as last saved.
    pub slots: BTreeMap<SlotId, String>,
    /// Where it comes from.
    pub provenance: Provenance,
}

impl Desk {
    /// Accounts for every planned occurrence of a period.
    ///
    /// # Errors
    /// The store's own.
    pub async fn reconciliation(&self, period: Period, now: Now) -> Result<ReconciliationDocument, DeskError> {
        let provenance = self.provenance(period, now).await?;
        let account = Reconciliation::fold(self.planned(period).await?);
        let window = period.window(self.store.settings().zone);
        let mut slots = BTreeMap::new();
        for version in self.store.slot_versions(window.from).await? {
            slots.insert(version.slot.id, version.slot.name);
        }
        Ok(ReconciliationDocument { period, account, slots, provenance })
    }

    /// The document as the written forms take it.
    #[must_use]
    pub fn reconciliation_sheet<'a>(&'a self, document: &'a ReconciliationDocument) -> ReconciliationSheet<'a> {
        ReconciliationSheet {
            period: document.period,
            account: &document.account,
            slots: &document.slots,
            zone: self.store.settings().zone,
            provenance: &document.provenance,
        }
    }
}
