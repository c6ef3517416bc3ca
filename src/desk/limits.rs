//! From the configuration to what the rules ask for.

use std::time::Duration;

use crate::config::{Config, DurationRule as Setting};
use crate::domain::clip::Genre;
use crate::domain::intake::{DurationRule, Limits};

/// What a clip of this genre and campaign must keep to: idents have no length of their own.
#[must_use]
pub fn limits_of(config: &Config, genre: Genre, campaign: Option<&str>) -> (Limits, DurationRule) {
    let loudness = config.programme_loudness();
    let minutes = config.item_minutes(campaign);
    let length = |minutes: u32| (genre != Genre::Ident).then(|| Duration::from_secs(60 * u64::from(minutes)));
    let limits = Limits {
        duration_min: length(minutes.min),
        duration_max: length(minutes.max),
        target_lufs: loudness.target_lufs,
        peak_cap_dbtp: loudness.peak_cap_dbtp,
    };
    let rule = match config.library.duration_rule {
        Setting::Warn => DurationRule::Warn,
        Setting::Refuse => DurationRule::Refuse,
    };
    (limits, rule)
}
