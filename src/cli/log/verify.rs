//! `loa log verify`

use clap::Args;
use serde_json::json;

use crate::cli::context::Context;
use crate::cli::{Exit, Outcome};
use crate::store::{OpenAs, Store};

/// Prove that the log is the log that was written: names the first record that does not fit
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// A hash printed on a report or noted elsewhere, 12 digits or more: the log must still have that record
    #[arg(long, value_name = "HASH")]
    head: Option<String>,
    /// Fold the lists anew from the log first; no station may run meanwhile
    #[arg(long)]
    rebuild: bool,
}

impl Verify {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        if self.rebuild {
            rebuild(context).await?;
        }
        let desk = context.look().await?;
        let (verified, found) = desk.verify(self.head.as_deref()).await?;
        if context.json {
            let found = found.as_ref().map(|sealed| {
                json!({ "seq": sealed.entry.seq, "at": context.rfc3339(sealed.entry.at), "hash": sealed.hash })
            });
            context.document(&json!({
                "ok": true,
                "entries": verified.entries,
                "head": verified.head,
                "from": verified.from.map(|at| context.rfc3339(at)),
                "to": verified.to.map(|at| context.rfc3339(at)),
                "marked": verified.marked,
                "simulated": desk.store().is_simulated(),
                "found": found,
            }))?;
            return Ok(Exit::Done);
        }
        let span = verified
            .from
            .zip(verified.to)
            .map(|(from, to)| format!(" from {} to {}", context.rfc3339(from), context.rfc3339(to)));
        let whole = context.style.good("the log is whole");
        context.say(&format!("{whole}: {} records{}", verified.entries, span.unwrap_or_default()))?;
        context.say(&format!("head {}", verified.head))?;
        if !verified.marked && !desk.store().is_simulated() {
            context.warn("no mark beside the database vouches for the newest records");
        }
        if let Some(sealed) = found {
            let at = context.rfc3339(sealed.entry.at);
            context.say(&format!("the hash is that of record {}, written {at}", sealed.entry.seq))?;
        }
        Ok(Exit::Done)
    }
}

async fn rebuild(context: &Context) -> Result<(), crate::cli::error::CliError> {
    let config = &context.config;
    let lock = crate::store::DataLock::take(&config.data.folder, crate::clock::now().wall)?;
    let store = Store::open(&config.data.folder, OpenAs::Desk, crate::desk::store_settings(config)).await?;
    store.rebuild_projection().await?;
    store.close().await;
    drop(lock);
    Ok(())
}
