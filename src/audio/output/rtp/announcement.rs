//! What a receiver must know of the stream (SDP, RFC 4566), and its announcement (SAP, RFC 2974).

use std::net::{Ipv4Addr, SocketAddrV4, UdpSocket};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tracing::debug;

use super::{PAYLOAD_TYPE, RATE_HZ, RtpSettings};

/// Between two announcements. Receivers forget a stream of which they heard nothing for ten of these.
const ANNOUNCE_EVERY: Duration = Duration::from_secs(30);

/// Where receivers listen for announcements of groups of their own network (239.x.x.x), and of all others.
const OWN_GROUPS: Ipv4Addr = Ipv4Addr::new(239, 255, 255, 255);
const OTHER_GROUPS: Ipv4Addr = Ipv4Addr::new(224, 2, 127, 254);

/// The port of announcements.
const PORT: u16 = 9_875;

/// Version 1, an address of four bytes; and the bit that takes an announcement back.
const ANNOUNCES: u8 = 1 << 5;
const DELETES: u8 = 1 << 2;

/// Seconds from the era of NTP to that of Unix: identifiers of a session are times of NTP by custom.
const NTP_SECONDS: i64 = 2_208_988_800;

/// A stream from its opening to its end.
#[derive(Debug, Clone)]
pub(super) struct Session {
    settings: RtpSettings,
    origin: Ipv4Addr,
    id: i64,
}

impl Session {
    /// Sent from the own address `origin` since `begun`.
    pub(super) fn new(settings: &RtpSettings, origin: Ipv4Addr, begun: DateTime<Utc>) -> Self {
        Self { settings: settings.clone(), origin, id: begun.timestamp().saturating_add(NTP_SECONDS) }
    }

    /// As SDP.
    pub(super) fn description(&self) -> String {
        let RtpSettings { address, port, ttl, name, .. } = &self.settings;
        let (id, origin) = (self.id, self.origin);
        let name: String = name.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
        let scope = if address.is_multicast() { format!("/{ttl}") } else { String::new() };
        format!(
            "v=0\r\no=- {id} {id} IN IP4 {origin}\r\ns={name}\r\nc=IN IP4 {address}{scope}\r\nt=0 0\r\n\
             a=recvonly\r\nm=audio {port} RTP/AVP {PAYLOAD_TYPE}\r\na=rtpmap:{PAYLOAD_TYPE} L16/{RATE_HZ}/2\r\n\
             a=ptime:1\r\na=ts-refclk:local\r\na=mediaclk:direct=0\r\n"
        )
    }

    /// As SAP says it, or takes it back.
    fn announcement(&self, more: u8) -> Vec<u8> {
        let mut bytes = vec![ANNOUNCES | more, 0];
        // Tells versions of announcements apart; a new opening has another.
        bytes.extend((self.id as u16 | 1).to_be_bytes());
        bytes.extend(self.origin.octets());
        bytes.extend(b"application/sdp\0");
        bytes.extend(self.description().bytes());
        bytes
    }
}

/// Announces a stream again and again.
#[derive(Debug)]
pub(super) struct Announcer {
    session: Session,
    to: SocketAddrV4,
    due: Duration,
}

impl Announcer {
    pub(super) const fn new(session: Session) -> Self {
        let own = session.settings.address.octets()[0] == 239;
        let to = SocketAddrV4::new(if own { OWN_GROUPS } else { OTHER_GROUPS }, PORT);
        Self { session, to, due: Duration::ZERO }
    }

    /// Announces it if it is time at `mono`.
    pub(super) fn announce_if_due(&mut self, mono: Duration, socket: &UdpSocket) {
        if mono >= self.due {
            self.due = mono + ANNOUNCE_EVERY;
            self.say(0, socket);
        }
    }

    /// The stream ends.
    pub(super) fn withdraw(self, socket: &UdpSocket) {
        self.say(DELETES, socket);
    }

    fn say(&self, more: u8, socket: &UdpSocket) {
        // The next one comes; a receiver that missed one goes on.
        if let Err(error) = socket.send_to(&self.session.announcement(more), self.to) {
            debug!(%error, "an announcement was not sent");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_breaks_out_of_no_line_and_one_machine_has_no_scope() {
        let settings = RtpSettings {
            address: Ipv4Addr::new(10, 0, 0, 7),
            port: 5_004,
            ttl: 8,
            interface: None,
            announce: true,
            name: "Cụm loa\r\na=evil".to_owned(),
            sdp_file: None,
        };
        let begun = DateTime::from_timestamp(1_795_384_800, 0).unwrap();
        let said = Session::new(&settings, Ipv4Addr::LOCALHOST, begun).description();
        assert!(said.contains("s=Cụm loa  a=evil\r\nc=IN IP4 10.0.0.7\r\n"), "{said}");
        assert!(said.starts_with("v=0\r\no=- 4004373600 4004373600 IN IP4 127.0.0.1\r\n"), "{said}");
    }
}
