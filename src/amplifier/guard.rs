//! The guard: a second process that holds one end of a pipe. When the station's end closes, however the station came to its end, it
//! switches every amplifier off and ends too.
//!
//! The station tells it what to switch, so it reads no configuration that may be broken by then.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::fs::FlockOperation;
use serde::{Deserialize, Serialize};

use super::{Charge, switch_off};
use crate::domain::amplifier::Switch;

/// How long the guard of an earlier station is waited for.
const READY_MAX: Duration = Duration::from_secs(30);
/// Guards that one station starts in the place of one that was killed, at the most: what kills them all is not known, and must
/// not take the machine's time.
const REPLACED_MAX: u32 = 20;
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
    post: Mutex<Post>,
    ready: Mutex<bool>,
    told: Condvar,
}

/// Who stands guard, and over what.
#[derive(Debug, Default)]
struct Post {
    running: Option<Running>,
    charges: Vec<Charge>,
    /// Guards that took the place of one that was killed.
    replaced: u32,
}

#[derive(Debug)]
struct Running {
    child: Child,
    words: ChildStdin,
}

impl Running {
    fn is(&self, process: u32) -> bool {
        self.child.id() == process
    }
}

impl Guard {
    /// One that is not there yet. `lock` is a file of the station's data folder.
    #[must_use]
    pub fn new(lock: PathBuf) -> Self {
        let (post, ready, told) = (Mutex::default(), Mutex::new(true), Condvar::new());
        Self(Arc::new(Shared { lock, post, ready, told }))
    }

    /// Has it watch over these; starts it if there is something to watch over.
    ///
    /// # Errors
    /// It cannot be started, or does not listen. The station can go on without it.
    pub fn watch(&self, charges: &[Charge]) -> io::Result<()> {
        let mut post = self.post();
        post.charges = charges.to_vec();
        if post.running.is_none() && charges.is_empty() {
            return Ok(());
        }
        if let Some(Running { words, .. }) = &mut post.running
            && say(words, &Word::Watch(charges.to_vec())).is_ok()
        {
            return Ok(());
        }
        self.fill(&mut post)
    }

    /// Puts a guard where none stands, or one that hears nothing any more.
    fn fill(&self, post: &mut Post) -> io::Result<()> {
        let mut started = self.start()?;
        say(&mut started.words, &Word::Watch(post.charges.clone()))?;
        if let Some(mut gone) = post.running.replace(started) {
            // Its place among the processes is free again; one that is there yet ends by itself.
            drop(gone.child.try_wait());
        }
        Ok(())
    }

    /// A guard has ended. One that was told to is not there any more; another was killed, and somebody takes its place.
    fn ended(&self, process: u32) {
        let mut post = self.post();
        if !post.running.as_ref().is_some_and(|running| running.is(process)) {
            return;
        }
        post.replaced += 1;
        tracing::error!(
            process,
            "the guard of the amplifiers was ended, and a crash of the station would leave them on"
        );
        if post.replaced > REPLACED_MAX {
            tracing::error!("the amplifiers have no guard: more than {REPLACED_MAX} were ended");
        } else if let Err(error) = self.fill(&mut post) {
            tracing::error!(%error, "no guard takes its place");
        }
    }

    fn post(&self) -> MutexGuard<'_, Post> {
        self.0.post.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The station ends in good order. Waits until the guard has switched off what it watches over.
    pub fn end(&self) {
        let running = self.post().running.take();
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
        let (guard, process) = (self.clone(), child.id());
        let listen = move || {
            let (mut said, mut line) = (BufReader::new(said), String::new());
            // It says one line, and nothing more until it ends.
            let read = said.read_line(&mut line);
            if read.is_ok() && line.trim() == READY {
                guard.say_ready(true);
                drop(io::copy(&mut said, &mut io::sink()));
            }
            guard.say_ready(true);
            guard.ended(process);
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
