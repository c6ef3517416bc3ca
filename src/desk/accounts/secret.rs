//! Secrets: made from the system's randomness, shown to one person once, kept as a hash.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::desk::error::{DeskError, ErrorKind};

/// What begins every token of a script, so that one left lying about is recognised.
pub(super) const TOKEN_PREFIX: &str = "loa_";
/// Bytes of a secret that only programs handle.
const BYTES: usize = 32;
/// Letters that cannot be taken for each other, of five bits each: without I, L, O and U.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Letters between two hyphens.
const GROUP: usize = 4;

/// Something that only one person may see: nothing prints it by accident.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Around a text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, to be shown to the one person or handed on.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// 256 bits for programs, in letters that a cookie and a header take.
    pub(super) fn random() -> Result<Self, DeskError> {
        Ok(Self(URL_SAFE_NO_PAD.encode(random_bytes::<BYTES>()?)))
    }

    /// So many letters for people, in groups: `7KQM-02XR-9TEA`.
    pub(super) fn readable<const N: usize>() -> Result<Self, DeskError> {
        let mut text = String::with_capacity(N + N / GROUP);
        for (index, byte) in random_bytes::<N>()?.into_iter().enumerate() {
            if index > 0 && index % GROUP == 0 {
                text.push('-');
            }
            text.push(char::from(LETTERS[usize::from(byte % 32)]));
        }
        Ok(Self(text))
    }

    /// What is kept of it. Only for secrets with at least 80 random bits, which nobody can try one by one.
    pub(super) fn hash(&self) -> [u8; 32] {
        *blake3::hash(self.0.as_bytes()).as_bytes()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// What a person typed of [`Secret::readable`], as it was made: whatever the case and the hyphens, O for 0, I and L for 1.
pub(super) fn as_made(typed: &str) -> Secret {
    let mut text = String::new();
    let letters = typed.chars().filter(|letter| !letter.is_whitespace() && *letter != '-');
    for (index, letter) in letters.flat_map(char::to_uppercase).enumerate() {
        if index > 0 && index % GROUP == 0 {
            text.push('-');
        }
        text.push(match letter {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        });
    }
    Secret(text)
}

/// Bytes that nobody can foresee.
pub(super) fn random_bytes<const N: usize>() -> Result<[u8; N], DeskError> {
    let mut bytes = [0; N];
    match getrandom::fill(&mut bytes) {
        Ok(()) => Ok(bytes),
        Err(error) => {
            let text = "the system gives no randomness, without which there are no secrets; restart the machine";
            let told = DeskError::new(ErrorKind::Failed, text).code("no_randomness");
            Err(DeskError { causes: vec![error.to_string()], ..told })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_printed() {
        let secret = Secret::random().unwrap();
        assert!(!format!("{secret:?}").contains(secret.reveal()));
    }

    #[test]
    fn what_is_read_out_may_be_typed_carelessly() {
        for _ in 0..200 {
            let made = Secret::readable::<12>().unwrap();
            assert_eq!(made.reveal().len(), 14);
            let typed = made.reveal().replace('-', " ").to_lowercase().replace('0', "o").replace('1', "l");
            assert_eq!(as_made(&typed), made);
        }
    }
}
