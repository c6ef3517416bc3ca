//! Where packets come from: our own MP3 walk, or a container that symphonia demultiplexes.

use std::io;

use symphonia::core::packet::Packet;

use super::container::Demultiplexer;
use super::mp3::Mp3;

/// Why there is nothing to play.
#[derive(Debug)]
pub(super) enum Refused {
    /// Reading failed.
    Io(io::Error),
    /// Damaged; what was found.
    Fault(String),
    /// A coding that cannot be decoded, by its name.
    Codec(String),
    /// Pictures only.
    SilentVideo,
}

impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// What plays of a stream: encoders put frames before the first sample and after the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    /// Frames before the first one that plays.
    pub(super) head: u64,
    /// Frames that play, as the file declares; none if it does not.
    pub(super) frames: Option<u64>,
}

/// A piece of the stream. Places are audio frames, counted from the first packet, delay included; Vorbis counts the
/// frames of its first packet, which are never sound, below zero.
pub(super) enum Unit {
    /// To be decoded.
    Packet {
        packet: Packet,
        start: i64,
        /// What it should decode to.
        frames: u64,
        /// Only prepares the decoder for the packet that is sought; what it decodes to is no good.
        lead: bool,
    },
    /// Lost; silence takes its place.
    Missing { start: i64, frames: u64, packets: u64 },
}

/// The next piece.
pub(super) enum Next {
    Unit(Unit),
    /// Nothing follows. `cut` when the file ends where more must follow.
    End {
        cut: bool,
    },
    /// Another recording follows in the same file.
    Changes(String),
}

/// One of the two.
pub(super) enum Source {
    Mp3(Box<Mp3>),
    Container(Box<Demultiplexer>),
}

impl Source {
    pub(super) fn next(&mut self) -> io::Result<Next> {
        match self {
            Self::Mp3(mp3) => mp3.next(),
            Self::Container(container) => container.next(),
        }
    }

    /// The next pieces prepare and then reach the frame `target`, counted with the delay.
    pub(super) fn seek(&mut self, target: u64) -> io::Result<()> {
        match self {
            Self::Mp3(mp3) => mp3.seek(target),
            Self::Container(container) => container.seek(target),
        }
    }

    /// Whether the file is known to end inside a packet although all the frames that it declares are there.
    pub(super) fn cut(&self) -> bool {
        match self {
            Self::Mp3(mp3) => mp3.cut(),
            Self::Container(_) => false,
        }
    }

    /// Whether a jump of the packets' own places means that something is lost between them.
    pub(super) fn shows_holes(&self) -> bool {
        match self {
            Self::Mp3(_) => false,
            Self::Container(container) => container.shows_holes(),
        }
    }
}
