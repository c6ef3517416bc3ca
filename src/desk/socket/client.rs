//! The side that asks.

use std::io;
use std::path::{Path, PathBuf};

use tokio::io::BufReader;
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};

use super::{ANSWER_MAX, Answer, Ask, HELLO_MAX, Hello, PROTOCOL, WRITE_MAX, line};
use crate::desk::error::{DeskError, ErrorKind};
use crate::desk::{Request, Response};

/// A connection to the running station.
#[derive(Debug)]
pub struct Client {
    from: BufReader<OwnedReadHalf>,
    to: OwnedWriteHalf,
    path: PathBuf,
    hello: Hello,
}

impl Client {
    /// Connects; none if nobody listens at that path.
    ///
    /// # Errors
    /// Somebody listens and does not answer, or speaks another version.
    pub async fn connect(path: &Path) -> Result<Option<Self>, DeskError> {
        let stream = match UnixStream::connect(path).await {
            Ok(stream) => stream,
            Err(error) if nobody(&error) => return Ok(None),
            Err(error) => return Err(broken(path, &error)),
        };
        let (from, to) = stream.into_split();
        let mut from = BufReader::new(from);
        let hello: Option<Hello> = match line::read(&mut from, HELLO_MAX).await {
            Ok(hello) => hello,
            Err(error) => return Err(broken(path, &error)),
        };
        // Turned away before a word: the station is going down.
        let Some(hello) = hello else { return Ok(None) };
        if hello.protocol != PROTOCOL {
            let text = format!(
                "the running station is Loa {} (protocol {}), this command is Loa {} (protocol {PROTOCOL})",
                hello.loa,
                hello.protocol,
                env!("CARGO_PKG_VERSION")
            );
            let hint = "restart the station, so that both are of one version";
            return Err(DeskError::new(ErrorKind::NotReady, text).hint(hint));
        }
        Ok(Some(Self { from, to, path: path.to_owned(), hello }))
    }

    /// The station's process.
    #[must_use]
    pub const fn pid(&self) -> u32 {
        self.hello.pid
    }

    /// Version of the station's program.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.hello.loa
    }

    /// Where the station's web console is; none if it has none.
    #[must_use]
    pub fn console(&self) -> Option<&str> {
        self.hello.console.as_deref()
    }

    /// Has the station perform a request for a person.
    ///
    /// # Errors
    /// Why it does not; the connection's own.
    pub async fn ask(&mut self, by: &str, request: Request) -> Result<Response, DeskError> {
        let ask = Ask { protocol: PROTOCOL, by: by.to_owned(), request };
        if let Err(error) = line::write(&mut self.to, &ask, WRITE_MAX).await {
            return Err(broken(&self.path, &error));
        }
        match line::read(&mut self.from, ANSWER_MAX).await {
            Ok(Some(Answer::Done(response))) => Ok(response),
            Ok(Some(Answer::Error(error))) => Err(error),
            Ok(None) => Err(broken(&self.path, &io::ErrorKind::ConnectionAborted.into())),
            Err(error) => Err(broken(&self.path, &error)),
        }
    }
}

/// Whether nobody listens: no such file, or one that a crash left behind.
pub(super) fn nobody(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused)
}

fn broken(path: &Path, error: &io::Error) -> DeskError {
    let (kind, hint) = match error.kind() {
        io::ErrorKind::PermissionDenied => {
            (ErrorKind::Failed, "use the account that the station runs under, for example `sudo -u loa loa ...`")
        }
        io::ErrorKind::TimedOut => (ErrorKind::NotReady, "the station hangs or is very busy; look at its log"),
        _ => (ErrorKind::Failed, "ask again; look with `loa status` whether it was done"),
    };
    let text = format!("the running station cannot be asked over {}", path.display());
    DeskError { causes: vec![error.to_string()], ..DeskError::new(kind, text).hint(hint) }
}
