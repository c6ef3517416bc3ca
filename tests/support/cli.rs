//! The real program on a data folder of its own.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

use chrono::{DateTime, SubsecRound as _, TimeDelta, Utc};
use chrono_tz::Tz;
use loa::clock;
use serde_json::Value;
use tempfile::TempDir;

use super::sound::Sound;

/// Longest wait for anything to happen.
const PATIENCE: Duration = Duration::from_secs(60);
/// Lines of a command that wait to be looked at.
const LINES_MAX: usize = 10_000;

/// What every station of these tests is told: no sound, any hour, short leads, a console on a free port.
const CONFIG: &str = r#"
[console]
listen = "127.0.0.1:0"
[station]
rundown_lead_seconds = 10
prepare_lead_seconds = 2
join_lead_seconds = 2
[[zone]]
id = "thi-tran"
name = "Cụm loa thị trấn"
[zone.output]
kind = "null"
[permitted_hours]
monday = "00:00-24:00"
tuesday = "00:00-24:00"
wednesday = "00:00-24:00"
thursday = "00:00-24:00"
friday = "00:00-24:00"
saturday = "00:00-24:00"
sunday = "00:00-24:00"
"#;

/// A town with a data folder, a configuration and recordings.
pub(crate) struct Town {
    folder: TempDir,
}

/// What a command came to.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Town {
    pub(crate) fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("loa").tempdir().unwrap();
        std::fs::create_dir(folder.path().join("data")).unwrap();
        std::fs::write(folder.path().join("loa.toml"), CONFIG).unwrap();
        Self { folder }
    }

    /// Adds to its configuration.
    pub(crate) fn configure(&self, more: &str) {
        let config = std::fs::read_to_string(self.config()).unwrap();
        std::fs::write(self.config(), config + more).unwrap();
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.folder.path().join("loa.toml")
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A recording of so many seconds; no two pitches have the same audio.
    pub(crate) fn recording(&self, name: &str, seconds: f64, hertz: f64) -> String {
        const RATE: u32 = 16_000;
        let path = self.path(name);
        Sound::sine(RATE, 1, (seconds * f64::from(RATE)) as u64, hertz, -16.0).write_wav(&path);
        path.to_str().unwrap().to_owned()
    }

    /// The program with this town's folder, not yet started.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_loa"));
        command.args(arguments).env("LOA_CONFIG", self.config()).env("LOA_DATA", self.data());
        command.env_remove("NO_COLOR").env("USER", "Trần Thị Bình").env_remove("LOGNAME").env_remove("SUDO_USER");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs a command to its end.
    pub(crate) fn loa(&self, arguments: &[&str]) -> Ran {
        let output = self.command(arguments).output().unwrap();
        Ran {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs a command that shall do what it is asked, with its document.
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let mut all = vec!["--json"];
        all.extend(arguments);
        self.loa(&all).done().document()
    }

    /// A signature tune (clip 1) and two items (clips 2 and 3), all approved.
    pub(crate) fn furnish(&self) {
        let leader = ["--approve-by", "Nguyễn Văn An", "--approve-title", "Phó Chủ tịch UBND"];
        let tune = self.recording("nhac-hieu.wav", 1.5, 600.0);
        let first = self.recording("mot-cua.wav", 6.0, 440.0);
        let second = self.recording("dich-vu-cong.wav", 8.0, 500.0);
        let add = |more: &[&str]| {
            let mut arguments = vec!["clip", "add"];
            arguments.extend(more);
            arguments.extend(leader);
            self.loa(&arguments).done();
        };
        add(&[&tune, "--title", "Nhạc hiệu Đài", "--genre", "ident"]);
        add(&[&first, "--title", "Bộ phận một cửa", "--topic", "CCHC", "--campaign", "CCHC", "--author", "Lê Chi"]);
        add(&[&second, "--title", "Dịch vụ công trực tuyến", "--topic", "CCHC.TTHC"]);
    }

    /// Starts the station and waits until it answers.
    pub(crate) fn start(&self) -> Daemon {
        let child = self.command(&["run"]).spawn().unwrap();
        let daemon = Daemon { child };
        let mut status = self.follow(&["status", "--watch", "--json"]);
        status.until(|line| line["running"] == true);
        daemon
    }

    /// A command that goes on, whose lines of JSON are looked at as they come.
    pub(crate) fn follow(&self, arguments: &[&str]) -> Followed {
        let mut child = self.command(arguments).stderr(Stdio::inherit()).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = sync_channel(LINES_MAX);
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Followed { child, lines, seen: Vec::new() }
    }
}

impl Ran {
    /// It did what it was asked.
    #[track_caller]
    pub(crate) fn done(self) -> Self {
        assert_eq!(self.code, 0, "{self:?}");
        self
    }

    /// It ended with this code, said nothing on standard output, and this (among other things) on standard error.
    #[track_caller]
    pub(crate) fn failed(self, code: i32, said: &str) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        assert!(self.out.is_empty(), "{self:?}");
        assert!(self.err.contains(said), "expected `{said}` in {self:?}");
        self
    }

    /// Standard output, which is one JSON document and nothing else.
    #[track_caller]
    pub(crate) fn document(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }
}

/// A running station. Killed if a test forgets it.
pub(crate) struct Daemon {
    child: Child,
}

impl Daemon {
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Tells it to end and waits for it; what it said on standard error.
    pub(crate) fn end(mut self) -> (i32, String) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        let code = self.child.wait().unwrap().code().unwrap_or(-1);
        let mut said = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        (code, said)
    }

    /// Sends it a signal.
    pub(crate) fn signal(&self, signal: rustix::process::Signal) {
        rustix::process::kill_process(rustix::process::Pid::from_child(&self.child), signal).unwrap();
    }

    /// Its exit code, if it ends by itself within so long.
    pub(crate) fn ended_within(&mut self, longest: Duration) -> Option<i32> {
        let deadline = Instant::now() + longest;
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait().unwrap() {
                return Some(status.code().unwrap_or(-1));
            }
            std::thread::park_timeout(Duration::from_millis(5));
        }
        None
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A command that goes on.
pub(crate) struct Followed {
    child: Child,
    lines: Receiver<String>,
    seen: Vec<String>,
}

impl Followed {
    /// The first line from now on that is wanted.
    #[track_caller]
    pub(crate) fn until(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            let line = self.lines.recv_timeout(PATIENCE);
            let line = line.unwrap_or_else(|error| panic!("{error}; so far: {:#?}", self.seen));
            let value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error} in `{line}`"));
            self.seen.push(line);
            if wanted(&value) {
                return value;
            }
        }
    }
}

impl Drop for Followed {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Where the towns of these tests are.
pub(crate) const ZONE: Tz = Tz::Asia__Ho_Chi_Minh;

/// A whole second that is so far away, as local time.
pub(crate) fn soon(seconds: i64) -> DateTime<Tz> {
    (clock::now().wall + TimeDelta::seconds(seconds)).trunc_subsecs(0).with_timezone(&ZONE)
}

/// Cron text for one moment each year.
pub(crate) fn at(moment: DateTime<Tz>) -> String {
    moment.format("%S %M %H %d %m *").to_string()
}

/// The moment that a document gives.
#[track_caller]
pub(crate) fn moment(text: &Value) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text.as_str().unwrap()).unwrap().with_timezone(&Utc)
}

/// Whether a path is a file that is there.
pub(crate) fn there(path: &Path) -> bool {
    path.is_file()
}
