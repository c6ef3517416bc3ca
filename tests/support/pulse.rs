//! A PulseAudio of the test's own, whose null sink is paced like a card, and its monitor recorded with the wall time of
//! every sample.
//!
//! Sound libraries find their server through the environment, and a process has only one. So a test that needs a server
//! runs in a process of its own: [`in_private_process`] starts the same test again with the environment set.

#![allow(unreachable_pub, reason = "one crate of tests; its helpers are for all of it")]

use std::ffi::CString;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use pulseaudio::{Client, RecordStream, protocol};

use super::pipewire;

/// Rate of the sink and of every recording.
pub const RATE_HZ: u32 = 48_000;

/// Name of the sink.
pub const SINK: &str = "out";

/// Tells the inner process where its folder is.
const FOLDER: &str = "LOA_TEST_PULSE_FOLDER";

/// The server asks nobody who they are, but refuses a greeting without a cookie of this length.
const COOKIE: [u8; 256] = [0; 256];

/// Longest time for a test in its own process; one that hangs is ended.
const INNER_MAX: Duration = Duration::from_secs(300);

/// Niceness of what makes and hears sound in a test: server, station and recorder alike, so that none has it better than
/// another.
const NICE: i32 = -10;

/// Length of a marker: 10 ms.
pub const MARKER_FRAMES: usize = 480;

/// Runs `body` in a process of its own, in an environment in which every sound library finds the server that the body
/// starts. `test` is the full name of the calling test.
pub fn in_private_process(test: &str, body: impl FnOnce(PulseServer)) {
    in_private_folder(test, |folder| body(PulseServer::start(folder)));
}

/// The same with PipeWire, which speaks PulseAudio's protocol too.
pub fn beside_pipewire(test: &str, body: impl FnOnce(PulseServer)) {
    in_private_folder(test, |folder| body(PulseServer::start_as(folder, pipewire::spawn)));
}

/// The same, for a body that starts the server in its folder itself.
pub fn in_private_folder(test: &str, body: impl FnOnce(&Path)) {
    if let Ok(folder) = std::env::var(FOLDER) {
        // The tests beside it calculate for minutes. Where the system does not allow it, it goes without.
        let _ = rustix::process::setpriority_process(None, NICE);
        return body(Path::new(&folder));
    }
    // One server at a time: several on two cores starve each other, and then measure that.
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let server = format!("unix:{}", at("pulse.sock").display());
    let pcm = format!("pcm.!default {{ type pulse server \"{server}\" device \"{SINK}\" }}\n");
    let ctl = format!("ctl.!default {{ type pulse server \"{server}\" }}\n");
    std::fs::write(at("asound.conf"), format!("</usr/share/alsa/alsa.conf>\n{pcm}{ctl}")).unwrap();
    std::fs::write(at("cookie"), COOKIE).unwrap();
    let log = |name: &str| std::fs::File::create(at(name)).unwrap();
    let mut inner = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture", "--test-threads=1", "--include-ignored"])
        .env(FOLDER, folder.path())
        .env("PULSE_SERVER", server)
        .env("PULSE_RUNTIME_PATH", at("runtime"))
        .env("PULSE_STATE_PATH", at("state"))
        .env("XDG_RUNTIME_DIR", at("runtime"))
        .env("PULSE_COOKIE", at("cookie"))
        .env("ALSA_CONFIG_PATH", at("asound.conf"))
        .stdout(log("out"))
        .stderr(log("err"))
        .spawn()
        .unwrap();
    let deadline = Instant::now() + INNER_MAX;
    let status = loop {
        match inner.try_wait().unwrap() {
            Some(status) => break Some(status),
            None if Instant::now() < deadline => std::thread::park_timeout(Duration::from_millis(20)),
            None => {
                let _ = inner.kill();
                let _ = inner.wait();
                break None;
            }
        }
    };
    let read = |name: &str| String::from_utf8_lossy(&std::fs::read(at(name)).unwrap()).into_owned();
    let (out, err) = (read("out"), read("err"));
    print!("{out}");
    let passed = status.is_some_and(|status| status.success()) && out.contains("1 passed");
    assert!(passed, "{test} in its own process ({status:?}; none: it hung):\n{out}\n{err}");
}

/// A running server; killed when dropped.
pub struct PulseServer {
    folder: PathBuf,
    /// The one that the others need comes first.
    processes: Vec<Child>,
    spawn: fn(&Path) -> Vec<Child>,
}

impl PulseServer {
    /// Starts a server in `folder` and waits until it answers.
    pub fn start(folder: &Path) -> Self {
        Self::start_as(folder, spawn)
    }

    fn start_as(folder: &Path, spawn: fn(&Path) -> Vec<Child>) -> Self {
        use std::os::unix::fs::DirBuilderExt;
        for name in ["runtime", "state"] {
            let _ = std::fs::DirBuilder::new().mode(0o700).create(folder.join(name));
        }
        let server = Self { folder: folder.to_owned(), processes: spawn(folder), spawn };
        server.wait_until_it_answers();
        server
    }

