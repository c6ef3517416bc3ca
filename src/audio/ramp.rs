//! The raised-cosine ramp between two gains.

use std::f32::consts::PI;

/// A gain that moves from one value to another along half a cosine, so that neither it nor its slope jumps, and then stays.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ramp {
    from: f32,
    to: f32,
    at: u32,
    length: u32,
}

impl Ramp {
    /// A gain that does not move.
    #[must_use]
    pub const fn steady(gain: f32) -> Self {
        Self { from: gain, to: gain, at: 0, length: 0 }
    }

    /// Moves from where this ramp now stands to `gain` within `length` frames.
    #[must_use]
    pub fn towards(self, gain: f32, length: u32) -> Self {
        Self { from: self.gain(), to: gain, at: 0, length }
    }

    /// Whether it stands at this gain.
    #[must_use]
    pub fn is_steady_at(&self, gain: f32) -> bool {
        self.remaining() == 0 && self.to == gain
    }

    /// Frames until it is steady.
    #[must_use]
    pub const fn remaining(&self) -> u32 {
        self.length - self.at
    }

    /// The gain of the frame at hand. The curve is sampled in the middle of each frame, so a way down mirrors the way up.
    #[must_use]
    pub fn gain(&self) -> f32 {
        if self.at >= self.length {
            return self.to;
        }
        let turn = (self.at as f32 + 0.5) / self.length as f32;
        self.from + (self.to - self.from) * (0.5 - 0.5 * (PI * turn).cos())
    }

    /// The gain of the frame at hand; goes on to the next.
    pub fn next_gain(&mut self) -> f32 {
        let gain = self.gain();
        self.at = (self.at + 1).min(self.length);
        gain
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn up_and_down_together_are_one_at_every_frame() {
        let mut up = Ramp::steady(0.0).towards(1.0, 960);
        let mut down = Ramp::steady(1.0).towards(0.0, 960);
        let mut previous = 0.0;
        for frame in 0..960 {
            let (rising, falling) = (up.next_gain(), down.next_gain());
            assert!((rising + falling - 1.0).abs() < 1e-6, "frame {frame}: {rising} + {falling}");
            assert!(rising > previous && rising - previous < 0.0017, "frame {frame}: {previous} to {rising}");
            previous = rising;
        }
        assert_eq!((up.next_gain(), down.next_gain()), (1.0, 0.0));
        assert_eq!(up.remaining(), 0);
    }

    #[test]
    fn a_ramp_turned_round_in_the_middle_starts_where_it_was() {
        let mut ramp = Ramp::steady(1.0).towards(0.0, 100);
        for _ in 0..30 {
            ramp.next_gain();
        }
        let before = ramp.gain();
        assert!((ramp.towards(1.0, 1_000).gain() - before).abs() < 1e-4);
    }
}
