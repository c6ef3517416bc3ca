//! Lists by pages.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The most rows of one page.
pub(super) const LIMIT_MAX: u32 = 200;
/// The rows of a page whose length nobody named.
const LIMIT_USUAL: u32 = 50;

/// Which page of a list.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Paging {
    /// Rows of the page, 1 to 200; 50 if not given.
    #[param(minimum = 1, maximum = 200)]
    pub(super) limit: Option<u32>,
    /// `next` of the page before; the first page without.
    pub(super) cursor: Option<String>,
}

impl Paging {
    /// Rows of the page, within bounds.
    pub(super) fn limit(&self) -> u32 {
        self.limit.unwrap_or(LIMIT_USUAL).clamp(1, LIMIT_MAX)
    }
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(super) struct Page<T> {
    /// Its rows.
    pub(super) items: Vec<T>,
    /// Cursor of the page after it; none if this is the last.
    pub(super) next: Option<String>,
}
