//! The options as a person changes them in the console: what each means, takes and is now, and which layer says so.
//!
//! What the console saves is a layer of its own, `settings.toml` in the data folder: over the station's file, under the
//! environment and the flags. Whether a change will do is asked of [`super::Config::load`] itself, with the change in place
//! of what is saved: there are no other rules.

mod changes;
mod edit;
mod file;
mod shipped;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::{Map, Value as Json};

pub use changes::{Changes, Saved, SettingsError};

use super::fault::{ConfigError, Place};
use super::form::Form;
use super::reader::{Findings, Reader};
use super::sources::Sources;
use super::tree::{Node, Value as Given};
use super::{Config, SHIPPED};

/// Name of the file in the data folder in which the console keeps its settings.
pub const SETTINGS_NAME: &str = "settings.toml";
/// Name of the file in the data folder in which the console keeps the holidays.
const HOLIDAYS_NAME: &str = "holidays.toml";
/// The holidays themselves, which stand in a file of their own.
pub const HOLIDAYS: &str = "holidays";
/// The option that names that file.
const HOLIDAYS_FILE: &str = "schedule.holidays_file";

/// What decides where and how the console is reached, and which program the station runs: never the console's to say. A
/// section, or a key of one.
pub(super) const FIXED: [(&str, Option<&str>); 7] = [
    ("data", Some("folder")),
    ("control", None),
    ("console", None),
    ("speech", Some("command")),
    ("amplifier", None),
    ("watch", Some("command")),
    ("watch", Some("webhook")),
];

/// Which layer a value comes from, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Layer {
    /// `config/loa.toml`, compiled in.
    Default,
    /// The station's file.
    File,
    /// What the console saved.
    Console,
    /// An environment variable.
    Environment,
    /// A flag of the command line.
    Flag,
}

/// What must start again before a new value holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Restart {
    /// The station, within its process, as soon as the air is free.
    Station,
    /// The whole process.
    Process,
}

/// An option, or a list of tables.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Value {
    /// `audio.ring_seconds`; of a list its name; `holidays`.
    pub key: String,
    /// What `config/loa.toml` says of it.
    pub about: String,
    /// What it takes; none for a list.
    pub form: Option<Form>,
    /// What the entries of a list hold; keys are those within an entry, `output.device`.
    pub fields: Vec<Field>,
    /// What holds when nobody says anything.
    pub default: Json,
    /// What holds where the console says nothing.
    pub below: Json,
    /// What holds.
    pub value: Json,
    /// Who says so.
    pub layer: Layer,
    /// Where, in words.
    pub place: String,
    /// Whether the console may not change it, because a stronger layer holds it or it is not the console's.
    pub locked: bool,
    /// In a list: what stronger layers hold in it, as `0.output.device`.
    pub locked_fields: Vec<String>,
    /// What must start again before a new value holds.
    pub restart: Restart,
}

/// An option within the entries of a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Field {
    /// Within the entry: `output.device`.
    pub key: String,
    /// What `config/loa.toml` says of it.
    pub about: String,
    /// What it takes.
    pub form: Form,
    /// What holds when an entry leaves it out.
    pub default: Json,
}

/// Every option, in the order of `config/loa.toml`, the holidays last.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Options {
    /// Of what the console has saved: who changes something says which version they saw.
    pub version: String,
    /// Every option.
    pub options: Vec<Value>,
}

impl Options {
    /// Reads every option.
    ///
    /// # Errors
    /// What is saved cannot be read, or is no configuration.
    pub fn read(sources: &Sources) -> Result<Self, SettingsError> {
        let config = Config::load(sources).map_err(SettingsError::Faults)?;
        let layers = Layers::of(sources);
        let mut options: Vec<Value> = layers.values();
        options.push(layers.holidays(&config));
        let version = file::Version::of(&layers.folder)?.to_string();
        Ok(Self { version, options })
    }

    /// The option of that name.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.options.iter().find(|value| value.key == key)
    }
}

/// The layers as trees.
struct Layers {
    built_in: Node,
    /// Without the console's.
    below: Node,
    given: Node,
    folder: PathBuf,
    findings: Findings,
}

impl Layers {
    fn of(sources: &Sources) -> Self {
        let built_in = Node::parse(Path::new("config/loa.toml"), SHIPPED, &mut Vec::new());
        let findings = RefCell::new(Findings::default());
        let _read = Config::read(&Reader::new(&built_in, Some(&built_in), &findings), &Sources::default());
        let below = sources.below(&built_in);
        let given = sources.tree(&built_in, &mut Vec::new());
        let folder = sources.data_folder(&built_in);
        Self { below, given, folder, findings: findings.into_inner(), built_in }
    }

    fn values(&self) -> Vec<Value> {
        let mut values: Vec<Value> = Vec::new();
        for (pattern, about) in shipped::comments() {
            let Some(form) = self.findings.known.get(&pattern) else { continue };
            match pattern.split_once("[].") {
                None => values.push(self.option(&pattern, about, form.clone())),
                // A list within an entry is kept as it is; what its entries take is not told one by one.
                Some((_, field)) if field.contains("[]") => {}
                Some((list, field)) => {
                    if values.last().is_none_or(|value| value.key != list) {
                        values.push(self.list(list, shipped::about(list)));
                    }
                    let default = self.built_in.at([list, "0"].into_iter().chain(field.split('.')));
                    let default = default.map_or(Json::Null, json);
                    let field = Field { key: field.to_owned(), about, form: form.clone(), default };
                    values.last_mut().into_iter().for_each(|value| value.fields.push(field.clone()));
                }
            }
        }
        values
    }

