//! What can be wrong with an audio file, in words for the person who has it.

use std::fmt;
use std::io;
use std::path::PathBuf;

use super::{CHANNELS_MAX, FILE_BYTES_MAX, SAMPLE_RATE_MAX, SAMPLE_RATE_MIN};

/// Why a file cannot be played. Each names the file, what is wrong with it, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// It is not there, or may not be read, or reading failed on the way (a stick pulled out).
    #[error("cannot read `{}`; check that the file is there, may be read, and its disk is still plugged in", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A folder, a device, a pipe.
    #[error("`{}` is not a file; name an audio file", path.display())]
    NotAFile {
        /// What was named.
        path: PathBuf,
    },
    /// Zero bytes.
    #[error("`{}` is empty (0 bytes); copy it again from where it came", path.display())]
    Empty {
        /// Which file.
        path: PathBuf,
    },
    /// Larger than anything a station plays.
    #[error("`{}` has {bytes} bytes, the most is {FILE_BYTES_MAX}; cut it into parts or convert it to MP3", path.display())]
    TooLarge {
        /// Which file.
        path: PathBuf,
        /// Its size.
        bytes: u64,
    },
    /// No sound in it, whatever its name says.
    #[error("`{}` is not audio, it looks like {found}; export the recording as MP3, M4A, FLAC, Ogg Vorbis, WAV or AIFF", path.display())]
    NotAudio {
        /// Which file.
        path: PathBuf,
        /// What its bytes look like.
        found: LooksLike,
    },
    /// Sound, but in a coding that cannot be decoded here.
    #[error("`{}` is {codec}, which is not supported; convert it to MP3, M4A (AAC-LC), FLAC, Ogg Vorbis or WAV", path.display())]
    NoSupportedCodec {
        /// Which file.
        path: PathBuf,
        /// The coding found.
        codec: String,
    },
    /// The header says that there is no channel.
    #[error("`{}` has 0 channels, expected 1 or 2; its header is damaged, export it again", path.display())]
    NoChannels {
        /// Which file.
        path: PathBuf,
    },
    /// Surround sound. Not folded down here: what would be heard of it is a choice for the person who made it.
    #[error("`{}` has {channels} channels, the most is {CHANNELS_MAX}; mix it down to stereo or mono first", path.display())]
    Channels {
        /// Which file.
        path: PathBuf,
        /// How many.
        channels: usize,
    },
    /// A sample rate that no recording has.
    #[error("`{}` has a sample rate of {rate} Hz, expected {SAMPLE_RATE_MIN} to {SAMPLE_RATE_MAX}; convert it to 44100 or 48000 Hz", path.display())]
    SampleRate {
        /// Which file.
        path: PathBuf,
        /// In Hz.
        rate: u32,
    },
    /// Its kind is known, but nothing can be decoded from it.
    #[error("`{}` is a damaged {format} file: {fault}; copy or export it again", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What kind it was to be.
        format: &'static str,
        /// What was found.
        fault: String,
    },
    /// The kind of sound changes on the way: another sample rate, other channels, a second recording glued on.
    #[error("`{}` changes at frame {frame}: {fault}; it is several recordings in one, export it again as one", path.display())]
    Changes {
        /// Which file.
        path: PathBuf,
        /// Where, counted from the head.
        frame: u64,
        /// What changes.
        fault: String,
    },
}

/// What a file that is not audio looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LooksLike {
    /// Plain text.
    Text,
    /// A web page: often an error page saved under the name of the file.
    Html,
    /// A picture.
    Picture(&'static str),
    /// A document or an archive.
    Document(&'static str),
    /// A film without sound.
    SilentVideo,
    /// A program.
    Program,
    /// Nothing but zero bytes: what a power cut while copying leaves.
    Zeros,
    /// None of these.
    Unknown,
}

impl fmt::Display for LooksLike {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text => f.write_str("text"),
            Self::Html => f.write_str("a web page (HTML)"),
            Self::Picture(kind) => write!(f, "a picture ({kind})"),
            Self::Document(kind) => write!(f, "{kind}"),
            Self::SilentVideo => f.write_str("a video without sound"),
            Self::Program => f.write_str("a program"),
            Self::Zeros => f.write_str("nothing but zeros, as an interrupted copy leaves"),
            Self::Unknown => f.write_str("no known kind of file"),
        }
    }
}
