//! `loa bundle`: a period of the log, sealed for an inspector.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;

use super::context::Context;
use super::error::CliError;
use super::period::PeriodArgs;
use super::{Exit, Outcome};
use crate::clock;
use crate::desk::{BundleOptions, StationKey, fingerprint, verify_bundle};

/// A sealed copy of a period for an inspector: log, recordings, report, signed by the station's key
#[derive(Debug, Subcommand)]
pub(super) enum Bundle {
    Make(Make),
    Verify(Verify),
    Key(Key),
}

/// Make a bundle of a period
#[derive(Debug, Args)]
pub(super) struct Make {
    #[command(flatten)]
    period: PeriodArgs,
    /// The file to write, such as laicach-2023-H1.zip
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    out: PathBuf,
    /// Read every recording and list the digest of its bytes too; takes a while
    #[arg(long)]
    digest_recordings: bool,
}

/// Check a bundle, on any machine; names the first thing that does not fit
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// The bundle
    #[arg(value_hint = clap::ValueHint::FilePath)]
    file: PathBuf,
    /// The station's public key as `loa bundle key` shows it there; without it, only that nothing was changed is shown
    #[arg(long, value_name = "PUBLIC")]
    key: Option<String>,
}

/// Show the station's public key, for inspectors to keep; it is made at the first use
#[derive(Debug, Args)]
pub(super) struct Key {}

impl Bundle {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        match self {
            Self::Make(command) => command.perform(context).await,
            Self::Verify(command) => command.perform(context),
            Self::Key(Key {}) => {
                let public = StationKey::open(&context.config.data.folder)?.public();
                if context.json {
                    context.document(&json!({ "public_key": public, "fingerprint": fingerprint(&public) }))?;
                }
                context.say(&format!("{public}\nfingerprint {}", fingerprint(&public)))?;
                Ok(Exit::Done)
            }
        }
    }
}

impl Make {
    async fn perform(self, context: &Context) -> Outcome {
        let period = self.period.given(context)?;
        let period = period.ok_or_else(|| CliError::usage("no period is given; give --period, or --from and --to"))?;
        let options = BundleOptions { period, digest_recordings: self.digest_recordings };
        let made = context.look().await?.bundle(&options, &self.out, clock::now()).await?;
        if context.json {
            context.document(&json!({
                "file": self.out.to_string_lossy(), "period": period.text(), "records": made.records,
                "head": made.head.as_ref().map(|(seq, hash)| json!({ "seq": seq, "hash": hash })),
                "recordings": made.recordings, "bytes": made.bytes, "public_key": made.public_key,
                "fingerprint": fingerprint(&made.public_key),
            }))?;
        }
        context.say(&format!(
            "sealed {}: {} records, {} recordings listed, {} bytes, signed by the key with fingerprint {}",
            self.out.display(),
            made.records,
            made.recordings,
            made.bytes,
            fingerprint(&made.public_key)
        ))?;
        Ok(Exit::Done)
    }
}

impl Verify {
    fn perform(self, context: &Context) -> Outcome {
        let verified = verify_bundle(&self.file, self.key.as_deref())?;
        if context.json {
            context.document(&json!({
                "ok": true, "station": verified.station, "period": verified.period, "from": verified.from,
                "to": verified.to, "made_at": context.rfc3339(verified.made_at), "simulated": verified.simulated,
                "records": verified.records,
                "head": verified.head.as_ref().map(|(seq, hash)| json!({ "seq": seq, "hash": hash })),
                "public_key": verified.public_key, "fingerprint": verified.fingerprint,
                "key_given": verified.key_given,
            }))?;
        }
        let head =
            verified.head.as_ref().map_or_else(String::new, |(seq, hash)| format!(", up to record {seq}, {hash}"));
        context.say(&format!(
            "everything fits: {}, {} ({} to {}), {} records{head}",
            verified.station, verified.period, verified.from, verified.to, verified.records
        ))?;
        context.say(&format!("signed by {} (fingerprint {})", verified.public_key, verified.fingerprint))?;
        if verified.simulated {
            context.warn("it is of a rehearsal, not of a station");
        }
        if !verified.key_given {
            context.warn("whose key that is, the bundle cannot prove; give the station's with --key");
        }
        Ok(Exit::Done)
    }
}
