//! The store from an empty folder to a verified log: clips, slots, queue, one broadcast, a restart, a correction, a report.

use chrono::{NaiveDate, TimeDelta};
use loa::domain::airing::AiringOutcome;
use loa::domain::clip::{Approval, AudioFacts, Clip, ClipId, Digest, Genre, ItemId, Source, Topics};
use loa::domain::log::{Amendment, Closed, Correction, EndReason, Incident, Kind, Outcome, Record};
use loa::domain::queue::Tier;
use loa::domain::report::MonthRule;
use loa::domain::rundown::Why;
use loa::domain::slot::{Element, Interrupted, Overrun, Slot, ZoneId};
use loa::domain::time::{Days, Window};
use loa::store::{AiringFilter, AuditEntry, ClipFilter, Cursor, Expected, OpenAs, Store, StoreError};

use crate::support::records::{SETTINGS, airing, at, end, intent, occurrence, rundown, snapshot, station};

fn clip(title: &str, digest: u8) -> Clip {
    Clip {
        id: ClipId(0),
        edition: 1,
        title: title.to_owned(),
        genre: Genre::Article,
        topics: Topics { primary: "CCHC.MC".to_owned(), secondary: vec![] },
        campaign: Some("KH-65".to_owned()),
        author: Some("Đỗ Thị Lụa".to_owned()),
        language: "vi".to_owned(),
        source: Source::Own,
        valid: Days::ALL,
        script: Some("Kính thưa quý vị và các bạn …".to_owned()),
        audio: AudioFacts {
            digest: Digest([digest; 32]),
            format: "mp3".to_owned(),
            frames: 44_100 * 640,
            sample_rate: 44_100,
            channels: 2,
            loudness_lufs: Some(-17.123_456_789_012_3),
            true_peak_dbtp: Some(-0.1),
            head_silence_ms: 120,
            tail_silence_ms: 300,
            inner_silence_ms_max: 900,
            clipped_samples: 0,
            corrupt_packets: 0,
        },
        approval: Approval::Submitted,
        added_at: at("2022-12-01T02:00:00.123456Z"),
        origin: None,
    }
}

fn slot(name: &str) -> Slot {
    Slot {
        id: "sang-0500".parse().unwrap(),
        name: name.to_owned(),
        recurrence: "0 5 * * *".to_owned(),
        zones: vec![ZoneId("xa".to_owned())],
        rundown: vec![Element::Ident { clip: ClipId(1) }, Element::Queue { count: 2 }],
        length_max: std::time::Duration::from_secs(1_800),
        grace: std::time::Duration::from_secs(300),
        overrun: Overrun::Finish,
        interrupted: Interrupted::Resume,
        valid: Days::ALL,
        exceptions: vec![],
        instead_of: None,
    }
}

#[tokio::test]
async fn a_library_keeps_what_it_is_given() {
    let folder = tempfile::tempdir().unwrap();
    let store = station(folder.path()).await;
    let first = store.add_clip(clip("Đường làng sạch đẹp", 1)).await.unwrap();
    let second = store.add_clip(clip("Cải cách hành chính ở xã", 2)).await.unwrap();
    assert_eq!((first.id, second.id), (ClipId(1), ClipId(2)));
    assert_eq!(store.clip(first.id).await.unwrap(), Some(first.clone()));

    let twin = store.add_clip(clip("Tên khác", 1)).await.unwrap_err();
    assert_eq!(twin.to_string(), "the same audio is already clip 1, \"Đường làng sạch đẹp\"");
    assert_eq!(store.find_by_digest(Digest([2; 32])).await.unwrap(), Some(second.clone()));

    let titles = async |filter: ClipFilter| -> Vec<u32> {
        store.clips(&filter).await.unwrap().iter().map(|clip| clip.id.0).collect()
    };
    assert_eq!(titles(ClipFilter { text: Some("sach duong".to_owned()), ..ClipFilter::default() }).await, [1]);
    assert_eq!(titles(ClipFilter { text: Some("LỤA".to_owned()), ..ClipFilter::default() }).await, [1, 2]);
    assert_eq!(titles(ClipFilter { text: Some("%".to_owned()), ..ClipFilter::default() }).await, [0_u32; 0]);
    assert_eq!(titles(ClipFilter { topic: Some("CCHC".to_owned()), ..ClipFilter::default() }).await, [1, 2]);
    assert_eq!(titles(ClipFilter { topic: Some("CCH".to_owned()), ..ClipFilter::default() }).await, [0_u32; 0]);

    let approved = Approval::Approved {
        by: "Trần Văn Bình".to_owned(),
        title: "Phó Chủ tịch".to_owned(),
        at: at("2022-12-02T02:00:00Z"),
        digest: Digest([1; 32]),
    };
    let after = Clip { approval: approved, ..first.clone() };
    store.save_clip(&first, &after).await.unwrap();
    assert!(matches!(store.save_clip(&first, &after).await, Err(StoreError::ClipChanged(ClipId(1)))));
    let waiting = ClipFilter { approval: Some("submitted"), ..ClipFilter::default() };
    assert_eq!(titles(waiting).await, [2]);

    let audio = AudioFacts { digest: Digest([3; 32]), ..first.audio.clone() };
    let replaced = after.clone().with_audio(audio.clone(), false);
    store.save_clip(&after, &replaced).await.unwrap();
    assert_eq!((replaced.edition, &replaced.approval), (2, &Approval::Submitted));
    let again = AudioFacts { digest: Digest([4; 32]), ..audio };
    let recorded_again = replaced.clone().with_audio(again, true);
    store.save_clip(&replaced, &recorded_again).await.unwrap();
    assert_eq!(store.clip(first.id).await.unwrap().map(|clip| clip.edition), Some(2));

    store.delete_clip(second.id).await.unwrap();
    assert_eq!(store.clip(second.id).await.unwrap(), None);
    let third = store.add_clip(clip("Số của bài đã xoá không dùng lại", 2)).await.unwrap();
    assert_eq!(third.id, ClipId(3));
}

