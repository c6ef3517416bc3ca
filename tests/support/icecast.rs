//! A real Icecast 2 of the test's own, and source clients that feed it.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

/// What sources sign in with; the settings of real stations are not only ASCII.
pub(crate) const PASSWORD: &str = "bí mật của nguồn";
/// What each wait below may take: servers start, programs start.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A port that nobody listens on, below those that the system gives to whoever asks for any, and no two alike.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let base = 20_000 + u16::try_from(std::process::id() % 100).unwrap() * 100;
    let free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    (0..100).map(|_| base + NEXT.fetch_add(1, Ordering::Relaxed) % 100).find(free).expect("a port is free")
}

/// Whether the server that writes this log, behind what stood in it before, may be asked. Icecast 2.4.4 takes connections
/// before all its threads stand, and who asks it in those milliseconds ends it with a segmentation fault: 5 in 100 starts.
fn has_started(log: &Path, before: u64) -> bool {
    let text = std::fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(text.get(before as usize..).unwrap_or_default()).into_owned();
    ["yp_update_thread", "get_ssl_certificate"].iter().all(|last| text.contains(last))
}

pub(crate) fn wait_for(what: &str, mut done: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !done() {
        assert!(Instant::now() < deadline, "{what}: not within {PATIENCE:?}");
        std::thread::park_timeout(Duration::from_millis(10));
    }
}

/// How long the server waits for its sources, and how much a listener is given at once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    /// A source that sends nothing for so many seconds is given up.
    pub(crate) source_timeout_s: u32,
    /// Bytes of the past that a listener gets first.
    pub(crate) burst: u32,
}

/// A server that waits longer for its sources than a busy machine keeps them waiting.
pub(crate) const USUAL: Patience = Patience { source_timeout_s: 60, burst: 65_535 };

/// A running Icecast 2; killed when dropped.
pub(crate) struct Icecast {
    process: Child,
    pub(crate) port: u16,
    pub(crate) folder: PathBuf,
    setup: Setup,
}

/// What it is told apart from where it listens and works.
#[derive(Debug, Clone)]
struct Setup {
    patience: Patience,
    /// The port at which it speaks TLS, and the file of its certificate and key.
    tls: Option<(u16, PathBuf)>,
}

impl Icecast {
    pub(crate) fn start(folder: &Path) -> Self {
        Self::start_with(folder, USUAL)
    }

    pub(crate) fn start_with(folder: &Path, patience: Patience) -> Self {
        Self::start_as(folder, || Setup { patience, tls: None })
    }

    /// At another port it speaks TLS with this certificate and key, PEM.
    pub(crate) fn start_with_tls(folder: &Path, certificate: &str) -> Self {
        let file = folder.join("icecast.pem");
        std::fs::write(&file, certificate).unwrap();
        Self::start_as(folder, || Setup { patience: USUAL, tls: Some((free_port(), file.clone())) })
    }

    fn start_as(folder: &Path, setup: impl Fn() -> Setup) -> Self {
        // A port may be taken although it was free: a program that is being started holds copies of our sockets.
        let mut tries = (0..20).map(|_| free_port());
        tries.find_map(|port| Self::try_on(folder, port, setup())).expect("Icecast starts on one of twenty ports")
    }

