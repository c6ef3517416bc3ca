//! Requests over a Unix socket: a line of JSON each way.
//!
//! The station says hello first, with the version of this protocol; then the other side asks and the station answers, as often
//! as wanted. The socket belongs to the station's user alone. Messages, connections and waits are bounded, so that nothing at
//! the other end can hold up the station.

mod client;
mod line;
mod server;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use client::Client;
pub use server::Server;

use super::error::DeskError;
use super::{Request, Response};

/// Version of what is said; raised with every change that the other side would not understand.
pub const PROTOCOL: u32 = 2;
/// The longest message, in bytes. A script of 100,000 letters fits.
pub const MESSAGE_BYTES_MAX: usize = 1024 * 1024;
/// The most connections at the same time; a further one is turned away.
pub const CONNECTIONS_MAX: usize = 16;
/// How long a connection may be silent before it is closed.
const IDLE_MAX: Duration = Duration::from_secs(30);
/// How long a message may take on its way out.
const WRITE_MAX: Duration = Duration::from_secs(5);
/// How long the asking side waits for an answer.
const ANSWER_MAX: Duration = Duration::from_secs(30);
/// How long the asking side waits for the hello.
const HELLO_MAX: Duration = Duration::from_secs(5);

/// What the station says first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Hello {
    /// Version of the program.
    loa: String,
    /// Version of the protocol.
    protocol: u32,
    /// Its process.
    pid: u32,
    /// Where its web console is; none if it has none.
    #[serde(default)]
    console: Option<String>,
}

/// What the other side asks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Ask {
    protocol: u32,
    /// The person.
    by: String,
    request: Request,
}

/// What the station answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Done(Response),
    Error(DeskError),
}
