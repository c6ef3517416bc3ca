//! Planned against aired: every occurrence in one state, and the sums tie out.

use chrono::{Days, NaiveDate};
use loa::domain::log::{AiringId, MissReason, Outcome};
use loa::domain::report::{EndState, PlannedFact, Reconciliation};
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::cli::Town;
use crate::support::records;

fn outcome() -> impl Strategy<Value = Option<Outcome>> {
    let by = AiringId(Uuid::from_u128(1));
    prop_oneof![
        Just(None),
        Just(Some(Outcome::Aired)),
        Just(Some(Outcome::Partial)),
        Just(Some(Outcome::Missed(MissReason::Late))),
        Just(Some(Outcome::Missed(MissReason::Clock))),
        "[ABC]".prop_map(|device| Some(Outcome::Missed(MissReason::NoOutput { error: device }))),
        "[xyz]".prop_map(|by| Some(Outcome::Cancelled { by })),
        Just(Some(Outcome::Superseded { by })),
    ]
}

fn fact() -> impl Strategy<Value = PlannedFact> {
    (0_u64..60, prop::sample::select(vec!["sang", "trua", "chieu"]), outcome()).prop_map(|(day, slot, outcome)| {
        let day = NaiveDate::from_ymd_opt(2023, 1, 1).unwrap() + Days::new(day);
        let occurrence = format!("{slot}@{day}T05:00:00").parse().unwrap();
        PlannedFact { occurrence, planned_start: day.and_hms_opt(5, 0, 0).unwrap().and_utc(), outcome }
    })
}

proptest! {
    #[test]
    fn the_sums_tie_out_however_it_is_divided(facts in prop::collection::vec(fact(), 0..200), turn in 0_usize..200) {
        let account = Reconciliation::fold(facts.clone());
        let distinct: std::collections::BTreeSet<_> = facts.iter().map(|fact| fact.occurrence.clone()).collect();
        prop_assert_eq!(account.sums.planned(), distinct.len() as u64);
        prop_assert_eq!(EndState::ALL.iter().map(|state| account.sums.of(*state)).sum::<u64>(), account.sums.planned());
        for state in EndState::ALL {
            let by_slot: u64 = account.by_slot.iter().map(|(_, sums)| sums.of(state)).sum();
            prop_assert_eq!(by_slot, account.sums.of(state));
            let by_reason: u64 = account.by_reason.iter().filter(|sum| sum.state == state).map(|sum| sum.count).sum();
            let told = if matches!(state, EndState::Aired | EndState::Open) { 0 } else { account.sums.of(state) };
            prop_assert_eq!(by_reason, told);
        }
        let unwell = account.sums.planned() - account.sums.of(EndState::Aired) - account.sums.of(EndState::Open);
        prop_assert_eq!(account.deviations.len() as u64, unwell);
        prop_assert_eq!(account.is_closed(), account.sums.of(EndState::Open) == 0);
        // Facts of occurrences named once may come in any order.
        let mut once: Vec<PlannedFact> = facts;
        once.sort_by(|a, b| a.occurrence.cmp(&b.occurrence));
        once.dedup_by(|a, b| a.occurrence == b.occurrence);
        let straight = Reconciliation::fold(once.clone());
        let at = turn % once.len().max(1);
        once.rotate_left(at);
        once.reverse();
        let turned = Reconciliation::fold(once);
        prop_assert_eq!(&straight.sums, &turned.sums);
        prop_assert_eq!(&straight.deviations, &turned.deviations);
    }
}

#[tokio::test]
async fn one_page_accounts_for_every_occurrence_of_a_period() {
    let town = Town::new();
    let store = records::station(&town.data()).await;
    for (at, record) in records::history(11, 60) {
        store.append(&[record], at).await.unwrap();
    }
    store.close().await;
    let report = town.json(&["report", "--from", "2022-12-01", "--to", "2023-12-31"]);
    let account = town.json(&["report", "--from", "2022-12-01", "--to", "2023-12-31", "--reconcile"]);
    assert!(account["sums"]["planned"].as_u64().unwrap() > 10, "{account}");
    assert_eq!(
        account["sums"],
        report["occurrences"]
            .as_object()
            .map(|ends| {
                let mut ends = ends.clone();
                ends.insert("planned".to_owned(), report["planned"].clone());
                Value::from(ends)
            })
            .unwrap()
    );
    assert_eq!(account["deviations"].as_array().unwrap().len(), report["deviations"].as_array().unwrap().len());
    assert_eq!(account["closed"], json!(true));
    let page = town.loa(&["report", "--from", "2022-12-01", "--to", "2023-12-31", "--reconcile"]).done().out;
    for part in ["ĐỐI CHIẾU KẾ HOẠCH VÀ THỰC HIỆN", "buổi theo kế hoạch = phát đủ", "Nguyên nhân", "Cả kỳ", "mã băm"]
    {
        assert!(page.contains(part), "{part} is not in\n{page}");
    }
}

#[test]
fn a_period_without_airings_is_an_account_of_nothing() {
    let town = Town::new();
    town.furnish();
    let account = town.json(&["report", "--period", "2020-H1", "--reconcile"]);
    assert_eq!((&account["sums"]["planned"], &account["closed"]), (&json!(0), &json!(true)));
    let page = town.loa(&["report", "--period", "2020-H1", "--reconcile"]).done().out;
    assert!(page.contains("Mọi buổi đã phát đủ."), "{page}");
    town.loa(&["report", "--from", "2023-02-01", "--to", "2023-01-01", "--reconcile"])
        .failed(2, "exchange the two days");
}
