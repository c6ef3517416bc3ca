//! Tests of config: the shipped file is the table of defaults, layers lie in order, and every mistake is told at once.

mod amplifier;
mod layers;
mod microphone;
mod mistakes;
mod relay;
mod returned;
mod settings;
mod shipped;

use std::path::PathBuf;

use loa::config::{Config, ConfigError, Sources};
use tempfile::TempDir;

/// A folder with a station's file in it.
struct Station {
    folder: TempDir,
    sources: Sources,
}

impl Station {
    /// A station whose file says this.
    fn with_file(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("loa.toml");
        std::fs::write(&file, text).unwrap();
        Self { folder, sources: Sources { file: Some(file), ..Sources::default() } }
    }

    fn set(mut self, settings: &[&str]) -> Self {
        self.sources.settings.extend(settings.iter().map(ToString::to_string));
        self
    }

    fn environment(mut self, variables: &[(&str, &str)]) -> Self {
        let owned = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        self.sources.environment.extend(owned);
        self
    }

    /// Another file beside the station's.
    fn beside(self, name: &str, text: &str) -> Self {
        std::fs::write(self.folder.path().join(name), text).unwrap();
        self
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn load(&self) -> Result<Config, ConfigError> {
        Config::load(&self.sources)
    }

    /// What is said about the mistakes, with the folder's path taken out.
    fn complaints(&self) -> String {
        let error = self.load().expect_err("the configuration was taken");
        error.to_string().replace(&format!("{}/", self.folder.path().display()), "")
    }
}
