//! Where the layers of a configuration come from.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::fault::{Fault, Place, Problem};
use super::options::{FIXED, SETTINGS_NAME};
use super::reader::{Findings, Reader};
use super::tree::Node;

/// Where a station's file is looked for when nobody names one.
const USUAL_FILE: &str = "/etc/loa/loa.toml";

/// The layers over the built-in defaults, weakest first. Empty is a station with all defaults.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sources {
    /// The station's file (`--config`, `LOA_CONFIG`).
    pub file: Option<PathBuf>,
    /// Environment variables, name and value; only `LOA_SECTION__KEY` ones are looked at.
    pub environment: Vec<(String, String)>,
    /// Settings of the command line, as `section.key=value` (`--set`).
    pub settings: Vec<String>,
    /// The data folder (`--data`, `LOA_DATA`); stronger than any setting.
    pub data: Option<PathBuf>,
    /// What the console would save, in place of what it has saved: to find out whether it will do.
    pub trial: Option<Trial>,
}

/// Settings of the console that are not saved yet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trial {
    /// Its settings as TOML.
    pub settings: String,
    /// Texts of files that they name.
    pub files: BTreeMap<PathBuf, String>,
}

impl Sources {
    /// What this process was given besides its arguments: `LOA_...` variables, and `/etc/loa/loa.toml` if it is there.
    #[must_use]
    pub fn of_process() -> Self {
        let environment: Vec<(String, String)> = environment();
        let value = |name: &str| environment.iter().find(|(key, _)| key == name).map(|(_, value)| PathBuf::from(value));
        let usual = || Some(PathBuf::from(USUAL_FILE)).filter(|file| file.exists());
        let (file, data) = (value("LOA_CONFIG").or_else(usual), value("LOA_DATA"));
        Self { file, data, environment, ..Self::default() }
    }

    /// All layers in one tree.
    pub(super) fn tree(&self, built_in: &Node, faults: &mut Vec<Fault>) -> Node {
        let file = self.read_file(faults);
        // What is wrong with these layers is told when all are laid.
        let folder = folder_of(&self.layers(built_in, file.clone(), None, &mut Vec::new()), built_in);
        let console = self.console(&folder, faults);
        self.layers(built_in, file, console, faults)
    }

    /// Every layer but the console's: what holds where the console says nothing.
    pub(super) fn below(&self, built_in: &Node) -> Node {
        self.layers(built_in, self.read_file(&mut Vec::new()), None, &mut Vec::new())
    }

    /// The data folder, which decides where the console's settings are and so cannot be one of them.
    pub(super) fn data_folder(&self, built_in: &Node) -> PathBuf {
        folder_of(&self.below(built_in), built_in)
    }

    fn read_file(&self, faults: &mut Vec<Fault>) -> Node {
        let none = || Node::empty(Place::Flag(String::new()));
        self.file.as_deref().map_or_else(none, |file| read(file, faults))
    }

    /// What the console wrote; none if it never did.
    fn console(&self, folder: &Path, faults: &mut Vec<Fault>) -> Option<Node> {
        let file = folder.join(SETTINGS_NAME);
        let mut node = match &self.trial {
            Some(trial) => Node::parse(&file, &trial.settings, faults),
            None => match std::fs::read_to_string(&file) {
                Ok(text) => Node::parse(&file, &text, faults),
                Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return None,
                Err(error) => {
                    faults.push(Fault {
                        place: Place::File(file),
                        problem: Problem::Unreadable(error.to_string()),
                        expected: "the settings that the console wrote".to_owned(),
                        remedy: "use the account that the station runs under, for example `sudo -u loa loa ...`"
                            .to_owned(),
                    });
                    return None;
                }
            },
        };
        for (section, key) in FIXED {
            let taken = match key {
                Some(key) => node.below(section).and_then(|table| table.take(key)),
                None => node.take(section),
            };
            let Some(taken) = taken else { continue };
            let key = key.map_or_else(|| section.to_owned(), |key| format!("{section}.{key}"));
            faults.push(Fault {
                place: taken.place,
                problem: Problem::Wrong { key, value: taken.written },
                expected: "it in the station's file, the environment or a flag".to_owned(),
                remedy:
                    "remove it here: how the console is reached and which program is run is not the console's to say"
                        .to_owned(),
            });
        }
        Some(node)
    }

    /// The file, the console's settings over it, then environment and flags.
    fn layers(&self, built_in: &Node, file: Node, console: Option<Node>, faults: &mut Vec<Fault>) -> Node {
        let mut tree = file;
        if let Some(console) = console {
            tree.lay(console);
        }
        let mut put = |place: Place, key: &str, value: &str| {
            let path: Vec<String> = key.split('.').map(str::to_owned).collect();
            if let Err(count) = tree.put(Some(built_in), &path, Node::of_text(place.clone(), value)) {
                faults.push(Fault {
                    place,
                    problem: Problem::Unknown { key: key.to_owned() },
                    expected: format!("a place below {count}"),
                    remedy: "the entries of a list count from 0".to_owned(),
                });
            }
        };
        for (name, value) in &self.environment {
            if let Some(key) = name.strip_prefix("LOA_").filter(|key| key.contains("__")) {
                put(Place::Environment(name.clone()), &key.to_lowercase().replace("__", "."), value);
            }
        }
        let mut malformed = Vec::new();
        for setting in &self.settings {
            match setting.split_once('=') {
                Some((key, value)) => put(Place::Flag(format!("--set {}", key.trim())), key.trim(), value.trim()),
                None => malformed.push(setting),
            }
        }
        if let Some(folder) = &self.data {
            put(Place::Flag("--data".to_owned()), "data.folder", &folder.to_string_lossy());
        }
        faults.extend(malformed.into_iter().map(|setting| Fault {
            place: Place::Flag(format!("--set {setting}")),
            problem: Problem::Syntax("there is no `=` in it".to_owned()),
            expected: "section.key=value".to_owned(),
            remedy: "for example --set audio.ring_seconds=6".to_owned(),
        }));
        tree
    }
}

fn folder_of(tree: &Node, built_in: &Node) -> PathBuf {
    let findings = RefCell::new(Findings::default());
    Reader::new(tree, Some(built_in), &findings).section("data").path("folder").unwrap_or_default()
}

fn read(file: &Path, faults: &mut Vec<Fault>) -> Node {
    match std::fs::read_to_string(file) {
        Ok(text) => Node::parse(file, &text, faults),
        Err(error) => {
            faults.push(Fault {
                place: Place::File(file.to_owned()),
                problem: Problem::Unreadable(error.to_string()),
                expected: "a TOML file in UTF-8".to_owned(),
                remedy: "name the right file with --config or LOA_CONFIG; without one all defaults hold".to_owned(),
            });
            Node::empty(Place::File(file.to_owned()))
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn environment() -> Vec<(String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.to_string_lossy().into_owned())))
        .filter(|(name, _)| name.starts_with("LOA_"))
        .collect()
}
