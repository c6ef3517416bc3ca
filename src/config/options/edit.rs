//! Changes written into the text of `settings.toml`: what is not changed stays as it is, comments too.

use serde_json::Value as Json;
use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, Value};

/// What a new file begins with.
const HEAD: &str = "# Settings of the console (Cài đặt). They lie over the station's file and under environment and flags; the\n\
                    # console keeps what is written here by hand. `loa check` reads it like every other layer.\n\n";

/// Puts `value` at `path`; `list_below` is the list that the first name of the path stands for so far, when it is one and
/// this text has none yet.
pub(super) fn put(document: &mut DocumentMut, path: &[&str], value: &Json, list_below: Option<&Json>) {
    if document.as_table().is_empty() && document.trailing().as_str().is_none_or(str::is_empty) {
        document.set_trailing("");
        document.decor_mut().set_prefix(HEAD);
    }
    let [first, rest @ ..] = path else { return };
    if let (false, Some(list)) = (document.contains_key(first), list_below) {
        document.insert(first, item(list));
    }
    put_in(document.as_item_mut(), first, rest, value);
}

fn put_in(item_at: &mut Item, first: &str, rest: &[&str], value: &Json) {
    let [next, after @ ..] = rest else {
        let table = item_at.as_table_like_mut();
        let Some(table) = table else { return };
        match (table.get_mut(first), item(value)) {
            // The decoration of a value holds the comment behind it.
            (Some(Item::Value(old)), Item::Value(mut new)) => {
                *new.decor_mut() = old.decor().clone();
                *old = new;
            }
            (_, new) => drop(table.insert(first, new)),
        }
        return;
    };
    let Some(table) = item_at.as_table_like_mut() else { return };
    let below = table.entry(first).or_insert_with(|| Item::Table(Table::new()));
    match (next.parse::<usize>(), below.as_array_of_tables_mut()) {
        (Ok(index), Some(tables)) => {
            let (Some(entry), [key, deeper @ ..]) = (tables.get_mut(index), after) else { return };
            let mut entry_item = Item::Table(std::mem::take(entry));
            put_in(&mut entry_item, key, deeper, value);
            if let Item::Table(changed) = entry_item {
                *entry = changed;
            }
        }
        _ => put_in(below, next, after, value),
    }
}

/// Takes out what is at `path`, and a section with it that says nothing any more.
pub(super) fn remove(document: &mut DocumentMut, path: &[&str]) {
    let [section, rest @ ..] = path else { return };
    let empty = match (document.get_mut(section), rest) {
        (Some(Item::Table(table)), [key]) => {
            table.remove(key);
            table.is_empty()
        }
        (Some(_), []) => true,
        _ => false,
    };
    if empty {
        document.remove(section);
    }
}

/// A list of entries as a document of its own.
pub(super) fn list_document(name: &str, entries: &Json, head: &str) -> String {
    let mut document = DocumentMut::new();
    document.insert(name, item(entries));
    format!("{head}\n{document}")
}

/// A JSON value as TOML says it. Objects in a list become tables of their own, which people can read.
fn item(value: &Json) -> Item {
    match value {
        Json::Array(entries) if !entries.is_empty() && entries.iter().all(Json::is_object) => {
            let mut tables = ArrayOfTables::new();
            entries.iter().for_each(|entry| tables.push(table(entry)));
            Item::ArrayOfTables(tables)
        }
        Json::Object(_) => Item::Table(table(value)),
        other => inline(other).map_or(Item::None, Item::Value),
    }
}

fn table(value: &Json) -> Table {
    let mut made = Table::new();
    for (key, value) in value.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null()) {
        made.insert(key, item(value));
    }
    made
}

/// None for null, which TOML does not know.
fn inline(value: &Json) -> Option<Value> {
    Some(match value {
        Json::Null => return None,
        Json::Bool(flag) => Value::from(*flag),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => Value::from(whole),
            None => Value::from(number.as_f64()?),
        },
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(items) => Value::Array(items.iter().filter_map(inline).collect::<Array>()),
        Json::Object(entries) => {
            let mut made = InlineTable::new();
            for (key, value) in entries.iter().filter_map(|(key, value)| Some((key, inline(value)?))) {
                made.insert(key, value);
            }
            Value::InlineTable(made)
        }
    })
}
