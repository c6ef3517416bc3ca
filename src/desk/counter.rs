//! Where people are served while the desk behind it may change.

use std::sync::{Arc, Mutex, PoisonError};

use super::Desk;

/// The desk that serves now. When the station starts again with other settings, a desk that knows them takes its place; who
/// is being served already is served to the end by the one before, over the same store and the same station.
#[derive(Debug)]
pub struct Counter(Mutex<Arc<Desk>>);

impl Counter {
    /// A counter with this desk behind it.
    #[must_use]
    pub fn new(desk: Desk) -> Self {
        Self(Mutex::new(Arc::new(desk)))
    }

    /// The desk that serves now; for one request, not for long.
    #[must_use]
    pub fn desk(&self) -> Arc<Desk> {
        Arc::clone(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Another desk serves from now on.
    pub fn replace(&self, desk: Desk) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(desk);
    }
}
