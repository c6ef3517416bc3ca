//! The records: database, log, library.

use std::sync::Arc;

use super::{CheckState, Point};
use crate::config::Config;
use crate::desk::{Desk, DeskError, ErrorKind};
use crate::domain::clip::{Approval, Clip};
use crate::library::{ContentStore, soundless};
use crate::station::clips_folder;
use crate::store::ClipFilter;

/// Faults of clips that are named one by one.
const FAULTS_MAX: usize = 10;

/// The database opens and is sound.
pub(super) async fn opened(config: &Arc<Config>, points: &mut Vec<Point>) -> Option<Desk> {
    if Desk::is_untouched(&config.data.folder) {
        let remedy = "it is made when the first clip is added or the station starts";
        points.push(Point::warn("database", "there is none yet", remedy));
        points.push(no_clips());
        return None;
    }
    match Desk::looking(config).await {
        Ok(desk) => {
            let found = database(&desk).await;
            // The first one says whether it can be read at all.
            let sound = found.first().is_some_and(|point| point.state == CheckState::Ok);
            points.extend(found);
            sound.then_some(desk)
        }
        Err(error) => {
            points.push(Point::failed("database", &error));
            None
        }
    }
}

/// The database is sound, and that of a station.
pub(super) async fn database(desk: &Desk) -> Vec<Point> {
    let sound = async {
        desk.store().quick_check().await?;
        desk.store().head().await
    };
    let mut points = Vec::new();
    match sound.await.map_err(DeskError::from) {
        Err(error) => return vec![Point::failed("database", &error)],
        Ok(head) => {
            let records = head.map_or(0, |(seq, _)| seq);
            let found = format!("sound, {records} records in the log; `loa log verify` proves them");
            points.push(Point::ok("database", found));
        }
    }
    if desk.store().is_simulated() {
        let remedy = "a station needs a folder of its own: give another with --data";
        points.push(Point::fail("database", "it holds the log of a rehearsal", remedy));
    }
    points
}

/// There are approved clips, and each is there and plays.
pub(super) async fn library(desk: &Desk) -> Result<Vec<Point>, DeskError> {
    let filter = ClipFilter { approval: Some("approved"), ..ClipFilter::default() };
    let approved = desk.store().clips(&filter).await?;
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
    let tried = tried.await.map_err(|error| DeskError::new(ErrorKind::Failed, error.to_string()))?;
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
pub(super) fn fault(content: &ContentStore, clip: &Clip) -> Option<String> {
    let named = |fault: &str| Some(format!("clip {} \"{}\": {fault}", clip.id, clip.title));
    if matches!(&clip.approval, Approval::Approved { digest, .. } if *digest != clip.audio.digest) {
        return named("its audio is not the one that was approved");
    }
    soundless(content, &clip.audio.digest).and_then(|fault| named(&fault))
}
