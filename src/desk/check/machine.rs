//! The machine: data folder, disk, clock, the console's certificate.

use super::Point;
use crate::clock;
use crate::config::Config;
use crate::desk::{Desk, DeskError};
use crate::library::free_bytes;
use crate::trust;

/// The data folder is there and can be written.
pub(super) fn folder(config: &Config) -> Option<Point> {
    let folder = &config.data.folder;
    if !folder.is_dir() {
        let remedy = format!("make it (`mkdir -p {}`), or give another with --data", folder.display());
        return Some(Point::fail("data folder", format!("{} does not exist", folder.display()), remedy));
    }
    Some(match tempfile::tempfile_in(folder) {
        Ok(_) => Point::ok("data folder", folder.display().to_string()),
        Err(error) => {
            let found = format!("{} cannot be written: {error}", folder.display());
            Point::fail("data folder", found, "give the station's account the right to write it")
        }
    })
}

/// The console's certificate and its key; none if it has none. A station goes on air without a console too.
pub(super) fn certificate(config: &Config) -> Option<Point> {
    let files = config.console.tls.as_ref()?;
    Some(match trust::shown(&files.certificate, &files.key) {
        Ok(_) => Point::ok("console", format!("certificate {}", files.certificate.display())),
        Err(error) => {
            let remedy =
                "give PEM files of a certificate and its key in `console.tls_certificate` and `console.tls_key`";
            let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
            Point::warn("console", format!("the station would run without it: {error}: {cause}"), remedy)
        }
    })
}

/// Room on the disk of the data folder.
pub(super) fn disk(config: &Config) -> Point {
    const MEGABYTE: u64 = 1_000_000;
    let free = match free_bytes(&config.data.folder) {
        Ok(free) => free,
        Err(error) => {
            return Point::fail("disk", format!("its room cannot be told: {error}"), "is it there and mounted?");
        }
    };
    let found = format!("{} MB free", free / MEGABYTE);
    if free >= config.data.free_bytes_min {
        return Point::ok("disk", found);
    }
    let wanted = config.data.free_bytes_min / MEGABYTE;
    Point::warn("disk", format!("{found}, {wanted} MB are wanted"), "make room: old recordings of the programme first")
}

/// The wall clock can be believed.
pub(super) async fn clock(desk: Option<&Desk>) -> Result<Point, DeskError> {
    let now = clock::now().wall;
    let last = last_record(desk).await?;
    let not_before = last.map_or_else(clock::not_before, |last| last.max(clock::not_before()));
    let remedy = "set the clock (`timedatectl`), replace the battery of the board, let the time service run";
    if now < not_before {
        let found = format!("it shows {now}, but {not_before} has passed: nothing will air by schedule");
        return Ok(Point::fail("clock", found, remedy));
    }
    Ok(match clock::synchronised() {
        Some(true) => Point::ok("clock", "synchronised by the time service"),
        Some(false) => Point::warn("clock", "the time service has not synchronised it yet", remedy),
        None => Point::warn(
            "clock",
            "plausible, but no time service says that it is right",
            "install and run systemd-timesyncd",
        ),
    })
}

async fn last_record(desk: Option<&Desk>) -> Result<Option<chrono::DateTime<chrono::Utc>>, DeskError> {
    let Some(desk) = desk else { return Ok(None) };
    let Some((seq, _)) = desk.store().head().await? else { return Ok(None) };
    let last = desk.store().entries(seq - 1, 1).await?;
    Ok(last.first().map(|sealed| sealed.entry.at))
}
