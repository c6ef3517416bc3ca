//! Whether a recording may come into the library, and what its owner should know about it.

mod sentence;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::domain::clip::{AudioFacts, ClipId};
use crate::domain::loudness::gain_db;

/// What a station accepts. The lengths are the campaign's, the loudness is the zone's.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// Shortest clip that the campaign asks for; none if it does not.
    pub duration_min: Option<Duration>,
    /// Longest clip that the campaign asks for; none if it does not.
    pub duration_max: Option<Duration>,
    /// Loudness on air, in LUFS.
    pub target_lufs: f64,
    /// Highest true peak on air, in dBTP.
    pub peak_cap_dbtp: f64,
}

/// What becomes of a clip outside the campaign's range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DurationRule {
    /// It comes in, with a warning.
    #[default]
    Warn,
    /// It does not come in.
    Refuse,
}

/// What the decoder met on the way that is not part of the clip's lasting facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Defects {
    /// The file ends before its time.
    pub truncated: Option<Truncated>,
    /// Samples that were no numbers.
    pub mended_samples: u64,
}

/// How much of a file is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Truncated {
    /// Length that it declares; none if it does not say.
    pub declared: Option<Duration>,
    /// Length that is there.
    pub found: Duration,
}

/// A clip that has the same audio. Without a number it came in a moment ago, from the same batch of files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Existing {
    /// Its number.
    pub clip: Option<ClipId>,
    /// Its title.
    pub title: String,
}

/// Something to tell about a recording.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Finding {
    /// The same audio is in the library.
    Duplicate(Existing),
    /// Ends before its time.
    Truncated(Truncated),
    /// Shorter than the campaign asks.
    TooShort {
        /// Its length.
        found: Duration,
        /// The shortest asked for.
        min: Duration,
    },
    /// Longer than the campaign asks.
    TooLong {
        /// Its length.
        found: Duration,
        /// The longest asked for.
        max: Duration,
    },
    /// No sound above the threshold anywhere.
    Silent,
    /// Raised on air.
    Quiet {
        /// Decibels below the target.
        below_db: f64,
        /// Decibels that it still lies below it on air, because its peaks or the largest boost forbid more.
        left_db: f64,
    },
    /// Lowered on air.
    Loud {
        /// Decibels above the target.
        above_db: f64,
    },
    /// Silence at the head.
    HeadSilence {
        /// How long.
        silence: Duration,
    },
    /// Silence at the end.
    TailSilence {
        /// How long.
        silence: Duration,
    },
    /// Silence in the middle.
    InnerSilence {
        /// The longest.
        silence: Duration,
    },
    /// Distorted: cut off at full scale.
    Clipped {
        /// Samples.
        samples: u64,
    },
    /// Damaged places, replaced by silence.
    Corrupt {
        /// Packets.
        packets: u64,
    },
    /// Samples that were no numbers, replaced by zeros.
    Mended {
        /// Samples.
        samples: u64,
    },
}

/// The judgement on one recording.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Verdict {
    /// Why it does not come in; empty if it does.
    pub refusals: Vec<Finding>,
    /// What its owner should know.
    pub warnings: Vec<Finding>,
}

impl Verdict {
    /// Whether it comes in.
    #[must_use]
    pub const fn accepted(&self) -> bool {
        self.refusals.is_empty()
    }
}

/// Silence at the head beyond which a listener thinks that the loudspeaker is broken.
pub const HEAD_SILENCE_MAX: Duration = Duration::from_secs(3);
/// Silence at the end beyond which the next clip seems late.
pub const TAIL_SILENCE_MAX: Duration = Duration::from_secs(5);
/// A pause in the middle beyond which a listener thinks that it is over.
pub const INNER_SILENCE_MAX: Duration = Duration::from_secs(8);
/// Difference from the target worth a word; less is not noticed.
pub const LOUDNESS_DB_MAX: f64 = 3.0;
/// Clipped samples in ten thousand beyond which it is heard.
pub const CLIPPED_PER_TEN_THOUSAND_MAX: u64 = 5;

