//! The settings: looked at, tried out, saved, and brought into effect.

use std::sync::PoisonError;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::error::{DeskError, ErrorKind};
use super::{Desk, Response, Who};
use crate::config::{Changes, ConfigError, Options, Saved, SettingsError};
use crate::domain::time::Now;
use crate::station::ReloadState;

/// What a person may ask of the settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum SettingsRequest {
    /// Save changes, if what is saved is still what the person saw.
    Save {
        /// By key; null takes out what the console said.
        changes: Changes,
        /// Of what they saw.
        version: String,
    },
    /// Read every layer anew and start the station again with it.
    Reload,
}

/// The settings as they are now.
#[derive(Debug, Clone, PartialEq)]
pub struct SettingsView {
    /// Every option.
    pub options: Options,
    /// How far they have come into effect; none while no station runs in this process.
    pub reload: Option<ReloadState>,
}

impl Desk {
    /// Every option: what it means, takes and is now, and which layer says so.
    ///
    /// # Errors
    /// What is saved cannot be read.
    pub fn settings(&self) -> Result<SettingsView, DeskError> {
        let options = Options::read(&self.config.sources)?;
        Ok(SettingsView { options, reload: self.reloader.as_ref().map(crate::station::Reloader::state) })
    }

    /// Everything that would be wrong with the configuration if these changes were saved; nothing is written.
    ///
    /// # Errors
    /// The changes cannot be put to the rules at all.
    pub fn check_settings(&self, changes: &Changes) -> Result<Option<ConfigError>, DeskError> {
        match changes.check(&self.config.sources) {
            Ok(_) => Ok(None),
            Err(SettingsError::Faults(faults)) => Ok(Some(faults)),
            Err(error) => Err(error.into()),
        }
    }

    pub(super) async fn handle_settings(
        &self,
        who: &Who,
        request: SettingsRequest,
        now: Now,
    ) -> Result<Response, DeskError> {
        match request {
            SettingsRequest::Save { changes, version } => {
                let saved = {
                    // Two people at the same moment: the second is told that the first has changed it.
                    let _alone = self.saving.lock().unwrap_or_else(PoisonError::into_inner);
                    changes.save(&self.config.sources, &version)?
                };
                let Saved { before, after, options, .. } = saved;
                if !after.is_empty() {
                    let sides = [Some(Value::from_iter(before)), Some(Value::from_iter(after))];
                    self.audit(who, "settings.save", "settings".to_owned(), sides, now).await?;
                }
                let reload = match &self.reloader {
                    Some(_) => Some(self.reload(who).await?),
                    None => None,
                };
                Ok(Response::Settings { version: options.version, reload })
            }
            SettingsRequest::Reload => {
                let reload = self.reload(who).await?;
                self.audit(who, "settings.reload", "settings".to_owned(), [None, None], now).await?;
                let options = Options::read(&self.config.sources)?;
                Ok(Response::Settings { version: options.version, reload: Some(reload) })
            }
        }
    }

    async fn reload(&self, who: &Who) -> Result<ReloadState, DeskError> {
        let reloader = self.reloader.as_ref().ok_or_else(|| DeskError::not_running(&self.config.data.folder))?;
        reloader.ask(who.name.trim()).await.map_err(|problems| match problems.is_empty() {
            true => {
                DeskError::new(ErrorKind::NotReady, "the station is ending; it takes up the settings when it starts")
            }
            false => DeskError::refused("the station goes on with the settings it had: those saved now will not do")
                .problems(problems)
                .hint("correct them, then `loa reload`"),
        })
    }
}

impl From<SettingsError> for DeskError {
    fn from(error: SettingsError) -> Self {
        match error {
            SettingsError::Faults(faults) => Self::of_config(&faults),
            SettingsError::Stale { .. } => Self::of(ErrorKind::Conflict, &error),
            SettingsError::Key(_) | SettingsError::TooMany(_) => Self::of(ErrorKind::Usage, &error),
            SettingsError::Broken { .. } => Self::of(ErrorKind::Refused, &error),
            SettingsError::File { .. } => Self::of(ErrorKind::Failed, &error),
        }
    }
}

impl DeskError {
    /// A configuration is part of what was asked: its mistakes are mistakes of usage.
    #[must_use]
    pub fn of_config(error: &ConfigError) -> Self {
        let text = error.to_string();
        let message = text.lines().next().unwrap_or_default();
        Self::new(ErrorKind::Usage, message).problems(error.faults.iter().map(ToString::to_string).collect())
    }
}
