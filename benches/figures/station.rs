//! A station of its own: the program in a data folder of its own, with or without a private sound server.

use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::pulse::{PulseServer, wall_ns};

/// Longest wait for the daemon to be ready.
const READY_SECONDS_MAX: u64 = 60;

/// `loa` on a data folder, with the shipped settings.
pub(crate) fn command(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_loa"));
    command.arg("--data").arg(data).args(["--by", "bench"]);
    command.env_remove("LOA_CONFIG").env_remove("LOA_DATA");
    command
}

/// A data folder, its configuration, and the sound server that its output reaches.
pub(crate) struct Station {
    folder: tempfile::TempDir,
    pub(crate) server: PulseServer,
}

impl Station {
    /// Permitted at all hours; leads as short as they may be, so that a measurement need not wait.
    pub(crate) fn new() -> Self {
        Self::with("")
    }

    /// The same, with more in its configuration.
    pub(crate) fn with(more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("data")).unwrap();
        std::fs::write(folder.path().join("cookie"), [0; 256]).unwrap();
        let mut config = String::from(
            "[station]\nrundown_lead_seconds = 10\nprepare_lead_seconds = 2\njoin_lead_seconds = 2\n\
             [console]\nlisten = \"127.0.0.1:0\"\n[permitted_hours]\n",
        );
        for day in ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] {
            config.push_str(&format!("{day} = \"00:00-24:00\"\n"));
        }
        config.push_str(more);
        std::fs::write(folder.path().join("loa.toml"), config).unwrap();
        let server = PulseServer::start(folder.path());
        Self { folder, server }
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn command(&self) -> Command {
        let at = |name: &str| self.folder.path().join(name);
        let mut command = command(&self.data());
        command.arg("--config").arg(at("loa.toml"));
        command.env("PULSE_SERVER", format!("unix:{}", at("pulse.sock").display()));
        command.env("PULSE_COOKIE", at("cookie")).env("XDG_RUNTIME_DIR", at("runtime"));
        command
    }

    /// Asks the program for something and expects it to be done.
    pub(crate) fn ask(&self, words: &[&str]) {
        let output = self.command().args(words).output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{words:?}: {text}{}", String::from_utf8_lossy(&output.stdout));
    }

    /// What the program says of something, as JSON.
    pub(crate) fn json(&self, words: &[&str]) -> serde_json::Value {
        let output = self.command().arg("--json").args(words).stdin(Stdio::null()).output().unwrap();
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{words:?}: {error}"))
    }

    /// Where the console of the running station answers: host and port.
    pub(crate) fn console(&self) -> String {
        self.json(&["status"])["console"].as_str().unwrap().trim_start_matches("http://").to_owned()
    }

    /// A token with which a script does what an operator may do.
    pub(crate) fn token(&self) -> String {
        self.ask(&["user", "add", "may", "--role", "operator"]);
        let token = self.json(&["token", "add", "bench", "--account", "may", "--role", "operator"]);
        token["secret"].as_str().unwrap().to_owned()
    }

    /// Brings a recording in, approved. The first has number 1.
    pub(crate) fn add(&self, file: &Path) {
        self.ask(&["clip", "add", file.to_str().unwrap(), "--genre", "other", "--approve-by", "bench"]);
    }

    /// A slot that airs these clips once, at a whole second since 1970.
    pub(crate) fn at(&self, second: i64, length: &str, clips: &[u32]) {
        self.at_in(second, length, clips, &[]);
    }

    /// The same, in these zones; in the first if none are named.
    pub(crate) fn at_in(&self, second: i64, length: &str, clips: &[u32], zones: &[&str]) {
        let time =
            chrono::DateTime::from_timestamp(second, 0).unwrap().with_timezone(&chrono_tz::Tz::Asia__Ho_Chi_Minh);
        let cron = time.format("%S %M %H %d %m * %Y").to_string();
        let slot = format!("t-{second}");
        let elements: Vec<String> = clips.iter().map(|clip| format!("clip:{clip}")).collect();
        let mut words = vec!["slot", "add", &slot, "--at", &cron, "--length", length];
        for element in &elements {
            words.extend(["--element", element]);
        }
        for zone in zones {
            words.extend(["--zone", *zone]);
        }
        self.ask(&words);
    }

    /// Starts the daemon; ready when this returns.
    pub(crate) fn run(&self) -> Daemon {
        start(self.command(), self.folder.path())
    }

    /// Starts the daemon and does not wait.
    pub(crate) fn spawn(&self) -> Daemon {
        Daemon { process: quiet(&mut self.command()).spawn().unwrap(), ready: Duration::ZERO }
    }
}

/// Starts a daemon as systemd would, and measures until it says that it is ready.
pub(crate) fn start(mut command: Command, folder: &Path) -> Daemon {
    let path = folder.join("notify.sock");
    let _ = std::fs::remove_file(&path);
    let socket = UnixDatagram::bind(&path).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(READY_SECONDS_MAX))).unwrap();
    let begun = Instant::now();
    let process = quiet(command.env("NOTIFY_SOCKET", &path)).spawn().unwrap();
    let mut daemon = Daemon { process, ready: Duration::ZERO };
    let mut message = [0; 512];
    loop {
        let length = socket.recv(&mut message).expect("the daemon becomes ready");
        if String::from_utf8_lossy(&message[..length]).contains("READY=1") {
            daemon.ready = begun.elapsed();
            return daemon;
        }
    }
}

fn quiet(command: &mut Command) -> &mut Command {
    command.arg("run").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null())
}

/// A running `loa run`; killed when dropped.
pub(crate) struct Daemon {
    process: Child,
    /// From its start until it was ready.
    pub(crate) ready: Duration,
}

impl Daemon {
    /// `kill -9`.
    pub(crate) fn kill(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    /// What the processors worked for it so far, all threads, in seconds.
    pub(crate) fn cpu_seconds(&self) -> f64 {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", self.process.id())).unwrap();
        let worked = tasks.map(|task| {
            let text = std::fs::read_to_string(task.unwrap().path().join("schedstat")).unwrap_or_default();
            text.split(' ').next().and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0)
        });
        worked.sum::<f64>() / 1e9
    }

    /// Resident and proportional memory in megabytes.
    pub(crate) fn memory(&self) -> (f64, f64) {
        let text = std::fs::read_to_string(format!("/proc/{}/smaps_rollup", self.process.id())).unwrap();
        let of = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap();
            line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1024.0
        };
        (of("Rss:"), of("Pss:"))
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The next whole second that is at least so many seconds away.
pub(crate) fn second_in(seconds: i64) -> i64 {
    wall_ns() / 1_000_000_000 + 1 + seconds
}

/// Waits until that second.
pub(crate) fn wait_until(second: i64) {
    let left = second * 1_000_000_000 - wall_ns();
    std::thread::sleep(Duration::from_nanos(u64::try_from(left).unwrap_or(0)));
}
