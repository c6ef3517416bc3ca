//! Hearing something on this machine: how far it is, and what stands in the way.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::error::CliError;
use crate::audio::audition::{Audition, AuditionError};
use crate::clock;
use crate::desk::{DeskError, ErrorKind};

/// Between two looks how far it is.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Shows how far it is until it is over (true) or the person has heard enough (false).
pub(super) async fn hear(heard: &Audition, title: &str, lasts: Duration) -> Result<bool, CliError> {
    let mut enough = std::pin::pin!(tokio::signal::ctrl_c());
    let seconds = lasts.as_secs();
    let bar = ProgressBar::with_draw_target(Some(seconds), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{msg}  {bar:30}  {elapsed_precise} of {len} s") {
        bar.set_style(style);
    }
    bar.set_message(title.replace(char::is_control, " "));
    while !heard.is_over() {
        bar.set_position(heard.position().as_secs().min(seconds));
        tokio::select! {
            _ = &mut enough => {
                bar.finish_and_clear();
                return Ok(false);
            }
            woken = clock::sleep_until(clock::now().mono + LOOK_EVERY) => woken.map_err(CliError::of_system)?,
        }
    }
    bar.finish_and_clear();
    Ok(true)
}

/// Why it is not heard.
pub(super) fn failed(error: &AuditionError) -> CliError {
    let told = DeskError::of(ErrorKind::Failed, error);
    CliError::from(match error {
        AuditionError::Device(_) => {
            told.hint("is a loudspeaker or headphone plugged in? `loa devices` lists what there is")
        }
        AuditionError::Decoder(_) => told,
        AuditionError::Clip { .. } => told.hint("`loa clip scan` says more; bring the recording in again"),
    })
}
