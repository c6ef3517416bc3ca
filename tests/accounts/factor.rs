//! The second factor.

use std::time::Duration;

use loa::desk::{AccountRequest, RECOVERY_CODES, Secret, totp_step};
use totp_rs::{Builder, Secret as Shared, Totp};

use super::{House, OFFICE, PASSWORD, machine, refused};

/// RFC 6238, appendix B: the secret of its SHA-1 rows, and the last six of the eight digits.
#[test]
fn codes_are_those_of_the_standard() {
    const SECRET: &[u8] = b"12345678901234567890";
    let vectors = [
        (59_u64, "287082"),
        (1_111_111_109, "081804"),
        (1_111_111_111, "050471"),
        (1_234_567_890, "005924"),
        (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ];
    for (at, code) in vectors {
        let step = at / 30;
        for (steps_off, expected) in [(-2, None), (-1, Some(step)), (0, Some(step)), (1, Some(step)), (2, None)] {
            let Some(now) = at.checked_add_signed(30 * steps_off) else { continue };
            assert_eq!(totp_step(SECRET, code, now), expected, "{code} at {now}");
        }
        assert_eq!(
            totp_step(SECRET, &format!(" {} {} ", &code[..3], &code[3..]), at),
            Some(step),
            "typed in two groups"
        );
        assert_eq!(totp_step(SECRET, &code[..5], at), None);
    }
}

fn app(secret: &Secret) -> Totp {
    let shared = Shared::try_from_base32(secret.reveal()).unwrap();
    Builder::new().with_secret(shared).build().unwrap()
}

fn code(app: &Totp, house: &House) -> String {
    app.generate(u64::try_from(house.now.wall.timestamp()).unwrap()).to_string()
}

#[tokio::test]
async fn a_second_factor_is_asked_for_and_no_code_is_good_twice() {
    let (mut house, chu) = House::with_admin().await;
    refused(house.desk.begin_totp(&chu.visit, &Secret::new("sai"), house.now).await, "password_wrong");
    refused(house.desk.confirm_totp(&chu.visit, "123456", house.now).await, "totp_not_begun");
    let enrolment = house.desk.begin_totp(&chu.visit, &Secret::new(PASSWORD), house.now).await.unwrap();
    assert!(enrolment.url.reveal().starts_with("otpauth://totp/Loa:chu?secret="), "{}", enrolment.url.reveal());
    assert!(enrolment.url.reveal().contains(enrolment.secret.reveal()));
    house.sign_in("chu", PASSWORD).await.expect("not in force before it is confirmed");

    let app = app(&enrolment.secret);
    let first = code(&app, &house);
    let wrong = format!("{:06}", (first.parse::<u32>().unwrap() + 1) % 1_000_000);
    refused(house.desk.confirm_totp(&chu.visit, &wrong, house.now).await, "totp_wrong");
    let recovery = house.desk.confirm_totp(&chu.visit, &first, house.now).await.unwrap();
    assert_eq!(recovery.len(), RECOVERY_CODES);

    refused(house.sign_in("chu", PASSWORD).await, "totp_needed");
    let with = async |house: &House, code: &str| house.sign_in_with("chu", PASSWORD, Some(code), OFFICE).await;
    refused(with(&house, &first).await, "totp_wrong");
    house.later(Duration::from_secs(30));
    let second = code(&app, &house);
    with(&house, &second).await.unwrap();
    refused(with(&house, &second).await, "totp_wrong");
    house.later(Duration::from_secs(60));
    let third = code(&app, &house);
    refused(house.sign_in_with("chu", "sai mật khẩu rồi", Some(&third), OFFICE).await, "sign_in_wrong");
    with(&house, &third).await.expect("a wrong password uses up no code");

    let lost = recovery[3].reveal().to_lowercase();
    with(&house, &lost).await.unwrap();
    refused(with(&house, &lost).await, "totp_wrong");

    let visit = house.visit(&chu.secret).await.unwrap();
    refused(house.desk.begin_totp(&visit, &Secret::new(PASSWORD), house.now).await, "totp_is_on");
    house.desk.end_totp(&visit, &Secret::new(PASSWORD), house.now).await.unwrap();
    house.sign_in("chu", PASSWORD).await.unwrap();
}

#[tokio::test]
async fn who_owns_the_machine_lets_in_who_lost_the_telephone() {
    let (house, chu) = House::with_admin().await;
    let enrolment = house.desk.begin_totp(&chu.visit, &Secret::new(PASSWORD), house.now).await.unwrap();
    let first = code(&app(&enrolment.secret), &house);
    let recovery = house.desk.confirm_totp(&chu.visit, &first, house.now).await.unwrap();
    refused(house.sign_in("chu", PASSWORD).await, "totp_needed");
    house.ask(&machine(), AccountRequest::TotpOff { account: "chu".to_owned() }).await.unwrap();
    let signed = house.sign_in("chu", PASSWORD).await.unwrap();
    assert!(!signed.visit.account.totp);
    assert_eq!(house.store.recovery_take(signed.visit.account.id, [0; 32]).await.unwrap(), None);
    drop(recovery);
}