/// Judges a recording by what was measured on it.
#[must_use]
pub fn judge(
    facts: &AudioFacts,
    defects: Defects,
    limits: &Limits,
    rule: DurationRule,
    existing: Option<&Existing>,
) -> Verdict {
    let mut verdict = Verdict::default();
    verdict.refusals.extend(existing.cloned().map(Finding::Duplicate));
    verdict.refusals.extend(defects.truncated.map(Finding::Truncated));
    let sounds = facts.true_peak_dbtp.is_some() && facts.head_silence_ms < facts.duration().as_millis() as u64;
    if facts.frames == 0 || !sounds {
        verdict.refusals.push(Finding::Silent);
    }
    let off_length = off_length(facts.duration(), limits);
    match rule {
        DurationRule::Warn => verdict.warnings.extend(off_length),
        DurationRule::Refuse => verdict.refusals.extend(off_length),
    }
    if sounds {
        verdict.warnings.extend(loudness(facts, limits));
        verdict.warnings.extend(silences(facts));
    }
    verdict.warnings.extend(damage(facts, defects));
    verdict
}

fn off_length(found: Duration, limits: &Limits) -> Option<Finding> {
    let short = limits.duration_min.filter(|&min| found < min).map(|min| Finding::TooShort { found, min });
    let long = limits.duration_max.filter(|&max| found > max).map(|max| Finding::TooLong { found, max });
    short.or(long)
}

fn loudness(facts: &AudioFacts, limits: &Limits) -> Option<Finding> {
    let above = facts.loudness_lufs? - limits.target_lufs;
    if above > LOUDNESS_DB_MAX {
        return Some(Finding::Loud { above_db: above });
    }
    let gain = gain_db(facts.loudness_lufs, facts.true_peak_dbtp, limits.target_lufs, limits.peak_cap_dbtp);
    let left_db = (-above - gain).max(0.0);
    (-above > LOUDNESS_DB_MAX || left_db > LOUDNESS_DB_MAX).then_some(Finding::Quiet { below_db: -above, left_db })
}

fn silences(facts: &AudioFacts) -> impl Iterator<Item = Finding> {
    let head = Duration::from_millis(facts.head_silence_ms);
    let tail = Duration::from_millis(facts.tail_silence_ms);
    let inner = Duration::from_millis(facts.inner_silence_ms_max);
    [
        (head > HEAD_SILENCE_MAX).then_some(Finding::HeadSilence { silence: head }),
        (tail > TAIL_SILENCE_MAX).then_some(Finding::TailSilence { silence: tail }),
        (inner > INNER_SILENCE_MAX).then_some(Finding::InnerSilence { silence: inner }),
    ]
    .into_iter()
    .flatten()
}

