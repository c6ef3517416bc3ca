//! The words for outcomes, reasons, kinds and days, in Vietnamese and English: the one place where they are chosen.
//!
//! Short phrases without capital or full stop, fit for a cell of a table or the middle of a sentence.

use chrono::Weekday;
use serde::{Deserialize, Serialize};

use super::airing::AiringOutcome;
use super::clip::{Genre, Source};
use super::log::{EndReason, Kind, MissReason, Outcome};
use super::proof::{Doubt, Verdict};
use super::rundown::Role;

/// A language Loa has words in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Tiếng Việt.
    #[default]
    Vi,
    /// English.
    En,
}

impl Language {
    /// The one of two texts that is in this language.
    #[must_use]
    pub const fn pick(self, vi: &'static str, en: &'static str) -> &'static str {
        match self {
            Self::Vi => vi,
            Self::En => en,
        }
    }

    /// `a, b và c`.
    #[must_use]
    pub fn list(self, words: &[String]) -> String {
        match words {
            [] => String::new(),
            [one] => one.clone(),
            [first @ .., last] => format!("{} {} {last}", first.join(", "), self.pick("và", "and")),
        }
    }
}

/// How an airing stands.
#[must_use]
pub const fn airing_outcome(outcome: AiringOutcome, language: Language) -> &'static str {
    match outcome {
        AiringOutcome::OnAir => language.pick("đang phát", "on air"),
        AiringOutcome::Aired => language.pick("đủ", "aired"),
        AiringOutcome::Partial => language.pick("bị ngắt", "partial"),
        AiringOutcome::NotAired => language.pick("không phát", "not aired"),
    }
}

/// How an occurrence ended.
#[must_use]
pub const fn outcome(outcome: &Outcome, language: Language) -> &'static str {
    match outcome {
        Outcome::Aired => language.pick("đủ", "aired"),
        Outcome::Partial => language.pick("bị ngắt", "partial"),
        Outcome::Missed(_) => language.pick("không phát", "missed"),
        Outcome::Cancelled { .. } => language.pick("đã hủy", "cancelled"),
        Outcome::Superseded { .. } => language.pick("bị thay thế", "superseded"),
    }
}

/// Why a stretch ended.
#[must_use]
pub const fn end_reason(reason: &EndReason, language: Language) -> &'static str {
    match reason {
        EndReason::Complete => language.pick("phát hết", "complete"),
        EndReason::Overrun => language.pick("hết giờ phát", "end of the slot"),
        EndReason::Skipped { .. } => language.pick("người trực chuyển mục", "skipped"),
        EndReason::Stopped { .. } => language.pick("người trực dừng phát", "stopped"),
        EndReason::PowerLoss => language.pick("mất điện hoặc máy dừng đột ngột", "power loss or crash"),
        EndReason::OutputLost { .. } => language.pick("mất thiết bị phát", "output lost"),
        EndReason::DecodeFailed { .. } => language.pick("tệp âm thanh hỏng", "audio file damaged"),
        EndReason::InputLost { .. } => language.pick("mất micrô", "microphone lost"),
        EndReason::Shutdown => language.pick("tắt hệ thống", "shutdown"),
        EndReason::Superseded { .. } => language.pick("nhường nội dung ưu tiên hơn", "superseded by a higher tier"),
        EndReason::NotStarted => language.pick("chưa đến lượt thì hết buổi", "its turn never came"),
    }
}

/// Why a planned occurrence was not heard.
#[must_use]
pub const fn miss_reason(reason: &MissReason, language: Language) -> &'static str {
    match reason {
        MissReason::StationOff => language.pick("máy không hoạt động", "station off"),
        MissReason::Late => language.pick("trễ quá mức cho phép", "too late to start"),
        MissReason::NothingToAir => language.pick("không có tin bài đã duyệt", "no approved clip"),
        MissReason::NotPermitted => language.pick("ngoài khung giờ được phép", "outside permitted hours"),
        MissReason::NoOutput { .. } => language.pick("thiết bị phát không hoạt động", "no output"),
        MissReason::BadAudio { .. } => language.pick("tệp âm thanh hỏng", "audio file damaged"),
        MissReason::Clock => language.pick("đồng hồ hệ thống sai", "clock not trusted"),
        MissReason::ZoneBusy { .. } => language.pick("cụm loa bận buổi phát khác", "zone busy"),
        MissReason::Muted { .. } => language.pick("cụm loa đã bị tắt tiếng", "zones muted"),
    }
}

