//! What an account may be called and locked with.

use unicode_normalization::UnicodeNormalization as _;

/// The fewest letters of a login name.
pub const LOGIN_LETTERS_MIN: usize = 2;
/// The most letters of a login name.
pub const LOGIN_LETTERS_MAX: usize = 32;
/// The fewest letters of a password.
pub const PASSWORD_LETTERS_MIN: usize = 10;
/// The most letters of a password; more would only cost time.
pub const PASSWORD_LETTERS_MAX: usize = 200;

/// What everybody tries first, of those that are long enough. Lower case, as compared.
const COMMON: [&str; 40] = [
    "0123456789",
    "1234567890",
    "0987654321",
    "9876543210",
    "12345678910",
    "123456789a",
    "a123456789",
    "1234567891",
    "1q2w3e4r5t",
    "q1w2e3r4t5",
    "1qaz2wsx3edc",
    "qwertyuiop",
    "qwerty12345",
    "qwerty123456",
    "asdfghjkl123",
    "abcdefghij",
    "abc1234567",
    "abcd123456",
    "password12",
    "password123",
    "password1234",
    "passw0rd123",
    "p@ssw0rd123",
    "iloveyou123",
    "letmein123",
    "welcome123",
    "administrator",
    "admin12345",
    "admin123456",
    "admin@12345",
    "matkhau123",
    "matkhau1234",
    "matkhau@123",
    "mật khẩu 123",
    "anhyeuem123",
    "emyeuanh123",
    "khongbiet123",
    "vietnam123",
    "truyenthanh",
    "truyenthanh123",
];

/// Why a login name cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LoginFault {
    /// Too few or too many letters.
    #[error("a login name has {LOGIN_LETTERS_MIN} to {LOGIN_LETTERS_MAX} letters; for example `binh.tran`")]
    Length,
    /// A letter that is none.
    #[error(
        "a login name has only letters, digits, `.`, `-` and `_`, and begins with a letter; for example `binh.tran`"
    )]
    Letters,
}

/// Why a password cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordFault {
    /// Too few letters.
    #[error(
        "the password has fewer than {PASSWORD_LETTERS_MIN} letters; take several words, they are easier to keep in mind"
    )]
    Short,
    /// Too many letters.
    #[error("the password has more than {PASSWORD_LETTERS_MAX} letters; take a shorter one")]
    Long,
    /// It is the login name, alone or over and over.
    #[error("the password is the login name; take one that nobody can read off the screen")]
    Name,
    /// One of those that are tried first.
    #[error("the password is one of those that everybody tries first; take several words that do not belong together")]
    Common,
}

/// The form in which names and passwords are compared and kept: composed, as every keyboard may send the same letters otherwise.
#[must_use]
pub fn normal(text: &str) -> String {
    text.nfc().collect()
}

/// A login name in its normal form, without blanks around it.
///
/// # Errors
/// Why it cannot be one.
pub fn check_login(text: &str) -> Result<String, LoginFault> {
    let name = normal(text.trim());
    if !(LOGIN_LETTERS_MIN..=LOGIN_LETTERS_MAX).contains(&name.chars().count()) {
        return Err(LoginFault::Length);
    }
    let fits = |letter: char| letter.is_alphanumeric() || matches!(letter, '.' | '-' | '_');
    if !name.chars().all(fits) || !name.starts_with(char::is_alphabetic) {
        return Err(LoginFault::Letters);
    }
    Ok(name)
}

/// A password in its normal form, for the account of this login name. Blanks count.
///
/// # Errors
/// Why it cannot be one.
pub fn check_password(text: &str, login: &str) -> Result<String, PasswordFault> {
    let password = normal(text);
    let letters = password.chars().count();
    if letters < PASSWORD_LETTERS_MIN {
        return Err(PasswordFault::Short);
    }
    if letters > PASSWORD_LETTERS_MAX {
        return Err(PasswordFault::Long);
    }
    let (lower, login) = (password.trim().to_lowercase(), normal(login.trim()).to_lowercase());
    if !login.is_empty() && lower.replace(&login, "").is_empty() {
        return Err(PasswordFault::Name);
    }
    let first = lower.chars().next();
    if COMMON.contains(&lower.as_str()) || lower.chars().all(|letter| Some(letter) == first) {
        return Err(PasswordFault::Common);
    }
    Ok(password)
}
