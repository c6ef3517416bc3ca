//! Bounded random access to a file, for the parsers of our own.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

/// Bytes read at a time. One window of this size (or of the largest single request) is all the memory used.
const WINDOW_BYTES: usize = 64 * 1024;

/// A file seen through one window.
pub(super) struct Bytes {
    file: File,
    length: u64,
    window: Vec<u8>,
    window_at: u64,
}

impl Bytes {
    pub(super) fn new(file: File) -> io::Result<Self> {
        let length = file.metadata()?.len();
        Ok(Self { file, length, window: Vec::new(), window_at: 0 })
    }

    /// Bytes in the file when it was opened.
    pub(super) const fn length(&self) -> u64 {
        self.length
    }

    /// The `count` bytes at `at`, fewer at the end of the file.
    pub(super) fn get(&mut self, at: u64, count: usize) -> io::Result<&[u8]> {
        let held = self.window_at..self.window_at + self.window.len() as u64;
        let inside = held.contains(&at) && (at + count as u64 <= held.end || held.end >= self.length);
        if !inside {
            self.fill(at, count)?;
        }
        let from = (at - self.window_at) as usize;
        let to = (from + count).min(self.window.len());
        Ok(self.window.get(from..to).unwrap_or_default())
    }

    fn fill(&mut self, at: u64, count: usize) -> io::Result<()> {
        let left = usize::try_from(self.length.saturating_sub(at)).unwrap_or(usize::MAX);
        self.window.resize(count.max(WINDOW_BYTES).min(left), 0);
        self.window_at = at;
        let mut filled = 0;
        while filled < self.window.len() {
            match self.file.read_at(&mut self.window[filled..], at + filled as u64) {
                // The file shrank under us: what is there is all there is.
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.window.clear();
                    return Err(error);
                }
            }
        }
        self.window.truncate(filled);
        Ok(())
    }

    /// The `N` bytes at `at`; none if the file ends before.
    pub(super) fn array<const N: usize>(&mut self, at: u64) -> io::Result<Option<[u8; N]>> {
        Ok(self.get(at, N)?.try_into().ok())
    }
}
