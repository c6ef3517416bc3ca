//! A program runs beside the station: bounded in time and in what it writes, and gone at the end with all that it started.

use std::fs::File;
use std::io::{self, Read, Write as _};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions};

use super::SpeechError;

/// The lowest priority there is: the station's own threads go first, always.
const NICENESS: i32 = 19;
/// What is kept of what it writes to its standard error; the rest is read and thrown away.
const SAID_BYTES_MAX: usize = 600;
/// Bytes read at once.
const PIECE_BYTES: usize = 64 * 1024;
/// Between two looks at how much it has written.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// How long its last words are waited for once it is gone.
const LAST_WORDS_MAX: Duration = Duration::from_secs(1);

/// What is to run.
pub(super) struct Job<'a> {
    pub(super) command: Vec<String>,
    pub(super) folder: &'a Path,
    /// The text, where it comes on standard input.
    pub(super) text: Option<&'a str>,
    /// The WAV.
    pub(super) output: &'a Path,
    /// Whether its standard output is the WAV.
    pub(super) speaks_to_us: bool,
    pub(super) time_max: Duration,
    pub(super) bytes_max: u64,
}

/// A program that is running. Dropped, it ends with all that it started.
struct Running {
    child: Child,
    reaped: bool,
}

impl Running {
    /// Ends what it left running, which may hold its pipes open, and takes leave of it.
    fn reap(&mut self) -> io::Result<ExitStatus> {
        // Not waited for yet, so its number is nobody else's.
        if let Some(group) = pid(&self.child) {
            let _gone_already = rustix::process::kill_process_group(group, Signal::KILL);
        }
        self.reaped = true;
        self.child.wait()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.reaped {
            drop(self.reap());
        }
    }
}

/// Runs it to its end.
pub(super) fn perform(job: &Job<'_>) -> Result<(), SpeechError> {
    let program = job.command.first().cloned().unwrap_or_default();
    let failed = |source| SpeechError::Start { program: program.clone(), source };
    let mut running = Running { child: started(job, &program)?, reaped: false };
    step_back(&running.child);
    if let (Some(text), Some(input)) = (job.text, running.child.stdin.take()) {
        write_to(input, text.to_owned()).map_err(failed)?;
    }
    let said = running.child.stderr.take().map(|pipe| aside(move || beginning(pipe))).transpose().map_err(failed)?;
    let output = match running.child.stdout.take() {
        Some(pipe) => {
            let (file, most) = (File::create(job.output).map_err(failed)?, job.bytes_max);
            Some(aside(move || keep(pipe, file, most)).map_err(failed)?)
        }
        None => None,
    };
    wait(job, &program, &ended(&running.child).map_err(failed)?)?;
    let status = running.reap().map_err(failed)?;
    let kept = output.map(|output| output.recv_timeout(LAST_WORDS_MAX));
    let said = said.and_then(|said| said.recv_timeout(LAST_WORDS_MAX).ok()).unwrap_or_default();
    if written(job) >= job.bytes_max {
        return Err(SpeechError::TooLarge { program, bytes_max: job.bytes_max });
    }
    if let Some(Ok(Err(error))) = kept {
        return Err(failed(error));
    }
    if status.success() { Ok(()) } else { Err(SpeechError::Failed { program, ending: ending(status), said }) }
}

fn started(job: &Job<'_>, program: &str) -> Result<Child, SpeechError> {
    let piped = |yes: bool| if yes { Stdio::piped() } else { Stdio::null() };
    let mut command = Command::new(program);
    command
        .args(job.command.iter().skip(1))
        .current_dir(job.folder)
        .process_group(0)
        .stdin(piped(job.text.is_some()))
        .stdout(piped(job.speaks_to_us))
        .stderr(Stdio::piped());
    command.spawn().map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => SpeechError::NotThere { program: program.to_owned() },
        _ => SpeechError::Start { program: program.to_owned(), source },
    })
}

fn pid(child: &Child) -> Option<Pid> {
    i32::try_from(child.id()).ok().and_then(Pid::from_raw)
}

/// Low in priority. Where the system refuses that, it speaks all the same.
fn step_back(child: &Child) {
    if let Some(pid) = pid(child)
        && let Err(error) = rustix::process::setpriority_process(Some(pid), NICENESS)
    {
        tracing::debug!(%error, "a program that speaks runs at the usual priority");
    }
}

/// Waits until it has ended. A limit of the system on the size of its files would also hold for those that are no sound, such
/// as memory that a library shares, so what it writes is looked at.
fn wait(job: &Job<'_>, program: &str, ended: &Receiver<()>) -> Result<(), SpeechError> {
    let mut left = job.time_max;
    loop {
        let step = LOOK_EVERY.min(left);
        match ended.recv_timeout(step) {
            Err(RecvTimeoutError::Timeout) if written(job) >= job.bytes_max => {
                return Err(SpeechError::TooLarge { program: program.to_owned(), bytes_max: job.bytes_max });
            }
            Err(RecvTimeoutError::Timeout) if left.is_zero() => {
                return Err(SpeechError::TookTooLong { program: program.to_owned(), time_max: job.time_max });
            }
            Err(RecvTimeoutError::Timeout) => left -= step,
            Ok(()) | Err(RecvTimeoutError::Disconnected) => return Ok(()),
        }
    }
}

fn written(job: &Job<'_>) -> u64 {
    std::fs::metadata(job.output).map_or(0, |file| file.len())
}

/// Does something on a thread of its own, and hands over what came of it.
fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> io::Result<Receiver<T>> {
    let (sender, receiver): (SyncSender<T>, _) = sync_channel(1);
    let body = move || drop(sender.send(work()));
    thread::Builder::new().name("speech".to_owned()).spawn(body)?;
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
