//! A recording that stands by: over and over, until something better is there again.

use std::path::Path;

use super::{Clock, Input, Shape};
use crate::audio::decode::Decoder;
use crate::audio::source::in_full;

pub(super) struct Standby {
    decoder: Decoder,
    /// Whether it gave anything since its head.
    gave: bool,
}

impl Standby {
    pub(super) fn open(path: &Path) -> Result<Self, String> {
        let decoder = Decoder::open(path).map_err(|error| in_full(&error))?;
        Ok(Self { decoder, gave: false })
    }
}

impl Input for Standby {
    fn describe(&self) -> String {
        self.decoder.format().to_owned()
    }

    fn clock(&self) -> Clock {
        Clock::Ours
    }

    fn read(&mut self, block: &mut Vec<f32>) -> Result<Shape, String> {
        block.clear();
        let shape = Shape { rate_hz: self.decoder.sample_rate(), channels: usize::from(self.decoder.channels()) };
        let next = self.decoder.next_block().map_err(|error| in_full(&error))?;
        if let Some(next) = next {
            block.extend_from_slice(next.samples);
            self.gave = true;
            return Ok(shape);
        }
        if !std::mem::take(&mut self.gave) {
            return Err("it holds no audio".to_owned());
        }
        self.decoder.seek(0).map_err(|error| in_full(&error))?;
        Ok(shape)
    }
}
