//! What a relay carried: the figures that its row of the log keeps.

use serde::{Deserialize, Serialize};

/// What a stretch of a relay's frames was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carried {
    /// Sound of the source with this number in the chain.
    Sound {
        /// Which source.
        source: usize,
        /// Whether it was below the threshold.
        silent: bool,
    },
    /// Nothing came from any source: silence of our own.
    Lost,
}

/// A relay's frames, added up while it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    frames: Vec<u64>,
    silent: u64,
    lost: u64,
}

impl Tally {
    /// Nothing yet of a chain of `sources`.
    #[must_use]
    pub fn new(sources: usize) -> Self {
        Self { frames: vec![0; sources], silent: 0, lost: 0 }
    }

    /// So many more frames of that.
    pub fn add(&mut self, what: Carried, frames: u64) {
        match what {
            Carried::Lost => self.lost += frames,
            Carried::Sound { source, silent } => {
                if let Some(of_source) = self.frames.get_mut(source) {
                    *of_source += frames;
                }
                self.silent += if silent { frames } else { 0 };
            }
        }
    }

    /// Frames in all.
    #[must_use]
    pub fn frames(&self) -> u64 {
        self.frames.iter().sum::<u64>() + self.lost
    }

    /// The account of a relay of these sources (name, whether it carries the other station), at `rate_hz`.
    #[must_use]
    pub fn account(&self, sources: &[(String, bool)], rate_hz: u32, reconnects: u32, falls: u32) -> Account {
        let ms = |frames: u64| frames.saturating_mul(1000) / u64::from(rate_hz.max(1));
        let of = |carries: bool| {
            let frames = self.frames.iter().zip(sources).filter(|(_, source)| source.1 == carries);
            ms(frames.map(|(frames, _)| frames).sum())
        };
        let named = self.frames.iter().zip(sources).filter(|(frames, _)| **frames > 0);
        Account {
            sources: named.map(|(frames, (name, _))| Part { source: name.clone(), ms: ms(*frames) }).collect(),
            carried_ms: of(true),
            standby_ms: of(false),
            silent_ms: ms(self.silent),
            lost_ms: ms(self.lost),
            reconnects,
            falls,
        }
    }
}

/// What one source gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Which, as people see it.
    pub source: String,
    /// For how long.
    pub ms: u64,
}

/// What became of a relay. `carried_ms`, `standby_ms` and `lost_ms` together are its length, each cut to whole milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Account {
    /// Every source that was heard, in the order of the chain.
    pub sources: Vec<Part>,
    /// The other station's programme.
    pub carried_ms: u64,
    /// A recording that filled in for it.
    pub standby_ms: u64,
    /// Of both: below the threshold.
    pub silent_ms: u64,
    /// Nothing came.
    pub lost_ms: u64,
    /// Connections made anew after one that broke or stalled.
    pub reconnects: u32,
    /// Times that a later source had to step in.
    pub falls: u32,
}

/// How a relay stands while it is on air.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The source that is heard, as people see it.
    pub source: String,
    /// Its place in the chain; 0 is the first, which is meant to be heard.
    pub place: usize,
    /// Whether anything sounds.
    pub sounds: bool,
    /// What it carried so far.
    pub account: Account,
}

impl Account {
    /// How long it was heard.
    #[must_use]
    pub const fn length_ms(&self) -> u64 {
        self.carried_ms + self.standby_ms + self.lost_ms
    }

    /// Adds what a further stretch of the same airing carried.
    pub fn add(&mut self, other: &Self) {
        for part in &other.sources {
            match self.sources.iter_mut().find(|known| known.source == part.source) {
                Some(known) => known.ms += part.ms,
                None => self.sources.push(part.clone()),
            }
        }
        self.carried_ms += other.carried_ms;
        self.standby_ms += other.standby_ms;
        self.silent_ms += other.silent_ms;
        self.lost_ms += other.lost_ms;
        self.reconnects += other.reconnects;
        self.falls += other.falls;
    }
}