fn damage(facts: &AudioFacts, defects: Defects) -> impl Iterator<Item = Finding> {
    let all = facts.frames.saturating_mul(u64::from(facts.channels));
    let clipped = facts.clipped_samples;
    let heard = clipped.saturating_mul(10_000) > all.saturating_mul(CLIPPED_PER_TEN_THOUSAND_MAX);
    [
        heard.then_some(Finding::Clipped { samples: clipped }),
        (facts.corrupt_packets > 0).then_some(Finding::Corrupt { packets: facts.corrupt_packets }),
        (defects.mended_samples > 0).then_some(Finding::Mended { samples: defects.mended_samples }),
    ]
    .into_iter()
    .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clip::Digest;

    fn facts(seconds: u64) -> AudioFacts {
        AudioFacts {
            digest: Digest([7; 32]),
            format: "mp3".to_owned(),
            frames: seconds * 44_100,
            sample_rate: 44_100,
            channels: 2,
            loudness_lufs: Some(-16.0),
            true_peak_dbtp: Some(-2.0),
            head_silence_ms: 200,
            tail_silence_ms: 300,
            inner_silence_ms_max: 900,
            clipped_samples: 0,
            corrupt_packets: 0,
        }
    }

    fn limits() -> Limits {
        let minutes = |minutes: u64| Some(Duration::from_secs(60 * minutes));
        Limits { duration_min: minutes(10), duration_max: minutes(15), target_lufs: -16.0, peak_cap_dbtp: -1.0 }
    }

    fn verdict(facts: &AudioFacts, rule: DurationRule) -> Verdict {
        judge(facts, Defects::default(), &limits(), rule, None)
    }

    #[test]
    fn a_good_clip_comes_in_without_a_word() {
        for seconds in [600, 720, 900] {
            assert_eq!(verdict(&facts(seconds), DurationRule::Refuse), Verdict::default(), "{seconds} s");
        }
    }

    #[test]
    fn a_length_outside_the_campaign_warns_or_refuses() {
        let short = facts(552);
        let finding = Finding::TooShort { found: Duration::from_secs(552), min: Duration::from_secs(600) };
        assert_eq!(finding.english(), "9 min 12 s: shorter than the 10 min the campaign asks");
        assert_eq!(finding.vietnamese(), "dài 9 phút 12 giây: ngắn hơn mức 10 phút theo kế hoạch");
        assert_eq!(verdict(&short, DurationRule::Warn).warnings, std::slice::from_ref(&finding));
        assert!(verdict(&short, DurationRule::Warn).accepted());
        assert_eq!(verdict(&short, DurationRule::Refuse).refusals, [finding]);
        assert!(!verdict(&short, DurationRule::Refuse).accepted());

        let mut long = facts(900);
        long.frames += 1;
        assert!(!verdict(&long, DurationRule::Refuse).accepted(), "one frame over is over");
        let three_hours = verdict(&facts(3 * 3600), DurationRule::Refuse).refusals[0].english();
        assert_eq!(three_hours, "3 h: longer than the 15 min the campaign asks");
    }

    #[test]
    fn a_duplicate_is_refused_with_the_name_of_the_first() {
        let existing = Existing { clip: Some(ClipId(12)), title: "Cải cách hành chính".to_owned() };
        let verdict = judge(&facts(700), Defects::default(), &limits(), DurationRule::Warn, Some(&existing));
        assert_eq!(verdict.refusals, [Finding::Duplicate(existing)]);
        let sentence = verdict.refusals[0].vietnamese();
        assert_eq!(sentence, "bản ghi này đã có trong thư viện: tin bài số 12, “Cải cách hành chính”");
    }

    #[test]
    fn loudness_is_told_with_what_will_be_done() {
        let said = |loudness: f64, peak: f64| {
            let mut facts = facts(700);
            (facts.loudness_lufs, facts.true_peak_dbtp) = (Some(loudness), Some(peak));
            verdict(&facts, DurationRule::Warn).warnings.iter().map(Finding::english).collect::<Vec<_>>()
        };
        assert_eq!(said(-20.0, -8.0), ["4 dB too quiet, will be raised"]);
        assert_eq!(said(-20.0, -1.0), ["4 dB too quiet, will be raised and still be 4 dB too quiet"]);
        assert_eq!(said(-10.0, 0.0), ["6 dB too loud, will be lowered"]);
        assert_eq!(said(-18.0, -4.0), [""; 0]);
    }

    #[test]
    fn silence_clipping_and_damage_are_told() {
        let mut facts = facts(700);
        facts.tail_silence_ms = 20_400;
        facts.clipped_samples = 700 * 44_100 * 2 / 1000;
        facts.corrupt_packets = 3;
        let told: Vec<_> = verdict(&facts, DurationRule::Warn).warnings.iter().map(Finding::english).collect();
        assert_eq!(told[0], "20 s of silence at the end");
        assert_eq!(told[1], "distorted: 61740 samples are cut off at full level");
        assert_eq!(told[2], "damaged in 3 places, silence takes their place");
    }

    #[test]
    fn a_cut_off_or_silent_file_does_not_come_in() {
        let cut = Truncated { declared: Some(Duration::from_secs(700)), found: Duration::from_secs(61) };
        let defects = Defects { truncated: Some(cut), mended_samples: 0 };
        let verdict = judge(&facts(61), defects, &limits(), DurationRule::Warn, None);
        assert_eq!(verdict.refusals[0].english(), "cut off: 1 min 1 s of 11 min 40 s are there; copy the file again");

        let mut silent = facts(700);
        (silent.loudness_lufs, silent.true_peak_dbtp, silent.head_silence_ms) = (None, Some(-70.0), 700_000);
        assert_eq!(
            super::judge(&silent, Defects::default(), &limits(), DurationRule::Warn, None).refusals,
            [Finding::Silent]
        );
    }
}
