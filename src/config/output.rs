//! What feeds a zone.

use std::net::Ipv4Addr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use super::reader::Reader;

/// What feeds a zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// What it is.
    pub kind: OutputKind,
    /// Whether a missing device may be replaced by the paced null output when the station starts.
    pub null_if_absent: bool,
}

/// What an output is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutputKind {
    /// A sound card.
    Device {
        /// Which sound system.
        host: Host,
        /// Which device of it; none is its default.
        device: Option<String>,
    },
    /// No sound, paced like a card.
    Null,
    /// WAV files in this folder, paced like a card.
    File {
        /// The folder.
        folder: PathBuf,
    },
    /// A mount of an Icecast server.
    Icecast(Icecast),
    /// RTP into the network.
    Rtp(Rtp),
}

/// A sound system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host {
    /// ALSA if it has the device, else PulseAudio.
    Auto,
    /// PulseAudio, or PipeWire behind its interface.
    PulseAudio,
    /// ALSA.
    Alsa,
}

/// A mount of an Icecast server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Icecast {
    /// Name or address.
    pub server: String,
    /// 1 to 65535.
    pub port: u16,
    /// Begins with a slash.
    pub mount: String,
    /// As whom it signs in.
    pub user: String,
    /// The file whose first line is the password.
    pub password_file: PathBuf,
    /// What listeners see; none is the zone's name.
    pub name: Option<String>,
    /// Bits per second, on the average: 32,000 to 320,000.
    pub bitrate: NonZeroU32,
}

/// RTP to a group or a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rtp {
    /// A group, or one machine if that was asked for.
    pub address: Ipv4Addr,
    /// 1024 to 65535.
    pub port: u16,
    /// Routers that a packet may pass, 1 to 255.
    pub ttl: u8,
    /// The own address on whose network a group is sent to; none leaves it to the system.
    pub interface: Option<Ipv4Addr>,
    /// Whether it is announced by SAP; never to one machine.
    pub announce: bool,
    /// What receivers show; none is the zone's name.
    pub name: Option<String>,
    /// Where the description of the stream is written.
    pub sdp_file: Option<PathBuf>,
}

impl Output {
    pub(super) fn read(reader: &Reader<'_>, data: &Path) -> Option<Self> {
        let host =
            reader.choice("host", [("auto", Host::Auto), ("pulseaudio", Host::PulseAudio), ("alsa", Host::Alsa)]);
        let device = Some(reader.text_or_empty("device")).filter(|device| !device.is_empty());
        let folder = data.join(reader.text("folder"));
        let null_if_absent = reader.choice("fallback", [("none", false), ("null", true)]);
        // Numbers stand for the kinds, which are put together only when their parts are known to be right.
        let kind = reader.choice("kind", [("device", 0), ("null", 1), ("file", 2), ("icecast", 3), ("rtp", 4)]);
        let icecast = Icecast::read(&reader.section("icecast"), kind == Some(3));
        let rtp = Rtp::read(&reader.section("rtp"), data, kind == Some(4));
        let kind = match kind? {
            0 => OutputKind::Device { host: host?, device },
            1 => OutputKind::Null,
            2 => OutputKind::File { folder },
            3 => OutputKind::Icecast(icecast?),
            _ => OutputKind::Rtp(rtp?),
        };
        Some(Self { kind, null_if_absent: null_if_absent? })
    }
}

impl Output {
    /// Whether both would send into the same place of the network: the section and key at which that is said, and what is
    /// expected there.
    pub(super) fn clashes_with(&self, other: &Self) -> Option<(&'static str, &'static str, &'static str)> {
        match (&self.kind, &other.kind) {
            (OutputKind::Icecast(own), OutputKind::Icecast(other)) => {
                let same = (&own.server, own.port, &own.mount) == (&other.server, other.port, &other.mount);
                same.then_some(("icecast", "mount", "a mount that no other zone has"))
            }
            (OutputKind::Rtp(own), OutputKind::Rtp(other)) => {
                let same = (own.address, own.port) == (other.address, other.port);
                same.then_some(("rtp", "address", "an address or port that no other zone has"))
            }
            _ => None,
        }
    }
}