    /// None if it ends instead of answering, as it does when the port is taken.
    fn try_on(folder: &Path, port: u16, setup: Setup) -> Option<Self> {
        use std::os::unix::fs::PermissionsExt as _;
        // As root it goes on as nobody, who must be able to write its log.
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o777)).unwrap();
        let Patience { source_timeout_s, burst } = setup.patience;
        let (secure, certificate) = match &setup.tls {
            None => (String::new(), String::new()),
            Some((port, file)) => (
                format!(
                    "<listen-socket><port>{port}</port><bind-address>127.0.0.1</bind-address><ssl>1</ssl></listen-socket>"
                ),
                format!("<ssl-certificate>{}</ssl-certificate>", file.display()),
            ),
        };
        let settings = format!(
            "<icecast><limits><clients>50</clients><sources>10</sources><burst-size>{burst}</burst-size>\
             <source-timeout>{source_timeout_s}</source-timeout></limits>\
             <authentication><source-password>{PASSWORD}</source-password><admin-user>admin</admin-user>\
             <admin-password>{PASSWORD}</admin-password></authentication><hostname>localhost</hostname>\
             <listen-socket><port>{port}</port><bind-address>127.0.0.1</bind-address></listen-socket>{secure}\
             <fileserve>0</fileserve><paths>{certificate}<logdir>{0}</logdir><webroot>/usr/share/icecast2/web</webroot>\
             <adminroot>/usr/share/icecast2/admin</adminroot></paths><logging><accesslog>access.log</accesslog>\
             <errorlog>error.log</errorlog><loglevel>3</loglevel></logging><security><chroot>0</chroot>\
             <changeowner><user>nobody</user><group>nogroup</group></changeowner></security></icecast>",
            folder.display()
        );
        let file = folder.join("icecast.xml");
        std::fs::write(&file, settings).unwrap();
        let log = folder.join("error.log");
        // Started again, it goes on in the log of before.
        let before = std::fs::metadata(&log).map_or(0, |log| log.len());
        let mut command = Command::new("icecast2");
        command.arg("-c").arg(&file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let process = command.spawn().expect("`icecast2` is installed");
        let mut server = Self { process, port, folder: folder.to_owned(), setup };
        let mut ended = false;
        wait_for("Icecast has started", || {
            ended = server.process.try_wait().unwrap().is_some();
            ended || has_started(&log, before)
        });
        wait_for("Icecast answers", || {
            ended = server.process.try_wait().unwrap().is_some();
            ended || server.says("/").is_some_and(|head| head.contains("Server: Icecast"))
        });
        (!ended).then_some(server)
    }

    pub(crate) fn url(&self, mount: &str) -> String {
        format!("http://127.0.0.1:{}/{mount}", self.port)
    }

    pub(crate) fn secure_url(&self, mount: &str) -> String {
        let (port, _) = self.setup.tls.as_ref().expect("it was started with TLS");
        format!("https://127.0.0.1:{port}/{mount}")
    }

    /// Ends it at once, as a crash would.
    pub(crate) fn kill(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    /// Starts it again after [`Icecast::kill`], where it was.
    pub(crate) fn restart(&mut self) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(server) = Self::try_on(&self.folder.clone(), self.port, self.setup.clone()) {
                *self = server;
                return;
            }
            assert!(Instant::now() < deadline, "Icecast does not start again on port {}", self.port);
            std::thread::park_timeout(Duration::from_millis(100));
        }
    }

    fn lives(&self) -> bool {
        // Nobody has waited for it, so its number is still its own.
        std::fs::read_to_string(format!("/proc/{}/stat", self.process.id())).is_ok_and(|stat| !stat.contains(") Z "))
    }

    /// The head of what it answers to a listener of `path`; none if it does not.
    fn says(&self, path: &str) -> Option<String> {
        let (_, head) = self.ask(path)?;
        Some(head)
    }

    fn ask(&self, path: &str) -> Option<(TcpStream, String)> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        stream.set_read_timeout(Some(PATIENCE)).ok()?;
        write!(stream, "GET {path} HTTP/1.0\r\n\r\n").ok()?;
        let (mut head, mut byte) = (Vec::new(), [0]);
        while !head.ends_with(b"\r\n\r\n") {
            (stream.read(&mut byte).ok()? > 0).then(|| head.push(byte[0]))?;
        }
        Some((stream, String::from_utf8_lossy(&head).into_owned()))
    }

    /// Somebody who listens to a mount that is there, the head of the answer behind; none if it is not.
    pub(crate) fn listen(&self, mount: &str) -> Option<TcpStream> {
        let (stream, head) = self.ask(&format!("/{mount}"))?;
        head.lines().next()?.contains(" 200 ").then_some(stream)
    }

    /// A source client that sends a tone to a mount, encoded by `coding`; returns when listeners can hear it.
    pub(crate) fn feed(&self, mount: &str, hertz: u32, coding: Feed) -> SourceClient {
        self.feed_filtered(mount, &format!("sine=frequency={hertz}:sample_rate=44100"), coding)
    }

    /// The same, of whatever ffmpeg's filter makes.
    pub(crate) fn feed_filtered(&self, mount: &str, filter: &str, coding: Feed) -> SourceClient {
        let target = format!("icecast://source:{PASSWORD}@127.0.0.1:{}/{mount}", self.port);
        let start = || {
            let mut command = Command::new("ffmpeg");
            command.args(["-hide_banner", "-loglevel", "error", "-nostdin", "-re", "-f", "lavfi", "-i", filter]);
            command.args(coding.arguments()).arg(&target);
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit());
            SourceClient(command.spawn().expect("`ffmpeg` is installed"))
        };
        let mut client = start();
        wait_for("the mount is there", || {
            assert!(self.lives(), "Icecast has ended on its own; its log is {}/error.log", self.folder.display());
            // Its mount may still be that of the client before it, which the server has not seen go.
            if client.0.try_wait().unwrap().is_some() {
                client = start();
            }
            self.listen(mount).is_some()
        });
        client
    }
}

impl Drop for Icecast {
    fn drop(&mut self) {
        self.kill();
    }
}

/// How a source client encodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Feed {
    Mp3,
    Aac,
    Vorbis,
    Flac,
}

impl Feed {
    fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Mp3 => {
                &["-ac", "2", "-c:a", "libmp3lame", "-b:a", "128k", "-content_type", "audio/mpeg", "-f", "mp3"]
            }
            Self::Aac => &["-ac", "2", "-c:a", "aac", "-b:a", "96k", "-content_type", "audio/aac", "-f", "adts"],
            Self::Vorbis => &["-ac", "2", "-c:a", "libvorbis", "-content_type", "application/ogg", "-f", "ogg"],
            Self::Flac => &["-ac", "2", "-c:a", "flac", "-content_type", "audio/flac", "-f", "flac"],
        }
    }
}

/// A source client; killed when dropped.
pub(crate) struct SourceClient(Child);

impl SourceClient {
    /// Stops it in its tracks: the connection stays, nothing comes.
    pub(crate) fn stall(&self) {
        self.signal(rustix::process::Signal::STOP);
    }

    /// Lets it go on.
    pub(crate) fn go_on(&self) {
        self.signal(rustix::process::Signal::CONT);
    }

    fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_child(&self.0);
        rustix::process::kill_process(pid, signal).unwrap();
    }
}

impl Drop for SourceClient {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
