//! `loa user`: accounts of the console, from the machine itself. This is how somebody who locked himself out gets in again.

use std::io::{self, BufRead as _, Read as _};

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::context::Context;
use super::error::{CliError, unexpected};
use super::table::{row, table, text};
use super::{Exit, Outcome};
use crate::desk::{AccountChange, AccountDraft, AccountRequest, Desk, Request, Response, Secret};
use crate::domain::account::{Account, Role};

/// The longest line that is read as a password, in bytes.
const PASSWORD_BYTES_MAX: u64 = 4_096;

/// Accounts of the console: who may sign in, and what each may do
#[derive(Debug, Subcommand)]
pub(super) enum User {
    List(List),
    Add(Add),
    Passwd(Passwd),
    Roles(Roles),
    Disable(Disable),
    Enable(Enable),
    TotpOff(TotpOff),
}

/// List the accounts
#[derive(Debug, Args)]
pub(super) struct List {}

/// Make an account; its password is made up and shown this once, unless one is given
#[derive(Debug, Args)]
pub(super) struct Add {
    /// What is typed to sign in, for example binh.tran
    #[arg(value_name = "LOGIN")]
    login: String,
    /// What it may do: viewer, operator, approver, admin; several with commas
    #[arg(long, required = true, value_delimiter = ',', value_name = "ROLE")]
    role: Vec<Role>,
    /// The person, as the log and an approval name them [default: the login name]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The office, as an approval prints it: "Phó Chủ tịch UBND"
    #[arg(long, value_name = "OFFICE", default_value = "")]
    office: String,
    #[command(flatten)]
    password: Password,
}

/// Give an account another password, made up and shown this once unless one is given; its sessions end
#[derive(Debug, Args)]
pub(super) struct Passwd {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    password: Password,
}

/// Say what an account may do
#[derive(Debug, Args)]
pub(super) struct Roles {
    #[command(flatten)]
    which: Which,
    /// All its roles: viewer, operator, approver, admin; several with commas
    #[arg(required = true, value_delimiter = ',', value_name = "ROLE")]
    roles: Vec<Role>,
}

/// Keep an account out: its sessions end, its tokens do nothing
#[derive(Debug, Args)]
pub(super) struct Disable {
    #[command(flatten)]
    which: Which,
}

/// Let an account in again
#[derive(Debug, Args)]
pub(super) struct Enable {
    #[command(flatten)]
    which: Which,
}

/// Ask for no second factor any more, for who lost the telephone
#[derive(Debug, Args)]
pub(super) struct TotpOff {
    #[command(flatten)]
    which: Which,
}

#[derive(Debug, Args)]
struct Which {
    /// Its login name or its number
    #[arg(value_name = "LOGIN")]
    account: String,
}

#[derive(Debug, Args)]
struct Password {
    /// Read the password from the first line of standard input
    #[arg(long)]
    password_stdin: bool,
    /// The password stays; else another must be chosen at the next sign-in
    #[arg(long, requires = "password_stdin")]
    lasting: bool,
}

impl User {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        let (request, done) = match self {
            Self::List(List {}) => return list(context).await,
            Self::Add(Add { login, role, name, office, password }) => {
                let lasting = password.lasting;
                let (roles, password) = (role.into_iter().collect(), password.read()?);
                let draft = AccountDraft { name: login, display_name: name, office, roles, password, lasting };
                (AccountRequest::Add { draft }, "made")
            }
            Self::Passwd(Passwd { which, password }) => {
                let lasting = password.lasting;
                let request =
                    AccountRequest::ResetPassword { account: which.account, password: password.read()?, lasting };
                (request, "gave another password to")
            }
            Self::Roles(Roles { which, roles }) => {
                let change = AccountChange { roles: Some(roles.into_iter().collect()), ..AccountChange::default() };
                (AccountRequest::Edit { account: which.account, change, version: None }, "changed")
            }
            Self::Disable(Disable { which }) => (AccountRequest::Disable { account: which.account }, "disabled"),
            Self::Enable(Enable { which }) => (AccountRequest::Enable { account: which.account }, "enabled"),
            Self::TotpOff(TotpOff { which }) => {
                (AccountRequest::TotpOff { account: which.account }, "no second factor any more for")
            }
        };
        match context.ask(Request::Account(request)).await? {
            Response::Account { account, password } => told(context, &account, password.as_ref(), done),
            other => Err(unexpected(&other)),
        }
    }
}

impl Password {
    /// The password that is given, if one is. Never as an argument: those are in the shell's history and the process list.
    fn read(&self) -> Result<Option<Secret>, CliError> {
        if !self.password_stdin {
            return Ok(None);
        }
        let mut line = String::new();
        let read = io::stdin().lock().take(PASSWORD_BYTES_MAX).read_line(&mut line);
        read.map_err(CliError::of_system)?;
        let password = line.trim_end_matches(['\n', '\r']);
        if password.is_empty() {
            return Err(CliError::usage("standard input holds no password; give it as the first line"));
        }
        Ok(Some(Secret::new(password)))
    }
}

fn told(context: &Context, account: &Account, password: Option<&Secret>, done: &str) -> Outcome {
    if context.json {
        let mut view = view(account, context);
        view["password"] = json!(password.map(Secret::reveal));
        context.document(&view)?;
        return Ok(Exit::Done);
    }
    context.say(&format!("{done} account {} \"{}\" ({})", account.name, account.display_name, account.roles))?;
    if let Some(password) = password {
        context.say(&format!("password    {}", password.reveal()))?;
    }
    if account.must_change_password {
        context.say("another password has to be chosen at the first sign-in")?;
    }
    Ok(Exit::Done)
}

async fn list(context: &Context) -> Outcome {
    let untouched = Desk::is_untouched(&context.config.data.folder);
    let accounts = if untouched { Vec::new() } else { context.look().await?.accounts(&context.who()?).await? };
    if context.json {
        context.document(&accounts.iter().map(|account| view(account, context)).collect::<Vec<_>>())?;
        return Ok(Exit::Done);
    }
    if accounts.is_empty() {
        context.say("no accounts; make the first with `loa user add LOGIN --role admin`, or in the console")?;
        return Ok(Exit::Done);
    }
    let mut shown =
        table(context.style, &["Number", "Login", "Name", "Office", "Roles", "Second factor", "State"], &[0]);
    for account in &accounts {
        row(
            &mut shown,
            [
                account.id.to_string(),
                account.name.clone(),
                account.display_name.clone(),
                account.office.clone(),
                account.roles.to_string(),
                if account.totp { "yes" } else { "no" }.to_owned(),
                state(account).to_owned(),
            ],
        );
    }
    context.print(&text(&shown))?;
    Ok(Exit::Done)
}

const fn state(account: &Account) -> &'static str {
    if account.disabled {
        "disabled"
    } else if account.must_change_password {
        "new password due"
    } else {
        "enabled"
    }
}

fn view(account: &Account, context: &Context) -> Value {
    json!({
        "account": account.id, "name": account.name, "display_name": account.display_name, "office": account.office,
        "roles": account.roles, "disabled": account.disabled, "must_change_password": account.must_change_password,
        "totp": account.totp, "created_at": context.rfc3339(account.created_at),
    })
}
