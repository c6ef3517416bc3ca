//! The sentences of the report that do not rest on the log: what the campaign is based on, and what the activity ledger holds.

use super::sentence::Wording;
use super::vietnamese::thousands;
use crate::domain::document::BasisDocument;
use crate::domain::ledger::{ActivityKind, ActivitySums};

/// What stands behind every number that comes from the activity ledger and not from the log.
pub const LEDGER_MARK: &str = "(*)";

/// The documents that the campaign rests on, as the report's first lines cite them.
pub(super) fn basis(wording: &Wording) -> String {
    if wording.basis.is_empty() {
        return "Chưa ghi văn bản làm căn cứ của kế hoạch tuyên truyền.".to_owned();
    }
    let cited: Vec<String> = wording.basis.iter().map(BasisDocument::cited).collect();
    format!("Thực hiện {}.", cited.join("; "))
}

/// Articles on the portal.
pub(super) fn portal(within: &str, wording: &Wording) -> String {
    match counted(wording, ActivityKind::PortalArticle) {
        None => unwritten(ActivityKind::PortalArticle),
        Some(count) => {
            let (about, station) = (about(wording), &wording.station);
            format!("Trong {within}, đã có {count} tin bài{about} được đăng tải trên Cổng thông tin điện tử {station}.")
        }
    }
}

/// Conferences, with where they were.
pub(super) fn conferences(wording: &Wording) -> String {
    let places = &wording.activities.places;
    let at = match places.len() {
        0 => String::new(),
        many if many > wording.topics_max => format!(" tại {}...", places[..wording.topics_max].join(", ")),
        _ => format!(" tại {}", places.join(", ")),
    };
    match counted(wording, ActivityKind::Conference) {
        None => unwritten(ActivityKind::Conference),
        Some(count) => {
            let sentence = format!("Đã tổ chức {count} hội nghị, chuyên đề tuyên truyền{}{at}", about(wording));
            if sentence.ends_with("...") { sentence } else { sentence + "." }
        }
    }
}

/// Boards, banners, leaflets.
pub(super) fn notice_boards(wording: &Wording) -> String {
    match counted(wording, ActivityKind::NoticeBoard) {
        None => unwritten(ActivityKind::NoticeBoard),
        Some(count) => format!("Đã niêm yết, cổ động trực quan {count} lượt{}.", about(wording)),
    }
}

/// Mobile cars.
pub(super) fn mobile_cars(wording: &Wording) -> String {
    match counted(wording, ActivityKind::MobileCar) {
        None => unwritten(ActivityKind::MobileCar),
        Some(count) => format!("Đã tuyên truyền lưu động {count} lượt bằng xe{}.", about(wording)),
    }
}

/// The footnote that explains [`LEDGER_MARK`]; none if no sentence bears it.
#[must_use]
pub fn ledger_note(sums: &ActivitySums) -> Option<String> {
    if sums.is_empty() {
        return None;
    }
    let parts = sums.by_kind.iter().filter(|sum| sum.entries > 0).map(|sum| {
        let mut said = Vec::new();
        if sum.by_hand > 0 {
            said.push(format!("nhập tay {}", thousands(sum.by_hand)));
        }
        if sum.from_feed > 0 {
            said.push(format!("đếm từ nguồn tin của Cổng {}", thousands(sum.from_feed)));
        }
        said.push(format!("có minh chứng {}", thousands(sum.proven)));
        format!("{}: {}", sum.kind.name_vi(), said.join(", "))
    });
    let parts: Vec<String> = parts.collect();
    Some(format!("{LEDGER_MARK} Số liệu lấy từ sổ hoạt động, không phải từ nhật ký phát sóng ({}).", parts.join("; ")))
}

/// The marked number; none if the ledger holds no entry.
fn counted(wording: &Wording, kind: ActivityKind) -> Option<String> {
    let sum = wording.activities.of(kind);
    (sum.entries > 0).then(|| format!("{}{LEDGER_MARK}", wording.quantity.of(sum.count)))
}

fn about(wording: &Wording) -> String {
    wording.campaign.as_ref().map(|campaign| format!(" về {campaign}")).unwrap_or_default()
}

/// That nothing was written down is all that can be said: it may have been done all the same.
fn unwritten(kind: ActivityKind) -> String {
    format!("Sổ hoạt động chưa ghi {} nào trong kỳ báo cáo.", kind.name_vi())
}
