//! Takes the titles out that Icecast and Shoutcast put between the sound.

use std::io::{self, Read};

/// The longest piece of sound between two titles that is believed, in bytes. Servers use 8,192 to 65,536.
pub const INTERVAL_MAX: usize = 1 << 20;

/// Sound without the titles: after every `interval` bytes of it stands one byte that says how many times sixteen bytes of
/// title follow.
#[derive(Debug)]
pub struct Stripped<R> {
    inner: R,
    interval: usize,
    /// Bytes of sound until the next title.
    left: usize,
}

impl<R: Read> Stripped<R> {
    /// `interval` as the server said it, 1 to [`INTERVAL_MAX`].
    #[must_use]
    pub fn new(inner: R, interval: usize) -> Self {
        let interval = interval.clamp(1, INTERVAL_MAX);
        Self { inner, interval, left: interval }
    }
}

impl<R: Read> Read for Stripped<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        if self.left == 0 {
            let mut count = [0];
            if self.inner.read(&mut count)? == 0 {
                return Ok(0);
            }
            let mut title = [0; 16 * u8::MAX as usize];
            self.inner.read_exact(&mut title[..16 * usize::from(count[0])])?;
            self.left = self.interval;
        }
        let most = buffer.len().min(self.left);
        let read = self.inner.read(&mut buffer[..most])?;
        self.left -= read;
        Ok(read)
    }
}
