//! Login names and passwords.

use loa::domain::account::{LoginFault, PasswordFault, check_login, check_password};

#[test]
fn a_login_name_is_letters_and_digits() {
    assert_eq!(check_login("  binh.tran "), Ok("binh.tran".to_owned()));
    // The same letters, composed and not.
    assert_eq!(check_login("Bi\u{300}nh"), Ok("B\u{ec}nh".to_owned()));
    for name in ["b", "", " ", &"b".repeat(33)] {
        assert_eq!(check_login(name), Err(LoginFault::Length), "{name}");
    }
    for name in ["bình trần", "12", "-binh", "binh@xa", "bi\u{200b}nh", "binh\n1"] {
        assert_eq!(check_login(name), Err(LoginFault::Letters), "{name}");
    }
}

#[test]
fn a_password_is_long_and_not_what_everybody_tries() {
    assert_eq!(check_password("ba tu\u{309}", "binh"), Err(PasswordFault::Short));
    assert_eq!(check_password(&"ă".repeat(200), "binh"), Err(PasswordFault::Common), "one letter over and over");
    assert_eq!(check_password(&"ăn".repeat(101), "binh"), Err(PasswordFault::Long));
    assert_eq!(check_password("Truyền.Thanh", "truyền.thanh"), Err(PasswordFault::Name));
    assert_eq!(check_password("binhbinhbinh", "Binh"), Err(PasswordFault::Name));
    for common in ["1234567890", "MatKhau123", "Mật Khẩu 123", "aaaaaaaaaaaa"] {
        assert_eq!(check_password(common, "binh"), Err(PasswordFault::Common), "{common}");
    }
    let composed = check_password("bốn từ không liên quan", "binh").unwrap();
    let decomposed: String = unicode_normalization::UnicodeNormalization::nfd(composed.as_str()).collect();
    assert_ne!(decomposed, composed);
    assert_eq!(check_password(&decomposed, "binh"), Ok(composed), "every keyboard may send the same letters otherwise");
}
