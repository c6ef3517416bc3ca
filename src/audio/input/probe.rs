//! Tries a source without airing it: connect, decode, level, within a deadline.

use std::fmt;
use std::time::Duration;

use super::carrier::Carrier;
use crate::audio::frames::CHANNELS;
use crate::audio::pump::ClockFn;
use crate::domain::relay::{Limits, Source, SourceFault};

/// Sound that is listened to before the level is judged.
pub const LISTENED: Duration = Duration::from_secs(2);
/// So often it is looked what has come.
const TICK: Duration = Duration::from_millis(20);

/// What became of a probe.
#[derive(Debug, Clone, PartialEq)]
pub enum Found {
    /// It sounds.
    Sounds {
        /// What it is, such as `mp3`.
        what: String,
        /// Root mean square of what was listened to, dBFS.
        level_dbfs: f64,
        /// From asking to the first sound.
        after: Duration,
    },
    /// It can be decoded, and is below the threshold.
    Silent {
        /// What it is.
        what: String,
        /// Root mean square, dBFS; none for nothing but zeros.
        level_dbfs: Option<f64>,
    },
    /// It answers, and sends too little to be heard.
    TooLittle {
        /// What it is.
        what: String,
        /// Sound that came, in milliseconds.
        ms: u64,
    },
    /// Nothing to be heard: why.
    Fails(String),
}

impl Found {
    /// Whether it could be aired now.
    #[must_use]
    pub const fn is_good(&self) -> bool {
        matches!(self, Self::Sounds { .. })
    }

    /// Why it could not be aired now; none if it could.
    #[must_use]
    pub fn fault(&self) -> Option<SourceFault> {
        match self {
            Self::Sounds { .. } => None,
            Self::Silent { .. } => Some(SourceFault::Silent),
            Self::TooLittle { ms, .. } => Some(SourceFault::TooLittle { ms: *ms }),
            Self::Fails(error) => Some(SourceFault::Fails { error: error.clone() }),
        }
    }

    /// Root mean square of what was listened to, dBFS; none if nothing was, or nothing but zeros.
    #[must_use]
    pub const fn level_dbfs(&self) -> Option<f64> {
        match self {
            Self::Sounds { level_dbfs, .. } => Some(*level_dbfs),
            Self::Silent { level_dbfs, .. } => *level_dbfs,
            Self::TooLittle { .. } | Self::Fails(_) => None,
        }
    }
}

/// Tries several sources at the same time; what was found of each, in their order. Blocks for at most about `deadline`.
#[must_use]
pub fn probe_all(
    sources: &[Source],
    limits: &Limits,
    rate_hz: u32,
    deadline: Duration,
    clock: &ClockFn,
) -> Vec<(String, Found)> {
    std::thread::scope(|scope| {
        let tried: Vec<_> =
            sources.iter().map(|source| scope.spawn(move || probe(source, limits, rate_hz, deadline, clock))).collect();
        let found = tried.into_iter().map(|thread| {
            thread.join().unwrap_or_else(|_| Found::Fails("it could not be tried: its thread broke".to_owned()))
        });
        sources.iter().map(ToString::to_string).zip(found).collect()
    })
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sounds { what, level_dbfs, after } => {
                write!(f, "{what}, {level_dbfs:.0} dBFS, heard after {:.1} s", after.as_secs_f64())
            }
            Self::Silent { what, level_dbfs: Some(level) } => write!(f, "{what}, but silent ({level:.0} dBFS)"),
            Self::Silent { what, level_dbfs: None } => write!(f, "{what}, but nothing except silence"),
            Self::TooLittle { what, ms } => write!(f, "{what}, but only {ms} ms of sound came"),
            Self::Fails(why) => f.write_str(why),
        }
    }
}

/// Listens to a source for [`LISTENED`], at most `deadline` in all. Blocks so long.
#[must_use]
pub fn probe(source: &Source, limits: &Limits, rate_hz: u32, deadline: Duration, clock: &ClockFn) -> Found {
    let began = clock().mono;
    let mut carrier = match Carrier::spawn(source.clone(), rate_hz) {
        Ok(carrier) => carrier,
        Err(error) => return Found::Fails(format!("the system gives no thread for it: {error}")),
    };
    let wanted = (LISTENED.as_secs_f64() * f64::from(rate_hz)) as usize;
    let (mut heard, mut power, mut first) = (0_usize, 0.0_f64, None);
    let mut block = vec![0.0; wanted.max(1) * CHANNELS];
    loop {
        let taken = carrier.take(&mut block);
        if taken > 0 {
            first.get_or_insert_with(|| clock().mono.saturating_sub(began));
            heard += taken;
            power += block[..taken * CHANNELS].iter().map(|sample| f64::from(sample * sample)).sum::<f64>();
        }
        if heard >= wanted || clock().mono.saturating_sub(began) >= deadline {
            break;
        }
        match carrier.fault() {
            Some(fault) if taken == 0 => return Found::Fails(fault.to_owned()),
            _ if taken == 0 => std::thread::park_timeout(TICK),
            _ => {}
        }
    }
    let Some(what) = carrier.opened().map(str::to_owned) else {
        return Found::Fails(format!("it gives no sound within {} s", deadline.as_secs()));
    };
    let level = 10.0 * (power / (heard * CHANNELS).max(1) as f64).log10();
    match first {
        Some(after) if heard >= wanted && level >= limits.silence_dbfs => {
            Found::Sounds { what, level_dbfs: level, after }
        }
        Some(_) if heard >= wanted => Found::Silent { what, level_dbfs: level.is_finite().then_some(level) },
        _ => Found::TooLittle { what, ms: heard as u64 * 1000 / u64::from(rate_hz.max(1)) },
    }
}
