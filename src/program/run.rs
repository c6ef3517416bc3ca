//! A program from its start to its end.

use std::fs::File;
use std::io::{self, Read, Write as _};
use std::os::fd::AsFd;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions};

use super::{Job, ProgramError, Writes};

/// The lowest priority there is: the station's own threads go first, always.
const NICENESS: i32 = 19;
/// What is kept of the words that it says; the rest is read and thrown away.
const SAID_BYTES_MAX: usize = 600;
/// Bytes read at once.
const PIECE_BYTES: usize = 64 * 1024;
/// Between two looks at how much it has written.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// How long its last words are waited for once it is gone.
const LAST_WORDS_MAX: Duration = Duration::from_secs(1);
/// Pieces of what it said that are taken after its end: more than a pipe holds, and not all that a daemon may say.
const LAST_PIECES_MAX: u32 = 64;
/// Between two looks whether a program that says nothing has ended.
const LOOK_UP_EVERY: Timespec = Timespec { tv_sec: 0, tv_nsec: 200_000_000 };

/// A program that is running. Dropped, it ends with all that it started.
struct Running {
    child: Child,
    reaped: bool,
    over: Over,
}

impl Running {
    /// Ends what it left running, which may hold its pipes open, and takes leave of it.
    fn reap(&mut self) -> io::Result<ExitStatus> {
        // Not waited for yet, so its number is nobody else's.
        if let Some(group) = pid(&self.child) {
            let _gone_already = rustix::process::kill_process_group(group, Signal::KILL);
        }
        self.reaped = true;
        let ended = self.child.wait();
        self.over.0.store(true, Ordering::Relaxed);
        ended
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.reaped {
            drop(self.reap());
        }
    }
}

/// Whether a program has ended: what it said is in its pipes by then. Clones say the same.
#[derive(Debug, Clone, Default)]
struct Over(Arc<AtomicBool>);

/// What a program says, up to its end: what it left behind in a session of its own (a daemon) may hold its pipes open for years,
/// and shall hold neither a thread of ours nor what was said.
struct Attended<R> {
    pipe: R,
    over: Over,
    /// Pieces that are still taken after its end.
    left: u32,
}

impl<R: Read + AsFd> Attended<R> {
    fn new(pipe: R, over: &Over) -> Self {
        Self { pipe, over: over.clone(), left: LAST_PIECES_MAX }
    }
}

impl<R: Read + AsFd> Read for Attended<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let over = self.over.0.load(Ordering::Relaxed);
            self.left -= u32::from(over).min(self.left);
            let wait = if over { Timespec::default() } else { LOOK_UP_EVERY };
            let mut watched = [PollFd::new(&self.pipe, PollFlags::IN)];
            match poll(&mut watched, Some(&wait)) {
                Ok(0) if over => return Ok(0),
                Ok(0) | Err(rustix::io::Errno::INTR) => {}
                Ok(_) if self.left == 0 => return Ok(0),
                Ok(_) => return self.pipe.read(buffer),
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// Runs it to its end, for at most [`Job::time_max`]; what it said on its standard output, where that is words.
///
/// # Errors
/// It is not there, fails, takes too long or writes too much.
pub fn run(job: &Job<'_>) -> Result<String, ProgramError> {
    let program = job.command.first().cloned().unwrap_or_default();
    let failed = |source| ProgramError::Start { program: program.clone(), source };
    let over = Over::default();
    let mut running = Running { child: started(job, &program)?, reaped: false, over: over.clone() };
    if job.in_background {
        step_back(&running.child);
    }
    if let (Some(text), Some(input)) = (job.input, running.child.stdin.take()) {
        write_to(input, text.to_owned()).map_err(failed)?;
    }
    let stderr = running.child.stderr.take().map(|pipe| Attended::new(pipe, &over));
    let complained = stderr.map(|pipe| aside(move || beginning(pipe)));
    let complained = complained.transpose().map_err(failed)?;
    let (mut said, mut kept) = (None, None);
    let stdout = running.child.stdout.take().map(|pipe| Attended::new(pipe, &over));
    match (stdout, job.writes) {
        (Some(pipe), Writes::Words) => said = Some(aside(move || beginning(pipe)).map_err(failed)?),
        (Some(pipe), Writes::File { path, bytes_max, .. }) => {
            let file = File::create(path).map_err(failed)?;
            kept = Some(aside(move || keep(pipe, file, bytes_max)).map_err(failed)?);
        }
        (None, _) => {}
    }
    wait(job, &program, &ended(&running.child).map_err(failed)?)?;
    let status = running.reap().map_err(failed)?;
    let last_words = |words: Option<Receiver<String>>| words.and_then(|words| words.recv_timeout(LAST_WORDS_MAX).ok());
    let kept = kept.map(|kept| kept.recv_timeout(LAST_WORDS_MAX));
    let (said, complained) = (last_words(said).unwrap_or_default(), last_words(complained).unwrap_or_default());
    check_size(job, &program)?;
    if let Some(Ok(Err(error))) = kept {
        return Err(failed(error));
    }
    if status.success() {
        Ok(said)
    } else {
        Err(ProgramError::Failed { program, ending: ending(status), said: complained })
    }
}

fn started(job: &Job<'_>, program: &str) -> Result<Child, ProgramError> {
    let piped = |yes: bool| if yes { Stdio::piped() } else { Stdio::null() };
    let heard = matches!(job.writes, Writes::Words | Writes::File { from_output: true, .. });
    let mut command = Command::new(program);
    command
        .args(job.command.iter().skip(1))
        .process_group(0)
        .stdin(piped(job.input.is_some()))
        .stdout(piped(heard))
        .stderr(Stdio::piped());
    if let Some(folder) = job.folder {
        command.current_dir(folder);
    }
    command.spawn().map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => ProgramError::NotThere { program: program.to_owned() },
        _ => ProgramError::Start { program: program.to_owned(), source },
    })
}

