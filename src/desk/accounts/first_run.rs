//! The first admin: made by whoever can read the daemon's log or its data folder, with a code that works once.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use subtle::ConstantTimeEq as _;

use super::secret::{Secret, as_made};
use super::sign_in::SignedIn;
use super::{checked_person, own};
use crate::desk::error::{DeskError, ErrorKind};
use crate::desk::{Desk, Via, Who, value};
use crate::domain::account::{Account, AccountId, Role, Roles};
use crate::domain::time::Now;

/// Name of the file with the code in the data folder; there only until the first admin is made.
pub const FIRST_RUN_NAME: &str = "first-run-code";
/// Letters of the code, of five bits each.
const LETTERS: usize = 12;
/// What attempts on the code are counted by; no login name has a blank.
const THROTTLED_AS: &str = "first run";

/// How the first admin can be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstRun {
    /// The code, to be printed where only who owns the machine reads it.
    pub code: Secret,
    /// The file that holds it, too.
    pub file: PathBuf,
}

/// The first admin.
#[derive(Debug, Clone)]
pub struct Claim {
    /// The code that the daemon printed.
    pub code: Secret,
    /// Login name.
    pub name: String,
    /// The person.
    pub display_name: String,
    /// Chức vụ. May be empty.
    pub office: String,
    /// Password.
    pub password: Secret,
    /// What the browser calls itself. May be empty.
    pub user_agent: String,
}

impl Desk {
    /// Whether nobody can sign in as an admin yet, so that the console shows its first page.
    ///
    /// # Errors
    /// The store's own.
    pub async fn needs_first_admin(&self) -> Result<bool, DeskError> {
        Ok(!self.store.has_admin().await?)
    }

    /// Makes up the code for the first admin, if there is none yet; the daemon asks this once when it comes up.
    ///
    /// # Errors
    /// The file cannot be written; the store's own.
    pub async fn open_first_run(&self) -> Result<Option<FirstRun>, DeskError> {
        let file = self.store.folder().join(FIRST_RUN_NAME);
        if !self.needs_first_admin().await? {
            self.close_first_run();
            return Ok(None);
        }
        let code = Secret::readable::<LETTERS>()?;
        write(&file, code.reveal()).map_err(|error| {
            let text = format!("cannot write {}; give this user the right to write its data folder", file.display());
            DeskError { causes: vec![error.to_string()], ..DeskError::new(ErrorKind::Failed, text) }
                .code("first_run_file")
        })?;
        *self.guard.first_run() = Some(code.clone());
        Ok(Some(FirstRun { code, file }))
    }

    /// Makes the first admin and signs that person in.
    ///
    /// # Errors
    /// Code `first_run_over`, `first_run_wrong`; name or password cannot be; tried too often; the store's own.
    pub async fn claim(&self, asked: Claim, from: &str, now: Now) -> Result<SignedIn, DeskError> {
        let (display_name, office) = checked_person(&asked.display_name, &asked.office)?;
        let name = own::checked_login(&asked.name)?;
        let password = own::checked_password(&asked.password, &name)?;
        let attempt = self.guard.attempt(THROTTLED_AS, from, now)?;
        let Some(code) = self.guard.first_run().clone() else {
            self.guard.taken_back(&attempt);
            let text = "the first admin was made already; sign in, or ask that admin for an account";
            return Err(DeskError::refused(text).code("first_run_over"));
        };
        let given = as_made(asked.code.reveal());
        if !bool::from(given.reveal().as_bytes().ct_eq(code.reveal().as_bytes())) {
            let text =
                format!("the code is wrong; it is in the daemon's log and in {FIRST_RUN_NAME} of its data folder");
            return Err(DeskError::new(ErrorKind::NotSignedIn, text).code("first_run_wrong"));
        }
        self.guard.passed(&attempt);
        let hash = self.guard.hasher.hash(password).await?;
        let account = Account {
            id: AccountId(0),
            name,
            display_name,
            office,
            roles: Roles::only(Role::Admin),
            disabled: false,
            must_change_password: false,
            totp: false,
            created_at: now.wall,
            version: 1,
        };
        let account = self.store.add_account(&account, &hash, true).await?;
        self.close_first_run();
        let via = Via::Console { address: from.to_owned(), account: account.id };
        let who = Who { name: account.display_name.clone(), roles: account.roles, via };
        self.note(&who, "account.claim", &account, [None, value(&account)], now).await?;
        self.begin_session(account, &asked.user_agent, from, now).await
    }

    /// There is an admin: the code is worth nothing any more.
    pub(super) fn close_first_run(&self) {
        *self.guard.first_run() = None;
        let file = self.store.folder().join(FIRST_RUN_NAME);
        match fs::remove_file(&file) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            // What stays behind opens nothing.
            Err(error) => tracing::warn!(%error, file = %file.display(), "a used code could not be removed"),
        }
    }
}

/// Never there with wider rights than the owner's, whatever was there before.
fn write(file: &Path, code: &str) -> io::Result<()> {
    match fs::remove_file(file) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    file.write_all(format!("{code}\n").as_bytes())
}
