//! What the station can be set to.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::domain::airing::CountedFrom;
use crate::domain::amplifier::AmplifierSettings;
use crate::domain::slot::ZoneId;

/// Settings of the state machine. Everything with a default is right for a town's station.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The zones that it feeds; at least one.
    pub zones: Vec<ZoneId>,
    /// The amplifiers of those zones that have one which is switched.
    pub amplifiers: BTreeMap<ZoneId, AmplifierSettings>,
    /// Programme rate, in Hz: the rate of every frame number.
    pub sample_rate: u32,
    /// How long before its start an occurrence gets its rundown.
    pub rundown_lead: Duration,
    /// How long before its start the output is opened and the first element prepared.
    pub prepare_lead: Duration,
    /// How long before the end of an element the next one is prepared.
    pub join_lead: Duration,
    /// How long to wait before asking again for a rundown that came back empty.
    pub rundown_retry: Duration,
    /// How often progress is journaled.
    pub journal_step: Duration,
    /// Ramp when sound is cut: skip, stop, overrun, shutdown, something of a higher tier.
    pub fade: Duration,
    /// A pause ends by itself after so long: every wait for a person has an end.
    pub pause_max: Duration,
    /// Wall time that moves by more than this against monotonic time is a step.
    pub clock_step_tolerance: Duration,
    /// How often the clocks are compared while nothing else is due.
    pub clock_check_every: Duration,
    /// When the program was built: no clock can be right that says less.
    pub built_at: DateTime<Utc>,
    /// The least share of an element that counts.
    pub counted_from: CountedFrom,
    /// First wait before a lost output is opened again; doubles up to `reopen_wait_max`.
    pub reopen_wait: Duration,
    /// Longest wait between two tries to open an output.
    pub reopen_wait_max: Duration,
    /// Version of the program, for the log.
    pub version: String,
}

impl Settings {
    /// The usual settings for these zones.
    #[must_use]
    pub fn new(zones: Vec<ZoneId>, built_at: DateTime<Utc>) -> Self {
        Self {
            zones,
            amplifiers: BTreeMap::new(),
            sample_rate: 48_000,
            rundown_lead: Duration::from_secs(60),
            prepare_lead: Duration::from_secs(10),
            join_lead: Duration::from_secs(10),
            rundown_retry: Duration::from_secs(10),
            journal_step: Duration::from_secs(1),
            fade: Duration::from_millis(200),
            pause_max: Duration::from_secs(600),
            clock_step_tolerance: Duration::from_secs(2),
            clock_check_every: Duration::from_secs(20),
            built_at,
            counted_from: CountedFrom::default(),
            reopen_wait: Duration::from_secs(1),
            reopen_wait_max: Duration::from_secs(30),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}
