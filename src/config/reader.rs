//! Reading options out of a tree. The calls are the table of options: each names a key, its type, range and unit once;
//! the defaults are those of the built-in file; what was never asked for is unknown.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use super::fault::{Fault, Place, Problem};
use super::form::Form;
use super::tree::{Node, Value};
use crate::domain::time::Days;

/// What was found while reading.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// What is wrong.
    pub(super) faults: Vec<Fault>,
    /// Every key that was asked for, with what it takes; in the entries of a list, as `zone[].name`.
    pub(super) known: BTreeMap<String, Form>,
    /// Those of them that an entry of a list must say itself: what the built-in one says is not taken for it.
    pub(super) own: BTreeSet<String>,
    /// Texts to be read in place of files that a value names: what a change would write there.
    pub(super) instead: BTreeMap<PathBuf, String>,
}

/// One table of a configuration: the given values, and behind them the built-in ones.
///
/// A value that will not do is noted as a fault and stands in for the rest of the reading as the lowest of its kind, so
/// that everything wrong is found at once; the configuration is then refused as a whole.
pub(super) struct Reader<'a> {
    given: &'a Node,
    built_in: Option<&'a Node>,
    /// As messages name it, `zone.0`.
    path: String,
    /// As [`Findings::known`] names it, `zone[]`.
    pattern: String,
    findings: &'a RefCell<Findings>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(given: &'a Node, built_in: Option<&'a Node>, findings: &'a RefCell<Findings>) -> Self {
        Self { given, built_in, path: String::new(), pattern: String::new(), findings }
    }

    /// The table of that name.
    pub(super) fn section(&self, key: &str) -> Self {
        let built_in = self.built_in.and_then(|node| node.get(key));
        let given = self.given.get(key).or(built_in).unwrap_or(self.given);
        Self {
            given,
            built_in,
            path: join(&self.path, key),
            pattern: join(&self.pattern, key),
            findings: self.findings,
        }
    }

    /// The tables of the list of that name; what an entry leaves out is taken from the first built-in one. Something else
    /// in its place is reported by [`unknown`].
    pub(super) fn entries(&self, key: &str) -> Vec<Self> {
        let built_in = self.built_in.and_then(|node| node.get(key));
        let pattern = format!("{}[]", join(&self.pattern, key));
        let shipped = built_in.and_then(Node::items).unwrap_or_default();
        let items = self.given.get(key).and_then(Node::items).unwrap_or(shipped);
        let entry = |(index, given)| Self {
            given,
            built_in: shipped.first(),
            path: format!("{}.{index}", join(&self.path, key)),
            pattern: pattern.clone(),
            findings: self.findings,
        };
        items.iter().enumerate().map(entry).collect()
    }

    /// The tables of the list of that name in this very table; nothing is taken from the built-in file.
    pub(super) fn own_entries(&self, key: &str) -> Vec<Self> {
        let pattern = format!("{}[]", join(&self.pattern, key));
        let entry = |(index, given)| Self {
            given,
            built_in: None,
            path: format!("{}.{index}", join(&self.path, key)),
            pattern: pattern.clone(),
            findings: self.findings,
        };
        self.given.get(key).and_then(Node::items).unwrap_or_default().iter().enumerate().map(entry).collect()
    }

    /// A text with something in it.
    pub(super) fn text(&self, key: &str) -> String {
        let text = self.text_or_empty(key);
        self.takes(key, Form::Text { may_be_empty: false });
        if text.trim().is_empty() {
            self.reject(key, "a text", "write it between \"quotes\"");
        }
        text
    }

    /// A text that may be empty.
    pub(super) fn text_or_empty(&self, key: &str) -> String {
        match self.find(key) {
            Some(node) => self.text_of(key, node),
            None => String::new(),
        }
    }

    /// A text with something in it that every entry must give itself.
    pub(super) fn own_text(&self, key: &str) -> String {
        if self.given.get(key).is_some() {
            return self.text(key);
        }
        self.takes(key, Form::Text { may_be_empty: false });
        self.note(Fault {
            place: self.given.place.clone(),
            problem: Problem::Missing { key: join(&self.path, key) },
            expected: "a text".to_owned(),
            remedy: format!("add a line {key} = \"...\""),
        });
        String::new()
    }

    /// A text that may be empty and is not taken from the built-in entry of a list.
    pub(super) fn own_text_or_empty(&self, key: &str) -> String {
        self.takes_own(key, Form::Text { may_be_empty: true });
        self.given.get(key).map_or_else(String::new, |node| self.text_of(key, node))
    }

    /// A day that every entry must give itself; none if it does not.
    pub(super) fn own_day(&self, key: &str) -> Option<NaiveDate> {
        if self.given.get(key).is_some() {
            let faults = self.findings.borrow().faults.len();
            let day = self.day(key);
            if day.is_none() && self.findings.borrow().faults.len() == faults {
                self.reject(key, "a day as YYYY-MM-DD", "for example 2023-01-03");
            }
            return day;
        }
        self.takes(key, Form::Day);
        self.note(Fault {
            place: self.given.place.clone(),
            problem: Problem::Missing { key: join(&self.path, key) },
            expected: "a day as YYYY-MM-DD".to_owned(),
            remedy: format!("add a line {key} = 2023-01-03"),
        });
        None
    }

    /// The days from `from` to `to` of this very entry; an end that is absent or empty is open.
    pub(super) fn own_days(&self) -> Days {
        let own = |key: &str| {
            self.takes_own(key, Form::Day);
            self.given.get(key).and_then(|_| self.day(key))
        };
        let days = Days { from: own("from"), to: own("to") };
        if days.from.zip(days.to).is_some_and(|(from, to)| to < from) {
            self.reject(
                "to",
                "a day on or after `from`",
                "both days belong to it; exchange them if they are the wrong way round",
            );
        }
        days
    }

    /// A list of texts, each with something in it; at most `most`.
    pub(super) fn texts(&self, key: &str, most: usize) -> Vec<String> {
        self.takes(key, Form::Texts { most });
        let Some(node) = self.find(key) else { return Vec::new() };
        let text = |node: &Node| match &node.value {
            Value::Text(text) if !text.trim().is_empty() => Some(text.clone()),
            _ => None,
        };
        let texts = node.items().and_then(|items| items.iter().map(text).collect::<Option<Vec<_>>>());
        match texts {
            Some(texts) if texts.len() <= most => texts,
            _ => {
                self.reject(
                    key,
                    &format!("a list of at most {most} texts"),
                    "write [\"one\", \"another\"]; [] is none",
                );
                Vec::new()
            }
        }
    }

    /// The same, not taken from the built-in entry of a list.
    pub(super) fn own_texts(&self, key: &str, most: usize) -> Vec<String> {
        self.takes_own(key, Form::Texts { most });
        if self.given.get(key).is_some() { self.texts(key, most) } else { Vec::new() }
    }

    /// Where this table stands, as messages name it: `agency.1`.
    pub(super) fn name(&self) -> &str {
        &self.path
    }

    /// The value under `key` of this very entry will not do, also where it is left out; `value` is what stands for it then.
    pub(super) fn reject_own(&self, key: &str, value: &str, expected: &str, remedy: &str) {
        let node = self.given.get(key);
        self.note(Fault {
            place: node.unwrap_or(self.given).place.clone(),
            problem: Problem::Wrong {
                key: join(&self.path, key),
                value: node.map_or_else(|| value.to_owned(), |node| node.written.clone()),
            },
            expected: expected.to_owned(),
            remedy: remedy.to_owned(),
        });
    }

    /// A text that means something; none if it does not.
    pub(super) fn parsed<T>(
        &self,
        key: &str,
        expected: &str,
        remedy: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let parsed = parse(&self.text_or_empty(key));
        self.takes(key, Form::Special { expected: expected.to_owned() });
        if parsed.is_none() {
            self.reject(key, expected, remedy);
        }
        parsed
    }

    /// A whole number.
    pub(super) fn whole<T: TryFrom<i64> + TryInto<i64> + PartialOrd + Copy + Display>(
        &self,
        key: &str,
        range: &RangeInclusive<T>,
        unit: &str,
    ) -> T {
        let number = match self.find(key).map(|node| &node.value) {
            Some(Value::Integer(number)) => T::try_from(*number).ok().filter(|number| range.contains(number)),
            _ => None,
        };
        let [min, max] = [*range.start(), *range.end()].map(|bound| bound.try_into().unwrap_or(i64::MAX));
        self.takes(key, Form::Whole { min, max, unit: unit.to_owned() });
        number.unwrap_or_else(|| {
            let expected = format!("a whole number from {} to {} {unit}", range.start(), range.end());
            self.reject(key, expected.trim_end(), &self.default_remedy(key));
            *range.start()
        })
    }

    /// A number with or without a fraction.
    pub(super) fn decimal(&self, key: &str, range: &RangeInclusive<f64>, unit: &str) -> f64 {
        let number = match self.find(key).map(|node| &node.value) {
            Some(Value::Decimal(number)) => Some(*number),
            // Within every range in use, a whole number is exact as a float.
            Some(Value::Integer(number)) => i32::try_from(*number).ok().map(f64::from),
            _ => None,
        };
        self.takes(key, Form::Decimal { min: *range.start(), max: *range.end(), unit: unit.to_owned() });
        number.filter(|number| range.contains(number)).unwrap_or_else(|| {
            let expected = format!("a number from {} to {} {unit}", range.start(), range.end());
            self.reject(key, &expected, &self.default_remedy(key));
            *range.start()
        })
    }

    /// True or false.
    pub(super) fn flag(&self, key: &str) -> bool {
        self.takes(key, Form::Flag);
        if let Some(Value::Flag(flag)) = self.find(key).map(|node| &node.value) {
            return *flag;
        }
        self.reject(key, "true or false", &self.default_remedy(key));
        false
    }

    /// One of a few words.
    pub(super) fn choice<T: Copy, const N: usize>(&self, key: &str, choices: [(&str, T); N]) -> Option<T> {
        let words: Vec<String> = choices.iter().map(|(word, _)| format!("\"{word}\"")).collect();
        let remedy = self.default_remedy(key);
        let chosen = self.parsed(key, &words.join(" or "), &remedy, |text| {
            choices.iter().find(|(word, _)| *word == text).map(|(_, choice)| *choice)
        });
        self.takes(key, Form::Choice { words: choices.iter().map(|(word, _)| (*word).to_owned()).collect() });
        chosen
    }

    /// A calendar day; none when empty.
    pub(super) fn day(&self, key: &str) -> Option<NaiveDate> {
        self.takes(key, Form::Day);
        let node = self.find(key)?;
        let (Value::Text(text) | Value::Date(text)) = &node.value else {
            self.reject(key, "a day as YYYY-MM-DD", "for example 2023-01-03; \"\" leaves it open");
            return None;
        };
        if text.is_empty() {
            return None;
        }
        let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
        if day.is_none() {
            self.reject(key, "a day as YYYY-MM-DD", "for example 2023-01-03; \"\" leaves it open");
        }
        day
    }

    /// A path; none when empty. From a file it starts at the folder of that file, else at the current one.
    pub(super) fn path(&self, key: &str) -> Option<PathBuf> {
        let text = self.text_or_empty(key);
        self.takes(key, Form::Path);
        let folder = match self.find(key).map(|node| &node.place) {
            Some(Place::Line { file, .. } | Place::File(file)) => file.parent().map(PathBuf::from).unwrap_or_default(),
            _ => PathBuf::new(),
        };
        (!text.is_empty()).then(|| folder.join(text))
    }

    /// The value under `key` will not do.
    pub(super) fn reject(&self, key: &str, expected: &str, remedy: &str) {
        let Some(node) = self.value(key) else { return };
        self.note(Fault {
            place: node.place.clone(),
            problem: Problem::Wrong { key: join(&self.path, key), value: node.written.clone() },
            expected: expected.to_owned(),
            remedy: remedy.to_owned(),
        });
    }

    /// Adds a fault, unless its line is already reported: one mistake, one message.
    pub(super) fn note(&self, fault: Fault) {
        let mut findings = self.findings.borrow_mut();
        let same = |other: &Fault| match (&other.problem, &fault.problem) {
            (Problem::Syntax(_), _) => other.place == fault.place,
            (Problem::Wrong { key: a, .. } | Problem::Missing { key: a }, Problem::Wrong { key: b, .. }) => a == b,
            _ => false,
        };
        if !findings.faults.iter().any(same) {
            findings.faults.push(fault);
        }
    }

    /// The text that stands in for a file while a change is tried out.
    pub(super) fn instead_of(&self, file: &Path) -> Option<String> {
        self.findings.borrow().instead.get(file).cloned()
    }

    fn find(&self, key: &str) -> Option<&'a Node> {
        let known = || Form::Text { may_be_empty: true };
        self.findings.borrow_mut().known.entry(join(&self.pattern, key)).or_insert_with(known);
        self.value(key)
    }

    fn value(&self, key: &str) -> Option<&'a Node> {
        self.given.get(key).or_else(|| self.built_in.and_then(|node| node.get(key)))
    }

    fn text_of(&self, key: &str, node: &Node) -> String {
        match (&node.value, &node.place) {
            (Value::Text(text), _) => text.clone(),
            // Neither knows quotes: `LOA_STATION__SHORT_NAME=7` is a text that looks like a number.
            (_, Place::Environment(_) | Place::Flag(_)) => node.written.clone(),
            _ => {
                self.reject(key, "a text", "write it between \"quotes\"");
                String::new()
            }
        }
    }

    fn default_remedy(&self, key: &str) -> String {
        let default = self.built_in.and_then(|node| node.get(key));
        default.map_or_else(String::new, |node| format!("leave it out for the default, {}", node.written))
    }

    /// The same for an option that is not taken from the built-in entry of a list.
    fn takes_own(&self, key: &str, form: Form) {
        self.findings.borrow_mut().own.insert(join(&self.pattern, key));
        self.takes(key, form);
    }

    /// Notes what an option takes; what is said last holds.
    fn takes(&self, key: &str, form: Form) {
        self.findings.borrow_mut().known.insert(join(&self.pattern, key), form);
    }
}

