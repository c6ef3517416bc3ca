//! The canonical form, the chain, and what the log refuses.

use chrono::TimeDelta;
use loa::domain::airing::IllegalRecord;
use loa::domain::log::{Closed, Incident, MissReason, Outcome, Record};
use loa::domain::sound::Sound;
use loa::store::{GENESIS_SIMULATED, GENESIS_STATION, Refused, StoreError, canonical, link};
use proptest::prelude::*;

use super::past_the_store;
use crate::support::records::{airing, at, end, history, intent, occurrence, retitle, simulated, snapshot, station};

/// Form and hash of one record, spelled out. If this fails, logs written until now can no longer be verified.
#[tokio::test]
async fn the_canonical_form_and_its_hash_are_for_ever() {
    let mut intent = intent(7, at("2022-12-14T22:00:00.25Z"));
    intent.occurrence = Some(occurrence("2022-12-15T05:00:00"));
    let Sound::Clip(clip) = &mut intent.sound else { panic!("a clip") };
    clip.title = "Tin \"nóng\"\n".to_owned();
    let body = canonical(&Record::Intent(intent.clone())).unwrap();
    let expected = "{\"by\":null,\"clip\":{\"approver\":\"Trần Văn Bình\",\"author\":\"Nguyễn Thị Hoa\",\
        \"campaign\":\"KH-65\",\"digest\":\"0707070707070707070707070707070707070707070707070707070707070707\",\
        \"frames\":26460000,\"genre\":\"article\",\"item\":\"7.1\",\"sample_rate\":44100,\"source\":\"own\",\
        \"title\":\"Tin \\\"nóng\\\"\\n\",\"topics\":{\"primary\":\"CCHC\",\"secondary\":[\"CDS\"]}},\
        \"frames_total\":28800000,\"from_frame\":0,\"gain_db\":-3.25,\"kind\":\"own\",\
        \"occurrence\":\"sang-0500@2022-12-15T05:00:00\",\
        \"part\":{\"airing\":\"01900000-0000-7000-8000-000000000007\",\"part\":1},\
        \"planned_start\":\"2022-12-14T22:00:00.250Z\",\"position\":0,\"record\":\"intent\",\"sample_rate\":48000,\
        \"zones\":[\"xa\"]}";
    assert_eq!(body, expected);

    let folder = tempfile::tempdir().unwrap();
    let store = station(folder.path()).await;
    let written = at("2022-12-14T21:59:50.123456789Z");
    let sealed = store.append(&[Record::Intent(intent)], written).await.unwrap().remove(0);
    assert_eq!(sealed.entry.at, at("2022-12-14T21:59:50.123456Z"), "kept to the microsecond");
    let genesis = loa::store::ChainHash(*blake3::hash(GENESIS_STATION.as_bytes()).as_bytes());
    assert_eq!(sealed.hash, link(genesis, 1, written, &body));
    assert_eq!(sealed.hash.to_string(), GOLDEN);
    assert_ne!(GENESIS_STATION, GENESIS_SIMULATED);
}

const GOLDEN: &str = "9b17aad565c710a4ef1e06ac187b158a8854b95463d178c268fe5c5263f3eff7";

#[tokio::test]
async fn what_is_written_is_read_back_exactly() {
    let folder = tempfile::tempdir().unwrap();
    let store = simulated(folder.path()).await;
    let history = history(20_221_215, 300);
    for (at, record) in &history {
        store.append(std::slice::from_ref(record), *at).await.unwrap();
    }
    let mut read = Vec::new();
    while let page @ [_, ..] = &store.entries(read.len() as u64, 100).await.unwrap()[..] {
        read.extend(page.iter().map(|sealed| (sealed.entry.at, sealed.entry.record.clone())));
    }
    assert_eq!(read, history);
    let verified = store.verify().await.unwrap().unwrap();
    assert_eq!(verified.entries, history.len() as u64);
    assert_eq!(store.head().await.unwrap(), Some((verified.entries, verified.head)));
    let digits = verified.head.to_string();
    for digits in [&digits[..], &digits[..12], &digits[..13]] {
        assert_eq!(store.find_hash(digits).await.unwrap().unwrap().entry.seq, verified.entries);
    }
    for digits in ["0123456789ab", "", "not a hash at all", &digits[..11]] {
        assert_eq!(store.find_hash(digits).await.unwrap(), None, "{digits}");
    }
}