/// Whether the loudspeakers gave an airing back.
#[must_use]
pub const fn verdict(verdict: Verdict, language: Language) -> &'static str {
    match verdict {
        Verdict::Heard => language.pick("có", "heard"),
        Verdict::NotHeard => language.pick("không", "not heard"),
        Verdict::Unsure => language.pick("chưa rõ", "unsure"),
    }
}

/// Why the return feed says neither.
#[must_use]
pub const fn doubt(doubt: &Doubt, language: Language) -> &'static str {
    match doubt {
        Doubt::TooShort => language.pick("quá ngắn để kết luận", "too short to tell"),
        Doubt::TooQuiet => language.pick("quá nhỏ để kết luận", "too quiet to tell"),
        Doubt::NotCaptured { .. } => language.pick("không thu được tín hiệu nghe lại", "the return feed was not there"),
        Doubt::Unclear => language.pick("chỉ nhận ra một phần", "only some of it was known again"),
    }
}

/// Who or what an end reason names beyond its words: a person, an error, another airing.
#[must_use]
pub fn end_detail(reason: &EndReason) -> Option<String> {
    match reason {
        EndReason::Skipped { by } | EndReason::Stopped { by } => Some(by.clone()),
        EndReason::OutputLost { error } | EndReason::DecodeFailed { error } | EndReason::InputLost { error } => {
            Some(error.clone())
        }
        EndReason::Superseded { by } => Some(by.to_string()),
        EndReason::Complete
        | EndReason::Overrun
        | EndReason::PowerLoss
        | EndReason::Shutdown
        | EndReason::NotStarted => None,
    }
}

/// What a miss reason names beyond its words: an error, another occurrence.
#[must_use]
pub fn miss_detail(reason: &MissReason) -> Option<String> {
    match reason {
        MissReason::NoOutput { error } => Some(error.clone()),
        MissReason::BadAudio { fault } => Some(fault.clone()),
        MissReason::ZoneBusy { by } => Some(by.to_string()),
        MissReason::Muted { by } => Some(by.clone()),
        MissReason::StationOff
        | MissReason::Late
        | MissReason::NothingToAir
        | MissReason::NotPermitted
        | MissReason::Clock => None,
    }
}

/// What sort of sound.
#[must_use]
pub const fn kind(kind: Kind, language: Language) -> &'static str {
    match kind {
        Kind::Own => language.pick("tin, bài", "clip"),
        Kind::Relay => language.pick("tiếp âm", "relay"),
        Kind::Live => language.pick("trực tiếp", "live"),
        Kind::Emergency => language.pick("khẩn cấp", "emergency"),
        Kind::Ident => language.pick("nhạc hiệu", "ident"),
    }
}

/// Thể loại.
#[must_use]
pub const fn genre(genre: Genre, language: Language) -> &'static str {
    match genre {
        Genre::News => language.pick("tin", "news"),
        Genre::Article => language.pick("bài", "article"),
        Genre::Feature => language.pick("phóng sự", "feature"),
        Genre::Notice => language.pick("thông báo", "notice"),
        Genre::Ident => language.pick("nhạc hiệu", "ident"),
        Genre::Other => language.pick("khác", "other"),
    }
}

/// Who made a clip.
#[must_use]
pub const fn source(source: Source, language: Language) -> &'static str {
    match source {
        Source::Own => language.pick("tự sản xuất", "own"),
        Source::District => language.pick("đài cấp huyện", "district"),
        Source::Province => language.pick("đài cấp tỉnh", "province"),
        Source::Central => language.pick("đài trung ương", "central"),
    }
}

/// The part an element plays.
#[must_use]
pub const fn role(role: Role, language: Language) -> &'static str {
    match role {
        Role::Ident => language.pick("nhạc hiệu", "ident"),
        Role::Item => language.pick("tin, bài", "item"),
        Role::Relay => language.pick("tiếp âm", "relay"),
        Role::Live => language.pick("nói trực tiếp", "live"),
        Role::Closing => language.pick("nhạc kết", "closing"),
    }
}

/// Day of the week.
#[must_use]
pub const fn weekday(day: Weekday, language: Language) -> &'static str {
    match day {
        Weekday::Mon => language.pick("thứ Hai", "Monday"),
        Weekday::Tue => language.pick("thứ Ba", "Tuesday"),
        Weekday::Wed => language.pick("thứ Tư", "Wednesday"),
        Weekday::Thu => language.pick("thứ Năm", "Thursday"),
        Weekday::Fri => language.pick("thứ Sáu", "Friday"),
        Weekday::Sat => language.pick("thứ Bảy", "Saturday"),
        Weekday::Sun => language.pick("Chủ nhật", "Sunday"),
    }
}
