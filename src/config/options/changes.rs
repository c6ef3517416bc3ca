//! Changes of settings: tried out by the rules themselves, saved whole or not at all.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value as Json;
use toml_edit::DocumentMut;

use super::super::Config;
use super::super::fault::{ConfigError, Fault, Place};
use super::super::sources::{Sources, Trial};
use super::super::tree::Node;
use super::file::{self, Version};
use super::{HOLIDAYS, HOLIDAYS_FILE, HOLIDAYS_NAME, Layers, Options, SETTINGS_NAME, edit};

/// What the holidays of the console begin with.
const HOLIDAYS_HEAD: &str =
    "# Ngày nghỉ lễ, tết, sửa trong bảng điều khiển (Cài đặt). Cách ghi: xem config/holidays.toml.\n";
/// Options that one change may name.
const CHANGES_MAX: usize = 500;

/// New values by key: `audio.ring_seconds`, `zone.0.name`, a whole list (`campaign`), or `holidays`. Null takes out what the
/// console said, so that the layer below holds again.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Changes(pub BTreeMap<String, Json>);

/// What was saved.
#[derive(Debug, Clone, PartialEq)]
pub struct Saved {
    /// What held before, by the keys of what differs now.
    pub before: BTreeMap<String, Json>,
    /// What holds now, or will as soon as the station has started again.
    pub after: BTreeMap<String, Json>,
    /// Every option as it is now.
    pub options: Options,
    /// The configuration that they make.
    pub config: Config,
}

/// Why settings were not read or saved.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A rule of the configuration forbids it.
    #[error(transparent)]
    Faults(ConfigError),
    /// Somebody else saved meanwhile.
    #[error(
        "the settings were changed meanwhile; look at them as they are now, then change what is still to be changed"
    )]
    Stale {
        /// The version that is saved now.
        version: String,
    },
    /// The file of the settings is no TOML any more.
    #[error("{file} cannot be changed, for it is no TOML: {error}; mend it by hand, or move it away to begin anew", file = file.display())]
    Broken {
        /// The file.
        file: PathBuf,
        /// What the parser says.
        error: String,
    },
    /// No such key can be.
    #[error("`{0}` is no key of a setting; keys look like audio.ring_seconds or zone.0.name")]
    Key(String),
    /// Too much at once.
    #[error("{0} changes at once are more than {CHANGES_MAX}; save them in parts")]
    TooMany(usize),
    /// The system refuses.
    #[error("cannot {doing} {file}; is the disk full or read-only?", file = file.display())]
    File {
        /// Read or write.
        doing: &'static str,
        /// Which.
        file: PathBuf,
        /// What it says.
        source: std::io::Error,
    },
}

impl Changes {
    /// What these changes would make of the configuration; nothing is written.
    ///
    /// # Errors
    /// [`SettingsError::Faults`] with exactly what reading such a configuration would find.
    pub fn check(&self, sources: &Sources) -> Result<Config, SettingsError> {
        let trial = self.trial(sources)?;
        Ok(Config::load(&Sources { trial: Some(trial), ..sources.clone() })?)
    }

    /// Saves them, if what is saved is still what the person saw and the rules allow it.
    ///
    /// # Errors
    /// Why not; then nothing was written.
    pub fn save(&self, sources: &Sources, version: &str) -> Result<Saved, SettingsError> {
        let folder = Layers::of(sources).folder;
        let now = Version::of(&folder)?.to_string();
        if now != version {
            return Err(SettingsError::Stale { version: now });
        }
        let before = Options::read(sources)?;
        let trial = self.trial(sources)?;
        Config::load(&Sources { trial: Some(trial.clone()), ..sources.clone() })?;
        for (path, text) in &trial.files {
            file::write(path, text)?;
        }
        file::write(&folder.join(SETTINGS_NAME), &trial.settings)?;
        let options = Options::read(sources)?;
        let differs = options.options.iter().zip(&before.options).filter(|(now, then)| now.value != then.value);
        let differs: Vec<_> =
            differs.map(|(now, then)| (now.key.clone(), then.value.clone(), now.value.clone())).collect();
        Ok(Saved {
            before: differs.iter().map(|(key, then, _)| (key.clone(), then.clone())).collect(),
            after: differs.into_iter().map(|(key, _, now)| (key, now)).collect(),
            options,
            config: Config::load(sources)?,
        })
    }

    /// The texts that they would leave.
    fn trial(&self, sources: &Sources) -> Result<Trial, SettingsError> {
        if self.0.len() > CHANGES_MAX {
            return Err(SettingsError::TooMany(self.0.len()));
        }
        let layers = Layers::of(sources);
        let path = layers.folder.join(SETTINGS_NAME);
        let text = file::read(&path)?;
        let broken =
            |error: toml_edit::TomlError| SettingsError::Broken { file: path.clone(), error: error.to_string() };
        let mut document: DocumentMut = text.parse().map_err(broken)?;
        let mut trial = Trial::default();
        for (key, value) in &self.0 {
            if key == HOLIDAYS {
                let place: Vec<&str> = HOLIDAYS_FILE.split('.').collect();
                if value.is_null() {
                    edit::remove(&mut document, &place);
                } else {
                    let text = edit::list_document("holiday", value, HOLIDAYS_HEAD);
                    trial.files.insert(layers.folder.join(HOLIDAYS_NAME), text);
                    edit::put(&mut document, &place, &Json::from(HOLIDAYS_NAME), None);
                }
                continue;
            }
            let path: Vec<&str> = key.split('.').collect();
            let word =
                |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            if path.len() > 8 || !path.iter().all(word) {
                return Err(SettingsError::Key(key.clone()));
            }
            match value {
                Json::Null => edit::remove(&mut document, &path),
                value => {
                    let below = layers.list_below(&path);
                    edit::put(&mut document, &path, value, below.as_ref());
                }
            }
        }
        trial.settings = document.to_string();
        Ok(trial)
    }
}

impl Layers {
    /// The list that a path reaches into, as it is without the console's settings.
    fn list_below(&self, path: &[&str]) -> Option<Json> {
        let [list, index, ..] = path else { return None };
        index.parse::<usize>().ok()?;
        let node = self.below.get(list).or_else(|| self.built_in.get(list));
        node.and_then(Node::items)?;
        Some(self.entries(list, node))
    }
}

impl Fault {
    /// The option that is at fault, as a person's page names it; none if it is not one option.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        use super::super::fault::Problem;
        match (&self.problem, &self.place) {
            (Problem::Unknown { key } | Problem::Missing { key } | Problem::Wrong { key, .. }, _) => Some(key),
            (Problem::Syntax(_), Place::Line { file, .. } | Place::File(file)) if file.ends_with(HOLIDAYS_NAME) => {
                Some(HOLIDAYS)
            }
            (Problem::Unreadable(_) | Problem::Syntax(_), _) => None,
        }
    }
}
