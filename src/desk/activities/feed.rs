//! The articles of a portal, as its feed (RSS, Atom, JSON Feed) or its sitemap lists them, counted by the words they name.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::sitemap;
use crate::desk::error::{DeskError, ErrorKind};
use crate::domain::ledger::{ActivityDraft, ActivityKind, Evidence, Origin, link_key};
use crate::domain::time::{Days, day_of};
use crate::store::folded;

/// The largest feed, in bytes.
pub const FEED_BYTES_MAX: usize = 10_000_000;
/// The most entries of a feed.
pub const FEED_ENTRIES_MAX: usize = 10_000;
/// The longest title that is kept, in characters; what is longer is cut.
const TITLE_MAX: usize = 300;
/// The most bytes at the head of a feed in which its kind must show.
const HEAD_BYTES: usize = 2_000;

/// What a file begins with that gzip packed.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Which articles are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedQuery {
    /// An article that names any of these, whatever its case and diacritics; every article if there is none.
    pub keywords: Vec<String>,
    /// Of these days.
    pub days: Days,
    /// Days are told apart in this zone.
    pub zone: Tz,
    /// The campaign that they are entered under.
    pub campaign: Option<String>,
    /// The topic that they are entered under.
    pub topic: Option<String>,
}

/// What a feed holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    /// The articles wanted, each link once, by day.
    pub articles: Vec<ActivityDraft>,
    /// What became of its entries.
    pub sum: FeedSum,
}

/// What became of the entries of a feed: each is in one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FeedSum {
    /// All of them.
    pub entries: usize,
    /// Wanted.
    pub wanted: usize,
    /// They name none of the words.
    pub other: usize,
    /// Outside the days.
    pub outside: usize,
    /// Without a day, so that they belong to no period.
    pub undated: usize,
    /// A link that another entry has, or no link to tell them by.
    pub repeated: usize,
}

/// One entry, whatever form it came in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Article {
    pub(super) link: String,
    pub(super) title: String,
    /// Everything else that may name a word.
    pub(super) text: String,
    pub(super) day: Option<NaiveDate>,
}

/// Reads a feed or sitemap. `source` is where it comes from, for messages and for the origin of the entries.
///
/// # Errors
/// It is empty, a web page, something else, damaged, or too large; with what to do.
pub fn parse_feed(bytes: &[u8], source: &str, query: &FeedQuery) -> Result<Feed, DeskError> {
    let articles = articles(bytes, source, query.zone)?;
    if articles.len() > FEED_ENTRIES_MAX {
        return Err(too_many(source));
    }
    let keywords: Vec<String> = query.keywords.iter().map(|keyword| words(keyword)).collect();
    let mut sum = FeedSum { entries: articles.len(), ..FeedSum::default() };
    let mut links = BTreeSet::new();
    let mut wanted = Vec::new();
    for article in articles {
        let said = words(&format!("{} {} {}", article.title, article.text, article.link));
        let counter = match article.day {
            _ if !(keywords.is_empty() || keywords.iter().any(|keyword| said.contains(keyword.as_str()))) => {
                &mut sum.other
            }
            None => &mut sum.undated,
            Some(day) if !query.days.contains(day) => &mut sum.outside,
            Some(_) if article.link.is_empty() || !links.insert(link_key(&article.link)) => &mut sum.repeated,
            Some(day) => {
                wanted.push(draft(article, day, source, query));
                &mut sum.wanted
            }
        };
        *counter += 1;
    }
    wanted.sort_by(|a, b| (a.day, a.link()).cmp(&(b.day, b.link())));
    Ok(Feed { articles: wanted, sum })
}

fn draft(article: Article, day: NaiveDate, source: &str, query: &FeedQuery) -> ActivityDraft {
    let title: String = article.title.split_whitespace().collect::<Vec<_>>().join(" ");
    let title = if title.is_empty() { article.link.clone() } else { title };
    ActivityDraft {
        kind: ActivityKind::PortalArticle,
        day,
        title: title.chars().filter(|letter| !letter.is_control()).take(TITLE_MAX).collect(),
        count: 1,
        topic: query.topic.clone(),
        campaign: query.campaign.clone(),
        place: None,
        evidence: vec![Evidence::Link(article.link)],
        origin: Origin::Feed { source: source.to_owned() },
    }
}

