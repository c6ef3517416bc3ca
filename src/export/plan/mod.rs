//! The plan in each of its forms.

mod ics;
mod json;
mod table;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

pub use self::ics::calendar;
pub use self::json::json;
pub use self::table::table;
use crate::domain::clip::Unfit;
use crate::domain::queue::{First, Precedence};
use crate::domain::rundown::{LeftOutWhy, Rundown, Why};
use crate::domain::slot::ZoneId;
use crate::domain::words::Language;

/// One planned occurrence as it is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanRow {
    /// The slot's name for people.
    pub name: String,
    /// Where it is heard.
    pub zones: Vec<ZoneId>,
    /// Planned start.
    pub start: DateTime<Utc>,
    /// Planned end: of the last element, or of the slot if it has none.
    pub end: DateTime<Utc>,
    /// Which occurrence, what is heard in it and what was left out.
    pub rundown: Rundown,
}

/// Why an element of priority goes where it does, before the words on who queued it.
fn first(order: &Precedence, vi: bool) -> String {
    match order {
        Precedence::Undisputed if vi => "ưu tiên; ".to_owned(),
        Precedence::Undisputed => "priority; ".to_owned(),
        Precedence::Ordered { by } if vi => format!("ưu tiên, thứ tự do {by} quyết định; "),
        Precedence::Ordered { by } => format!("priority, ordered by {by}; "),
        Precedence::ByDefault { first: First::Higher } if vi => {
            "ưu tiên, mặc định tin cấp trên phát trước; ".to_owned()
        }
        Precedence::ByDefault { first: First::Own } if vi => "ưu tiên, mặc định tin của đài phát trước; ".to_owned(),
        Precedence::ByDefault { first: First::Higher } => {
            "priority, the higher station's first by default; ".to_owned()
        }
        Precedence::ByDefault { first: First::Own } => "priority, the town's own first by default; ".to_owned(),
    }
}

/// Why an element was chosen, in words. Times are local times of `zone`.
fn why(why: &Why, zone: Tz, language: Language) -> String {
    let vi = language == Language::Vi;
    match why {
        Why::Fixed if vi => "cố định trong kịch bản".to_owned(),
        Why::Fixed => "named by the slot".to_owned(),
        Why::Queued { entry, by, priority } => {
            let queued = if vi {
                format!("hàng đợi số {entry}, {by} xếp")
            } else {
                format!("queue entry {entry}, queued by {by}")
            };
            format!("{}{queued}", priority.as_ref().map(|order| first(order, vi)).unwrap_or_default())
        }
        Why::Rotation { last_aired: None, of } if vi => format!("chưa phát lần nào, chọn từ {of} tin bài"),
        Why::Rotation { last_aired: None, of } => format!("never aired, of {of} clips"),
        Why::Rotation { last_aired: Some(at), of } if vi => {
            format!("phát lâu nhất trước đây ({}), chọn từ {of} tin bài", super::text::day(*at, zone))
        }
        Why::Rotation { last_aired: Some(at), of } => {
            let (day, time) = (super::text::day(*at, zone), super::text::time_of_day(*at, zone));
            format!("aired longest ago ({day} {time}), of {of} clips")
        }
        Why::InsteadOf { clip, fault } if vi => format!("thay tin bài {clip} bị lỗi: {fault}"),
        Why::InsteadOf { clip, fault } => format!("instead of clip {clip}: {fault}"),
        Why::ByHand { by } if vi => format!("{by} phát bằng tay"),
        Why::ByHand { by } => format!("by hand, {by}"),
    }
}

/// Why something is not in the rundown, in words.
fn left_out(why: &LeftOutWhy, language: Language) -> String {
    let vi = language == Language::Vi;
    match why {
        LeftOutWhy::DoesNotFit { over_ms } => {
            let over = super::text::clock(*over_ms);
            if vi { format!("dài quá {over}") } else { format!("too long by {over}") }
        }
        LeftOutWhy::Unfit { unfit } => unfit_words(unfit, vi).to_owned(),
        LeftOutWhy::Unknown if vi => "không có trong thư viện".to_owned(),
        LeftOutWhy::Unknown => "not in the library".to_owned(),
        LeftOutWhy::Repeated if vi => "đã có trong buổi phát này".to_owned(),
        LeftOutWhy::Repeated => "in this occurrence already".to_owned(),
        LeftOutWhy::Bad { fault } if vi => format!("tệp âm thanh hỏng: {fault}"),
        LeftOutWhy::Bad { fault } => format!("audio file damaged: {fault}"),
    }
}

const fn unfit_words(unfit: &Unfit, vi: bool) -> &'static str {
    match unfit {
        Unfit::NotApproved if vi => "chưa được duyệt",
        Unfit::NotApproved => "not approved",
        Unfit::AudioChanged if vi => "âm thanh đã thay đổi sau khi duyệt",
        Unfit::AudioChanged => "audio changed after approval",
        Unfit::Retired if vi => "đã ngừng sử dụng",
        Unfit::Retired => "retired",
        Unfit::OutsideValidity(_) if vi => "ngoài thời hạn sử dụng",
        Unfit::OutsideValidity(_) => "not valid on that day",
    }
}
