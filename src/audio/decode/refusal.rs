//! Opening a file and its codec, with errors that name the file.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use symphonia::core::codecs::audio::well_known::CODEC_ID_AAC;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};

use super::atoms::{self, Movie};
use super::bytes::Bytes;
use super::error::{DecodeError, LooksLike};
use super::guard::guarded;
use super::sniff::{self, Container};
use super::source::Refused;
use super::{CHANNELS_MAX, FILE_BYTES_MAX};

/// Makes errors that name the file.
pub(super) struct Refusal<'a> {
    pub(super) path: &'a Path,
}

impl Refusal<'_> {
    pub(super) fn file(&self) -> Result<File, DecodeError> {
        let path = self.path.to_owned();
        // Without waiting: a pipe would hold up the caller until somebody writes to it.
        let options =
            OpenOptions::new().read(true).custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed()).open(&path);
        let file = options.map_err(|e| self.io(e))?;
        let metadata = file.metadata().map_err(|e| self.io(e))?;
        match metadata.len() {
            _ if !metadata.is_file() => Err(DecodeError::NotAFile { path }),
            0 => Err(DecodeError::Empty { path }),
            bytes if bytes > FILE_BYTES_MAX => Err(DecodeError::TooLarge { path, bytes }),
            _ => Ok(file),
        }
    }

    /// Reads what symphonia does not tell about a container.
    pub(super) fn container(&self, bytes: &mut Bytes, container: Container) -> Result<Movie, DecodeError> {
        let channels = sniff::channels(bytes, container).map_err(|e| self.io(e))?;
        if channels == Some(0) {
            return Err(DecodeError::NoChannels { path: self.path.to_owned() });
        }
        if container != Container::Mp4 {
            return Ok(Movie::default());
        }
        let movie = atoms::read(bytes).map_err(|e| self.io(e))?;
        if !movie.indexed {
            let fault = "its table of contents (moov) is missing, as after an interrupted recording or copy".to_owned();
            return Err(DecodeError::Damaged { path: self.path.to_owned(), format: "m4a", fault });
        }
        let sound = movie.tracks.iter().find(|track| track.sound);
        match sound.map(|track| track.channels) {
            Some(channels) if channels > CHANNELS_MAX => {
                Err(DecodeError::Channels { path: self.path.to_owned(), channels: usize::from(channels) })
            }
            _ => Ok(movie),
        }
    }

    pub(super) fn decoder(
        &self,
        codec: &AudioCodecParameters,
        kind: &'static str,
    ) -> Result<Box<dyn AudioDecoder>, DecodeError> {
        // Trimming is done here, by one rule for every format; the codecs shall hand out all that they decode.
        let options = AudioDecoderOptions::default().gapless(false);
        let made = guarded(|| symphonia::default::get_codecs().make_audio_decoder(codec, &options));
        let channels = codec.channels.as_ref().map_or(0, symphonia::core::audio::Channels::count);
        match made {
            Ok(Ok(decoder)) => Ok(decoder),
            Ok(Err(_)) if channels > usize::from(CHANNELS_MAX) => {
                Err(DecodeError::Channels { path: self.path.to_owned(), channels })
            }
            Ok(Err(_)) if codec.codec == CODEC_ID_AAC => {
                Err(self.codec("AAC of a kind other than LC (such as HE-AAC)"))
            }
            Ok(Err(error)) => Err(self.codec(&format!("of an unusual kind ({error})"))),
            Err(fault) => Err(DecodeError::Damaged { path: self.path.to_owned(), format: kind, fault }),
        }
    }

    pub(super) fn io(&self, source: io::Error) -> DecodeError {
        DecodeError::Unreadable { path: self.path.to_owned(), source }
    }

    pub(super) fn codec(&self, codec: &str) -> DecodeError {
        DecodeError::NoSupportedCodec { path: self.path.to_owned(), codec: codec.to_owned() }
    }

    pub(super) fn of(&self, refused: Refused, format: &'static str) -> DecodeError {
        let path = self.path.to_owned();
        match refused {
            Refused::Io(source) => DecodeError::Unreadable { path, source },
            Refused::Fault(fault) => DecodeError::Damaged { path, format, fault },
            Refused::Codec(codec) => DecodeError::NoSupportedCodec { path, codec },
            Refused::SilentVideo => DecodeError::NotAudio { path, found: LooksLike::SilentVideo },
        }
    }
}
