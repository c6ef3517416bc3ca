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

/// Every sound device.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct Devices {
    /// In the order of the sound systems.
    items: Vec<Device>,
}

/// The sound devices of the machine, as they are now.
#[utoipa::path(get, path = "/devices", tag = "settings", responses((status = OK, body = Devices), Failures))]
async fn devices(State(app): State<App>, caller: Caller) -> Result<Body<Devices>, Problem> {
    caller.who.check(Right::Settings)?;
    let found = app.desk.devices().await?.into_iter();
    let items = found.map(|found| Device {
        host: found.host,
        device: found.device,
        description: found.description,
        default: found.is_default,
    });
    Ok(Body(Devices { items: items.collect() }))
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(devices))
}
