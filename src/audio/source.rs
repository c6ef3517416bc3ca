//! Where frames come from: anything that can be read from the head, or from an exact frame, to its end.

use std::path::Path;
use std::sync::Arc;

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