#[tokio::test]
async fn queue_and_slots_keep_their_order_and_their_past() {
    let folder = tempfile::tempdir().unwrap();
    let store = station(folder.path()).await;
    let now = at("2022-12-14T01:00:00Z");
    for number in 1..=3 {
        store.add_clip(clip("Tin", number)).await.unwrap();
    }
    let order = async || -> Vec<u32> { store.queue_list().await.unwrap().iter().map(|entry| entry.id).collect() };
    for number in 1..=3 {
        store.queue_add(None, ClipId(number), Tier::Normal, "Hoa", now).await.unwrap();
    }
    assert!(matches!(
        store.queue_add(None, ClipId(9), Tier::Normal, "Hoa", now).await,
        Err(StoreError::NoSuchClip(ClipId(9)))
    ));
    store.queue_move(3, 0).await.unwrap();
    assert_eq!(order().await, [3, 1, 2]);
    store.queue_move(3, 99).await.unwrap();
    assert_eq!(order().await, [1, 2, 3]);
    assert!(store.queue_take(1).await.unwrap());
    assert!(!store.queue_take(1).await.unwrap());
    assert_eq!(store.queue_remove(3).await.unwrap().clip, ClipId(3));
    let fourth =
        store.queue_add(Some("sang-0500".parse().unwrap()), ClipId(1), Tier::Normal, "Hoa", now).await.unwrap();
    assert_eq!(fourth.id, 4);
    assert_eq!(order().await, [2, 4]);
    let later = now + TimeDelta::hours(1);
    assert_eq!(store.queue_rank(4, Tier::Priority, later).await.unwrap(), fourth);
    store.queue_ordered(&[4], "Hoa").await.unwrap();
    let urgent = store.queue_list().await.unwrap().pop().unwrap();
    assert_eq!((urgent.tier, urgent.tier_at, urgent.at), (Tier::Priority, later, now));
    assert_eq!(urgent.ordered_by.as_deref(), Some("Hoa"));
    assert_eq!(store.queue_rank(4, Tier::Normal, later).await.unwrap(), urgent);
    assert_eq!(store.queue_list().await.unwrap()[1].ordered_by, None, "who ordered it ordered another queue");
    let used = store.delete_clip(ClipId(1)).await.unwrap_err();
    assert_eq!(
        used.to_string(),
        "clip 1 is used by queue entry 4; take it out there first, or retire the clip instead"
    );

    store.save_slot(&slot("Buổi sáng"), now).await.unwrap();
    store.save_slot(&slot("Buổi sáng"), now + TimeDelta::hours(1)).await.unwrap();
    store.save_slot(&slot("Sáng sớm"), now + TimeDelta::days(1)).await.unwrap();
    let versions = store.slot_versions(now).await.unwrap();
    assert_eq!(versions.len(), 2, "saved unchanged is not a new version");
    assert_eq!((versions[0].from, versions[0].until), (now, Some(now + TimeDelta::days(1))));
    assert_eq!(
        versions[1],
        loa::domain::slot::SlotVersion { slot: slot("Sáng sớm"), from: now + TimeDelta::days(1), until: None }
    );
    store.remove_slot(&slot("").id, Expected::Any, now + TimeDelta::days(2)).await.unwrap();
    let again = store.remove_slot(&slot("").id, Expected::Any, now + TimeDelta::days(3)).await;
    assert!(matches!(again, Err(StoreError::NoSuchSlot(_))));
    assert_eq!(store.slot_versions(now + TimeDelta::days(2)).await.unwrap(), []);
    assert_eq!(store.slot_versions(now + TimeDelta::days(1)).await.unwrap().len(), 1);

    let entry = AuditEntry {
        who: "Hoa".to_owned(),
        what: "slot.remove".to_owned(),
        subject: "slot sang-0500".to_owned(),
        before: Some(serde_json::json!({ "name": "Sáng sớm" })),
        after: None,
        from_where: Some("console, 192.168.1.20".to_owned()),
    };
    assert_eq!(store.audit(&entry, now).await.unwrap(), 1);
    assert_eq!(store.audits(0, 10).await.unwrap()[0].entry, entry);
}

