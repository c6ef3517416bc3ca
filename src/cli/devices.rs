//! `loa devices`

use clap::Args;
use serde_json::json;

use super::context::Context;
use super::table::{row, table, text};
use super::{Exit, Outcome};
use crate::audio::output::device::devices;

/// List the sound devices that an output can name in the configuration
#[derive(Debug, Args)]
pub(super) struct Devices {}

impl Devices {
    pub(super) fn perform(self, context: &Context) -> Outcome {
        let devices = devices();
        if context.json {
            let listed = devices.iter().map(|device| {
                json!({
                    "host": device.host, "device": device.device, "description": device.description,
                    "default": device.is_default,
                })
            });
            context.document(&listed.collect::<Vec<_>>())?;
            return Ok(Exit::Done);
        }
        if devices.is_empty() {
            context.say("no sound device was found; is a card plugged in, and is PulseAudio or ALSA there?")?;
            return Ok(Exit::Done);
        }
        let mut shown = table(context.style, &["host", "device", "Description", ""], &[]);
        for device in devices {
            let default = if device.is_default { "default" } else { "" };
            row(&mut shown, [device.host, device.device, device.description, default.to_owned()]);
        }
        context.print(&text(&shown))?;
        Ok(Exit::Done)
    }
}
