//! The topics of a report as one stretch of a Vietnamese sentence.

use super::Report;
use crate::domain::topic::TopicTable;

/// What stands for the topics that were left off.
const LEFT_OFF: &str = "...";

/// `tuyên truyền về A; B; C trong lĩnh vực x, y`: the topics of the report, most items first, joined by `; `. Topics of one
/// group are named together, their fields joined by `, `. At most `entries_max` entries, and as many fields of a group (at
/// least one of each); `...` stands where some were left off. Without items, a remark that says so.
#[must_use]
pub fn topic_list(report: &Report, topics: &TopicTable, entries_max: usize) -> String {
    let counted = report.by_topic.iter().map(|group| (group.key.as_str(), group.items));
    match listed(counted, topics, entries_max) {
        Some(list) => format!("tuyên truyền về {list}"),
        None => "không có tin bài".to_owned(),
    }
}

/// The same of any counts by topic, without the words in front; none without items.
pub(super) fn listed<'a>(
    counted: impl Iterator<Item = (&'a str, u64)>,
    topics: &'a TopicTable,
    entries_max: usize,
) -> Option<String> {
    let entries_max = entries_max.max(1);
    let entries = entries(counted, topics);
    if entries.is_empty() {
        return None;
    }
    let said: Vec<String> = entries.iter().take(entries_max).map(|entry| entry.text(entries_max)).collect();
    let mut list = said.join("; ");
    if entries.len() > entries_max && !list.ends_with(LEFT_OFF) {
        list.push_str(LEFT_OFF);
    }
    Some(list)
}

/// One entry of the list: a topic, or the topics of a group.
struct Entry<'a> {
    /// The topic's code, or the group's.
    code: &'a str,
    /// The group's words in front of its fields.
    lead: Option<&'a str>,
    phrases: Vec<&'a str>,
    items: u64,
    /// Stands for everything else.
    rest: bool,
}

impl Entry<'_> {
    fn text(&self, fields_max: usize) -> String {
        let mut text = self.phrases.iter().take(fields_max).copied().collect::<Vec<_>>().join(", ");
        if self.phrases.len() > fields_max {
            text.push_str(LEFT_OFF);
        }
        match self.lead {
            Some(lead) => format!("{lead} {text}"),
            None => text,
        }
    }
}

/// Most items first, then by code, what stands for the rest last. A topic without items (its items were counted under the
/// topic that most of their airings name) is not spoken of.
fn entries<'a>(counted: impl Iterator<Item = (&'a str, u64)>, topics: &'a TopicTable) -> Vec<Entry<'a>> {
    let mut entries: Vec<Entry<'a>> = Vec::new();
    for (topic, items) in counted.filter(|(_, items)| *items > 0) {
        let phrase = topics.phrase(topic);
        let under = topics.group_of(topic);
        let code = under.map_or(topic, |group| &group.code);
        let lead = under.map(|group| group.lead.as_str());
        match entries.iter_mut().find(|entry| entry.lead.is_some() && entry.code == code && lead.is_some()) {
            Some(entry) => {
                entry.phrases.push(phrase);
                entry.items += items;
            }
            None => entries.push(Entry {
                code,
                lead,
                phrases: vec![phrase],
                items,
                rest: topics.get(topic).is_some_and(|topic| topic.rest),
            }),
        }
    }
    entries.sort_by(|a, b| (a.rest, b.items, a.code).cmp(&(b.rest, a.items, b.code)));
    entries
}
