//! `loa draft`: versions of the report of a period, with the prose that goes with the figures.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::context::Context;
use super::error::{CliError, unexpected};
use super::period::PeriodArgs;
use super::table::{row, table, text};
use super::{Exit, Outcome};
use crate::desk::{Desk, DraftOf, DraftRequest, ReportQuery, Request, Response};
use crate::domain::report::Draft as Version;

/// The most bytes of a text that is written into a section.
const TEXT_BYTES_MAX: u64 = 500_000;

/// Drafts of the report: numbered versions of the same period, figures and prose (dự thảo báo cáo)
#[derive(Debug, Subcommand)]
pub(super) enum Draft {
    List(List),
    Show(Show),
    Make(Make),
    Write(Write),
    Deliver(Deliver),
}

/// Which draft.
#[derive(Debug, Args)]
struct Of {
    #[command(flatten)]
    period: PeriodArgs,
    /// Only clips and activities of this campaign
    #[arg(long, value_name = "CODE")]
    campaign: Option<String>,
}

impl Of {
    fn query(&self, context: &Context) -> Result<ReportQuery, CliError> {
        let period = self.period.given(context)?;
        let period = period.ok_or_else(|| CliError::usage("no period is given; give --period, or --from and --to"))?;
        Ok(ReportQuery { period, campaign: self.campaign.clone() })
    }
}

/// List the newest version of each draft
#[derive(Debug, Args)]
pub(super) struct List {}

/// Show what each version changed; with --json the figures, the prose and the report as it was counted
#[derive(Debug, Args)]
pub(super) struct Show {
    #[command(flatten)]
    of: Of,
    /// This version [default: the newest]
    #[arg(long)]
    version: Option<u32>,
}

/// Count a period: makes the first version, or the next if a figure is different
#[derive(Debug, Args)]
pub(super) struct Make {
    #[command(flatten)]
    of: Of,
}

/// Write one section of the prose; each line a paragraph
#[derive(Debug, Args)]
pub(super) struct Write {
    #[command(flatten)]
    of: Of,
    /// The section, for example ii.2.3
    #[arg(long)]
    section: String,
    /// A file with the text; - is standard input, and nothing in it takes the section away
    #[arg(value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    text: PathBuf,
    /// The version that was looked at; a newer one is not overwritten
    #[arg(long)]
    version: Option<u32>,
}

/// Hand the newest version over as the configuration says, now
#[derive(Debug, Args)]
pub(super) struct Deliver {
    #[command(flatten)]
    of: Of,
}

impl Draft {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        match self {
            Self::List(List {}) => list(context).await,
            Self::Show(Show { of, version }) => show(context, &of.query(context)?, version).await,
            Self::Make(Make { of }) => {
                ask(context, DraftRequest::Make { of: DraftOf::of(&of.query(context)?) }, "made").await
            }
            Self::Write(Write { of, section, text, version }) => {
                let of = DraftOf::of(&of.query(context)?);
                let text = paragraphs(&text)?;
                ask(context, DraftRequest::Write { of, version, section, text }, "wrote").await
            }
            Self::Deliver(Deliver { of }) => {
                ask(context, DraftRequest::Deliver { of: DraftOf::of(&of.query(context)?) }, "handed over").await
            }
        }
    }
}

fn paragraphs(path: &Path) -> Result<Vec<String>, CliError> {
    let mut text = String::new();
    let read = match path.to_str() {
        Some("-") => std::io::stdin().take(TEXT_BYTES_MAX).read_to_string(&mut text),
        _ => std::fs::File::open(path).and_then(|file| file.take(TEXT_BYTES_MAX).read_to_string(&mut text)),
    };
    read.map_err(|error| CliError::of_file("read the text", path, &error))?;
    Ok(text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect())
}

async fn ask(context: &Context, request: DraftRequest, done: &str) -> Outcome {
    match context.ask(Request::Draft(request)).await? {
        Response::Drafted { number, version, new } => {
            if context.json {
                context.document(&json!({ "number": number, "version": version, "new": new }))?;
            }
            let said = match (done, new) {
                ("made", false) => format!("no figure has changed since version {version}"),
                _ => format!("{done} version {version}"),
            };
            context.say(&said)?;
            Ok(Exit::Done)
        }
        other => Err(unexpected(&other)),
    }
}

async fn list(context: &Context) -> Outcome {
    let folder = &context.config.data.folder;
    let drafts = if Desk::is_untouched(folder) { Vec::new() } else { context.look().await?.drafts().await? };
    if context.json {
        context.document(&drafts.iter().map(|draft| view(draft, context)).collect::<Vec<_>>())?;
        return Ok(Exit::Done);
    }
    if drafts.is_empty() {
        context.say("there is no draft; make one with `loa draft make --period 2026-H2`")?;
        return Ok(Exit::Done);
    }
    let headings = ["Period", "Campaign", "Version", "Items", "Airings", "Changed", "Made", "By"];
    let mut shown = table(context.style, &headings, &[2, 3, 4, 5]);
    for draft in &drafts {
        row(
            &mut shown,
            [
                draft.period.text(),
                draft.campaign.clone().unwrap_or_default(),
                draft.version.to_string(),
                draft.figures.get("items").to_string(),
                draft.figures.get("airings").to_string(),
                draft.changes.len().to_string(),
                context.short(draft.at),
                draft.by.clone(),
            ],
        );
    }
    context.print(&text(&shown))?;
    Ok(Exit::Done)
}

async fn show(context: &Context, query: &ReportQuery, version: Option<u32>) -> Outcome {
    let desk = context.look().await?;
    let versions = desk.draft_versions(query).await?;
    let shown = match version {
        Some(version) => versions.iter().find(|draft| draft.version == version),
        None => versions.last(),
    };
    let shown = shown.ok_or_else(|| {
        let text = format!("there is no such version; the draft has versions 1 to {}", versions.len());
        CliError::of(crate::desk::ErrorKind::NotFound, text)
    })?;
    if context.json {
        let mut document = view(shown, context);
        let report: Value = serde_json::from_str(&desk.draft_report(shown.number).await?).unwrap_or_default();
        document["figures"] = json!(shown.figures);
        document["sections"] = json!(shown.sections);
        document["report"] = report;
        context.document(&document)?;
        return Ok(Exit::Done);
    }
    for draft in versions.iter().filter(|draft| draft.version <= shown.version) {
        let cause = serde_json::to_value(draft.cause).ok();
        let cause = cause.as_ref().and_then(Value::as_str).unwrap_or_default();
        context.say(&format!("version {} of {}, {cause}, by {}", draft.version, context.short(draft.at), draft.by))?;
        for change in &draft.changes {
            context.say(&format!("  {}: {} -> {}", change.figure, change.before, change.after))?;
        }
        for section in &draft.rewritten {
            context.say(&format!("  section {section} was written"))?;
        }
    }
    for (name, paragraphs) in &shown.sections {
        context.say(&format!("\n[{name}]\n{}", paragraphs.join("\n")))?;
    }
    Ok(Exit::Done)
}

fn view(draft: &Version, context: &Context) -> Value {
    json!({
        "number": draft.number, "period": draft.period.text(), "from": draft.period.from, "to": draft.period.to,
        "campaign": draft.campaign, "version": draft.version, "at": context.rfc3339(draft.at), "by": draft.by,
        "cause": draft.cause, "items": draft.figures.get("items"), "airings": draft.figures.get("airings"),
        "changes": draft.changes, "rewritten": draft.rewritten,
        "log_head": draft.head.as_ref().map(|(seq, hash)| json!({ "seq": seq, "hash": hash })),
    })
}
