//! How loud a clip is made on air.

/// The most that a quiet clip is raised, in dB. More would raise its hiss and hum into a second programme.
pub const BOOST_DB_MAX: f64 = 12.0;
/// The most that a loud clip is lowered, in dB. Nothing louder than this is a recording.
pub const CUT_DB_MAX: f64 = 40.0;

/// The gain that brings a clip to the zone's target, in dB, between minus [`CUT_DB_MAX`] and [`BOOST_DB_MAX`].
///
/// `loudness_lufs` and `true_peak_dbtp` are of the clip, `target_lufs` and `peak_cap_dbtp` of the zone. The true peak
/// never rises above the cap: a clip with high peaks stays below the target instead. A clip without a measurable loudness
/// (silence, or shorter than 0.4 s) is not raised; its peaks are still capped. Figures that are not finite count as absent.
#[must_use]
pub fn gain_db(loudness_lufs: Option<f64>, true_peak_dbtp: Option<f64>, target_lufs: f64, peak_cap_dbtp: f64) -> f64 {
    let known = |figure: Option<f64>| figure.filter(|figure| figure.is_finite());
    let wanted = known(loudness_lufs).map_or(0.0, |loudness| target_lufs - loudness);
    let room = known(true_peak_dbtp).map_or(f64::INFINITY, |peak| peak_cap_dbtp - peak);
    let gain = wanted.min(room);
    if gain.is_nan() { 0.0 } else { gain.clamp(-CUT_DB_MAX, BOOST_DB_MAX) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(loudness: Option<f64>, peak: Option<f64>, gain: f64) {
        let found = gain_db(loudness, peak, -16.0, -1.0);
        assert!((found - gain).abs() < 1e-9, "{loudness:?} LUFS, {peak:?} dBTP: {found} dB, expected {gain}");
    }

    #[test]
    fn a_clip_is_brought_to_the_target() {
        check(Some(-20.0), Some(-9.0), 4.0);
        check(Some(-10.0), Some(0.5), -6.0);
        check(Some(-16.0), Some(-3.0), 0.0);
    }

    #[test]
    fn its_peaks_stay_below_the_cap() {
        check(Some(-20.0), Some(-2.0), 1.0);
        check(Some(-16.0), Some(1.0), -2.0);
        check(None, Some(3.0), -4.0);
    }

    #[test]
    fn a_whisper_is_raised_only_so_far_and_silence_not_at_all() {
        check(Some(-50.0), Some(-40.0), BOOST_DB_MAX);
        check(None, None, 0.0);
        check(Some(f64::NEG_INFINITY), None, 0.0);
        check(Some(f64::NAN), Some(f64::NAN), 0.0);
    }

    proptest! {
        #[test]
        fn whatever_the_figures_the_gain_is_bounded_and_the_cap_kept(
            loudness in proptest::option::of(-90.0..10.0f64),
            peak in proptest::option::of(-90.0..20.0f64),
            target in -40.0..-5.0f64,
            cap in -12.0..0.0f64,
        ) {
            let gain = gain_db(loudness, peak, target, cap);
            prop_assert!((-CUT_DB_MAX..=BOOST_DB_MAX).contains(&gain));
            if let Some(peak) = peak {
                prop_assert!(peak + gain <= cap + 1e-9);
            }
            if let Some(loudness) = loudness {
                prop_assert!(loudness + gain <= target + 1e-9 || gain <= -CUT_DB_MAX);
            }
        }
    }
}
