//! Whether the output of a zone can be opened, found out by opening it for a moment.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::timeout;

use super::outputs::Recorders;
use super::wiring;
use crate::audio::live::LiveHub;
use crate::audio::{Engine, Said};
use crate::config::{Config, Zone};
use crate::domain::station::{Effect, Input};
use crate::library::ContentStore;

/// Longest wait for an output to open; a sound server may have to start first.
const OPEN_MAX: Duration = Duration::from_secs(10);
/// Answers of the engine that may wait.
const ANSWERS_MAX: usize = 16;

/// Opens the output of a zone, silent and without recording, closes it again, and says what it turned out to be.
///
/// # Errors
/// Why it does not open, in words for an operator.
pub async fn try_output(config: &Config, zone: &Zone, content: &Arc<ContentStore>) -> Result<String, String> {
    let settings = wiring::engine(config, zone, content, &Recorders::default(), None, &LiveHub::default());
    let (sender, mut answers) = mpsc::channel(ANSWERS_MAX);
    let engine = Engine::spawn(settings, sender).map_err(|error| error.to_string())?;
    engine.perform(Effect::OpenOutput(zone.id.clone())).map_err(|error| error.to_string())?;
    let opened = timeout(OPEN_MAX, async {
        loop {
            match answers.recv().await {
                Some(Said { input: Input::OutputOpen { .. }, .. }) => return Ok(engine.output().unwrap_or_default()),
                Some(Said { input: Input::OutputLost { error, .. }, .. }) => return Err(error),
                Some(_) => {}
                None => return Err("the sound engine ended".to_owned()),
            }
        }
    });
    let opened = opened.await.unwrap_or_else(|_| Err(format!("it did not open within {} s", OPEN_MAX.as_secs())));
    // Closed whatever became of it; an engine that is gone has closed it already.
    drop(engine.perform(Effect::CloseOutput(zone.id.clone())));
    opened
}