/// Plain letters and digits with one blank around each word, so that a keyword is found as whole words only.
fn words(text: &str) -> String {
    let mut said = String::from(" ");
    for letter in folded(text).chars() {
        if letter.is_alphanumeric() {
            said.push(letter);
        } else if !said.ends_with(' ') {
            said.push(' ');
        }
    }
    if !said.ends_with(' ') {
        said.push(' ');
    }
    said
}

fn articles(bytes: &[u8], source: &str, zone: Tz) -> Result<Vec<Article>, DeskError> {
    if bytes.len() > FEED_BYTES_MAX {
        return Err(too_large(source));
    }
    if bytes.starts_with(&GZIP) {
        let hint = "unpack it (`gunzip`) and give the file, or give the address of the feed that is not packed";
        return Err(DeskError::usage(format!("{source} is packed (gzip), expected a feed as text")).hint(hint));
    }
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD_BYTES)]).to_lowercase();
    if head.trim_matches(|letter: char| letter.is_whitespace() || letter == '\u{feff}').is_empty() {
        let hint = "look at the address in a browser; a portal that needs a sign-in gives nothing to others";
        return Err(DeskError::usage(format!("{source} is empty")).hint(hint));
    }
    if head.contains("<!doctype html") || head.contains("<html") {
        let hint = "a portal names its feed on its page as RSS, often /rss, /feed or /sitemap.xml; give that address";
        return Err(DeskError::usage(format!("{source} is a web page (HTML), no feed")).hint(hint));
    }
    if head.contains("<sitemapindex") {
        let hint = "open it in a browser and give the address of the sitemap with the articles";
        return Err(DeskError::usage(format!("{source} is a list of sitemaps")).hint(hint));
    }
    if head.contains("<urlset") {
        return sitemap::read(bytes, source, zone);
    }
    let feed = feed_rs::parser::parse(bytes).map_err(|error| unreadable(source, &error.to_string()))?;
    Ok(feed.entries.into_iter().map(|entry| article(entry, zone)).collect())
}

pub(super) fn unreadable(source: &str, why: &str) -> DeskError {
    let text = format!("{source} cannot be read as a feed or sitemap");
    let error = DeskError::new(ErrorKind::Usage, text).hint("it shall be RSS, Atom, JSON Feed or a sitemap in XML");
    DeskError { causes: vec![why.to_owned()], ..error }
}

pub(super) fn too_large(source: &str) -> DeskError {
    let text = format!("{source} has more than {FEED_BYTES_MAX} bytes, which is more than a feed should have");
    DeskError::usage(text).hint("give the feed of the section (chuyên mục) instead of the whole portal's")
}

pub(super) fn too_many(source: &str) -> DeskError {
    let text = format!("{source} has more than {FEED_ENTRIES_MAX} entries");
    DeskError::usage(text).hint("give the feed of the section (chuyên mục) instead of the whole portal's")
}

fn article(entry: feed_rs::model::Entry, zone: Tz) -> Article {
    let link = entry.links.iter().find(|link| link.rel.as_deref().is_none_or(|rel| rel == "alternate"));
    let mut text = entry.summary.map(|summary| summary.content).unwrap_or_default();
    for category in &entry.categories {
        text.push(' ');
        text.push_str(category.label.as_deref().unwrap_or(&category.term));
    }
    Article {
        link: link.map(|link| link.href.trim().to_owned()).unwrap_or_default(),
        title: entry.title.map(|title| title.content).unwrap_or_default(),
        text,
        // The day it appeared; a later touch of a word does not move it into another period.
        day: entry.published.or(entry.updated).map(|at| day_of(zone, at)),
    }
}
