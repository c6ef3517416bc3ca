//! What people are told of at once, and how.

use std::time::Duration;

use url::Url;

use super::reader::Reader;
use crate::domain::alarm::Way;

/// What people are told of at once, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watch {
    /// Silence on air that lasts longer is an alarm.
    pub silence: Duration,
    /// Over how long the level is looked at.
    pub level_window: Duration,
    /// How much quieter than the programme is meant to be it may be, in LU.
    pub quiet_lu: LoudnessUnits,
    /// How much louder, in LU.
    pub loud_lu: LoudnessUnits,
    /// A broadcast that begins later than this after its plan is an alarm.
    pub late: Duration,
    /// An alarm is cleared when what it is about has been over for so long.
    pub calm: Duration,
    /// The program that is run for each alarm, and its arguments; none for nothing.
    pub command: Vec<String>,
    /// The address that each alarm is posted to; none for none.
    pub webhook: Option<String>,
    /// How long either may take.
    pub time_max: Duration,
}

/// Loudness units, to the tenth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoudnessUnits(i32);

impl LoudnessUnits {
    fn new(units: f64) -> Self {
        Self((units * 10.0).round() as i32)
    }

    /// As a number.
    #[must_use]
    pub fn units(self) -> f64 {
        f64::from(self.0) / 10.0
    }
}

impl Watch {
    /// The most arguments of the command.
    pub const ARGUMENTS_MAX: usize = 50;

    /// Whether alarms are sent out on this way.
    #[must_use]
    pub const fn uses(&self, way: Way) -> bool {
        match way {
            Way::Command => !self.command.is_empty(),
            Way::Webhook => self.webhook.is_some(),
        }
    }

    pub(super) fn read(reader: &Reader<'_>) -> Option<Self> {
        let seconds = |key, range| Duration::from_secs(reader.whole::<u64>(key, &range, "seconds"));
        let webhook = reader.parsed(
            "webhook",
            "an address that begins with https:// or http://",
            "copy it from the service that takes the alarms; \"\" sends them nowhere",
            address,
        );
        Some(Self {
            silence: seconds("silence_seconds", 2..=600),
            level_window: seconds("level_seconds", 5..=600),
            quiet_lu: LoudnessUnits::new(reader.decimal("quiet_lu", &(1.0..=60.0), "LU")),
            loud_lu: LoudnessUnits::new(reader.decimal("loud_lu", &(1.0..=30.0), "LU")),
            late: seconds("late_seconds", 1..=3_600),
            calm: seconds("calm_seconds", 0..=3_600),
            command: command(reader)?,
            webhook: webhook?,
            time_max: seconds("timeout_seconds", 1..=120),
        })
    }
}

fn address(text: &str) -> Option<Option<String>> {
    if text.trim().is_empty() {
        return Some(None);
    }
    let url = Url::parse(text.trim()).ok()?;
    let web = matches!(url.scheme(), "http" | "https") && url.has_host();
    web.then(|| Some(text.trim().to_owned()))
}

fn command(reader: &Reader<'_>) -> Option<Vec<String>> {
    let command = reader.texts("command", Watch::ARGUMENTS_MAX);
    if command.first().is_some_and(|program| program.contains('/') && !program.starts_with('/')) {
        let expected = "a program by its name alone, or by its whole path from /";
        reader.reject("command", expected, "write where it is from / on");
        return None;
    }
    Some(command)
}
