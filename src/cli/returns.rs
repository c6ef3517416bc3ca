//! `loa zone probe-return`

use serde_json::json;

use super::context::Context;
use super::{Exit, Outcome};
use crate::desk::{Found, find_return, probe_return};
use crate::domain::slot::ZoneId;

/// What the return feed of a zone gives now. Exit code 1 if it is silent or not there.
pub(super) fn probe(context: &Context, zone: String) -> Outcome {
    let source = find_return(&context.config, &ZoneId(zone))?;
    let probed = probe_return(source, context.config.audio.sample_rate_hz);
    let found = probed.map_or_else(|| Found::Fails("it was not tried".to_owned()), |probed| probed.found);
    if context.json {
        let (sounds, level) = (found.is_good(), found.level_dbfs());
        context.document(&json!({
            "source": source.to_string(), "sounds": sounds, "found": found.to_string(), "level_dbfs": level,
        }))?;
    } else {
        context.print(&format!("{source}: {found}\n"))?;
    }
    Ok(if found.is_good() { Exit::Done } else { Exit::Failed })
}
