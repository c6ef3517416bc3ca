//! A program that switches.

use std::path::Path;
use std::time::Duration;

use super::SwitchFault;
use crate::domain::amplifier::CommandSwitch;
use crate::domain::slot::ZoneId;
use crate::program::{Job, ProgramError, Writes, run};

/// Letters of an answer that nobody understands, that are shown.
const SHOWN_MAX: usize = 40;

/// Runs the program; what it does not do within `within` it does not do.
pub(super) fn turn(switch: &CommandSwitch, zone: &ZoneId, on: bool, within: Duration) -> Result<(), SwitchFault> {
    said(&CommandSwitch::filled(&switch.command, zone, on), within).map(drop)
}

/// Whether the program is there, as far as that can be told without running it.
pub(super) fn look(switch: &CommandSwitch) -> Result<(), SwitchFault> {
    let mut programs = [&switch.command, &switch.confirm].into_iter().filter_map(|command| command.first());
    match programs.find(|program| program.starts_with('/') && !Path::new(program).is_file()) {
        Some(program) => {
            Err(SwitchFault::of(format!("there is no program {program}; install it, or correct `[amplifier]`")))
        }
        None => Ok(()),
    }
}

/// What the other program says of the power.
pub(super) fn power(switch: &CommandSwitch, zone: &ZoneId, within: Duration) -> Result<Option<bool>, SwitchFault> {
    if switch.confirm.is_empty() {
        return Ok(None);
    }
    // It is asked what the power is, not told: the word for it means nothing there.
    let words = said(&CommandSwitch::filled(&switch.confirm, zone, false), within)?;
    match words.to_lowercase().as_str() {
        "on" | "1" => Ok(Some(true)),
        "off" | "0" => Ok(Some(false)),
        _ => {
            let shown: String = words.chars().take(SHOWN_MAX).collect();
            Err(SwitchFault::of(format!(
                "the program of `amplifier.confirm` says `{shown}`, expected on or off (or 1, 0)"
            )))
        }
    }
}

fn said(command: &[String], within: Duration) -> Result<String, SwitchFault> {
    let job = Job { command, folder: None, input: None, writes: Writes::Words, time_max: within, in_background: false };
    run(&job).map_err(|error| {
        let remedy = match &error {
            ProgramError::NotThere { .. } => "install it, or name another in `amplifier.command`",
            ProgramError::Start { .. } => "check its rights",
            ProgramError::TookTooLong { .. } => "try it by hand, or raise `answer_seconds_max`",
            ProgramError::TooLarge { .. } | ProgramError::Failed { .. } => "try it by hand as the station's account",
        };
        SwitchFault::of(format!("{error}; {remedy}"))
    })
}
