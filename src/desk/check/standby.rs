//! What is heard when an emergency is raised and nothing has been prepared for it.

use super::{Point, records};
use crate::clock;
use crate::desk::{Desk, DeskError, ErrorKind};
use crate::library::ContentStore;
use crate::station::clips_folder;

const WHAT: &str = "emergency";

/// A clip stands by for an emergency, is approved, there and plays.
pub(super) async fn standby(desk: &Desk) -> Result<Point, DeskError> {
    let remedy = "have a leader approve a recording for it (`loa clip add`, or `loa clip speak` of a text), and set \
                  `tiers.emergency_clip` to its number";
    let Some(named) = desk.config().tiers.emergency_clip else {
        return Ok(Point::fail(WHAT, "no clip stands by for an emergency", remedy));
    };
    let clip = match desk.fit_clip(&named.to_string(), true, clock::now()).await {
        Ok(clip) => clip,
        Err(error) => return Ok(Point::failed(WHAT, &error)),
    };
    let (folder, title) = (clips_folder(desk.config()), format!("clip {} \"{}\"", clip.id, clip.title));
    let fault = tokio::task::spawn_blocking(move || {
        let content = ContentStore::open(&folder)?;
        Ok::<_, crate::library::ImportError>(records::fault(&content, &clip))
    });
    let fault = fault.await.map_err(|error| DeskError::new(ErrorKind::Failed, error.to_string()))??;
    Ok(match fault {
        None => Point::ok(WHAT, format!("{title} stands by")),
        Some(fault) => Point::fail(WHAT, format!("what stands by cannot be heard: {fault}"), remedy),
    })
}
