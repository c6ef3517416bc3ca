//! What `config/loa.toml` says of each option: the comment above it.

use toml_edit::{DocumentMut, Item, Table};

use super::super::SHIPPED;

/// Every option of the shipped file in its order, keys as [`super::super::Config::keys`] writes them, with what is said of
/// it. One without a comment of its own shares that of the one above it.
pub(super) fn comments() -> Vec<(String, String)> {
    let mut found = Vec::new();
    if let Ok(document) = SHIPPED.parse::<DocumentMut>() {
        walk(document.as_table(), "", "", &mut found);
    }
    found
}

/// What is said of a section, a list or an option.
pub(super) fn about(key: &str) -> String {
    let Ok(document) = SHIPPED.parse::<DocumentMut>() else { return String::new() };
    if let Some((_, about)) = comments().into_iter().find(|(option, _)| option == key) {
        return about;
    }
    let decor = match document.get(key) {
        Some(Item::Table(table)) => table.decor().prefix(),
        Some(Item::ArrayOfTables(tables)) => tables.get(0).and_then(|table| table.decor().prefix()),
        _ => None,
    };
    text(decor.and_then(|prefix| prefix.as_str()).unwrap_or_default())
}

fn walk(table: &Table, path: &str, above: &str, found: &mut Vec<(String, String)>) {
    let mut said = above.to_owned();
    for (name, item) in table.iter() {
        let key = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        match item {
            Item::Table(below) => walk(below, &key, &head(below), found),
            Item::ArrayOfTables(tables) => {
                let first = tables.get(0);
                first.into_iter().for_each(|first| walk(first, &format!("{key}[]"), &head(first), found));
            }
            _ => {
                let own = table.key(name).and_then(|key| key.leaf_decor().prefix()).and_then(|prefix| prefix.as_str());
                let own = text(own.unwrap_or_default());
                if !own.is_empty() {
                    said = own;
                }
                found.push((key, said.clone()));
            }
        }
    }
}

fn head(table: &Table) -> String {
    text(table.decor().prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default())
}

/// The last block of comment lines, as one paragraph; rules and titles of parts are not of it.
fn text(prefix: &str) -> String {
    let block = prefix.trim_end().rsplit("\n\n").next().unwrap_or_default();
    let block = block.rsplit_once("# ---").map_or(block, |(_, rest)| rest.trim_start_matches('-'));
    let lines = block.lines().filter_map(|line| line.trim().strip_prefix('#')).map(str::trim);
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}
