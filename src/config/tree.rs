//! The layers of a configuration as trees of values that know where they were given.

use std::collections::BTreeMap;
use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::fault::{Fault, Place};

/// A value and where it was given.
#[derive(Debug, Clone)]
pub(super) struct Node {
    /// What.
    pub(super) value: Value,
    /// Where.
    pub(super) place: Place,
    /// As it was written, for messages.
    pub(super) written: String,
}

/// A value of a configuration.
#[derive(Debug, Clone)]
pub(super) enum Value {
    /// A string.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Decimal(f64),
    /// True or false.
    Flag(bool),
    /// A date or time, as TOML writes it.
    Date(String),
    /// Several values.
    List(Vec<Node>),
    /// Named values.
    Table(BTreeMap<String, Node>),
}

impl Node {
    /// The value at a path; a number is a place in a list.
    pub(super) fn at<'a>(&self, mut path: impl Iterator<Item = &'a str>) -> Option<&Self> {
        path.try_fold(self, |node, part| match &node.value {
            Value::List(items) => items.get(part.parse::<usize>().ok()?),
            _ => node.get(part),
        })
    }

    /// The values of a table; none of anything else.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&String, &Self)> {
        match &self.value {
            Value::Table(entries) => Some(entries.iter()),
            _ => None,
        }
        .into_iter()
        .flatten()
    }

    /// The value of that name in a table.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        match &self.value {
            Value::Table(entries) => entries.get(key),
            _ => None,
        }
    }

    /// The values of a list; none of anything else.
    pub(super) fn items(&self) -> Option<&[Self]> {
        match &self.value {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    /// A table with nothing in it.
    pub(super) fn empty(place: Place) -> Self {
        Self { value: Value::Table(BTreeMap::new()), place, written: "a table".to_owned() }
    }

    /// Reads a TOML document. What is no TOML is left out and reported, the rest stays.
    pub(super) fn parse(file: &Path, text: &str, faults: &mut Vec<Fault>) -> Self {
        let (table, errors) = DeTable::parse_recoverable(text);
        let document = Document { file, text };
        for error in errors {
            let place = document.line(error.span().map_or(0, |span| span.start));
            // What the parser says of the same line after its first mistake only confuses.
            if faults.iter().all(|fault| fault.place != place) {
                let remedy = "one `key = value` a line; texts stand in \"quotes\"; a key stands once in its [section]";
                faults.push(Fault::of_syntax(place, error.message(), remedy));
            }
        }
        let entries = document.table(table.get_ref());
        Self { value: Value::Table(entries), place: Place::File(file.to_owned()), written: "a table".to_owned() }
    }

    /// A value of the environment or the command line: TOML if it reads as such, plain text if not.
    pub(super) fn of_text(place: Place, text: &str) -> Self {
        let document = Document { file: Path::new(""), text };
        let parsed = DeValue::parse(text).ok().map(|value| document.value(value.get_ref()));
        let mut node = Self {
            value: parsed.unwrap_or_else(|| Value::Text(text.to_owned())),
            place: place.clone(),
            written: text.to_owned(),
        };
        node.relocate(&place);
        node
    }

    /// Every value inside was given at `place`.
    fn relocate(&mut self, place: &Place) {
        self.place = place.clone();
        match &mut self.value {
            Value::List(items) => items.iter_mut().for_each(|item| item.relocate(place)),
            Value::Table(entries) => entries.values_mut().for_each(|entry| entry.relocate(place)),
            Value::Text(_) | Value::Integer(_) | Value::Decimal(_) | Value::Flag(_) | Value::Date(_) => {}
        }
    }

    /// Lays another tree over this one: its values hold, tables are merged, a list takes the place of a list.
    pub(super) fn lay(&mut self, above: Self) {
        match (&mut self.value, above.value) {
            (Value::Table(entries), Value::Table(others)) => {
                for (key, other) in others {
                    match entries.get_mut(&key) {
                        Some(entry) => entry.lay(other),
                        None => drop(entries.insert(key, other)),
                    }
                }
            }
            (_, value) => *self = Self { value, place: above.place, written: above.written },
        }
    }

    /// The value of that name in a table, to change it.
    pub(super) fn below(&mut self, key: &str) -> Option<&mut Self> {
        match &mut self.value {
            Value::Table(entries) => entries.get_mut(key),
            _ => None,
        }
    }

    /// Takes the value of that name out of a table.
    pub(super) fn take(&mut self, key: &str) -> Option<Self> {
        match &mut self.value {
            Value::Table(entries) => entries.remove(key),
            _ => None,
        }
    }

    /// Puts `leaf` at `path`, making tables on the way. A number in the path is a place in a list; a list that is not
    /// there yet is taken from `built_in`.
    ///
    /// # Errors
    /// The list has no such place: how many it has.
    pub(super) fn put(&mut self, built_in: Option<&Self>, path: &[String], leaf: Self) -> Result<(), usize> {
        let [first, rest @ ..] = path else {
            *self = leaf;
            return Ok(());
        };
        if let Value::List(items) = &mut self.value {
            let count = items.len();
            let item = first.parse().ok().and_then(|index: usize| items.get_mut(index)).ok_or(count)?;
            return item.put(None, rest, leaf);
        }
        if !matches!(self.value, Value::Table(_)) {
            *self = Self::empty(leaf.place.clone());
        }
        let below = built_in.and_then(|node| node.get(first));
        let Value::Table(entries) = &mut self.value else { return Ok(()) };
        let entry = entries.entry(first.clone()).or_insert_with(|| match below {
            Some(list) if list.items().is_some() => list.clone(),
            _ => Self::empty(leaf.place.clone()),
        });
        entry.put(below, rest, leaf)
    }
}

/// A TOML text while it becomes nodes.
struct Document<'a> {
    file: &'a Path,
    text: &'a str,
}

impl Document<'_> {
    fn line(&self, offset: usize) -> Place {
        let before = self.text.as_bytes().get(..offset).unwrap_or(self.text.as_bytes());
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        Place::Line { file: self.file.to_owned(), line }
    }

    fn table(&self, table: &DeTable<'_>) -> BTreeMap<String, Node> {
        let entry = |(key, value): (&toml::Spanned<toml::de::DeString<'_>>, _)| {
            (key.get_ref().to_string(), self.node(key.span().start, value))
        };
        table.iter().map(entry).collect()
    }

    fn node(&self, offset: usize, value: &toml::Spanned<DeValue<'_>>) -> Node {
        let written = match value.get_ref() {
            DeValue::Table(_) => "a table".to_owned(),
            DeValue::Array(_) => "a list".to_owned(),
            _ => self.text.get(value.span()).unwrap_or_default().to_owned(),
        };
        Node { value: self.value(value.get_ref()), place: self.line(offset), written }
    }

    fn value(&self, value: &DeValue<'_>) -> Value {
        match value {
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Integer(integer) => i64::from_str_radix(integer.as_str(), integer.radix())
                .map_or_else(|_| Value::Text(integer.to_string()), Value::Integer),
            DeValue::Float(float) => float.as_str().parse().map_or(Value::Decimal(f64::NAN), Value::Decimal),
            DeValue::Boolean(flag) => Value::Flag(*flag),
            DeValue::Datetime(date) => Value::Date(date.to_string()),
            DeValue::Array(items) => Value::List(items.iter().map(|item| self.node(item.span().start, item)).collect()),
            DeValue::Table(table) => Value::Table(self.table(table)),
        }
    }
}
