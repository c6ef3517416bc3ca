//! The topic table: what ships is sound, what is broken is refused.

use loa::domain::topic::{TopicError, TopicTable};

use crate::support::report::topics;

#[test]
fn the_shipped_table_names_every_topic_in_sentence_and_table() {
    let table = topics();
    assert!(table.topics().len() >= 34);
    for topic in table.topics() {
        let phrase = table.phrase(&topic.code);
        assert!(!phrase.ends_with('.') && phrase.trim() == phrase && !phrase.is_empty(), "{phrase:?}");
        let grouped = table.group_of(&topic.code).is_some();
        assert_eq!(grouped, topic.code.starts_with("TTHC."), "{}", topic.code);
    }
    assert_eq!(table.topics().iter().filter(|topic| topic.rest).count(), 1);
}

#[test]
fn a_code_the_table_does_not_know_stands_for_itself() {
    let table = topics();
    assert_eq!(table.name_vi("CU.MAT"), "CU.MAT");
    assert_eq!(table.phrase("CU.MAT"), "CU.MAT");
    assert!(table.get("CU.MAT").is_none());
    assert!(table.group_of("TTHCX").is_none(), "a group is followed by a dot");
}

#[test]
fn a_broken_table_is_refused_with_the_code_that_breaks_it() {
    let read = |text: &str| toml::from_str::<TopicTable>(text).unwrap_err().to_string();
    let topic = |code: &str, vi: &str| format!("[[topic]]\ncode = \"{code}\"\nvi = \"{vi}\"\nen = \"x\"\n");
    let twice = TopicError::Twice { code: "A.B".into() }.to_string();
    assert!(read(&(topic("A.B", "x") + &topic("A.B", "y"))).contains(&twice));
    assert!(read(&topic("a.b", "x")).contains(&TopicError::Code { code: "a.b".into() }.to_string()));
    assert!(read(&topic("A..B", "x")).contains("A..B"));
    assert!(read(&topic("A", " ")).contains(&TopicError::Unnamed { code: "A".into() }.to_string()));
    assert!(read("").contains(&TopicError::Empty.to_string()));
    assert!(read(&(topic("A", "x") + "colour = 1\n")).contains("colour"), "unknown keys are refused");
    let many: String = (0..=TopicTable::TOPICS_MAX).map(|number| topic(&format!("A{number}"), "x")).collect();
    assert!(read(&many).contains("501"));
}
