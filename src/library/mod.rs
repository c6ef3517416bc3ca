//! Import: decode, measure, digest, store.
//!
//! [`analyse()`] measures one recording in one pass through the decoder that will play it. [`ContentStore`] keeps audio
//! under the digest of its bytes. [`import()`] does both for files and folders on all cores, with the rules of
//! [`crate::domain::intake`] between them; [`scan()`] looks at all of it again. [`staging`] takes recordings in piece by piece
//! from a browser, and [`analyse_quietly`] measures them beside the running station. A [`Synthesiser`] makes one out of a text.

mod analyse;
mod content;
mod error;
mod import;
mod listening;
mod meter;
mod pool;
mod quiet;
mod scan;
mod speech;
pub mod staging;
mod title;
mod told;
mod true_peak;
mod walk;
mod waveform;

pub use analyse::{Analysis, LENGTH_MAX, Progress, analyse};
pub use content::{ContentStore, Incoming, RESERVE_BYTES, Stored, free_bytes};
pub use error::ImportError;
pub use import::{ImportCounts, ImportEvent, ImportOptions, ImportProgress, ImportSummary, Imported, Outcome, import};
pub use listening::{Listening, WavReader, WavView};
pub use meter::{CLIPPED_FROM, SILENCE_DBFS, SILENCE_WINDOW_MS};
pub use pool::{WORKERS_MAX, workers_default};
pub use quiet::{analyse_quietly, quietly};
pub use scan::{ScanSummary, scan, soundless};
pub use speech::{SpeechError, Spoken, Synthesiser};
pub use title::title_of;
pub use walk::{FILES_MAX, Skip};
pub use waveform::{COLUMNS_PER_SECOND, Column, Waveform};
