//! The calendar of a window: promises, what became of them, what is left out and why, and the days themselves.

use loa::desk::{CalendarOccurrence, ElementDraft, ErrorKind, Once, SlotChange, SlotRequest, Standing};
use loa::domain::alarm::Alarm;
use loa::domain::calendar::ExceptionHit;
use loa::domain::log::{Closed, MissReason, Outcome, Record};
use loa::domain::relay::RelayId;
use loa::domain::slot::Exception;

use super::build::{at, civil, minutes, window};
use super::town::{Town, id, local, queue_of};

fn find<'a>(occurrences: &'a [CalendarOccurrence], id: &str) -> &'a CalendarOccurrence {
    occurrences.iter().find(|known| known.id.to_string() == id).unwrap_or_else(|| panic!("no {id} in {occurrences:#?}"))
}

#[tokio::test]
async fn a_week_shows_past_and_future_with_their_reasons() {
    let town = Town::new().await;
    town.clip(1, 600).await;
    town.add("sang", "0 5 * * *", queue_of(1), 15).await;
    town.queue(1, None).await;
    let occurrence = "cu@2026-11-23T05:00:00".parse().unwrap();
    let outcome = Outcome::Missed(MissReason::StationOff);
    let closed = Closed { occurrence, planned_start: at("2026-11-23T05:00"), outcome: outcome.clone() };
    town.desk.store().append_all([(town.now.wall, [Record::Closed(closed)].as_slice())]).await.unwrap();
    for (of, what) in [
        ("sang@2026-11-25T05:00:00", Once::Move { to: civil("2026-11-25T06:30"), length_max_s: None }),
        ("sang@2026-11-26T05:00:00", Once::Skip),
    ] {
        let request = SlotRequest::Once { occurrence: of.parse().unwrap(), once: what, based_on: None };
        town.slot(request).await.unwrap();
    }
    let week = window("2026-11-23T00:00", "2026-11-30T00:00");
    let calendar = town.desk.calendar(week, town.now).await.unwrap();
    let of = |id: &str| find(&calendar.occurrences, id);
    assert_eq!(of("cu@2026-11-23T05:00:00").standing, Standing::Over(outcome));
    let next = of("sang@2026-11-24T05:00:00");
    assert_eq!(next.standing, Standing::Planned);
    assert_eq!((next.items, next.planned_end), (Some(1), Some(at("2026-11-24T05:10"))));
    assert_eq!(next.end, at("2026-11-24T05:15"));
    let left = of("sang@2026-11-25T05:00:00");
    assert!(matches!(
        &left.standing,
        Standing::LeftOut(ExceptionHit::Exception { exception: Exception::Once { .. }, .. })
    ));
    let alone = left.moved_to.as_ref().unwrap();
    assert_eq!(of(&alone.to_string()).instead_of.as_ref(), Some(&left.id));
    assert_eq!(of("sang@2026-11-26T05:00:00").moved_to, None);
    // Nothing was promised before the slot was saved.
    assert!(!calendar.occurrences.iter().any(|known| known.id.to_string() == "sang@2026-11-23T05:00:00"));
    let hours: Vec<_> = calendar.permitted.iter().map(|window| (local(window.from), local(window.to))).collect();
    assert_eq!(hours.len(), 7);
    assert_eq!(hours[0], ("2026-11-23T04:30:00".to_owned(), "2026-11-23T20:00:00".to_owned()));
}

#[tokio::test]
async fn tet_and_holidays_are_named_and_strike_out() {
    let town = Town::at("2027-01-20T12:00").await;
    town.add("sang", "0 5 * * *", queue_of(1), 15).await;
    let exceptions = vec![Exception::Holidays, Exception::Tet { days_before: 2, days_after: 5 }];
    let change = SlotChange { exceptions: Some(exceptions), length_max: Some(minutes(20)), ..SlotChange::default() };
    town.slot(SlotRequest::Edit { id: id("sang"), change: Box::new(change), based_on: None }).await.unwrap();
    let calendar = town.desk.calendar(window("2027-02-01T00:00", "2027-02-15T00:00"), town.now).await.unwrap();
    // Mùng Một Tết Đinh Mùi is 6 February 2027.
    let day = |text: &str| calendar.days.iter().find(|day| day.date.to_string() == text).unwrap();
    assert_eq!((day("2027-02-06").lunar.day, day("2027-02-06").lunar.month), (1, 1));
    assert_eq!(day("2027-02-06").holiday.as_deref(), Some("Tết Nguyên đán"));
    assert_eq!(day("2027-02-01").holiday, None);
    let struck: Vec<_> = calendar
        .occurrences
        .iter()
        .filter_map(|known| match &known.standing {
            Standing::LeftOut(ExceptionHit::Exception { holiday, .. }) => {
                Some((known.id.nominal.date().to_string(), holiday.clone()))
            }
            _ => None,
        })
        .collect();
    let tet = Some("Tết Nguyên đán".to_owned());
    let expected = [
        ("04", None),
        ("05", tet.clone()),
        ("06", tet.clone()),
        ("07", tet.clone()),
        ("08", tet.clone()),
        ("09", tet),
        ("10", None),
        ("11", None),
    ];
    assert_eq!(struck, expected.map(|(day, why)| (format!("2027-02-{day}"), why)));
}

#[tokio::test]
async fn a_window_has_bounds() {
    let town = Town::new().await;
    let error = town.desk.calendar(window("2026-01-01T00:00", "2026-12-01T00:00"), town.now).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Usage);
    let error = town.desk.calendar(window("2026-12-01T00:00", "2026-11-01T00:00"), town.now).await.unwrap_err();
    assert!(error.message.contains("ends before it begins"));
}

/// Most towns relay the province every morning, and nothing else: that is a programme, and no reason to wake anybody.
#[tokio::test]
async fn a_broadcast_of_a_relay_alone_has_something_to_air_and_one_of_an_empty_queue_has_not() {
    let codes = async |town: &Town| {
        let alarms = town.desk.day_alarms(town.now).await.unwrap();
        alarms.iter().map(Alarm::code).collect::<Vec<_>>()
    };
    let vov = ElementDraft::Relay { relay: RelayId("vov".to_owned()), minutes: 30 };
    for (rundown, sounds, expected) in [(vec![vov], true, vec![]), (queue_of(1), false, vec!["nothing_to_air"])] {
        let town = Town::new().await;
        town.add("sang", "0 5 * * *", rundown, 30).await;
        let calendar = town.desk.calendar(window("2026-11-24T00:00", "2026-11-25T00:00"), town.now).await.unwrap();
        let known = find(&calendar.occurrences, "sang@2026-11-24T05:00:00");
        assert_eq!((known.items, known.sounds), (Some(0), Some(sounds)));
        assert_eq!(codes(&town).await, expected);
    }
}
