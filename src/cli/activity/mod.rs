//! `loa activity`: the ledger of what was done and does not sound.

mod add;
mod edit;
mod feed;
mod import;
mod list;

use std::io::Read as _;
use std::path::Path;

use clap::{Subcommand, ValueEnum};
use serde_json::{Value, json};

use super::Outcome;
use super::context::Context;
use super::error::{CliError, unexpected};
use crate::desk::{ActivityRequest, Request, Response};
use crate::domain::ledger::{Activity as Entry, ActivityDraft, ActivityKind, Evidence, Origin};

/// What does not sound: portal articles, conferences, notice boards, mobile cars (sổ hoạt động)
#[derive(Debug, Subcommand)]
pub(super) enum Activity {
    Add(add::Add),
    List(list::List),
    Show(list::Show),
    Edit(edit::Edit),
    Strike(edit::Strike),
    Import(import::Import),
    Feed(feed::Feed),
}

/// What was done.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum KindName {
    /// Tin bài on the portal
    #[value(name = "portal_article", alias = "portal-article", alias = "article")]
    PortalArticle,
    /// Hội nghị, chuyên đề
    Conference,
    /// Niêm yết, cổ động trực quan
    #[value(name = "notice_board", alias = "notice-board")]
    NoticeBoard,
    /// Xe tuyên truyền lưu động
    #[value(name = "mobile_car", alias = "mobile-car")]
    MobileCar,
}

impl From<KindName> for ActivityKind {
    fn from(name: KindName) -> Self {
        match name {
            KindName::PortalArticle => Self::PortalArticle,
            KindName::Conference => Self::Conference,
            KindName::NoticeBoard => Self::NoticeBoard,
            KindName::MobileCar => Self::MobileCar,
        }
    }
}

impl Activity {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        match self {
            Self::Add(command) => command.perform(context).await,
            Self::List(command) => command.perform(context).await,
            Self::Show(command) => command.perform(context).await,
            Self::Edit(command) => command.perform(context).await,
            Self::Strike(command) => command.perform(context).await,
            Self::Import(command) => command.perform(context).await,
            Self::Feed(command) => command.perform(context).await,
        }
    }
}

/// Hands entries over in portions; the numbers of the new ones, and how many were known.
async fn enter(context: &Context, drafts: Vec<ActivityDraft>, again: bool) -> Result<(Vec<u32>, u32), CliError> {
    let (mut numbers, mut passed) = (Vec::new(), 0);
    for portion in drafts.chunks(ActivityRequest::PORTION_MAX) {
        let request = ActivityRequest::Enter { drafts: portion.to_vec(), again };
        match context.ask(Request::Activity(request)).await? {
            Response::Entered { added, known } => {
                numbers.extend(added);
                passed += known;
            }
            other => return Err(unexpected(&other)),
        }
    }
    Ok((numbers, passed))
}

/// The bytes of a file, or of standard input for `-`; one more than `most` at most, so that too many show.
fn bytes_of(path: &Path, most: usize) -> Result<Vec<u8>, CliError> {
    let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    let read = match path.to_str() {
        Some("-") => std::io::stdin().take(limit).read_to_end(&mut bytes),
        _ => std::fs::File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes)),
    };
    read.map_err(|error| CliError::of_file("read", path, &error))?;
    Ok(bytes)
}

/// An entry as a document shows it.
fn view(entry: &Entry, context: &Context) -> Value {
    let draft = &entry.draft;
    json!({
        "number": entry.number, "version": entry.version, "at": context.rfc3339(entry.at), "by": entry.by,
        "why": entry.why, "struck": entry.struck, "kind": draft.kind, "day": draft.day, "title": draft.title,
        "count": draft.count, "topic": draft.topic, "campaign": draft.campaign, "place": draft.place,
        "evidence": draft.evidence, "origin": draft.origin,
    })
}

/// Evidence in a few words.
fn evidence_words(evidence: &[Evidence]) -> String {
    let words = evidence.iter().map(|evidence| match evidence {
        Evidence::Link(link) => link.clone(),
        Evidence::Document(number) => number.to_string(),
        Evidence::File { name, .. } => name.clone(),
    });
    words.collect::<Vec<_>>().join(", ")
}

/// Where an entry comes from in a word.
const fn origin_word(origin: &Origin) -> &'static str {
    match origin {
        Origin::Hand => "by hand",
        Origin::Table { .. } => "table",
        Origin::Feed { .. } => "feed",
    }
}
