//! Where frames come from: anything that can be read from the head, or from an exact frame, to its end.

use std::path::Path;
use std::sync::Arc;

use crate::audio::decode::Decoder;

/// Frames of a clip at its own rate.
pub trait FrameSource: Send {
    /// Frames per second, above zero.
    fn sample_rate(&self) -> u32;

    /// Channels, above zero.
    fn channels(&self) -> u16;

    /// Makes `frame`, counted from the head, the next one. Beyond the end, the next block is none.
    ///
    /// # Errors
    /// What is wrong with the audio, in words.
    fn seek(&mut self, frame: u64) -> Result<(), String>;

    /// Appends the next frames to `block`, interleaved, at least one; false at the end, with nothing appended.
    ///
    /// # Errors
    /// What is wrong with the audio, in words. Nothing may be read any more.
    fn read(&mut self, block: &mut Vec<f32>) -> Result<bool, String>;
}

/// Opens the file at a path; says in words what is wrong with it if it cannot be played.
pub type OpenFn = Arc<dyn Fn(&Path) -> Result<Box<dyn FrameSource>, String> + Send + Sync>;

/// Opens a file as [`Decoder`] does.
///
/// # Errors
/// What is wrong with the file, in words.
pub fn open_file(path: &Path) -> Result<Box<dyn FrameSource>, String> {
    Ok(Box::new(Decoder::open(path).map_err(|error| in_full(&error))?))
}

impl FrameSource for Decoder {
    fn sample_rate(&self) -> u32 {
        self.sample_rate()
    }

    fn channels(&self) -> u16 {
        self.channels()
    }

    fn seek(&mut self, frame: u64) -> Result<(), String> {
        self.seek(frame).map_err(|error| in_full(&error))
    }

    fn read(&mut self, block: &mut Vec<f32>) -> Result<bool, String> {
        let next = self.next_block().map_err(|error| in_full(&error))?;
        Ok(next.map(|next| block.extend_from_slice(next.samples)).is_some())
    }
}

/// An error with its causes, as one line: the log keeps it, and nobody can ask it for its source any more.
pub(in crate::audio) fn in_full(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
