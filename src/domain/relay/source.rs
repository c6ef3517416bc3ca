//! Where a relay's sound comes from, as a line of the configuration says it.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// The longest line that describes a source.
const TEXT_MAX: usize = 2000;

/// A sound system that a capture device belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Host {
    /// ALSA if it has the device, else PulseAudio.
    #[default]
    Auto,
    /// PulseAudio, or PipeWire behind its interface.
    PulseAudio,
    /// ALSA.
    Alsa,
}

/// Where sound comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A stream over HTTP or HTTPS: Icecast, Shoutcast, or HLS. Which of them shows when it answers.
    Stream {
        /// Its address, as given.
        url: String,
    },
    /// A capture device: the line-in that a tuner is plugged into.
    Capture {
        /// Of which sound system.
        host: Host,
        /// Its name there; none is the default one.
        device: Option<String>,
    },
    /// A recording that stands by, over and over.
    Standby {
        /// The file.
        path: PathBuf,
    },
}

/// A line that describes no source.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is none")]
pub struct SourceError(pub String);

impl Source {
    /// What a line that describes a source looks like.
    pub const EXPECTED: &'static str =
        "sources as https://..., http://..., capture:DEVICE, pulseaudio:DEVICE, alsa:DEVICE or file:PATH";

    /// Whether it is another station's programme, not a recording that fills in for it.
    #[must_use]
    pub const fn carries(&self) -> bool {
        !matches!(self, Self::Standby { .. })
    }

    /// `stream`, `capture` or `standby`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Stream { .. } => "stream",
            Self::Capture { .. } => "capture",
            Self::Standby { .. } => "standby",
        }
    }
}

impl FromStr for Source {
    type Err = SourceError;

    fn from_str(text: &str) -> Result<Self, SourceError> {
        let text = text.trim();
        let wrong = || SourceError(shown(text));
        let (scheme, rest) = text.split_once(':').ok_or_else(wrong)?;
        let device =
            |host| Self::Capture { host, device: Some(rest.trim().to_owned()).filter(|name| !name.is_empty()) };
        let source = match scheme {
            "http" | "https" => {
                let host = rest.strip_prefix("//").and_then(|rest| rest.split(['/', '?', '#']).next());
                let host = host.and_then(|authority| authority.rsplit('@').next()).unwrap_or_default();
                if host.is_empty() || host.starts_with(':') || text.contains(char::is_whitespace) {
                    return Err(wrong());
                }
                Self::Stream { url: text.to_owned() }
            }
            "capture" => device(Host::Auto),
            "pulseaudio" => device(Host::PulseAudio),
            "alsa" => device(Host::Alsa),
            "file" if !rest.trim().is_empty() => Self::Standby { path: PathBuf::from(rest.trim()) },
            _ => return Err(wrong()),
        };
        if text.len() > TEXT_MAX || text.contains(char::is_control) { Err(wrong()) } else { Ok(source) }
    }
}

/// As people see it: of an address without name, password and what stands behind its question mark, which may be secrets.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stream { url } => f.write_str(&shown(url)),
            Self::Capture { host, device } => {
                let host = match host {
                    Host::Auto => "capture",
                    Host::PulseAudio => "pulseaudio",
                    Host::Alsa => "alsa",
                };
                write!(f, "{host}:{}", device.as_deref().unwrap_or_default())
            }
            Self::Standby { path } => write!(f, "file:{}", path.display()),
        }
    }
}

/// An address without name, password and query, at most 200 letters.
#[must_use]
pub fn shown(address: &str) -> String {
    const SHOWN_MAX: usize = 200;
    let bare = address.split(['?', '#']).next().unwrap_or_default();
    let text = match bare.split_once("://") {
        Some((scheme, rest)) => {
            let (authority, path) = rest.split_once('/').map_or((rest, None), |(host, path)| (host, Some(path)));
            let host = authority.rsplit('@').next().unwrap_or_default();
            path.map_or_else(|| format!("{scheme}://{host}"), |path| format!("{scheme}://{host}/{path}"))
        }
        None => bare.to_owned(),
    };
    text.chars().filter(|letter| !letter.is_control()).take(SHOWN_MAX).collect()
}
