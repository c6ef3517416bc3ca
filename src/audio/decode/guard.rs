//! A wall around parsers that were not written here.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs `work`; a panic in it becomes an error. A hostile file that finds a bug in a parser shall cost that file, not the
/// station. Nothing that took part may be used again afterwards except to be dropped or built anew.
pub(super) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| "the decoder gave up on it".to_owned())
}
