//! Every recording of the library looked at again: are its bytes still the same, and does it still play?

use std::ops::ControlFlow;

use crate::audio::decode::Decoder;
use crate::domain::clip::Digest;

use super::content::ContentStore;
use super::error::ImportError;
use super::import::{ByteMeter, ImportProgress};
use super::pool::{self, Share, Told};

/// What a scan found.
#[derive(Debug, Default)]
pub struct ScanSummary {
    /// Recordings in good order.
    pub good: usize,
    /// Those that are not, in the order asked for.
    pub bad: Vec<(Digest, ImportError)>,
    /// Whether the caller stopped it before its end.
    pub stopped: bool,
}

/// Verifies and decodes every one of these recordings, on so many threads.
///
/// # Errors
/// When no thread can be started. What is wrong with one recording is in the summary.
pub fn scan(
    store: &ContentStore,
    digests: &[Digest],
    workers: usize,
    tell: &mut dyn FnMut(ImportProgress) -> ControlFlow<()>,
) -> Result<ScanSummary, ImportError> {
    let size = |digest: &Digest| std::fs::metadata(store.path_of(digest)).map_or(0, |file| file.len());
    let mut meter = ByteMeter::new(digests.iter().map(size).collect());
    let mut summary = ScanSummary::default();
    let work = |digest: &Digest, share: Share<'_>| check(store, digest, share);
    let died = |digest: &Digest| Err(super::import::decoder_died(&store.path_of(digest)));
    let flow = pool::run(digests, workers, work, died, |told| match told {
        Told::Share(index, share) => tell(meter.share(index, share)),
        Told::Done(index, checked) => {
            match checked {
                Ok(()) => summary.good += 1,
                Err(error) => summary.bad.push((digests[index], error)),
            }
            tell(meter.done(index))
        }
    })?;
    summary.stopped = flow.is_break();
    Ok(summary)
}

fn check(store: &ContentStore, digest: &Digest, share: Share<'_>) -> Result<(), ImportError> {
    /// Blocks between two words to the caller; some seconds of sound.
    const BLOCKS: u64 = 256;
    store.verify(digest)?;
    let mut decoder = Decoder::open(&store.path_of(digest))?;
    let total = decoder.frames_declared().unwrap_or(0).max(1);
    let mut blocks = 0u64;
    while let Some(block) = decoder.next_block()? {
        let done = block.frame as f64 / total as f64;
        blocks += 1;
        if blocks.is_multiple_of(BLOCKS) && share(done.min(1.0)).is_break() {
            return Err(ImportError::Stopped);
        }
    }
    match decoder.truncation() {
        Some(_) => Err(ImportError::CutOff { digest: *digest }),
        None => Ok(()),
    }
}

/// Why the audio of a digest is not worth a start: it is gone, cannot be opened, or holds no sound. None if its first sound is
/// there; only [`scan`] reads it to the end.
#[must_use]
pub fn soundless(store: &ContentStore, digest: &Digest) -> Option<String> {
    match Decoder::open(&store.path_of(digest)).and_then(|mut decoder| Ok(decoder.next_block()?.is_some())) {
        Ok(true) => None,
        Ok(false) => Some("there is no sound in its audio file".to_owned()),
        Err(error) => Some(error.to_string()),
    }
}
