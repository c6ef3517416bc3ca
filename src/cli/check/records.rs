//! The records: database, log, library.

use std::sync::Arc;

use super::Point;
use crate::audio::decode::Decoder;
use crate::cli::error::CliError;
use crate::config::Config;
use crate::desk::{Desk, DeskError, ErrorKind};
use crate::domain::clip::{Approval, Clip};
use crate::library::ContentStore;
use crate::station::clips_folder;
use crate::store::ClipFilter;

/// Faults of clips that are named one by one.
const FAULTS_MAX: usize = 10;

/// The database opens, is sound, and no records wait beside it.
pub(super) async fn database(config: &Arc<Config>, points: &mut Vec<Point>) -> Option<Desk> {
    if Desk::is_untouched(&config.data.folder) {
        let remedy = "it is made when the first clip is added or the station starts";
        points.push(Point::warn("database", "there is none yet", remedy));
        points.push(no_clips());
        return None;
    }
    let desk = match Desk::looking(config).await {
        Ok(desk) => desk,
        Err(error) => {
            points.push(Point::failed("database", &error));
            return None;
        }
    };
    let sound = async {
        desk.store().quick_check().await?;
        desk.store().head().await
    };
    match sound.await.map_err(DeskError::from) {
        Err(error) => {
            points.push(Point::failed("database", &error));
            return None;
        }
        Ok(head) => {
            let records = head.map_or(0, |(seq, _)| seq);
            points.push(Point::ok(
                "database",
                format!("sound, {records} records in the log; `loa log verify` proves them"),
            ));
        }
    }
    if desk.store().is_simulated() {
        let remedy = "a station needs a folder of its own: give another with --data";
        points.push(Point::fail("database", "it holds the log of a rehearsal", remedy));
    }
    Some(desk)
}

/// There are approved clips, and each is there and plays.
pub(super) async fn library(desk: &Desk) -> Result<Vec<Point>, CliError> {
    let filter = ClipFilter { approval: Some("approved"), ..ClipFilter::default() };
    let approved = desk.store().clips(&filter).await.map_err(DeskError::from)?;
    if approved.is_empty() {
        return Ok(vec![no_clips()]);
    }
    let count = approved.len();
    let folder = clips_folder(desk.config());
    let tried = tokio::task::spawn_blocking(move || {
        let content = ContentStore::open(&folder)?;
        Ok::<_, crate::library::ImportError>(
            approved.iter().filter_map(|clip| fault(&content, clip)).collect::<Vec<String>>(),
        )
    });
    let tried = tried.await.map_err(|error| CliError::of(ErrorKind::Failed, error.to_string()))?;
    let faults = match tried {
        Ok(faults) => faults,
        Err(error) => return Ok(vec![Point::failed("library", &DeskError::from(error))]),
    };
    if faults.is_empty() {
        return Ok(vec![Point::ok("library", format!("{count} approved clips, each is there and plays"))]);
    }
    let remedy = "replace them with `loa clip replace`, or retire them; `loa clip scan` reads all of them to the end";
    let mut named = faults.iter().take(FAULTS_MAX).cloned().collect::<Vec<_>>();
    if faults.len() > FAULTS_MAX {
        named.push(format!("and {} more", faults.len() - FAULTS_MAX));
    }
    let found = format!("{} of {count} approved clips cannot air\n{}", faults.len(), named.join("\n"));
    Ok(vec![if faults.len() == count {
        Point::fail("library", found, remedy)
    } else {
        Point::warn("library", found, remedy)
    }])
}

fn no_clips() -> Point {
    let remedy = "add recordings with `loa clip add`, have a leader approve them with `loa clip approve`";
    Point::fail("library", "no clip is approved: nothing can air", remedy)
}

/// What keeps an approved clip from being heard.
fn fault(content: &ContentStore, clip: &Clip) -> Option<String> {
    let named = |fault: &str| Some(format!("clip {} \"{}\": {fault}", clip.id, clip.title));
    if matches!(&clip.approval, Approval::Approved { digest, .. } if *digest != clip.audio.digest) {
        return named("its audio is not the one that was approved");
    }
    let path = content.path_of(&clip.audio.digest);
    match Decoder::open(&path).and_then(|mut decoder| decoder.next_block().map(|block| block.is_some())) {
        Ok(true) => None,
        Ok(false) => named("there is no sound in its audio file"),
        Err(error) => named(&error.to_string()),
    }
}
