//! Annex III: what people corrected, and what went wrong.

use super::annex::{heading, note};
use super::build::{DocumentSource, cell};
use super::{Align, AnnexPart, Table};
use crate::domain::alarm::sentence;
use crate::domain::amplifier::power_word;
use crate::domain::log::Incident;
use crate::domain::slot::ZoneId;
use crate::domain::words::Language;
use crate::export::log::{LogRow, remark};
use crate::export::text::{day, time_of_day};

/// The most incidents that an annex lists. A clock that steps every minute shall not fill a ream.
const INCIDENTS_MAX: usize = 2_000;

pub(super) fn parts(source: &DocumentSource<'_>) -> Vec<AnnexPart> {
    let language = source.language;
    let mut parts = vec![heading(language.pick("1. Điều chỉnh nhật ký", "1. Corrections"))];
    parts.push(corrections(source));
    parts.push(heading(language.pick("2. Sự cố và sự kiện vận hành", "2. Incidents")));
    parts.extend(incidents(source));
    parts
}

fn corrections(source: &DocumentSource<'_>) -> AnnexPart {
    let (zone, language) = (source.sheet.zone, source.language);
    let mut table = Table::of([
        (language.pick("STT", "No."), 6, Align::Center),
        (language.pick("Lượt phát", "Airing"), 18, Align::Center),
        (language.pick("Tên tin, bài", "Title"), 34, Align::Left),
        (language.pick("Nội dung điều chỉnh (người điều chỉnh: lý do)", "Correction (who: why)"), 42, Align::Left),
    ]);
    let corrected = source.rows.unwrap_or_default().iter();
    let corrected = corrected.flat_map(|row: &LogRow| row.remarks.iter().map(move |correction| (row, correction)));
    for (index, (row, correction)) in corrected.enumerate() {
        let at = row.start.unwrap_or(row.planned_start);
        let when = format!("{} {}", day(at, zone), time_of_day(at, zone));
        table.row([(index + 1).to_string(), when, cell(&row.title), cell(&remark(correction, language))]);
    }
    match (source.rows, table.rows.is_empty()) {
        (None, _) => note(language.pick("Xem tệp nhật ký kèm theo.", "See the logbook's file.")),
        (_, true) => note(language.pick("Không có điều chỉnh nào.", "There are none.")),
        _ => AnnexPart::Table(table),
    }
}

fn incidents(source: &DocumentSource<'_>) -> Vec<AnnexPart> {
    let (zone, language) = (source.sheet.zone, source.language);
    if source.incidents.is_empty() {
        return vec![note(language.pick("Không có sự cố nào.", "There are none."))];
    }
    let mut table = Table::of([
        (language.pick("STT", "No."), 8, Align::Center),
        (language.pick("Thời điểm", "When"), 22, Align::Center),
        (language.pick("Nội dung", "What"), 70, Align::Left),
    ]);
    for (index, (at, incident)) in source.incidents.iter().take(INCIDENTS_MAX).enumerate() {
        let when = format!("{} {}", day(*at, zone), time_of_day(*at, zone));
        table.row([(index + 1).to_string(), when, cell(&told(source, incident))]);
    }
    let mut parts = vec![AnnexPart::Table(table)];
    if let Some(more) = source.incidents.len().checked_sub(INCIDENTS_MAX).filter(|more| *more > 0) {
        parts.push(note(match language {
            Language::Vi => format!("Còn {more} sự kiện trong nhật ký không in ở đây."),
            Language::En => format!("{more} more are in the log and not printed."),
        }));
    }
    parts
}

fn told(source: &DocumentSource<'_>, incident: &Incident) -> String {
    match source.language {
        Language::Vi => vietnamese(source, incident),
        Language::En => english(source, incident),
    }
}

/// The zone's name for people, or what it is called in the log.
fn of_zone(source: &DocumentSource<'_>, zone: &ZoneId) -> String {
    let named = source.zones.iter().find(|(id, _)| *id == zone.0);
    named.map_or_else(|| zone.to_string(), |(_, name)| name.clone())
}

fn of_zones(source: &DocumentSource<'_>, zones: &[ZoneId]) -> String {
    zones.iter().map(|zone| of_zone(source, zone)).collect::<Vec<_>>().join(", ")
}

