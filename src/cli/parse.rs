//! What people type as values of options.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use chrono_tz::Tz;

use crate::desk::ElementDraft;
use crate::domain::relay::RelayId;
use crate::domain::slot::{Exception, RotationOf};
use crate::domain::time::instant_of;
use crate::domain::words::Language;

/// A day, or nothing by the word `none`.
pub(super) fn day_or_none(text: &str) -> Result<Option<NaiveDate>, String> {
    if text == "none" { Ok(None) } else { day(text).map(Some) }
}

/// A day: `2026-11-23`.
pub(super) fn day(text: &str) -> Result<NaiveDate, String> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| "expected a day such as 2026-11-23".to_owned())
}

/// A language: `vi` or `en`.
pub(super) fn language(text: &str) -> Result<Language, String> {
    match text {
        "vi" => Ok(Language::Vi),
        "en" => Ok(Language::En),
        _ => Err("expected vi or en".to_owned()),
    }
}

/// A length of time: `90s`, `15m`, `1h`, `1h30m`; a bare number is minutes.
pub(super) fn length(text: &str) -> Result<Duration, String> {
    let wrong = || "expected a length such as 15m, 90s or 1h30m".to_owned();
    if let Ok(minutes) = text.parse::<u32>() {
        return Ok(Duration::from_secs(60 * u64::from(minutes)));
    }
    let mut rest = text;
    let mut seconds: u64 = 0;
    let mut units = [("h", 3600), ("m", 60), ("s", 1)].into_iter();
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
        let count = rest[..digits].parse::<u32>().map_err(|_| wrong())?;
        rest = &rest[digits..];
        let (unit, of_seconds) = units.find(|(unit, _)| rest.starts_with(unit)).ok_or_else(wrong)?;
        rest = &rest[unit.len()..];
        seconds += u64::from(count) * of_seconds;
    }
    if text.is_empty() { Err(wrong()) } else { Ok(Duration::from_secs(seconds)) }
}

/// A place in a recording, as a player shows it: `3:10`, `00:03:10`, `1:02:03.5`.
pub(super) fn place(text: &str) -> Result<Duration, String> {
    let wrong = || "expected a place such as 3:10, 00:03:10 or 1:02:03.5".to_owned();
    let (whole, part) = text.split_once('.').map_or((text, "0"), |(whole, part)| (whole, part));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let numbers: Option<Vec<u64>> =
        whole.split(':').map(|number| digits(number).then(|| number.parse().ok()).flatten()).collect();
    let (hours, minutes, seconds) = match numbers.as_deref() {
        Some([minutes, seconds]) => (0, *minutes, *seconds),
        Some([hours, minutes, seconds]) if *minutes < 60 => (*hours, *minutes, *seconds),
        _ => return Err(wrong()),
    };
    // Days of it are no place in any broadcast, and would overflow below.
    if seconds >= 60 || hours.max(minutes) > u64::from(u32::MAX) || !digits(part) || part.len() > 3 {
        return Err(wrong());
    }
    let milliseconds = format!("{part:0<3}").parse::<u64>().map_err(|_| wrong())?;
    Ok(Duration::from_millis(1_000 * (3_600 * hours + 60 * minutes + seconds) + milliseconds))
}

/// A moment: a day (its midnight), `2026-11-23T05:00` in the station's zone, or RFC 3339.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    Day(NaiveDate),
    Local(NaiveDateTime),
    Instant(DateTime<Utc>),
}

impl Moment {
    pub(super) fn instant(self, zone: Tz) -> DateTime<Utc> {
        match self {
            Self::Day(day) => instant_of(zone, day.and_time(NaiveTime::MIN)),
            Self::Local(local) => instant_of(zone, local),
            Self::Instant(at) => at,
        }
    }

    /// The end of what was named: of a day, the midnight after it.
    pub(super) fn end(self, zone: Tz) -> DateTime<Utc> {
        match self {
            Self::Day(day) => instant_of(zone, day.succ_opt().unwrap_or(day).and_time(NaiveTime::MIN)),
            Self::Local(_) | Self::Instant(_) => self.instant(zone),
        }
    }
}

pub(super) fn moment(text: &str) -> Result<Moment, String> {
    let local = |form: &str| NaiveDateTime::parse_from_str(text, form).ok();
    if let Ok(day) = day(text) {
        return Ok(Moment::Day(day));
    }
    if let Some(local) = local("%Y-%m-%dT%H:%M").or_else(|| local("%Y-%m-%dT%H:%M:%S")) {
        return Ok(Moment::Local(local));
    }
    let instant = DateTime::parse_from_rfc3339(text).map(|at| Moment::Instant(at.with_timezone(&Utc)));
    instant.map_err(|_| "expected a day 2026-11-23, a local time 2026-11-23T05:00 or RFC 3339".to_owned())
}

