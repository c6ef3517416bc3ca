//! The sound devices of the machine.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::Caller;
use super::extract::Body;
use super::problem::Problem;
use super::{App, Failures};
use crate::desk::DeviceNames;
use crate::domain::account::Right;

/// A sound device that an output can name.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct Device {
    /// Which sound system has it: alsa, pulseaudio.
    host: String,
    /// Its name, for `zone.output.device`.
    device: String,
    /// What it calls itself.
    description: String,
    /// Whether it is what an output gets that names none.
    default: bool,
}

/// A sound device that can be captured from: a line-in, a microphone, or what an output plays.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct CaptureDevice {
    /// What a source of a relay, the device of a microphone and a return feed call it.
    #[schema(example = "pulseaudio:alsa_input.usb-0d8c_USB_Sound_Device-00.analog-stereo")]
    source: String,
    /// What it calls itself.
    description: String,
    /// Whether it is the default of its sound system.
    default: bool,
}

/// Every sound device, in the order of the sound systems.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct Devices {
    /// Those that an output can name.
    items: Vec<Device>,
    /// Those that can be captured from.
    captures: Vec<CaptureDevice>,
}

/// The sound devices of the machine, as they are now.
#[utoipa::path(get, path = "/devices", tag = "settings", responses((status = OK, body = Devices), Failures))]
async fn devices(State(app): State<App>, caller: Caller) -> Result<Body<Devices>, Problem> {
    caller.who.check(Right::Settings)?;
    let DeviceNames { outputs, captures } = app.desk.devices().await?;
    let items = outputs.into_iter().map(|found| Device {
        host: found.host,
        device: found.device,
        description: found.description,
        default: found.is_default,
    });
    let captures = captures.into_iter().map(|found| CaptureDevice {
        source: found.source.to_string(),
        description: found.description,
        default: found.is_default,
    });
    Ok(Body(Devices { items: items.collect(), captures: captures.collect() }))
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(devices))
}
