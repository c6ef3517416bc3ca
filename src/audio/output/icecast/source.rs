//! How a source gets onto a mount: one HTTP `PUT` that never ends.

use std::io::{self, Read as _, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs as _};
use std::path::Path;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::IcecastSettings;

/// Longest wait for a connection, and for each answer.
const ANSWER_MAX: Duration = Duration::from_secs(3);

/// A line on which nothing is taken for so long is lost.
const TAKEN_MAX: Duration = Duration::from_secs(5);

/// Bytes that wait in the system to be sent, so that a dead line is seen in seconds rather than minutes.
const WAITING_BYTES: usize = 64 * 1024;

/// Most bytes of an answer.
const ANSWER_BYTES_MAX: usize = 8 * 1024;

/// Most addresses of a server that are tried.
const ADDRESSES_MAX: usize = 2;

/// Most bytes of the file of a password.
const PASSWORD_BYTES_MAX: u64 = 4 * 1024;

/// A line to a mount, on which sound may be sent.
#[derive(Debug)]
pub(super) struct Connection(TcpStream);

impl Write for Connection {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes).map_err(|error| match error.kind() {
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => {
                let text = format!("the server took nothing for {} s", TAKEN_MAX.as_secs());
                io::Error::new(io::ErrorKind::TimedOut, text)
            }
            _ => error,
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Signs in and takes the mount.
///
/// # Errors
/// Why not, in words for an operator.
pub(super) fn connect(settings: &IcecastSettings) -> Result<Connection, String> {
    let password = password(&settings.password_file)?;
    let mut stream = reach(&settings.server, settings.port)?;
    let account = STANDARD.encode(format!("{}:{password}", settings.user));
    let IcecastSettings { server, port, mount, name, bitrate, .. } = settings;
    let kilobits = bitrate.get() / 1_000;
    // A name may say anything, but no other line of the request.
    let name = name.replace(char::is_control, " ");
    let head = format!(
        "PUT {mount} HTTP/1.1\r\nHost: {server}:{port}\r\nAuthorization: Basic {account}\r\n\
         User-Agent: loa/{}\r\nContent-Type: application/ogg\r\nIce-Public: 0\r\nIce-Name: {name}\r\n\
         Ice-Bitrate: {kilobits}\r\nExpect: 100-continue\r\n\r\n",
        env!("CARGO_PKG_VERSION")
    );
    stream.write_all(head.as_bytes()).map_err(|error| format!("it hung up: {error}"))?;
    let answer = answer(&mut stream)?;
    judged(&answer, settings)?;
    Ok(Connection(stream))
}

/// Connects to one of the addresses of a server.
fn reach(server: &str, port: u16) -> Result<TcpStream, String> {
    let found = (server, port).to_socket_addrs();
    let found = found.map_err(|error| format!("there is no server of the name {server}: {error}"))?;
    let mut fault = format!("the name {server} has no address");
    for address in found.take(ADDRESSES_MAX) {
        match open(address) {
            Ok(stream) => return Ok(stream),
            Err(error) => fault = format!("nobody answers at {address}: {error}"),
        }
    }
    Err(fault)
}

fn open(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect_timeout(&address, ANSWER_MAX)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(ANSWER_MAX))?;
    stream.set_write_timeout(Some(TAKEN_MAX))?;
    let socket = socket2::SockRef::from(&stream);
    socket.set_send_buffer_size(WAITING_BYTES)?;
    socket.set_tcp_user_timeout(Some(TAKEN_MAX))?;
    Ok(stream)
}

/// The answer: its head if it is a leave to go on, else all of it, at most [`ANSWER_BYTES_MAX`].
fn answer(stream: &mut TcpStream) -> Result<String, String> {
    let mut answer = Vec::new();
    let mut byte = [0];
    while answer.len() < ANSWER_BYTES_MAX {
        match stream.read(&mut byte) {
            Ok(0) => break,
            Ok(_) => answer.push(byte[0]),
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {
                if answer.is_empty() {
                    return Err(format!("it gave no answer within {} s; is it an Icecast?", ANSWER_MAX.as_secs()));
                }
                break;
            }
            Err(error) if answer.is_empty() => return Err(format!("it hung up: {error}")),
            Err(_) => break,
        }
        // What follows a leave is nothing; what follows a refusal may say why, and the server hangs up after it.
        if answer.ends_with(b"\r\n\r\n") && matches!(status(&String::from_utf8_lossy(&answer)), Some(100..=299)) {
            break;
        }
    }
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// The status of an answer of HTTP; none if it is none.
fn status(answer: &str) -> Option<u16> {
    answer.strip_prefix("HTTP/")?.split(' ').nth(1)?.trim().parse().ok()
}

/// Whether the server takes the source; `100` is Icecast's leave to go on, `200` that of older ones.
fn judged(answer: &str, settings: &IcecastSettings) -> Result<(), String> {
    let line = answer.lines().next().unwrap_or_default().trim();
    let IcecastSettings { mount, user, password_file, .. } = settings;
    match status(line) {
        Some(100 | 200) => Ok(()),
        Some(401) => Err(format!("it does not take the password of `{user}` in {}", password_file.display())),
        Some(403) if answer.to_lowercase().contains("mountpoint in use") => {
            Err(format!("the mount {mount} is taken by another source; give this zone a mount of its own"))
        }
        Some(403) => Err(format!("it refuses the source: {line}")),
        Some(_) => Err(format!("it answers \"{line}\" to a source; is it an Icecast?")),
        None => {
            let said: String = line.chars().filter(|letter| !letter.is_control()).take(60).collect();
            Err(format!("what answers there is no Icecast: it said \"{said}\""))
        }
    }
}

fn password(file: &Path) -> Result<String, String> {
    let mut text = String::new();
    let read = std::fs::File::open(file).and_then(|file| file.take(PASSWORD_BYTES_MAX).read_to_string(&mut text));
    read.map_err(|error| format!("cannot read the password in {}: {error}", file.display()))?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}
