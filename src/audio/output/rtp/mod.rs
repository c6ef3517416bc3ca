//! The RTP output: the programme as L16/48000/2 in packets of a millisecond, as AES67 receivers expect it, to a multicast group
//! or one machine.
//!
//! Packets are due by the monotonic clock, and their timestamps count its time in frames: they go on where they were after an
//! opening anew, and say so to receivers (`ts-refclk:local`, `mediaclk:direct=0`). There is no PTP: a receiver that insists on
//! it takes the stream by rate, not by phase.

mod announcement;
mod packet;

use std::io;
use std::net::{Ipv4Addr, SocketAddrV4, UdpSocket};
use std::path::PathBuf;
use std::time::Duration;

use socket2::{Domain, Protocol, Socket, Type};
use tracing::warn;

use crate::audio::frames::{CHANNELS, ns_to_frames};
use crate::audio::output::{Line, Output, OutputError, Programme};
use crate::audio::pump::{Pump, Timing};
use announcement::{Announcer, Session};
use packet::{PACKET_BYTES, Stream};

pub use packet::{PACKET_FRAMES, PAYLOAD_TYPE};

/// Frames per second; there is no other rate that all receivers take.
pub const RATE_HZ: u32 = 48_000;

/// Time between two packets.
const PACKET: Duration = Duration::from_millis(1);

/// Packets that are mixed at once.
const MIXED: usize = 10;

/// A packet later than this is not sent after: the stream goes on at the time that it is, with a hole.
const LATE_MAX: Duration = Duration::from_millis(200);

/// How routers that know it treat the packets: assured forwarding, as AES67 has it for sound.
const SERVICE: u32 = 34 << 2;

/// Bytes that wait in the system to be sent.
const WAITING_BYTES: usize = 256 * 1024;

/// Where to, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RtpSettings {
    /// A group, or a machine.
    pub address: Ipv4Addr,
    /// Its port.
    pub port: u16,
    /// Routers that a packet to a group may pass.
    pub ttl: u8,
    /// The own address on whose network a group is sent to; none leaves it to the system.
    pub interface: Option<Ipv4Addr>,
    /// Whether a group is announced by SAP.
    pub announce: bool,
    /// What receivers show.
    pub name: String,
    /// Where the description of the stream is written, for receivers that do not hear announcements.
    pub sdp_file: Option<PathBuf>,
}

/// See the module.
pub struct Rtp {
    settings: RtpSettings,
    programme: Programme,
}

impl Rtp {
    /// A sender.
    #[must_use]
    pub const fn new(settings: RtpSettings, programme: Programme) -> Self {
        Self { settings, programme }
    }

    /// Opens the way out and says what goes there.
    fn open(&self) -> io::Result<(UdpSocket, Session)> {
        let RtpSettings { address, port, .. } = self.settings;
        let socket = socket(&self.settings)?;
        // Asks the system which of the own addresses packets go out from; nothing is sent.
        let probe = UdpSocket::bind(SocketAddrV4::new(self.settings.interface.unwrap_or(Ipv4Addr::UNSPECIFIED), 0))?;
        probe.connect(SocketAddrV4::new(address, port))?;
        let origin = match probe.local_addr()? {
            std::net::SocketAddr::V4(own) => *own.ip(),
            std::net::SocketAddr::V6(_) => Ipv4Addr::LOCALHOST,
        };
        let session = Session::new(&self.settings, origin, (self.programme.clock)().wall);
        if let Some(file) = &self.settings.sdp_file {
            // A receiver that needs it will not start; those that play on must not suffer.
            if let Err(error) = std::fs::write(file, session.description()) {
                warn!("the description of the stream cannot be written into {}: {error}", file.display());
            }
        }
        Ok((socket, session))
    }
}

impl Output for Rtp {
    fn describe(&self) -> String {
        let RtpSettings { address, port, .. } = self.settings;
        format!("RTP to {address}:{port} (L16/48000/2)")
    }

    fn run(self: Box<Self>, mut pump: Pump, line: &Line) -> Result<(), OutputError> {
        let output = self.describe();
        let (socket, session) =
            self.open().map_err(|error| OutputError::Open { output: output.clone(), fault: told(&error) })?;
        let mut announcer = self.settings.announce.then(|| Announcer::new(session));
        line.opened(output.clone());
        let sent = self.send(&mut pump, line, &socket, announcer.as_mut());
        if let Some(announcer) = announcer {
            announcer.withdraw(&socket);
        }
        sent.map_err(|error| OutputError::Lost { output, fault: told(&error) })
    }
}

impl Rtp {
    /// Sends packet after packet, each when it is due, until the line closes.
    fn send(
        &self,
        pump: &mut Pump,
        line: &Line,
        socket: &UdpSocket,
        mut announcer: Option<&mut Announcer>,
    ) -> io::Result<()> {
        let clock = &self.programme.clock;
        let to = SocketAddrV4::new(self.settings.address, self.settings.port);
        let mut buffer = [0.0; MIXED * PACKET_FRAMES * CHANNELS];
        let mut bytes = [0; PACKET_BYTES];
        let mut due = clock().mono + PACKET * MIXED as u32;
        let mut stream = Stream::new(timestamp(due));
        loop {
            let wait = due.saturating_sub(clock().mono);
            if line.closes_within(wait) {
                return Ok(());
            }
            let now = clock().mono;
            if now.saturating_sub(due) > LATE_MAX {
                due = now;
                stream.go_on_at(timestamp(due));
            }
            pump.fill(&mut buffer, Timing::Exactly(due));
            for samples in buffer.chunks_exact(PACKET_FRAMES * CHANNELS) {
                let wait = due.saturating_sub(clock().mono);
                if !wait.is_zero() && line.closes_within(wait) {
                    return Ok(());
                }
                stream.packet(samples, &mut bytes);
                match socket.send_to(&bytes, to) {
                    Ok(_) => {}
                    // The system's buffer is full: a packet that would come late is no use to anybody.
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    Err(error) => return Err(error),
                }
                due += PACKET;
            }
            if let Some(announcer) = announcer.as_deref_mut() {
                announcer.announce_if_due(clock().mono, socket);
            }
        }
    }
}

/// The own clock in frames.
fn timestamp(mono: Duration) -> u32 {
    let frames = ns_to_frames(i64::try_from(mono.as_nanos()).unwrap_or(i64::MAX), RATE_HZ);
    // Timestamps of RTP go round.
    (frames & u64::from(u32::MAX)) as u32
}

fn socket(settings: &RtpSettings) -> io::Result<UdpSocket> {
    let socket = Socket::new(Domain::IPV4, Type::DGRAM, Some(Protocol::UDP))?;
    socket.set_nonblocking(true)?;
    socket.set_send_buffer_size(WAITING_BYTES)?;
    socket.set_tos_v4(SERVICE)?;
    socket.set_multicast_ttl_v4(u32::from(settings.ttl))?;
    if let Some(interface) = settings.interface {
        socket.set_multicast_if_v4(&interface)?;
        socket.bind(&SocketAddrV4::new(interface, 0).into())?;
    }
    Ok(socket.into())
}

/// What the system says, with what it mostly means.
fn told(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NetworkUnreachable => format!("{error}; is the network connected, and `interface` right?"),
        io::ErrorKind::AddrNotAvailable => format!("{error}; `interface` must be an address of this machine"),
        _ => error.to_string(),
    }
}
