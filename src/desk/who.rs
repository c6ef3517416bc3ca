//! Who asks.

use std::fmt;

use super::error::DeskError;
use crate::domain::account::{AccountId, Right, Roles, TokenId};

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// The person's name, as it goes into the audit and the log.
    pub name: String,
    /// What that person may do.
    pub roles: Roles,
    /// By which way.
    pub via: Via,
}

/// By which way a request came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Via {
    /// From the command line, performed in its own process.
    CommandLine,
    /// Over the daemon's socket, from a process of this user.
    Socket {
        /// User number, as the kernel says it.
        user: u32,
    },
    /// By somebody who signed in to the console.
    Console {
        /// The address of the browser.
        address: String,
        /// Whose account.
        account: AccountId,
    },
    /// By a script with a token.
    Token {
        /// The address of the script.
        address: String,
        /// Whose token.
        account: AccountId,
        /// Which.
        token: TokenId,
    },
    /// By the station, of itself.
    Station,
    /// A recording that this person brought in a browser, once it was measured.
    Upload {
        /// By which way it came.
        from: String,
    },
}

impl fmt::Display for Via {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CommandLine => f.write_str("command line"),
            Self::Socket { user } => write!(f, "socket, user {user}"),
            Self::Console { address, .. } => write!(f, "console, {address}"),
            Self::Token { address, token, .. } => write!(f, "token {token}, {address}"),
            Self::Station => f.write_str("the station itself"),
            Self::Upload { from } => write!(f, "upload, {from}"),
        }
    }
}

impl Who {
    /// Whether this person may.
    ///
    /// # Errors
    /// No: kind [`Forbidden`](super::ErrorKind::Forbidden), code `forbidden`, with the right's word as the value `right`.
    pub fn check(&self, right: Right) -> Result<(), DeskError> {
        if self.roles.may(right) {
            return Ok(());
        }
        Err(DeskError::forbidden(&self.name, right))
    }
}