impl Icecast {
    /// `wanted` if it is chosen: then nothing that it needs may be empty.
    fn read(reader: &Reader<'_>, wanted: bool) -> Option<Self> {
        let needed = |key: &str| if wanted { reader.text(key) } else { reader.text_or_empty(key) };
        let plain = |text: &str| !text.contains(|letter: char| letter.is_whitespace() || letter.is_control());
        let server = needed("server");
        if !plain(&server) || server.contains('/') {
            reader.reject("server", "the name or address of a server alone", "for example icecast.laicach.gov.vn");
        }
        let mount = reader.text("mount");
        if !mount.starts_with('/') || mount.len() < 2 || !mount.is_ascii() || !plain(&mount) {
            reader.reject("mount", "a slash and a name without blanks", "for example /loa.ogg");
        }
        let user = reader.text("user");
        if user.contains(':') {
            reader.reject("user", "a name without a colon", "Icecast's own name for sources is \"source\"");
        }
        let password_file = reader.path("password_file");
        if wanted && password_file.is_none() {
            let remedy = "write the source's password into a file of its own, readable by the station's account only";
            reader.reject("password_file", "a file", remedy);
        }
        let kilobits: u32 = reader.whole("bitrate_kbps", &(32..=320), "kilobits a second");
        Some(Self {
            server,
            port: reader.whole("port", &(1..=65_535), ""),
            mount,
            user,
            name: name(reader),
            bitrate: NonZeroU32::new(kilobits.saturating_mul(1_000))?,
            password_file: if wanted { password_file? } else { password_file.unwrap_or_default() },
        })
    }
}

impl Rtp {
    /// `wanted` if it is chosen: then it must have an address.
    fn read(reader: &Reader<'_>, data: &Path, wanted: bool) -> Option<Self> {
        let unicast = reader.flag("unicast");
        let text = reader.text_or_empty("address");
        let address = text.parse::<Ipv4Addr>().ok();
        let fits = |address: Ipv4Addr| {
            let machine = !address.is_multicast() && !address.is_unspecified() && !address.is_broadcast();
            if unicast { machine } else { address.is_multicast() && address.octets()[..3] != [224, 0, 0] }
        };
        if (wanted || !text.is_empty()) && !address.is_some_and(fits) {
            if unicast {
                let remedy = "a group of receivers needs `unicast = false`";
                reader.reject("address", "the IPv4 address of one machine", remedy);
            } else {
                let remedy = "for example 239.69.1.1; to send to one machine alone set `unicast = true` too";
                reader.reject("address", "a multicast address, 224.0.1.0 to 239.255.255.255", remedy);
            }
        }
        let interface = reader.text_or_empty("interface");
        let own = interface.parse::<Ipv4Addr>().ok();
        if !interface.is_empty() && own.is_none() {
            let remedy = "`ip -4 address` lists those of this machine; leave it empty for the system's choice";
            reader.reject("interface", "an IPv4 address of this machine", remedy);
        }
        let file = reader.text_or_empty("sdp_file");
        let announce = reader.flag("announce");
        Some(Self {
            address: address.unwrap_or(Ipv4Addr::UNSPECIFIED),
            port: reader.whole("port", &(1_024..=65_535), ""),
            ttl: reader.whole("ttl", &(1..=255), "routers"),
            interface: own,
            announce: announce && !unicast,
            name: name(reader),
            sdp_file: (!file.is_empty()).then(|| data.join(file)),
        })
    }
}

fn name(reader: &Reader<'_>) -> Option<String> {
    Some(reader.text_or_empty("name")).filter(|name| !name.is_empty())
}
