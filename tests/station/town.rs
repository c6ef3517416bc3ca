//! A town with a station: a data folder of the test's own, and the program that runs on it.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;
use loa::domain::log::{End, Incident, Intent, PartId, Record};
use loa::store::{OpenAs, Store};
use serde_json::Value;

use crate::support::records::SETTINGS;
use crate::support::sound::Sound;

/// Longest wait for anything; a loaded machine is given time, a hung station is found.
const PATIENCE: Duration = Duration::from_secs(45);

/// Step of the journal.
pub(super) const JOURNAL_STEP: Duration = Duration::from_millis(500);

/// See the module.
pub(super) struct Town {
    folder: tempfile::TempDir,
}

impl Town {
    /// A town whose sound goes to `output`: the lines of the section `[zone.output]`.
    pub(super) fn new(output: &str, more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
        let hours: String = days.iter().map(|day| format!("{day} = \"00:00-24:00\"\n")).collect();
        let text = format!(
            "[console]\nlisten = \"\"\n[station]\nrundown_lead_seconds = 10\nprepare_lead_seconds = 2\njoin_lead_seconds = 2\n\
             [log]\njournal_step_ms = {}\n[audio]\nreopen_seconds_max = 1\nrecord_programme = true\n\
             [permitted_hours]\n{hours}[[zone]]\nid = \"thi-tran\"\nname = \"Cụm loa\"\n[zone.output]\n{output}\n{more}\n",
            JOURNAL_STEP.as_millis()
        );
        std::fs::write(folder.path().join("loa.toml"), text).unwrap();
        std::fs::create_dir(folder.path().join("data")).unwrap();
        Self { folder }
    }