    fn option(&self, key: &str, about: String, form: Form) -> Value {
        let at = |tree: &Node| tree.at(key.split('.')).cloned();
        let default = at(&self.built_in);
        let node = at(&self.given).or_else(|| default.clone());
        let layer = node.as_ref().map_or(Layer::Default, |node| self.layer(&node.place));
        let value = |node: Option<Node>| node.as_ref().map_or(Json::Null, json);
        let fixed = is_fixed(key);
        Value {
            key: key.to_owned(),
            about,
            form: Some(form),
            fields: Vec::new(),
            below: value(at(&self.below).or_else(|| default.clone())),
            default: value(default),
            place: node.as_ref().map_or_else(String::new, |node| node.place.to_string()),
            value: value(node),
            layer,
            locked: fixed || layer > Layer::Console,
            locked_fields: Vec::new(),
            restart: if fixed { Restart::Process } else { Restart::Station },
        }
    }

    fn list(&self, key: &str, about: String) -> Value {
        let shipped = self.built_in.get(key);
        let node = self.given.get(key).or(shipped);
        let layer = node.map_or(Layer::Default, |node| self.layer(&node.place));
        let mut locked_fields = Vec::new();
        for (index, item) in node.and_then(Node::items).unwrap_or_default().iter().enumerate() {
            self.held(item, &index.to_string(), &mut locked_fields);
        }
        Value {
            key: key.to_owned(),
            about,
            form: None,
            fields: Vec::new(),
            default: self.entries(key, shipped),
            below: self.entries(key, self.below.get(key).or(shipped)),
            value: self.entries(key, node),
            layer,
            place: node.map_or_else(String::new, |node| node.place.to_string()),
            locked: layer > Layer::Console,
            locked_fields,
            restart: Restart::Station,
        }
    }

    /// The entries of a list with everything that they leave out.
    fn entries(&self, list: &str, node: Option<&Node>) -> Json {
        let first = self.built_in.at([list, "0"].into_iter());
        let prefix = format!("{list}[].");
        let fields = self.findings.known.keys().filter_map(|key| key.strip_prefix(&prefix));
        let (lists, fields): (Vec<&str>, Vec<&str>) = fields.partition(|field| field.contains("[]"));
        let lists: BTreeSet<&str> = lists.iter().filter_map(|field| field.split("[]").next()).collect();
        let entry = |item: &Node| {
            let mut entry = Map::new();
            // Its own, or none: that of the built-in entry speaks of something else.
            for list in &lists {
                put(&mut entry, list, item.get(list).map_or(Json::Null, json));
            }
            for field in &fields {
                let own = self.findings.own.contains(&format!("{prefix}{field}"));
                let built_in = || first.filter(|_| !own).and_then(|first| first.at(field.split('.')));
                let found = item.at(field.split('.')).or_else(built_in);
                put(&mut entry, field, found.map_or(Json::Null, json));
            }
            Json::Object(entry)
        };
        Json::Array(node.and_then(Node::items).unwrap_or_default().iter().map(entry).collect())
    }

    /// The holidays in force, as the entries of their file.
    fn holidays(&self, config: &Config) -> Value {
        let file = self.option(HOLIDAYS_FILE, String::new(), Form::Path);
        let list = |holidays: Option<Json>| holidays.and_then(|mut all| all.get_mut("holiday").map(Json::take));
        let shipped: Option<Json> = toml::from_str(super::schedule::SHIPPED_HOLIDAYS).ok();
        Value {
            key: HOLIDAYS.to_owned(),
            about: shipped::about(HOLIDAYS_FILE),
            form: None,
            below: Json::Null,
            default: list(shipped).unwrap_or(Json::Null),
            value: list(serde_json::to_value(&config.schedule.holidays).ok()).unwrap_or(Json::Null),
            ..file
        }
    }

    fn layer(&self, place: &Place) -> Layer {
        match place {
            Place::Environment(_) => Layer::Environment,
            Place::Flag(_) => Layer::Flag,
            Place::Line { file, .. } | Place::File(file) => {
                if *file == self.folder.join(SETTINGS_NAME) {
                    Layer::Console
                } else if file == Path::new("config/loa.toml") {
                    Layer::Default
                } else {
                    Layer::File
                }
            }
        }
    }

    fn held(&self, node: &Node, path: &str, held: &mut Vec<String>) {
        for (key, entry) in node.entries() {
            let path = format!("{path}.{key}");
            match &entry.value {
                Given::Table(_) => self.held(entry, &path, held),
                _ if self.layer(&entry.place) > Layer::Console => held.push(path),
                _ => {}
            }
        }
    }
}

fn is_fixed(key: &str) -> bool {
    FIXED.iter().any(|(section, own)| match own {
        Some(own) => key.split_once('.') == Some((section, own)),
        None => key.split('.').next() == Some(section),
    })
}

/// A value as JSON says it; a day as its text.
fn json(node: &Node) -> Json {
    match &node.value {
        Given::Text(text) | Given::Date(text) => Json::from(text.as_str()),
        Given::Integer(number) => Json::from(*number),
        Given::Decimal(number) => Json::from(*number),
        Given::Flag(flag) => Json::from(*flag),
        Given::List(items) => items.iter().map(json).collect(),
        Given::Table(entries) => entries.iter().map(|(key, entry)| (key.clone(), json(entry))).collect(),
    }
}

/// Puts a value at a path of nested objects.
fn put(object: &mut Map<String, Json>, path: &str, value: Json) {
    match path.split_once('.') {
        None => drop(object.insert(path.to_owned(), value)),
        Some((first, rest)) => {
            let below = object.entry(first).or_insert_with(|| Json::Object(Map::new()));
            if let Json::Object(below) = below {
                put(below, rest, value);
            }
        }
    }
}

impl From<ConfigError> for SettingsError {
    fn from(error: ConfigError) -> Self {
        Self::Faults(error)
    }
}