#[tokio::test]
async fn a_record_that_contradicts_the_log_is_refused_whole() {
    let folder = tempfile::tempdir().unwrap();
    let store = station(folder.path()).await;
    let now = at("2022-12-14T22:00:00Z");
    let first = intent(1, now);
    let id = occurrence("2022-12-15T05:00:00");
    let closing = Record::Closed(Closed {
        occurrence: id.clone(),
        planned_start: now,
        outcome: Outcome::Missed(MissReason::Late),
    });
    store.append(&[Record::Intent(first.clone()), closing.clone()], now).await.unwrap();

    let refused = async |record: Record| {
        // The first of the two would be fine: it must not stay without the second.
        let fine = Record::Incident(Incident::Started { version: "1".to_owned() });
        let error = store.append(&[fine, record], now).await.unwrap_err();
        let StoreError::Refused(refused) = error else { panic!("{error}") };
        assert_eq!(store.head().await.unwrap().unwrap().0, 2);
        refused
    };
    let (airing, again) = (airing(1), Record::Intent(first.clone()));
    let still_open = IllegalRecord::StillOpen { airing, part: 1, open: 1 };
    assert_eq!(refused(again.clone()).await, Refused::Illegal(still_open));
    let mut other_part = end(&first, 5);
    other_part.part.part = 2;
    let not_open = IllegalRecord::NotOpen { airing, part: 2 };
    assert_eq!(refused(Record::End(other_part)).await, Refused::Illegal(not_open));
    let unknown = end(&intent(9, now), 5);
    assert_eq!(refused(Record::End(unknown.clone())).await, Refused::NoSuchAiring(unknown.part.airing));
    assert_eq!(refused(Record::Correction(retitle(9, "", "x"))).await, Refused::NoSuchAiring(unknown.part.airing));
    let stale = refused(Record::Correction(retitle(1, "Tên cũ", "Tên mới"))).await;
    assert_eq!(stale, Refused::BeforeDiffers { airing, expected: "Tên cũ".to_owned(), found: snapshot(1).title });
    assert_eq!(refused(closing).await, Refused::AlreadyClosed { occurrence: id.clone(), seq: 2 });
    let mut late = intent(2, now);
    late.occurrence = Some(id.clone());
    assert_eq!(refused(Record::Intent(late)).await, Refused::AlreadyClosed { occurrence: id, seq: 2 });
    let mut endless = intent(3, now);
    endless.frames_total = u64::MAX;
    assert!(matches!(refused(Record::Intent(endless)).await, Refused::Unfit(_)));
    let mut deafening = intent(3, now);
    deafening.gain_db = f64::NAN;
    assert!(matches!(refused(Record::Intent(deafening)).await, Refused::Unfit(_)));

    store.append(&[Record::End(end(&first, 5))], now).await.unwrap();
    let error = store.append(&[again], now).await.unwrap_err();
    assert!(matches!(error, StoreError::Refused(Refused::PartRepeated { part: 1, last: 1, .. })), "{error}");
    store.verify().await.unwrap().unwrap();
}

#[tokio::test]
async fn the_table_itself_only_grows_at_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let store = station(folder.path()).await;
    let now = at("2022-12-14T22:00:00Z");
    for number in 1..=3 {
        store.append(&[Record::Intent(intent(number, now))], now + TimeDelta::seconds(1)).await.unwrap();
    }
    let mut connection = past_the_store(folder.path()).await;
    for statement in [
        "update log set at = at + 1 where seq = 2",
        "delete from log where seq = 3",
        "delete from log",
        "insert into log select seq + 10, at, record, airing, occurrence, body, prev, hash from log where seq = 3",
        "insert or replace into log select seq, at, record, airing, occurrence, '{}', prev, hash from log where seq = 2",
        "update slot_version set body = ''",
        "update audit set who = ''",
    ] {
        let done = sqlx::query(statement).execute(&mut connection).await;
        assert!(done.is_err() || done.unwrap().rows_affected() == 0, "{statement}");
    }
    store.verify().await.unwrap().unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_canonical_form_reads_back_and_is_stable(seed: u64) {
        for (_, record) in history(seed, 4) {
            let body = canonical(&record).unwrap();
            let read: Record = serde_json::from_str(&body).unwrap();
            prop_assert_eq!(&read, &record);
            prop_assert_eq!(canonical(&read).unwrap(), body);
        }
    }
}