/// An element of a rundown: `ident:CLIP`, `clip:CLIP`, `closing:CLIP`, `queue:COUNT`, `rotation:topic=CODE,COUNT`.
pub(super) fn element(text: &str) -> Result<ElementDraft, String> {
    let forms = "expected ident:CLIP, clip:CLIP, closing:CLIP, queue:COUNT, rotation:COUNT, rotation:topic=CODE,COUNT, \
                 rotation:campaign=CODE,COUNT or relay:ID,MINUTES";
    let (kind, rest) = text.split_once(':').ok_or_else(|| forms.to_owned())?;
    let clip = || if rest.trim().is_empty() { Err(forms.to_owned()) } else { Ok(rest.to_owned()) };
    let count = |text: &str| text.trim().parse::<u32>().map_err(|_| forms.to_owned());
    Ok(match kind {
        "ident" => ElementDraft::Ident { clip: clip()? },
        "clip" => ElementDraft::Clip { clip: clip()? },
        "closing" => ElementDraft::Closing { clip: clip()? },
        "queue" => ElementDraft::Queue { count: count(rest)? },
        "relay" => match rest.rsplit_once(',') {
            Some((relay, minutes)) if !relay.trim().is_empty() => {
                ElementDraft::Relay { relay: RelayId(relay.trim().to_owned()), minutes: count(minutes)? }
            }
            _ => return Err(forms.to_owned()),
        },
        "rotation" => match rest.rsplit_once(',') {
            None => ElementDraft::Rotation { of: RotationOf::All, count: count(rest)? },
            Some((of, number)) => {
                let of = match of.split_once('=') {
                    Some(("topic", code)) => RotationOf::Topic(code.to_owned()),
                    Some(("campaign", code)) => RotationOf::Campaign(code.to_owned()),
                    None if of == "all" => RotationOf::All,
                    _ => return Err(forms.to_owned()),
                };
                ElementDraft::Rotation { of, count: count(number)? }
            }
        },
        _ => return Err(forms.to_owned()),
    })
}

/// Days on which a slot does not air: `2026-12-31`, `2026-02-10..2026-02-20`, `holidays`, `tet:-2..+3`, `lunar:10/3`; or one
/// occurrence: `2026-12-31T05:00:00`.
pub(super) fn exception(text: &str) -> Result<Exception, String> {
    let forms = || {
        "expected 2026-12-31, 2026-12-31T05:00:00, 2026-02-10..2026-02-20, holidays, tet:-2..+3 or lunar:DAY/MONTH such as \
         lunar:10/3"
            .to_owned()
    };
    if text == "holidays" {
        return Ok(Exception::Holidays);
    }
    if let Some(days) = text.strip_prefix("tet:") {
        let (before, after) = days.split_once("..").ok_or_else(forms)?;
        // Whole numbers read a plus sign; days before are never written with one.
        let number = |text: &str| text.parse().ok().filter(|_| !text.starts_with('+')).ok_or_else(forms);
        let before = number(before.strip_prefix('-').unwrap_or(before))?;
        let after = number(after.strip_prefix('+').unwrap_or(after))?;
        return Ok(Exception::Tet { days_before: before, days_after: after });
    }
    if let Some(day) = text.strip_prefix("lunar:") {
        let (day, month) = day.split_once('/').ok_or_else(forms)?;
        let (day, month) = (day.parse().map_err(|_| forms())?, month.parse().map_err(|_| forms())?);
        return Ok(Exception::Lunar { month, day });
    }
    if let Ok(at) = text.parse::<NaiveDateTime>() {
        return Ok(Exception::Once { at });
    }
    match text.split_once("..") {
        Some((from, to)) => {
            Ok(Exception::Range { from: day(from).map_err(|_| forms())?, to: day(to).map_err(|_| forms())? })
        }
        None => Ok(Exception::Date { date: day(text).map_err(|_| forms())? }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_as_people_write_them() {
        let check = |text: &str, seconds: u64| assert_eq!(length(text), Ok(Duration::from_secs(seconds)), "{text}");
        check("15", 900);
        check("15m", 900);
        check("90s", 90);
        check("1h30m", 5400);
        check("1h5s", 3605);
        for wrong in ["", "m", "5x", "5m1h", "-5m", "5m5m", "1.5h"] {
            assert!(length(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn elements_are_read() {
        let check = |text: &str, expected: ElementDraft| assert_eq!(element(text), Ok(expected), "{text}");
        check("ident:1", ElementDraft::Ident { clip: "1".to_owned() });
        check("closing:Nhạc hiệu: kết", ElementDraft::Closing { clip: "Nhạc hiệu: kết".to_owned() });
        check("queue:3", ElementDraft::Queue { count: 3 });
        check("relay:vov,30", ElementDraft::Relay { relay: RelayId("vov".to_owned()), minutes: 30 });
        check("rotation:2", ElementDraft::Rotation { of: RotationOf::All, count: 2 });
        let topic = RotationOf::Topic("CCHC".to_owned());
        check("rotation:topic=CCHC,2", ElementDraft::Rotation { of: topic, count: 2 });
        for wrong in
            ["", "queue", "queue:", "queue:x", "ident:", "rotation:genre=x,2", "relay:1", "rotation:topic=CCHC"]
        {
            assert!(element(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn exceptions_are_read() {
        let date = |text: &str| text.parse::<NaiveDate>().unwrap();
        let check = |text: &str, expected: Exception| assert_eq!(exception(text), Ok(expected), "{text}");
        check("2026-12-31", Exception::Date { date: date("2026-12-31") });
        check("2026-12-31T05:00:00", Exception::Once { at: date("2026-12-31").and_hms_opt(5, 0, 0).unwrap() });
        check("2026-02-10..2026-02-20", Exception::Range { from: date("2026-02-10"), to: date("2026-02-20") });
        check("holidays", Exception::Holidays);
        check("tet:-2..+3", Exception::Tet { days_before: 2, days_after: 3 });
        check("lunar:10/3", Exception::Lunar { month: 3, day: 10 });
        for wrong in ["", "2026-13-01", "tet:2", "tet:+1..+3", "tet:-3..-1", "lunar:10", "31/12/2026", "2026-02-10.."] {
            assert!(exception(wrong).is_err(), "{wrong}");
        }
    }
}