#[tokio::test]
async fn a_broadcast_with_a_power_cut_is_told_truly() {
    let folder = tempfile::tempdir().unwrap();
    let store = station(folder.path()).await;
    assert_eq!(store.ledger().await.unwrap(), loa::domain::station::Ledger::default());
    let start = at("2022-12-14T22:00:00Z");
    let id = occurrence("2022-12-15T05:00:00");
    store.add_clip(clip("Tin", 1)).await.unwrap();
    let queued = store.queue_add(None, ClipId(1), Tier::Normal, "Hoa", start).await.unwrap();

    let mut plan = rundown(&id, &[1, 2], start);
    plan.elements[0].why = Why::Queued { entry: queued.id, by: "Hoa".to_owned(), priority: None };
    let mut first = intent(1, start);
    first.occurrence = Some(id.clone());
    let mut second = intent(2, start + TimeDelta::seconds(600));
    second.occurrence = Some(id.clone());
    second.position = 1;
    let whole = first.frames_total;
    store.append(&[Record::Rundown(plan.clone()), Record::Intent(first.clone())], start).await.unwrap();
    store.append(&[Record::End(end(&first, whole)), Record::Intent(second.clone())], start).await.unwrap();
    store.journal(second.part, 48_000 * 60, second.planned_start).await.unwrap();
    store.journal(second.part, 48_000 * 65, second.planned_start).await.unwrap();

    // The power goes and comes back.
    store.close().await;
    let store = station(folder.path()).await;
    let ledger = store.ledger().await.unwrap();
    assert_eq!(ledger.rundowns, [plan.clone()]);
    assert_eq!(ledger.open.len(), 1);
    assert_eq!(ledger.open[0].intent, second);
    assert_eq!(ledger.open[0].journal, Some((48_000 * 65, second.planned_start)));
    assert_eq!(ledger.ended, [(first.clone(), end(&first, whole))]);
    assert_eq!((ledger.began, ledger.swept_to), (Some(start), None), "nothing is closed yet");
    assert_eq!(store.settle_queue().await.unwrap(), [queued.id], "aired, though the process never took it");

    let mut cut = end(&second, 48_000 * 65);
    cut.reason = EndReason::PowerLoss;
    let mut resumed = second.clone();
    resumed.part.part = 2;
    resumed.from_frame = 48_000 * 65;
    store.append(&[Record::End(cut.clone()), Record::Intent(resumed.clone())], start).await.unwrap();
    let ledger = store.ledger().await.unwrap();
    assert_eq!(ledger.open[0].earlier, [(second.clone(), cut)]);
    assert_eq!((&ledger.open[0].intent, ledger.open[0].journal), (&resumed, None));

    let rest = end(&resumed, whole - 48_000 * 65);
    let closed = Closed { occurrence: id.clone(), planned_start: start, outcome: Outcome::Aired };
    store.append(&[Record::End(rest), Record::Closed(closed.clone())], start).await.unwrap();
    let ledger = store.ledger().await.unwrap();
    assert_eq!((ledger.closed, ledger.open.len(), ledger.ended.len()), (vec![id.clone()], 0, 0));
    assert_eq!(ledger.swept_to, Some(start));

    let mut late = intent(3, start);
    late.occurrence = Some(id);
    let late = store.append(&[Record::Intent(late)], start).await;
    assert!(matches!(late, Err(StoreError::Refused(_))), "nothing of a closed occurrence sounds");

    let window = Window { from: start, to: start + TimeDelta::seconds(1) };
    assert_eq!(store.closed(window).await.unwrap(), [(closed, 8)]);
    let evidence = store.airing(airing(2)).await.unwrap().unwrap();
    assert_eq!(evidence.records.iter().map(|record| record.entry.seq).collect::<Vec<_>>(), [4, 5, 6, 7]);
    assert_eq!((evidence.row.frames_heard, evidence.row.outcome), (whole, AiringOutcome::Aired));
    assert_eq!(evidence.rundown.unwrap().entry.record, Record::Rundown(plan));
    assert_eq!(evidence.closed.unwrap().entry.seq, 8);
    let verified = store.verify().await.unwrap().unwrap();
    assert_eq!((verified.entries, verified.marked), (8, true));
}

