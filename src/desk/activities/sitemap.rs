//! The articles of a portal, as its sitemap lists them: addresses with a day, sometimes with a title.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use quick_xml::Reader;
use quick_xml::events::Event;

use super::feed::{Article, FEED_ENTRIES_MAX, too_many, unreadable};
use crate::desk::error::DeskError;
use crate::domain::time::day_of;

/// Reads a `<urlset>`. Nothing but the text of `loc`, `lastmod`, `news:title` and `news:publication_date` is looked at; entities
/// that a document declares itself are not expanded.
pub(super) fn read(bytes: &[u8], source: &str, zone: Tz) -> Result<Vec<Article>, DeskError> {
    let text = std::str::from_utf8(bytes).map_err(|error| unreadable(source, &error.to_string()))?;
    let mut reader = Reader::from_str(text);
    let mut articles = Vec::new();
    let mut article = Article::default();
    let mut field = None;
    let mut said = String::new();
    loop {
        match reader.read_event().map_err(|error| unreadable(source, &error.to_string()))? {
            Event::Start(tag) => {
                field = Field::of(tag.local_name().as_ref());
                said.clear();
                if tag.local_name().as_ref() == "url" {
                    article = Article::default();
                }
            }
            Event::Text(part) if field.is_some() => said.push_str(&part),
            Event::CData(part) if field.is_some() => said.push_str(&part),
            Event::GeneralRef(part) if field.is_some() => match part.resolve_char_ref() {
                Ok(Some(letter)) => said.push(letter),
                _ => said.push_str(entity(&part)),
            },
            Event::End(tag) => match field.take() {
                Some(field) if Field::of(tag.local_name().as_ref()) == Some(field) => {
                    field.put(said.trim(), &mut article, zone);
                }
                _ if tag.local_name().as_ref() == "url" => {
                    articles.push(std::mem::take(&mut article));
                    if articles.len() > FEED_ENTRIES_MAX {
                        return Err(too_many(source));
                    }
                }
                _ => {}
            },
            Event::Eof => return Ok(articles),
            _ => {}
        }
    }
}

/// What is read of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Link,
    Changed,
    Published,
    Title,
}

impl Field {
    fn of(name: &str) -> Option<Self> {
        match name {
            "loc" => Some(Self::Link),
            "lastmod" => Some(Self::Changed),
            "publication_date" => Some(Self::Published),
            "title" => Some(Self::Title),
            _ => None,
        }
    }

    fn put(self, text: &str, article: &mut Article, zone: Tz) {
        match self {
            // Pictures have a `loc` and a `title` of their own, after that of the page.
            Self::Link if article.link.is_empty() => text.clone_into(&mut article.link),
            Self::Link => {}
            Self::Title if article.title.is_empty() => text.clone_into(&mut article.title),
            Self::Title => {}
            Self::Published => article.day = day(text, zone),
            Self::Changed => article.day = article.day.or_else(|| day(text, zone)),
        }
    }
}

/// W3C date and time, or a day alone.
fn day(text: &str, zone: Tz) -> Option<NaiveDate> {
    let instant = DateTime::parse_from_rfc3339(text).ok().map(|at| day_of(zone, at.with_timezone(&Utc)));
    instant.or_else(|| NaiveDate::parse_from_str(text.get(..10)?, "%Y-%m-%d").ok())
}

/// The five entities of XML; another one stands for nothing.
fn entity(name: &str) -> &'static str {
    match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => "",
    }
}
