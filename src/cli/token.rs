//! `loa token`: what scripts show instead of signing in.

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::context::Context;
use super::error::unexpected;
use super::table::{row, table, text};
use super::{Exit, Outcome};
use crate::desk::{AccountRequest, Desk, Request, Response, Secret, TokenDraft};
use crate::domain::account::{ApiToken, Role, TokenId};

/// Tokens of scripts, one each: with it the script does what an account may do, or less
#[derive(Debug, Subcommand)]
pub(super) enum Token {
    Add(Add),
    List(List),
    Rm(Rm),
}

/// Make a token; it is shown this once
#[derive(Debug, Args)]
pub(super) struct Add {
    /// What it is for, for example "weekly report"
    #[arg(value_name = "NAME")]
    name: String,
    /// Whose: login name or number
    #[arg(long, value_name = "LOGIN")]
    account: String,
    /// What it may do at most, some of the account's roles; several with commas
    #[arg(long, required = true, value_delimiter = ',', value_name = "ROLE")]
    role: Vec<Role>,
    /// When it ends, in RFC 3339 [default: when it is removed]
    #[arg(long, value_name = "TIME")]
    expires: Option<DateTime<Utc>>,
}

/// List the tokens
#[derive(Debug, Args)]
pub(super) struct List {}

/// Remove tokens: they are good for nothing any more
#[derive(Debug, Args)]
pub(super) struct Rm {
    /// Their numbers
    #[arg(required = true, value_name = "TOKEN")]
    tokens: Vec<u32>,
}

impl Token {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        match self {
            Self::Add(Add { name, account, role, expires }) => {
                let draft = TokenDraft { name, roles: role.into_iter().collect(), expires_at: expires };
                let (token, secret) = asked(context, AccountRequest::AddToken { account, draft }).await?;
                if context.json {
                    let mut view = view(&token, context);
                    view["secret"] = json!(secret.as_ref().map(Secret::reveal));
                    context.document(&view)?;
                }
                context.say(&format!("made token {} \"{}\" ({})", token.id, token.name, token.roles))?;
                context.say(&format!("secret      {}", secret.as_ref().map_or("", Secret::reveal)))?;
                context.say("it is not shown again")?;
                Ok(Exit::Done)
            }
            Self::List(List {}) => list(context).await,
            Self::Rm(Rm { tokens }) => {
                let mut removed = Vec::with_capacity(tokens.len());
                for token in tokens {
                    let request = AccountRequest::RemoveToken { token: TokenId(token) };
                    let (token, _) = asked(context, request).await?;
                    context.say(&format!("removed token {} \"{}\"", token.id, token.name))?;
                    removed.push(view(&token, context));
                }
                if context.json {
                    context.document(&removed)?;
                }
                Ok(Exit::Done)
            }
        }
    }
}

async fn asked(
    context: &Context,
    request: AccountRequest,
) -> Result<(ApiToken, Option<Secret>), super::error::CliError> {
    match context.ask(Request::Account(request)).await? {
        Response::Token { token, secret } => Ok((*token, secret)),
        other => Err(unexpected(&other)),
    }
}

async fn list(context: &Context) -> Outcome {
    let untouched = Desk::is_untouched(&context.config.data.folder);
    let tokens = if untouched { Vec::new() } else { context.look().await?.tokens(&context.who()?, None).await? };
    if context.json {
        context.document(&tokens.iter().map(|token| view(token, context)).collect::<Vec<_>>())?;
        return Ok(Exit::Done);
    }
    if tokens.is_empty() {
        context.say("no tokens; make one with `loa token add NAME --account LOGIN --role viewer`")?;
        return Ok(Exit::Done);
    }
    let mut shown = table(context.style, &["Token", "Name", "Account", "Roles", "Made", "Used", "Ends"], &[0, 2]);
    for token in &tokens {
        let when = |at: Option<DateTime<Utc>>| at.map_or_else(|| "never".to_owned(), |at| context.short(at));
        row(
            &mut shown,
            [
                token.id.to_string(),
                token.name.clone(),
                token.account.to_string(),
                token.roles.to_string(),
                context.short(token.created_at),
                when(token.used_at),
                when(token.expires_at),
            ],
        );
    }
    context.print(&text(&shown))?;
    Ok(Exit::Done)
}

fn view(token: &ApiToken, context: &Context) -> Value {
    json!({
        "token": token.id, "account": token.account, "name": token.name, "roles": token.roles,
        "created_at": context.rfc3339(token.created_at),
        "used_at": token.used_at.map(|at| context.rfc3339(at)),
        "expires_at": token.expires_at.map(|at| context.rfc3339(at)),
    })
}
