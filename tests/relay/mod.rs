//! Relays: which source is heard, and what real servers and bad ones do to it.

mod bad_input;
mod capture;
mod hls;
mod icecast;
mod keep;
mod pace;
mod supervisor;
mod tls;
mod trouble;
