//! The side that answers.

use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::BufReader;
use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinSet;

use super::client::nobody;
use super::{Answer, Ask, CONNECTIONS_MAX, Hello, IDLE_MAX, PROTOCOL, WRITE_MAX, line};
use crate::clock;
use crate::desk::error::{DeskError, ErrorKind};
use crate::desk::{Counter, Desk, Via, Who};
use crate::domain::account::Roles;

/// How long to wait after the system had no connection to give.
const REST: Duration = Duration::from_millis(200);

/// Listens for requests. The socket goes with it.
#[derive(Debug)]
pub struct Server {
    listener: UnixListener,
    path: PathBuf,
}

impl Server {
    /// Listens at `path`, which only this user may open, and this group if it may write the folder as well. What a crash left there is removed; a socket at which somebody
    /// listens is not. Needs a tokio runtime.
    ///
    /// # Errors
    /// Somebody listens there, or the system refuses.
    pub fn bind(path: &Path) -> Result<Self, DeskError> {
        let failed = |error: io::Error| {
            let text = format!("cannot listen for commands at {}", path.display());
            let hint = "check `control.socket` in the configuration and the rights of its folder";
            DeskError { causes: vec![error.to_string()], ..DeskError::new(ErrorKind::Failed, text).hint(hint) }
        };
        match std::os::unix::net::UnixStream::connect(path) {
            Ok(_) => {
                let text = format!("another process listens for commands at {}", path.display());
                return Err(DeskError::new(ErrorKind::NotReady, text).hint("stop it first"));
            }
            Err(error) if nobody(&error) => {}
            Err(error) => return Err(failed(error)),
        }
        // Made under another name and moved, so that it is never there with wider rights.
        let mut made = path.as_os_str().to_owned();
        made.push(".new");
        let made = PathBuf::from(made);
        drop(std::fs::remove_file(&made));
        let listener = UnixListener::bind(&made).map_err(failed)?;
        let settled = std::fs::set_permissions(&made, std::fs::Permissions::from_mode(mode_in(path)))
            .and_then(|()| std::fs::rename(&made, path));
        settled.map_err(failed)?;
        Ok(Self { listener, path: path.to_owned() })
    }

    /// Answers requests until it is dropped. `console` is where the web console is, for who asks.
    pub async fn serve(&self, counter: Arc<Counter>, console: Option<String>) {
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                Some(_) = connections.join_next(), if !connections.is_empty() => {}
                accepted = self.listener.accept() => match accepted {
                    Ok((stream, _)) if connections.len() < CONNECTIONS_MAX => {
                        connections.spawn(talk(stream, Arc::clone(&counter), console.clone()));
                    }
                    Ok((stream, _)) => {
                        tracing::warn!(most = CONNECTIONS_MAX, "a command was turned away: too many at the same time");
                        drop(stream);
                    }
                    Err(error) => {
                        tracing::warn!(%error, "cannot take a connection");
                        drop(clock::sleep_until(clock::now().mono + REST).await);
                    }
                }
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Left behind it does no harm: who connects is told that nobody listens.
        drop(std::fs::remove_file(&self.path));
    }
}

/// Who may write the folder may ask the station: its owner, and its group if the administrator gave it that right.
fn mode_in(path: &Path) -> u32 {
    const GROUP_WRITES: u32 = 0o020;
    let folder = path.parent().and_then(|folder| std::fs::metadata(folder).ok());
    let group = folder.is_some_and(|folder| folder.permissions().mode() & GROUP_WRITES != 0);
    if group { 0o660 } else { 0o600 }
}

async fn talk(stream: UnixStream, counter: Arc<Counter>, console: Option<String>) {
    if let Err(error) = converse(stream, &counter, console).await {
        // The other side went away or talked nonsense; it was told if it listened.
        tracing::debug!(%error, "a connection ended");
    }
}

async fn converse(stream: UnixStream, counter: &Counter, console: Option<String>) -> io::Result<()> {
    let user = stream.peer_cred()?.uid();
    let (from, mut to) = stream.into_split();
    let mut from = BufReader::new(from);
    let hello =
        Hello { loa: env!("CARGO_PKG_VERSION").to_owned(), protocol: PROTOCOL, pid: std::process::id(), console };
    line::write(&mut to, &hello, WRITE_MAX).await?;
    loop {
        let ask: Ask = match line::read(&mut from, IDLE_MAX).await {
            Ok(Some(ask)) => ask,
            Ok(None) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::TimedOut => return Ok(()),
            Err(error) => {
                let refused = DeskError::new(ErrorKind::Usage, format!("the station does not understand: {error}"));
                line::write(&mut to, &Answer::Error(refused), WRITE_MAX).await?;
                return Err(error);
            }
        };
        let answer = match answer(&counter.desk(), ask, user).await {
            Ok(response) => Answer::Done(response),
            Err(error) => Answer::Error(error),
        };
        line::write(&mut to, &answer, WRITE_MAX).await?;
    }
}

async fn answer(desk: &Desk, ask: Ask, user: u32) -> Result<crate::desk::Response, DeskError> {
    if ask.protocol != PROTOCOL {
        let text = format!("the running station speaks protocol {PROTOCOL}, this command {}", ask.protocol);
        return Err(
            DeskError::new(ErrorKind::NotReady, text).hint("restart the station, so that both are of one version")
        );
    }
    // Whoever the file system lets write to the socket owns the data folder, and could change everything by hand.
    let who = Who { name: ask.by, roles: Roles::ALL, via: Via::Socket { user } };
    desk.handle(&who, ask.request, clock::now()).await
}