fn vietnamese(source: &DocumentSource<'_>, incident: &Incident) -> String {
    let named = |zone| of_zone(source, zone);
    match incident {
        Incident::Started { version } => format!("Hệ thống khởi động (phiên bản {version})"),
        Incident::Stopped { by } => format!("Hệ thống dừng theo yêu cầu: {by}"),
        Incident::ClockStepped { by_ms } => format!("Đồng hồ hệ thống nhảy {} giây", seconds(*by_ms)),
        Incident::ClockDistrusted { .. } => "Đồng hồ không đáng tin, tạm dừng phát theo lịch".to_owned(),
        Incident::ClockTrusted { by: None } => "Đồng hồ đã đúng trở lại".to_owned(),
        Incident::ClockTrusted { by: Some(by) } => format!("Đồng hồ được xác nhận đúng bởi {by}"),
        Incident::OutputLost { zone, error } => format!("Mất thiết bị phát của {}: {error}", named(zone)),
        Incident::OutputBack { zone } => format!("Thiết bị phát của {} hoạt động trở lại", named(zone)),
        Incident::ClipBad { title, fault, .. } => format!("Tệp âm thanh hỏng: {title} ({fault})"),
        Incident::RelayFault { name, fault, .. } => format!("Tiếp âm {name} có lỗi: {}", fault.text(Language::Vi)),
        Incident::RelayBack { name, .. } => format!("Tiếp âm {name} hoạt động trở lại"),
        Incident::AmplifierFault { zone, on, fault } => {
            let act = if *on { "bật" } else { "tắt" };
            format!("Không {act} được tăng âm của {}: {fault}", named(zone))
        }
        Incident::AmplifierBack { zone } => format!("Tăng âm của {} điều khiển được trở lại", named(zone)),
        Incident::AlarmRaised { matter, .. } => format!("Cảnh báo: {}", sentence(matter, Language::Vi)),
        Incident::AlarmCleared { matter, .. } => format!("Hết cảnh báo: {}", sentence(matter, Language::Vi)),
        Incident::NotHeard { zone, title, .. } => format!("Loa của {} không phát ra: {title}", named(zone)),
        Incident::ReturnLost { zone, error } => format!("Mất tín hiệu nghe lại của {}: {error}", named(zone)),
        Incident::ReturnBack { zone } => format!("Có lại tín hiệu nghe lại của {}", named(zone)),
        Incident::MicrophoneFault { name, fault, .. } => format!("Micrô {name} có lỗi: {fault}"),
        Incident::LogSpilled { records, error } => {
            format!("{records} bản ghi nhật ký phải giữ tạm ngoài cơ sở dữ liệu: {error}")
        }
        Incident::Paused { by, paused: true } => format!("{by} tạm dừng phát"),
        Incident::Paused { by, paused: false } => format!("{by} cho phát tiếp"),
        Incident::EmergencyRaised(raised) => {
            let (by, title, zones) = (&raised.by, &raised.clip.title, of_zones(source, &raised.zones));
            format!("{by} cho phát khẩn cấp: {title} (tại {zones}, {} lần)", raised.times)
        }
        Incident::EmergencyEnded { by: Some(by), .. } => format!("{by} kết thúc phát khẩn cấp"),
        Incident::EmergencyEnded { by: None, .. } => "Phát khẩn cấp xong đủ số lần".to_owned(),
        Incident::ZoneMuted { zone, muted: true, by } => format!("{by} tắt tiếng {}", named(zone)),
        Incident::ZoneMuted { zone, muted: false, by } => format!("{by} mở tiếng {}", named(zone)),
    }
}

fn english(source: &DocumentSource<'_>, incident: &Incident) -> String {
    let named = |zone| of_zone(source, zone);
    match incident {
        Incident::Started { version } => format!("Station started (version {version})"),
        Incident::Stopped { by } => format!("Station stopped: {by}"),
        Incident::ClockStepped { by_ms } => format!("Clock stepped by {} s", *by_ms as f64 / 1_000.0),
        Incident::ClockDistrusted { .. } => "Clock not trusted: nothing airs by schedule".to_owned(),
        Incident::ClockTrusted { by: None } => "Clock right again".to_owned(),
        Incident::ClockTrusted { by: Some(by) } => format!("Clock vouched for by {by}"),
        Incident::OutputLost { zone, error } => format!("Output of {} lost: {error}", named(zone)),
        Incident::OutputBack { zone } => format!("Output of {} is back", named(zone)),
        Incident::ClipBad { title, fault, .. } => format!("Audio file damaged: {title} ({fault})"),
        Incident::RelayFault { name, fault, .. } => format!("Relay of {name} fails: {fault}"),
        Incident::RelayBack { name, .. } => format!("Relay of {name} is back"),
        Incident::AmplifierFault { zone, on, fault } => {
            format!("Amplifier of {} cannot be switched {}: {fault}", named(zone), power_word(*on))
        }
        Incident::AmplifierBack { zone } => format!("Amplifier of {} can be switched again", named(zone)),
        Incident::AlarmRaised { matter, .. } => format!("Alarm: {}", sentence(matter, Language::En)),
        Incident::AlarmCleared { matter, .. } => format!("Over: {}", sentence(matter, Language::En)),
        Incident::NotHeard { zone, title, .. } => format!("Loudspeakers of {} did not give back: {title}", named(zone)),
        Incident::ReturnLost { zone, error } => format!("Return feed of {} lost: {error}", named(zone)),
        Incident::ReturnBack { zone } => format!("Return feed of {} is back", named(zone)),
        Incident::MicrophoneFault { name, fault, .. } => format!("Microphone {name} fails: {fault}"),
        Incident::LogSpilled { records, error } => format!("{records} records were kept outside the database: {error}"),
        Incident::Paused { by, paused: true } => format!("{by} paused the station"),
        Incident::Paused { by, paused: false } => format!("{by} resumed the station"),
        Incident::EmergencyRaised(raised) => {
            let (by, title, zones) = (&raised.by, &raised.clip.title, of_zones(source, &raised.zones));
            format!("{by} raised an emergency: {title} (in {zones}, {} times)", raised.times)
        }
        Incident::EmergencyEnded { by: Some(by), .. } => format!("{by} ended the emergency"),
        Incident::EmergencyEnded { by: None, .. } => "The emergency was heard as often as asked".to_owned(),
        Incident::ZoneMuted { zone, muted: true, by } => format!("{by} muted {}", named(zone)),
        Incident::ZoneMuted { zone, muted: false, by } => format!("{by} unmuted {}", named(zone)),
    }
}

/// `-1,5`: seconds with a decimal comma.
fn seconds(time_ms: i64) -> String {
    format!("{}", time_ms as f64 / 1_000.0).replace('.', ",")
}
