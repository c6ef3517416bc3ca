//! The logbook of a period (sổ nhật ký chương trình phát thanh), as an inspector signs it.

use super::Desk;
use super::error::DeskError;
use super::log::LogQuery;
use crate::domain::office::Agency;
use crate::domain::report::Period;
use crate::domain::time::Now;
use crate::export::log::LogRow;
use crate::export::report::Provenance;

/// Who signs at its foot, from left to right; the agency's own lines stand in the last place.
const SIGNATURES: [&str; 2] = ["NGƯỜI TRỰC ĐÀI", "NGƯỜI KIỂM TRA"];

/// The logbook of a period.
#[derive(Debug, Clone, PartialEq)]
pub struct Logbook {
    /// Which days.
    pub period: Period,
    /// In whose name, at the end of the period; none if the configuration names nobody for that time.
    pub agency: Option<Agency>,
    /// In the order in which they were planned to begin: airings, and occurrences of which nothing was heard.
    pub rows: Vec<LogRow>,
    /// Who signs, a block of lines each, from left to right.
    pub signatures: Vec<Vec<String>>,
    /// Where it comes from.
    pub provenance: Provenance,
}

impl Desk {
    /// Everything that the printed logbook of a period says.
    ///
    /// # Errors
    /// The store's own.
    pub async fn logbook(&self, period: Period, now: Now) -> Result<Logbook, DeskError> {
        let provenance = self.provenance(period, now).await?;
        let rows = self.log(LogQuery { from: Some(period.from), to: Some(period.to) }).await?;
        let agency = self.config.agency_on(period.to).cloned();
        let mut signatures: Vec<Vec<String>> = SIGNATURES.map(|line| vec![line.to_owned()]).to_vec();
        signatures.extend(agency.iter().map(|agency| agency.signer.clone()));
        Ok(Logbook { period, agency, rows, signatures, provenance })
    }
}