    /// A town with a console that listens on a free port of this machine.
    pub(super) fn with_console(output: &str) -> Self {
        let town = Self::new(output, "");
        let file = town.folder.path().join("loa.toml");
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, text.replace("listen = \"\"", "listen = \"127.0.0.1:0\"")).unwrap();
        town
    }

    /// The same town, which does not record its programme.
    pub(super) fn without_programme(self) -> Self {
        let file = self.folder.path().join("loa.toml");
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, text.replace("record_programme = true", "record_programme = false")).unwrap();
        self
    }

    /// What the station said in its process log, over all its runs.
    pub(super) fn said(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("station.log")).unwrap_or_default()
    }

    /// A token with which a script does what an operator may do.
    pub(super) fn token(&self) -> String {
        let mut account = self.command(&["user", "add", "may", "--role", "operator", "--password-stdin", "--lasting"]);
        let mut process = account.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        process.stdin.take().unwrap().write_all("loa phường tôi 2026\n".as_bytes()).unwrap();
        assert!(process.wait().unwrap().success());
        let token = self.loa(&["token", "add", "đo", "--account", "may", "--role", "operator"]);
        token["secret"].as_str().unwrap().to_owned()
    }

    pub(super) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_loa"));
        command.arg("--config").arg(self.folder.path().join("loa.toml")).arg("--data").arg(self.data());
        command.args(["--json", "--by", "Nguyễn Văn A"]).args(arguments).stdin(Stdio::null());
        command
    }

    /// What a command says, as JSON; it must succeed.
    pub(super) fn loa(&self, arguments: &[&str]) -> Value {
        let output = self.command(arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{arguments:?}: {said}{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_str(&said).unwrap_or(Value::Null)
    }

    /// The half-year's report or another period's, as a page.
    pub(super) fn paper(&self, arguments: &[&str]) -> String {
        let folder = self.folder.path().join("papers");
        let mut command = Command::new(env!("CARGO_BIN_EXE_loa"));
        command.arg("--config").arg(self.folder.path().join("loa.toml")).arg("--data").arg(self.data());
        command.arg("report").args(arguments).args(["--format", "html", "--out"]).arg(&folder);
        let output = command.stdin(Stdio::null()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let paper = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap();
        std::fs::read_to_string(paper.path()).unwrap()
    }

    /// Exit code and what a command said to standard error.
    pub(super) fn refused(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let output = self.command(arguments).output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    }

    /// Brings a file into the library, approved.
    pub(super) fn add(&self, file: &Path, title: &str) {
        let file = file.to_str().unwrap();
        self.loa(&["clip", "add", file, "--title", title, "--approve-by", "Trần Văn B"]);
    }

    /// Brings a sound into the library, as a WAV.
    pub(super) fn add_sound(&self, sound: &Sound, title: &str) {
        let file = self.folder.path().join(format!("{title}.wav"));
        sound.write_wav(&file);
        self.add(&file, title);
    }

    /// A broadcast of its own, once, on a whole second that is at least `ahead` away.
    pub(super) fn slot(&self, ahead: Duration, elements: &[&str], more: &[&str]) -> DateTime<Utc> {
        self.slot_named("phat-thu", ahead, elements, &[&["--length", "2m"], more].concat())
    }

    /// The same, of this name, its length among `more`.
    pub(super) fn slot_named(&self, id: &str, ahead: Duration, elements: &[&str], more: &[&str]) -> DateTime<Utc> {
        let at = Utc::now() + TimeDelta::from_std(ahead).unwrap() + TimeDelta::seconds(1);
        let at = at.with_nanosecond(0).unwrap();
        let cron = at.with_timezone(&Tz::Asia__Ho_Chi_Minh).format("%S %M %H %d %m * %Y").to_string();
        let mut arguments = vec!["slot", "add", id, "--name", "Phát thử", "--at", &cron];
        arguments.extend(elements.iter().flat_map(|element| ["--element", element]));
        arguments.extend(more);
        self.loa(&arguments);
        at
    }

    /// Starts the station and waits until it answers.
    pub(super) fn start(&self) -> Running<'_> {
        self.start_with(&[])
    }

    /// The same, with more in its environment.
    pub(super) fn start_with(&self, environment: &[(&str, &str)]) -> Running<'_> {
        let log = std::fs::File::options().create(true).append(true).open(self.folder.path().join("station.log"));
        let mut command = self.command(&["run"]);
        command.envs(environment.iter().copied()).stdout(Stdio::null()).stderr(log.unwrap());
        let running = Running { town: self, process: command.spawn().unwrap() };
        self.wait("the station answers", || self.status()["running"].as_bool().filter(|running| *running));
        running
    }

    /// How the station stands; a document comes whether it runs or not.
    pub(super) fn status(&self) -> Value {
        let output = self.command(&["status"]).output().unwrap();
        serde_json::from_slice(&output.stdout).unwrap_or(Value::Null)
    }

    /// Looks again and again until `look` sees something.
    pub(super) fn wait<T>(&self, what: &str, mut look: impl FnMut() -> Option<T>) -> T {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(seen) = look() {
                return seen;
            }
            assert!(Instant::now() < deadline, "waited in vain until {what}; {}", self.story());
            std::thread::park_timeout(Duration::from_millis(50));
        }
    }

    /// Waits until the element on air has come so far, in seconds.
    pub(super) fn wait_on_air(&self, seconds: f64) -> f64 {
        self.wait(&format!("{seconds} s are heard"), || {
            self.status()["on_air"]["position_s"].as_f64().filter(|heard| *heard >= seconds)
        })
    }

    /// The only row of the log, once its outcome is this.
    pub(super) fn wait_row(&self, outcome: &str) -> Value {
        self.wait(&format!("a row says {outcome}"), || {
            let rows = self.loa(&["log"]);
            rows.as_array().unwrap().iter().find(|row| row["outcome"] == outcome).cloned()
        })
    }

    /// Every record of the log.
    pub(super) fn records(&self) -> Vec<Record> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let store = Store::open(&self.data(), OpenAs::ReadOnly, SETTINGS).await.unwrap();
            let entries = store.entries(0, 10_000).await.unwrap();
            store.close().await;
            entries.into_iter().map(|sealed| sealed.entry.record).collect()
        })
    }

    /// Every part with its end, in order.
    pub(super) fn parts(&self) -> Vec<(Intent, End)> {
        let records = self.records();
        let end = |part: PartId| {
            records.iter().find_map(|record| match record {
                Record::End(end) if end.part == part => Some(end.clone()),
                _ => None,
            })
        };
        let intents = records.iter().filter_map(|record| match record {
            Record::Intent(intent) => Some(intent),
            _ => None,
        });
        intents.filter_map(|intent| Some((intent.clone(), end(intent.part)?))).collect()
    }

    /// Whether the log tells of such an incident.
    pub(super) fn incident(&self, is: impl Fn(&Incident) -> bool) -> bool {
        self.records().iter().any(|record| matches!(record, Record::Incident(incident) if is(incident)))
    }

    /// The chain holds.
    pub(super) fn verify(&self) {
        self.loa(&["log", "verify"]);
    }

    fn story(&self) -> String {
        format!("{:#}\n{:#?}\n{}", self.loa(&["log"]), self.records(), self.said())
    }
}

/// A running station; killed when dropped.
pub(super) struct Running<'a> {
    town: &'a Town,
    process: Child,
}

impl Running<'_> {
    pub(super) fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Ends it as a power cut would.
    pub(super) fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Tells it to end.
    pub(super) fn terminate(&self) {
        let pid = rustix::process::Pid::from_raw(i32::try_from(self.pid()).unwrap()).unwrap();
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    }

    /// Waits until it has ended.
    pub(super) fn ended(mut self) -> ExitStatus {
        let town = self.town;
        town.wait("the station has ended", || self.process.try_wait().unwrap())
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
