//! Import: decode, measure, digest, store.

mod analyse;
mod error;
mod meter;
mod true_peak;
mod waveform;

pub use analyse::{Analysis, LENGTH_MAX, Progress, analyse};
pub use error::ImportError;
pub use meter::{CLIPPED_FROM, SILENCE_DBFS, SILENCE_WINDOW_MS};
pub use waveform::{COLUMNS_PER_SECOND, Column, Waveform};
