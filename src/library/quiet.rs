//! Work beside the station, never in its way.

use std::fs::File;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::thread;

use rustix::fs::FlockOperation;

use super::analyse::{Analysis, analyse};
use super::error::ImportError;
use super::import::decoder_died;

/// The lowest priority there is: the station's own threads go first, always.
const NICENESS: i32 = 19;

/// Measures a recording on a thread of its own, at the lowest priority. `tell` hears the share done, 0 to 1, and may stop it;
/// `done` gets the result. Nobody can write to the file or abandon it meanwhile.
///
/// # Errors
/// When no thread can be started.
pub fn analyse_quietly(
    path: PathBuf,
    mut tell: impl FnMut(f64) -> ControlFlow<()> + Send + 'static,
    done: impl FnOnce(Result<Analysis, ImportError>) + Send + 'static,
) -> Result<(), ImportError> {
    quietly("import-upload", move || {
        let lock = File::open(&path);
        if let Ok(file) = &lock {
            // Held by nobody else by now: the upload is complete. Without it an abandoned upload is refused as not there.
            let _ = rustix::fs::flock(file, FlockOperation::NonBlockingLockExclusive);
        }
        let analysed = catch_unwind(AssertUnwindSafe(|| analyse(&path, &mut tell)));
        done(analysed.unwrap_or_else(|_| Err(decoder_died(&path))));
    })
}

/// Does something on a thread of its own, at the lowest priority.
///
/// # Errors
/// When no thread can be started.
pub fn quietly(name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), ImportError> {
    let work = move || {
        // On Linux this is the priority of the calling thread alone. Where it is refused the work is done all the same.
        if let Err(error) = rustix::process::setpriority_process(None, NICENESS) {
            tracing::debug!(%error, "working at the usual priority");
        }
        work();
    };
    thread::Builder::new().name(name.to_owned()).spawn(work).map_err(|source| ImportError::Worker { source })?;
    Ok(())
}