fn pid(child: &Child) -> Option<Pid> {
    i32::try_from(child.id()).ok().and_then(Pid::from_raw)
}

/// Low in priority. Where the system refuses that, it runs all the same.
fn step_back(child: &Child) {
    if let Some(pid) = pid(child)
        && let Err(error) = rustix::process::setpriority_process(Some(pid), NICENESS)
    {
        tracing::debug!(%error, "a program runs at the usual priority");
    }
}

/// Waits until it has ended. A limit of the system on the size of its files would also hold for those that are no sound, such
/// as memory that a library shares, so what it writes is looked at.
fn wait(job: &Job<'_>, program: &str, ended: &Receiver<()>) -> Result<(), ProgramError> {
    let mut left = job.time_max;
    loop {
        let step = LOOK_EVERY.min(left);
        match ended.recv_timeout(step) {
            Err(RecvTimeoutError::Timeout) => {
                check_size(job, program)?;
                if left.is_zero() {
                    return Err(ProgramError::TookTooLong { program: program.to_owned(), time_max: job.time_max });
                }
                left -= step;
            }
            Ok(()) | Err(RecvTimeoutError::Disconnected) => return Ok(()),
        }
    }
}

/// Whether what it has written so far is within its bound.
fn check_size(job: &Job<'_>, program: &str) -> Result<(), ProgramError> {
    let Writes::File { path, bytes_max, .. } = job.writes else { return Ok(()) };
    if std::fs::metadata(path).map_or(0, |file| file.len()) >= bytes_max {
        return Err(ProgramError::TooLarge { program: program.to_owned(), path: path.to_owned(), bytes_max });
    }
    Ok(())
}

/// Does something on a thread of its own, and hands over what came of it.
fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> io::Result<Receiver<T>> {
    let (sender, receiver): (SyncSender<T>, _) = sync_channel(1);
    let body = move || drop(sender.send(work()));
    thread::Builder::new().name("loa-program".to_owned()).spawn(body)?;
    Ok(receiver)
}

/// Hears when it has ended. It stays a zombie until it is waited for, so its number cannot become another's meanwhile.
fn ended(child: &Child) -> io::Result<Receiver<()>> {
    let pid = pid(child);
    aside(move || {
        while let Some(pid) = pid {
            match rustix::process::waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT) {
                Err(rustix::io::Errno::INTR) => {}
                _ => break,
            }
        }
    })
}

fn write_to(mut input: ChildStdin, text: String) -> io::Result<()> {
    // A program that does not read to the end has its own reasons, and says so by how it ends.
    aside(move || drop(input.write_all(text.as_bytes()))).map(drop)
}

/// The first line of what it says, in letters that can be shown; all of it is read, so that it never waits for us.
fn beginning(mut pipe: impl Read) -> String {
    let (mut kept, mut piece) = (Vec::new(), vec![0; PIECE_BYTES]);
    while let Ok(read @ 1..) = pipe.read(&mut piece) {
        let room = SAID_BYTES_MAX.saturating_sub(kept.len()).min(read);
        kept.extend_from_slice(&piece[..room]);
    }
    let text = String::from_utf8_lossy(&kept);
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    line.chars().filter(|letter| !letter.is_control()).take(200).collect()
}

fn keep(mut pipe: impl Read, mut file: File, bytes_max: u64) -> io::Result<()> {
    // Dropped at the limit, the pipe ends whoever writes on.
    io::copy(&mut pipe.by_ref().take(bytes_max), &mut file).map(drop)
}

fn ending(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit code {code}"),
        (None, Some(signal)) => format!("signal {signal}"),
        (None, None) => "no exit code".to_owned(),
    }
}