    fn wait_until_it_answers(&self) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while self.client().and_then(|client| block_on(client.sink_info_by_name(sink())).ok()).is_none() {
            assert!(Instant::now() < deadline, "the server does not answer: {}", self.log());
            std::thread::park_timeout(Duration::from_millis(20));
        }
    }

    /// Ends the server at once, as a crash would.
    pub fn kill(&mut self) {
        for mut process in self.processes.drain(..).rev() {
            let _ = process.kill();
            let _ = process.wait();
        }
        let _ = std::fs::remove_file(self.folder.join("pulse.sock"));
    }

    /// Starts it again after [`PulseServer::kill`].
    pub fn restart(&mut self) {
        self.processes = (self.spawn)(&self.folder);
        self.wait_until_it_answers();
    }

    /// Starts to record what the sink plays.
    pub fn record(&self) -> Recorder {
        self.record_sink(SINK)
    }

    /// The same for a sink of another name.
    pub fn record_sink(&self, sink: &str) -> Recorder {
        Recorder::start(self.client().unwrap(), sink)
    }

    /// Plugs in another null sink, at its own rate.
    pub fn plug(&self, sink: &str, rate_hz: u32) {
        let rate = format!("rate={rate_hz}");
        let name = format!("sink_name={sink}");
        self.pactl(&["load-module", "module-null-sink", &name, "format=float32le", &rate, "channels=2", "norewinds=1"]);
    }

    fn pactl(&self, arguments: &[&str]) {
        let server = format!("unix:{}", self.folder.join("pulse.sock").display());
        let output = Command::new("pactl").args(["--server", &server]).args(arguments).output();
        let output = output.expect("`pactl` is installed");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    fn client(&self) -> Option<Client> {
        let socket = UnixStream::connect(self.folder.join("pulse.sock")).ok()?;
        Client::new_unix(c"recorder", socket, Some(COOKIE)).ok()
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("pulse.log")).unwrap_or_default()
    }
}

impl Drop for PulseServer {
    fn drop(&mut self) {
        self.kill();
    }
}

fn spawn(folder: &Path) -> Vec<Child> {
    let socket = folder.join("pulse.sock");
    let script = format!(
        "load-module module-native-protocol-unix socket={} auth-anonymous=1\n\
         load-module module-null-sink sink_name={SINK} format=float32le rate={RATE_HZ} channels=2 norewinds=1\n\
         set-default-sink {SINK}\n",
        socket.display()
    );
    std::fs::write(folder.join("pulse.pa"), script).unwrap();
    let log = std::fs::File::create(folder.join("pulse.log")).unwrap();
    let process = Command::new("pulseaudio")
        .args(["-n", "-F"])
        .arg(folder.join("pulse.pa"))
        .args(["--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", "--realtime=yes", "--disable-shm=no"])
        .args(["--high-priority=yes", "--log-level=notice"])
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .stdin(Stdio::null())
        .spawn()
        .expect("`pulseaudio` is installed");
    vec![process]
}

fn sink() -> CString {
    CString::new(SINK).unwrap()
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

/// Wall time in nanoseconds since 1970.
pub fn wall_ns() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos()).unwrap()
}

#[derive(Default)]
struct Heap {
    samples: Vec<f32>,
    /// First frame of each piece, and the wall time at which it came.
    pieces: Vec<(usize, i64)>,
}

/// Records the monitor.
pub struct Recorder {
    heap: Arc<Mutex<Heap>>,
    _streams: [RecordStream; 2],
    _client: Client,
}

impl Recorder {
    /// Two streams. One only holds the sink at 10 ms blocks, like a card with a 10 ms period. The other asks for pieces of
    /// half a millisecond without touching the sink, so that a block comes as a burst of pieces, of which the first comes
    /// when its first sample is due.
    fn start(client: Client, sink: &str) -> Self {
        let heap = Arc::new(Mutex::new(Heap::default()));
        let sample_spec =
            protocol::SampleSpec { format: protocol::SampleFormat::Float32Le, channels: 2, sample_rate: RATE_HZ };
        let params = |piece_us: u32, adjust_latency| protocol::RecordStreamParams {
            sample_spec,
            channel_map: protocol::ChannelMap::stereo(),
            source_name: Some(CString::new(format!("{sink}.monitor")).unwrap()),
            buffer_attr: protocol::stream::BufferAttr {
                fragment_size: RATE_HZ / 1_000 * piece_us / 1_000 * 8,
                ..Default::default()
            },
            flags: protocol::stream::StreamFlags { adjust_latency, ..Default::default() },
            ..Default::default()
        };
        let pin = block_on(client.create_record_stream(params(20_000, true), |_: &[u8]| {})).unwrap();
        let target = Arc::clone(&heap);
        let keep = move |bytes: &[u8]| {
            let at = wall_ns();
            let mut heap = target.lock().unwrap();
            let first = heap.samples.len() / 2;
            heap.pieces.push((first, at));
            let samples = bytes.chunks_exact(4).map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap()));
            heap.samples.extend(samples);
        };
        let main = block_on(client.create_record_stream(params(500, false), keep)).unwrap();
        Self { heap, _streams: [pin, main], _client: client }
    }

    /// Ends the recording.
    pub fn stop(self) -> Capture {
        let heap = std::mem::take(&mut *self.heap.lock().unwrap());
        Capture::new(heap)
    }
}

