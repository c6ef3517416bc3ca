//! From the configuration to what the rules ask for.

use std::time::Duration;

use crate::config::{Config, DurationRule as Setting, Zone};
use crate::domain::clip::{Clip, Genre};
use crate::domain::intake::{DurationRule, Limits};
use crate::domain::loudness::gain_db;

/// What a clip of this genre and campaign must keep to: idents have no length of their own.
#[must_use]
pub fn limits_of(config: &Config, genre: Genre, campaign: Option<&str>) -> (Limits, DurationRule) {
    let zone = config.zones.first();
    let minutes = config.item_minutes(campaign);
    let length = |minutes: u32| (genre != Genre::Ident).then(|| Duration::from_secs(60 * u64::from(minutes)));
    let limits = Limits {
        duration_min: length(minutes.min),
        duration_max: length(minutes.max),
        target_lufs: zone.map_or(0.0, |zone| zone.loudness_target_lufs),
        peak_cap_dbtp: zone.map_or(0.0, |zone| zone.true_peak_cap_dbtp),
    };
    let rule = match config.library.duration_rule {
        Setting::Warn => DurationRule::Warn,
        Setting::Refuse => DurationRule::Refuse,
    };
    (limits, rule)
}

/// The gain at which a zone plays a clip, in dB.
#[must_use]
pub fn gain_db_of(zone: &Zone, clip: &Clip) -> f64 {
    let audio = &clip.audio;
    gain_db(audio.loudness_lufs, audio.true_peak_dbtp, zone.loudness_target_lufs, zone.true_peak_cap_dbtp)
}
