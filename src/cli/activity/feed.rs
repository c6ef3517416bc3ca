//! `loa activity feed`

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::Args;
use serde_json::json;

use super::{bytes_of, enter};
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::table::{row, table, text};
use crate::cli::{Exit, Outcome, parse};
use crate::desk::{FEED_BYTES_MAX, FeedQuery, FeedSum, Fetching, feed_source, fetch_feed, parse_feed};
use crate::domain::ledger::ActivityDraft;
use crate::domain::time::Days;

/// Enter the articles that a portal's feed or sitemap lists and that name one of the words
#[derive(Debug, Args)]
pub(in crate::cli) struct Feed {
    /// The address of a feed (RSS, Atom, JSON Feed) or sitemap, a file with one, or - for standard input
    #[arg(value_name = "ADDRESS|FILE", value_hint = clap::ValueHint::FilePath)]
    source: PathBuf,
    /// A word or words that an article must name, whatever its case and diacritics; any of several
    #[arg(long = "keyword", value_name = "WORDS", required_unless_present = "all")]
    keywords: Vec<String>,
    /// Every article, whatever it names
    #[arg(long, conflicts_with = "keywords")]
    all: bool,
    /// First day
    #[arg(long, value_name = "DAY", value_parser = parse::day)]
    from: Option<NaiveDate>,
    /// Last day
    #[arg(long, value_name = "DAY", value_parser = parse::day)]
    to: Option<NaiveDate>,
    /// The campaign that they are entered under
    #[arg(long, value_name = "CODE")]
    campaign: Option<String>,
    /// The topic that they are entered under
    #[arg(long, value_name = "CODE")]
    topic: Option<String>,
    /// The name of the feed in the ledger [default: the address or file]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Only show what would be entered
    #[arg(long)]
    dry_run: bool,
}

impl Feed {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        if let Some((from, to)) = self.from.zip(self.to).filter(|(from, to)| to < from) {
            return Err(CliError::usage(format!(
                "the days end on {to}, before they begin on {from}; exchange the two"
            )));
        }
        let bytes = match address(&self.source) {
            // Nothing else of this process waits, so the wait may block it. The station is not asked, and goes on.
            Some(address) => fetch_feed(address, Fetching::HERE)?,
            None => bytes_of(&self.source, FEED_BYTES_MAX)?,
        };
        let source = self.name.clone().unwrap_or_else(|| named(&self.source));
        let query = FeedQuery {
            keywords: self.keywords.clone(),
            days: Days { from: self.from, to: self.to },
            zone: context.zone(),
            campaign: self.campaign.clone(),
            topic: self.topic.clone(),
        };
        let feed = parse_feed(&bytes, &source, &query)?;
        if self.dry_run {
            return show(context, &source, &feed.articles, feed.sum);
        }
        let (added, known) = enter(context, feed.articles, false).await?;
        if context.json {
            let mut document = sums(&source, feed.sum);
            document["added"] = added.len().into();
            document["known"] = known.into();
            document["numbers"] = json!(added);
            context.document(&document)?;
        }
        context.say(&format!("{} entered, {known} were in the ledger already; {}", added.len(), words(feed.sum)))?;
        Ok(Exit::Done)
    }
}

/// The source as an address; none if it is a file.
fn address(source: &Path) -> Option<&str> {
    source.to_str().filter(|text| text.contains("://"))
}

fn named(source: &Path) -> String {
    if let Some(address) = address(source) {
        return feed_source(address);
    }
    match source.to_str() {
        Some("-") => "standard input".to_owned(),
        _ => source.file_name().unwrap_or(source.as_os_str()).to_string_lossy().into_owned(),
    }
}

fn show(context: &Context, source: &str, articles: &[ActivityDraft], sum: FeedSum) -> Outcome {
    if context.json {
        let mut document = sums(source, sum);
        document["articles"] = json!(articles);
        context.document(&document)?;
        return Ok(Exit::Done);
    }
    let mut shown = table(context.style, &["Day", "Title", "Link"], &[]);
    for article in articles {
        let link = article.link().unwrap_or_default().to_owned();
        row(&mut shown, [article.day.to_string(), article.title.clone(), link]);
    }
    context.print(&(text(&shown) + &words(sum) + "\n"))?;
    Ok(Exit::Done)
}

fn sums(source: &str, sum: FeedSum) -> serde_json::Value {
    json!({
        "source": source, "entries": sum.entries, "wanted": sum.wanted, "other": sum.other, "outside": sum.outside,
        "undated": sum.undated, "repeated": sum.repeated,
    })
}

fn words(sum: FeedSum) -> String {
    format!(
        "of {} entries {} are wanted, {} name none of the words, {} are of other days, {} bear no day, {} are repeated",
        sum.entries, sum.wanted, sum.other, sum.outside, sum.undated, sum.repeated
    )
}
