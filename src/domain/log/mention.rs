//! What persons heard inside a relay (tin, bài nghe được trong buổi tiếp âm), item by item.
//!
//! Nobody but a listener knows what another station said. So each item is the word of a person, kept as a record with their
//! name; who takes one back adds another record, and the first stays.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::AiringId;

/// The most items of one airing, with those that were withdrawn: half an hour of news has twenty.
pub const MENTIONS_MAX: u32 = 200;

/// An item that a person heard inside a relay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    /// The airing of the relay.
    pub airing: AiringId,
    /// Its number within the airing, counted from 1 in the order of saying.
    pub item: u32,
    /// Who says so.
    pub by: String,
    /// Where it begins, from the first frame of the airing that was heard, in milliseconds.
    pub offset_ms: u64,
    /// How long it is, in milliseconds, above 0; none if nobody said.
    pub length_ms: Option<u64>,
    /// What it is called.
    pub title: String,
    /// Its topic code.
    pub topic: String,
    /// Who made it, as the other station said; none if nobody noted that.
    pub author: Option<String>,
}

/// An item is taken back: it was not heard, or was said wrongly. A new record, never a change of the first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawal {
    /// The airing of the relay.
    pub airing: AiringId,
    /// Which item.
    pub item: u32,
    /// Who.
    pub by: String,
    /// Why.
    pub why: String,
}

/// An item, and whether it still stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mentioned {
    /// What was said.
    #[serde(flatten)]
    pub mention: Mention,
    /// Who took it back, and why.
    pub withdrawn: Option<Withdrawal>,
}

/// Why an item is not taken into the log, or cannot be withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MentionRefusal {
    /// Only another station holds items that the library does not know.
    #[error("it is no relay; items are tagged inside relays only")]
    NoRelay,
    /// What is on air has no length yet.
    #[error("it is on air still; tag its items when it is over")]
    OnAir,
    /// It begins or ends where nothing of the airing was heard.
    #[error(
        "the item reaches to {} and the airing was heard for {}; give a place within it", place(*to_ms), place(*heard_ms)
    )]
    Beyond {
        /// Where the item ends, or begins if its length is not given.
        to_ms: u64,
        /// How long the airing was heard.
        heard_ms: u64,
    },
    /// A length was given, and is none.
    #[error("the item is 0 seconds long; give its length, or leave it out")]
    NoLength,
    /// No room.
    #[error("the airing has {MENTIONS_MAX} items, which is all it takes; further ones stay untagged")]
    Full,
    /// Numbers follow each other.
    #[error("item {item} comes in the place of item {expected}")]
    OutOfTurn {
        /// Its number.
        item: u32,
        /// The number that is due.
        expected: u32,
    },
    /// Nobody tagged such an item.
    #[error("there is no item {item} among the {count} of the airing; `loa log show` numbers them")]
    NoSuchItem {
        /// Its number.
        item: u32,
        /// How many there are.
        count: usize,
    },
    /// Once is enough.
    #[error("item {item} was withdrawn by {by} already; tag it anew if it was heard after all")]
    Withdrawn {
        /// Its number.
        item: u32,
        /// Who did.
        by: String,
    },
}

/// The items of one airing in the order of their numbers, those that were withdrawn included.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mentions(Vec<Mentioned>);

impl Mentions {
    /// The number of the item that is tagged next.
    #[must_use]
    pub fn next(&self) -> u32 {
        u32::try_from(self.0.len()).map_or(u32::MAX, |count| count.saturating_add(1))
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Mentioned> {
        self.0.iter()
    }

    /// Those that still stand.
    pub fn standing(&self) -> impl Iterator<Item = &Mention> {
        self.0.iter().filter(|mentioned| mentioned.withdrawn.is_none()).map(|mentioned| &mentioned.mention)
    }

    /// How many of them are on each topic.
    #[must_use]
    pub fn by_topic(&self) -> BTreeMap<String, u64> {
        let mut topics = BTreeMap::new();
        for mention in self.standing() {
            *topics.entry(mention.topic.clone()).or_default() += 1;
        }
        topics
    }

    /// One more. That it fits into its airing is for the airing to say.
    ///
    /// # Errors
    /// When there are too many, or its number is not the next.
    pub fn add(&mut self, mention: &Mention) -> Result<(), MentionRefusal> {
        let expected = self.next();
        if expected > MENTIONS_MAX {
            return Err(MentionRefusal::Full);
        }
        if mention.item != expected {
            return Err(MentionRefusal::OutOfTurn { item: mention.item, expected });
        }
        self.0.push(Mentioned { mention: mention.clone(), withdrawn: None });
        Ok(())
    }

    /// One is taken back.
    ///
    /// # Errors
    /// When there is none of that number, or it was taken back before.
    pub fn withdraw(&mut self, withdrawal: &Withdrawal) -> Result<(), MentionRefusal> {
        let (item, count) = (withdrawal.item, self.0.len());
        let found = self.0.iter_mut().find(|mentioned| mentioned.mention.item == item);
        let mentioned = found.ok_or(MentionRefusal::NoSuchItem { item, count })?;
        if let Some(before) = &mentioned.withdrawn {
            return Err(MentionRefusal::Withdrawn { item, by: before.by.clone() });
        }
        mentioned.withdrawn = Some(withdrawal.clone());
        Ok(())
    }
}

/// A place in an airing as people read it from a player: `0:03:10`. What is left of a second is cut.
#[must_use]
pub fn place(offset_ms: u64) -> String {
    let seconds = offset_ms / 1_000;
    format!("{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_read_as_on_a_player() {
        for (offset_ms, text) in
            [(0, "0:00:00"), (190_999, "0:03:10"), (3_600_000, "1:00:00"), (360_000_000, "100:00:00")]
        {
            assert_eq!(place(offset_ms), text);
        }
    }

    #[test]
    fn the_last_place_is_taken_and_none_after_it() {
        let airing = AiringId(uuid::Uuid::nil());
        let (by, title, topic) = ("Hoa".to_owned(), "Tin".to_owned(), "CCHC".to_owned());
        let mention = Mention { airing, item: 1, by, offset_ms: 0, length_ms: None, title, topic, author: None };
        let mut mentions = Mentions::default();
        for item in 1..=MENTIONS_MAX {
            mentions.add(&Mention { item, ..mention.clone() }).unwrap();
        }
        let further = Mention { item: MENTIONS_MAX + 1, ..mention };
        assert_eq!(mentions.add(&further), Err(MentionRefusal::Full));
        let (by, why) = ("Hoa".to_owned(), "nghe nhầm".to_owned());
        mentions.withdraw(&Withdrawal { airing, item: 7, by, why }).unwrap();
        assert_eq!(mentions.add(&further), Err(MentionRefusal::Full), "what was withdrawn keeps its number");
        assert_eq!(mentions.by_topic(), [("CCHC".to_owned(), u64::from(MENTIONS_MAX) - 1)].into());
    }
}
