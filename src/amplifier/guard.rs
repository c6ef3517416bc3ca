//! The guard: a second process that holds one end of a pipe. When the station's end closes, however the station came to its end, it
//! switches every amplifier off and ends too.
//!
//! The station tells it what to switch, so it reads no configuration that may be broken by then.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::fs::FlockOperation;
use serde::{Deserialize, Serialize};

use super::{Charge, switch_off};
use crate::domain::amplifier::Switch;

/// How long the guard of an earlier station is waited for.
const READY_MAX: Duration = Duration::from_secs(30);
/// What it says when no earlier guard is at work any more.
const READY: &str = "ready";

/// What the station says to its guard, a line each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    /// These it is to switch off in the end, and no others.
    Watch(Vec<Charge>),
    /// The station ends in good order: nothing is being switched any more.
    End,
}

/// The station's hold on its guard. Clones hold the same one.
#[derive(Debug, Clone)]
pub struct Guard(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    /// Held by a guard as long as it is there.
    lock: PathBuf,
    running: Mutex<Option<Running>>,
    ready: Mutex<bool>,
    told: Condvar,
}

#[derive(Debug)]
struct Running {
    child: Child,
    words: ChildStdin,
}

impl Guard {
    /// One that is not there yet. `lock` is a file of the station's data folder.
    #[must_use]
    pub fn new(lock: PathBuf) -> Self {
        let (running, ready, told) = (Mutex::new(None), Mutex::new(true), Condvar::new());
        Self(Arc::new(Shared { lock, running, ready, told }))
    }

    /// Has it watch over these; starts it if there is something to watch over.
    ///
    /// # Errors
    /// It cannot be started, or does not listen. The station can go on without it.
    pub fn watch(&self, charges: &[Charge]) -> io::Result<()> {
        let mut running = self.0.running.lock().unwrap_or_else(PoisonError::into_inner);
        if running.is_none() && charges.is_empty() {
            return Ok(());
        }
        let word = Word::Watch(charges.to_vec());
        if let Some(Running { words, .. }) = &mut *running
            && say(words, &word).is_ok()
        {
            return Ok(());
        }
        let mut started = self.start()?;
        say(&mut started.words, &word)?;
        *running = Some(started);
        Ok(())
    }

    /// The station ends in good order. Waits until the guard has switched off what it watches over.
    pub fn end(&self) {
        let running = self.0.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(Running { mut child, mut words }) = running else { return };
        // Closed either way; one that hears nothing any more has ended already.
        drop(say(&mut words, &Word::End));
        drop(words);
        drop(child.wait());
    }

    /// Waits until no guard of an earlier station is at work; for at most [`READY_MAX`].
    pub(super) fn wait_until_ready(&self) {
        let ready = self.0.ready.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.0.told.wait_timeout_while(ready, READY_MAX, |ready| !*ready);
        if waited.is_ok_and(|(_, waited)| waited.timed_out()) {
            tracing::error!(
                "the guard of an earlier station is still switching amplifiers off; they are switched all the same"
            );
        }
    }

    fn start(&self) -> io::Result<Running> {
        // The very program that runs, also when another has taken its place on the disk.
        let mut child = Command::new("/proc/self/exe")
            .arg0("loa")
            .args(["amplifier", "guard", "--lock"])
            .arg(&self.0.lock)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // What ends the station from its terminal shall not reach it.
            .process_group(0)
            .spawn()?;
        let (Some(words), Some(said)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::Error::other("the guard has no pipes"));
        };
        self.say_ready(false);
        let guard = self.clone();
        let listen = move || {
            let mut line = String::new();
            let read = BufReader::new(said).read_line(&mut line);
            if read.is_err() || line.trim() != READY {
                tracing::error!("the guard of the amplifiers has ended: a crash of the station would leave them on");
            }
            guard.say_ready(true);
        };
        thread::Builder::new().name("loa-guard".to_owned()).spawn(listen)?;
        Ok(Running { child, words })
    }

    fn say_ready(&self, ready: bool) {
        *self.0.ready.lock().unwrap_or_else(PoisonError::into_inner) = ready;
        self.0.told.notify_all();
    }
}

fn say(words: &mut ChildStdin, word: &Word) -> io::Result<()> {
    let mut line = serde_json::to_vec(word)?;
    line.push(b'\n');
    words.write_all(&line)
}

/// What the second process does, from its start to its end: hears what to watch over until `words` closes, then switches all of it
/// off.
pub fn stand(words: impl Read, lock: &Path) {
    let lock = lock.to_owned();
    let held = thread::Builder::new().name("loa-lock".to_owned()).spawn(move || {
        let held = hold(&lock);
        let mut out = io::stdout().lock();
        // The station may have ended already.
        drop(writeln!(out, "{READY}").and_then(|()| out.flush()));
        held
    });
    let (mut watched, mut in_order) = (Vec::new(), false);
    for line in BufReader::new(words).lines().map_while(Result::ok) {
        match serde_json::from_str(&line) {
            Ok(Word::Watch(charges)) => watched = charges,
            Ok(Word::End) => in_order = true,
            Err(error) => tracing::error!(%error, "the guard does not understand the station"),
        }
    }
    off(&watched);
    if !in_order {
        // The station may have died in the middle of an order, whose program or packet is still on its way.
        watched.retain(|charge| !matches!(charge.switch, Switch::Gpio(_)));
        if let Some(longest) = watched.iter().map(|charge| charge.answer_within).max() {
            thread::park_timeout(longest);
            off(&watched);
        }
    }
    drop(held);
}

/// Waits until no other guard holds the lock, and holds it until the process ends.
fn hold(lock: &Path) -> io::Result<File> {
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(lock)?;
    rustix::fs::flock(&file, FlockOperation::LockExclusive)?;
    Ok(file)
}

fn off(watched: &[Charge]) {
    for (zone, done) in switch_off(watched) {
        match done {
            Ok(()) => tracing::info!(%zone, "the guard has switched the amplifier off"),
            Err(fault) => tracing::error!(%zone, "the guard cannot switch the amplifier off: {fault}"),
        }
    }
}