/// Every value of `tree` that nobody asked for, and every table or list in the wrong place.
pub(super) fn unknown(tree: &Node, known: &BTreeMap<String, Form>) -> Vec<Fault> {
    let mut faults = Vec::new();
    walk(tree, "", "", known, &mut faults);
    faults
}

fn walk(node: &Node, path: &str, pattern: &str, known: &BTreeMap<String, Form>, faults: &mut Vec<Fault>) {
    for (key, entry) in node.entries() {
        let (path, pattern) = (join(path, key), join(pattern, key));
        let has =
            |prefix: &str| known.range(prefix.to_owned()..).next().is_some_and(|(key, _)| key.starts_with(prefix));
        let mut wrong = |expected: String, remedy: String| {
            let problem = Problem::Wrong { key: path.clone(), value: entry.written.clone() };
            faults.push(Fault { place: entry.place.clone(), problem, expected, remedy });
        };
        if known.contains_key(&pattern) {
        } else if has(&format!("{pattern}[]")) {
            match entry.items() {
                Some(items) => items.iter().enumerate().for_each(|(index, item)| {
                    walk(item, &format!("{path}.{index}"), &format!("{pattern}[]"), known, faults);
                }),
                None => wrong("a list of tables".to_owned(), format!("begin each entry with [[{path}]]")),
            }
        } else if has(&format!("{pattern}.")) {
            match &entry.value {
                Value::Table(_) => walk(entry, &path, &pattern, known, faults),
                _ => wrong("a table".to_owned(), format!("write its options below a line [{path}]")),
            }
        } else {
            let problem = Problem::Unknown { key: path };
            let (expected, remedy) = ("one of the options of config/loa.toml".to_owned(), nearest(&pattern, known));
            faults.push(Fault { place: entry.place.clone(), problem, expected, remedy });
        }
    }
}

/// The known key that was most likely meant.
fn nearest(pattern: &str, known: &BTreeMap<String, Form>) -> String {
    let last = |key: &str| key.rsplit('.').next().unwrap_or_default().to_owned();
    // A key in the wrong section is a likelier slip than a key that resembles another, and both count.
    let likeness = |key: &&String| {
        let whole = strsim::normalized_damerau_levenshtein(pattern, key);
        whole.max(0.95 * strsim::normalized_damerau_levenshtein(&last(pattern), &last(key)))
    };
    let best = known.keys().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    match best.filter(|key| likeness(key) > 0.6) {
        Some(key) => format!("did you mean `{key}`?"),
        None => "remove it, or look up its name".to_owned(),
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}