#[tokio::test]
async fn lists_page_and_filter_and_corrections_show_in_them() {
    let folder = tempfile::tempdir().unwrap();
    let store = station(folder.path()).await;
    let start = at("2022-12-14T22:00:00Z");
    for number in 1..=5 {
        let mut intent = intent(number, start + TimeDelta::days(i64::try_from(number).unwrap()));
        if number == 5 {
            intent.kind = Kind::Ident;
        }
        let frames = if number == 4 { 1_000 } else { intent.frames_total };
        store.append(&[Record::Intent(intent.clone()), Record::End(end(&intent, frames))], start).await.unwrap();
    }
    let numbers = async |filter: AiringFilter| -> Vec<u32> {
        store.airings(&filter).await.unwrap().iter().map(|row| row.item.unwrap().clip.0).collect()
    };
    let day = |text: &str| -> Option<NaiveDate> { Some(text.parse().unwrap()) };
    let all = AiringFilter::default;
    assert_eq!(numbers(all()).await, [1, 2, 3, 4, 5]);
    assert_eq!(numbers(AiringFilter { from_day: day("2022-12-17"), to_day: day("2022-12-18"), ..all() }).await, [2, 3]);
    assert_eq!(numbers(AiringFilter { counted: Some(true), latest_first: true, ..all() }).await, [3, 2, 1]);
    assert_eq!(numbers(AiringFilter { outcome: Some(AiringOutcome::Partial), ..all() }).await, [4]);
    let pair = store.airings(&AiringFilter { limit: Some(2), ..all() }).await.unwrap();
    let next = AiringFilter { after: Some(Cursor::after(&pair[1])), limit: Some(2), ..all() };
    assert_eq!(numbers(next).await, [3, 4]);
    let third = ItemId { clip: ClipId(3), edition: 1 };
    assert_eq!(numbers(AiringFilter { item: Some(third), ..all() }).await, [3]);
    let aired = store.last_aired().await.unwrap();
    assert_eq!(aired.len(), 3, "partial airings and idents do not count");
    assert_eq!(aired[&third], start + TimeDelta::days(3));

    let count = Correction {
        airing: airing(3),
        by: "Hoa".to_owned(),
        why: "loa hỏng cả buổi".to_owned(),
        amendment: Amendment::Counted { before: false, after: false },
    };
    let sealed = store.correct(count, start + TimeDelta::days(9)).await.unwrap();
    let Record::Correction(written) = &sealed.entry.record else { panic!("{sealed:?}") };
    assert_eq!(written.amendment, Amendment::Counted { before: true, after: false }, "before is what the log said");
    assert!(!store.last_aired().await.unwrap().contains_key(&third));
    let row = store.airing(airing(3)).await.unwrap().unwrap().row;
    assert_eq!((row.counted, row.corrections, row.outcome), (false, 1, AiringOutcome::Aired));
    assert_eq!(row.title, snapshot(3).title);

    let stopped = Record::Incident(Incident::Stopped { by: "SIGTERM".to_owned() });
    let seq = store.append(std::slice::from_ref(&stopped), start).await.unwrap()[0].entry.seq;
    let window = Window { from: start, to: start + TimeDelta::seconds(1) };
    assert_eq!(store.incidents(window).await.unwrap()[0].entry.record, stopped);
    assert_eq!(store.entries(seq - 1, 10).await.unwrap().len(), 1);

    let tallies = store.tallies("2022-12-15".parse().unwrap(), "2023-06-14".parse().unwrap(), MonthRule::Nd09).await;
    let counted: u64 = tallies.unwrap().iter().filter(|tally| tally.counted).map(|tally| tally.airings).sum();
    assert_eq!(counted, 2);
    store.verify().await.unwrap().unwrap();

    let reader = Store::open(folder.path(), OpenAs::ReadOnly, SETTINGS).await.unwrap();
    assert_eq!(reader.airings(&all()).await.unwrap().len(), 5);
    assert!(matches!(reader.append(&[stopped], start).await, Err(StoreError::ReadOnly { .. })));
}
