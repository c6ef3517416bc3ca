//! `loa devices`

use clap::Args;
use serde_json::json;

use super::context::Context;
use super::table::{row, table, text};
use super::{Exit, Outcome};
use crate::audio::output::device::{DeviceNames, devices};

/// List the sound devices: those that an output can name in the configuration, and those that can be captured from
#[derive(Debug, Args)]
pub(super) struct Devices {}

impl Devices {
    pub(super) fn perform(self, context: &Context) -> Outcome {
        let DeviceNames { outputs, captures } = devices();
        if context.json {
            let outputs = outputs.iter().map(|output| {
                json!({
                    "host": output.host, "device": output.device, "description": output.description,
                    "default": output.is_default,
                })
            });
            let captures = captures.iter().map(|capture| {
                json!({
                    "source": capture.source.to_string(), "description": capture.description,
                    "default": capture.is_default,
                })
            });
            context.document(&json!({
                "outputs": outputs.collect::<Vec<_>>(), "captures": captures.collect::<Vec<_>>(),
            }))?;
            return Ok(Exit::Done);
        }
        if outputs.is_empty() && captures.is_empty() {
            context.say("no sound device was found; is a card plugged in, and is PulseAudio or ALSA there?")?;
            return Ok(Exit::Done);
        }
        let default = |is_default: bool| if is_default { "default" } else { "" }.to_owned();
        let mut shown = table(context.style, &["host", "device", "Description", ""], &[]);
        for output in outputs {
            row(&mut shown, [output.host, output.device, output.description, default(output.is_default)]);
        }
        context.say("Outputs, for `host` and `device` of [zone.output]:")?;
        context.print(&text(&shown))?;
        let mut shown = table(context.style, &["source", "Description", ""], &[]);
        for capture in captures {
            row(&mut shown, [capture.source.to_string(), capture.description, default(capture.is_default)]);
        }
        context.say(
            "\nTo capture from, for `sources` of [[relay]], `device` of [[microphone]] and `source` of [zone.return]:",
        )?;
        context.print(&text(&shown))?;
        Ok(Exit::Done)
    }
}