/// What was recorded. A frame's wall time is the instant at which the sink took it: what a card would play then.
pub struct Capture {
    /// Interleaved, two channels.
    pub samples: Vec<f32>,
    /// Frames and the wall time of each, counted from `base_ns`; straight lines between and beyond.
    knots: Vec<(f64, f64)>,
    base_ns: i64,
}

impl Capture {
    fn new(heap: Heap) -> Self {
        let base_ns = heap.pieces.first().map_or(0, |piece| piece.1);
        // The first piece of each burst, as (frame, nanoseconds from the base); the recorder's first half second is dropped.
        let mut heads = Vec::new();
        let mut previous = i64::MIN / 2;
        for &(frame, at) in &heap.pieces {
            if at - previous > 300_000 && frame > RATE_HZ as usize / 2 {
                heads.push((frame as f64, (at - base_ns) as f64));
            }
            previous = at;
        }
        assert!(heads.len() >= 10, "too little was recorded for a map: {} bursts", heads.len());
        Self { samples: heap.samples, knots: lower_edge(&heads), base_ns }
    }

    /// Wall time of a frame in nanoseconds since 1970.
    pub fn wall_of(&self, frame: usize) -> i64 {
        let frame = frame as f64;
        let nominal = 1e9 / f64::from(RATE_HZ);
        let next = self.knots.partition_point(|knot| knot.0 < frame);
        let at = match (next.checked_sub(1).map(|last| self.knots[last]), self.knots.get(next)) {
            (Some((x0, y0)), Some((x1, y1))) => y0 + (y1 - y0) * (frame - x0) / (x1 - x0),
            (Some((x, y)), None) | (None, Some(&(x, y))) => y + (frame - x) * nominal,
            (None, None) => 0.0,
        };
        self.base_ns + at as i64
    }

    /// The first frame that the sink took at this wall time or later.
    pub fn frame_at(&self, at_ns: i64) -> usize {
        let (mut low, mut high) = (0, self.samples.len() / 2);
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.wall_of(middle) < at_ns { low = middle + 1 } else { high = middle }
        }
        low
    }

    /// The left side.
    pub fn left(&self) -> Vec<f32> {
        self.samples.iter().step_by(2).copied().collect()
    }

    /// Frames in `within` at which `marker` begins on the left side, and how well each fits: 1 is perfect.
    pub fn find(&self, marker: &[f32], within: std::ops::Range<usize>) -> Vec<(usize, f64)> {
        let left = self.left();
        let end = within.end.min(left.len().saturating_sub(marker.len()));
        let norm = energy(marker);
        let mut found: Vec<(usize, f64)> = Vec::new();
        for frame in within.start..end {
            let window = &left[frame..frame + marker.len()];
            let loud = energy(window);
            if loud < norm * 0.01 {
                continue;
            }
            let product: f64 = window.iter().zip(marker).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
            let fit = product / (loud * norm).sqrt();
            match found.last_mut() {
                _ if fit < 0.6 => {}
                Some(last) if frame - last.0 < marker.len() => {
                    if fit > last.1 {
                        *last = (frame, fit);
                    }
                }
                _ => found.push((frame, fit)),
            }
        }
        found
    }
}

fn energy(samples: &[f32]) -> f64 {
    samples.iter().map(|sample| f64::from(*sample).powi(2)).sum()
}

/// Bursts in a stretch of the map: two seconds.
const STRETCH: usize = 200;

/// The lower edge of the points, one knot for each stretch: pieces come late, never early, and the edge is the fifth
/// percentile of how late. The sink's own time line moves by a millisecond or more when clients come and go, so one straight
/// line would not do.
fn lower_edge(heads: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let nominal = 1e9 / f64::from(RATE_HZ);
    let stretches = (heads.len() / STRETCH).max(1);
    heads
        .chunks(heads.len().div_ceil(stretches))
        .map(|stretch| {
            let mut late: Vec<f64> = stretch.iter().map(|point| point.1 - point.0 * nominal).collect();
            late.sort_by(f64::total_cmp);
            let centre = stretch.iter().map(|point| point.0).sum::<f64>() / stretch.len() as f64;
            (centre, late[late.len() / 20] + centre * nominal)
        })
        .collect()
}

/// A chirp of 10 ms that is easily found: 1 to 4 kHz, or back.
pub fn marker(rising: bool) -> Vec<f32> {
    let (from, to) = if rising { (1_000.0, 4_000.0) } else { (4_000.0, 1_000.0) };
    let length = MARKER_FRAMES as f64 / f64::from(RATE_HZ);
    (0..MARKER_FRAMES)
        .map(|frame| {
            let t = frame as f64 / f64::from(RATE_HZ);
            let turns = from * t + (to - from) * t * t / (2.0 * length);
            (0.8 * (std::f64::consts::TAU * turns).sin()) as f32
        })
        .collect()
}
