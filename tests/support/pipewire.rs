//! PipeWire with its session manager and its face of a PulseAudio, all of the test's own.

use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::icecast::wait_for;
use super::pulse::{RATE_HZ, SINK};

/// Starts them in `folder`, with a null sink in it, reached by the socket at which the tests look for a PulseAudio.
pub(super) fn spawn(folder: &Path) -> Vec<Child> {
    let runtime = folder.join("runtime");
    let bus = format!("unix:path={}", folder.join("bus").display());
    let start = |name: &str, arguments: &[&str]| {
        let log = File::create(folder.join(format!("{name}.log"))).unwrap();
        let mut command = Command::new(name);
        command.args(arguments).env("XDG_RUNTIME_DIR", &runtime).env("DBUS_SESSION_BUS_ADDRESS", &bus);
        for home in ["HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"] {
            command.env(home, folder.join("state"));
        }
        command
            .env_remove("PULSE_SERVER")
            .env_remove("PULSE_RUNTIME_PATH")
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log);
        command.spawn().unwrap_or_else(|error| panic!("`{name}` is installed: {error}"))
    };
    let there = |what: &str, path: &Path| wait_for(what, || path.exists());
    let mut processes = vec![start("dbus-daemon", &["--session", "--nofork", &format!("--address={bus}")])];
    there("the session bus", &folder.join("bus"));
    processes.push(start("pipewire", &[]));
    there("PipeWire", &runtime.join("pipewire-0"));
    processes.push(start("wireplumber", &[]));
    processes.push(start("pipewire-pulse", &[]));
    let socket = runtime.join("pulse/native");
    there("PipeWire's PulseAudio", &socket);
    std::os::unix::fs::symlink(&socket, folder.join("pulse.sock")).unwrap();
    let server = format!("unix:{}", socket.display());
    let pactl = |arguments: &[&str]| {
        let mut command = Command::new("pactl");
        command.args(["--server", &server]).args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().expect("`pactl` is installed").success()
    };
    let (name, rate) = (format!("sink_name={SINK}"), format!("rate={RATE_HZ}"));
    wait_for("a sink is there", || pactl(&["load-module", "module-null-sink", &name, &rate]));
    wait_for("it is the default", || pactl(&["set-default-sink", SINK]));
    processes
}
