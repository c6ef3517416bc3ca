//! The table of rights as a whole, and that the desk holds to it.

use loa::desk::{AirRequest, ErrorKind, QueueRequest, Request, Via, Who};
use loa::domain::account::{Right, Role, Roles};

use super::{House, refused};

/// viewer, operator, approver, admin.
const TABLE: [(Right, [bool; 4]); 13] = [
    (Right::Look, [true, true, true, true]),
    (Right::EditClips, [false, true, false, true]),
    (Right::Approve, [false, false, true, false]),
    (Right::EditSlots, [false, true, false, true]),
    (Right::EditQueue, [false, true, false, true]),
    (Right::Control, [false, true, true, true]),
    (Right::Emergency, [false, true, true, true]),
    (Right::TrustClock, [false, true, false, true]),
    (Right::Correct, [false, true, true, true]),
    (Right::KeepLedger, [false, true, false, true]),
    (Right::Settings, [false, false, false, true]),
    (Right::Accounts, [false, false, false, true]),
    (Right::ReadAudit, [false, false, false, true]),
];

#[test]
fn every_role_may_exactly_what_the_table_says() {
    assert_eq!(TABLE.map(|(right, _)| right), Right::ALL);
    for (right, expected) in TABLE {
        assert_eq!(Role::ALL.map(|role| role.may(right)), expected, "{right:?}");
    }
}

#[test]
fn a_set_of_roles_may_what_any_of_them_may_and_reads_back_as_it_was_written() {
    for bits in 0..16_u32 {
        let roles: Roles = Role::ALL.into_iter().filter(|role| bits & (1 << *role as u32) != 0).collect();
        for right in Right::ALL {
            assert_eq!(roles.may(right), roles.iter().any(|role| role.may(right)), "{roles:?} {right:?}");
            assert_eq!(roles.rights().contains(&right), roles.may(right));
        }
        let text = serde_json::to_string(&roles).unwrap();
        assert_eq!(serde_json::from_str::<Roles>(&text).unwrap(), roles, "{text}");
        assert!(Roles::ALL.holds(roles) && roles.holds(Roles::NONE));
    }
    assert_eq!(
        serde_json::to_string(&Roles::only(Role::Admin).with(Role::Operator)).unwrap(),
        r#"["operator","admin"]"#
    );
    assert!(serde_json::from_str::<Roles>(r#"["king"]"#).is_err());
}

#[tokio::test]
async fn the_desk_refuses_whoever_lacks_the_right_and_names_it() {
    let house = House::new().await;
    let who = |role| {
        let via = Via::Console { address: "10.0.0.9".to_owned(), account: loa::domain::account::AccountId(1) };
        Who { name: "Bình".to_owned(), roles: Roles::only(role), via }
    };
    let play = Request::Queue(QueueRequest::Remove { entry: 7 });
    let error = refused(house.desk.handle(&who(Role::Viewer), play.clone(), house.now).await, "forbidden");
    assert_eq!((error.kind, error.values["right"].as_str()), (ErrorKind::Forbidden, "edit_queue"));
    refused(house.desk.handle(&who(Role::Operator), play, house.now).await, "no_such_queue_entry");

    let trust = Request::Air(AirRequest::TrustClock);
    refused(house.desk.handle(&who(Role::Approver), trust.clone(), house.now).await, "forbidden");
    refused(house.desk.handle(&who(Role::Admin), trust, house.now).await, "not_running");
    assert_eq!(house.store.audits(0, 10).await.unwrap(), [], "nothing that was refused is in the audit");
}
