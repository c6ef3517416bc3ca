//! The one integration binary. A folder or file a subject, in the order of the house.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "tests fail by panicking")]
#![allow(
    clippy::disallowed_methods,
    reason = "tests wait in real time, with a deadline, and read their own environment"
)]

mod support;

mod accounts;
mod audio;
mod bad_input;
mod cli;
mod config;
mod documents;
mod http;
mod library;
mod outputs;
mod records;
mod relay;
mod report;
mod schedule;
mod sim;
mod speech;
mod station;
mod store;
mod tidy;
mod watch;
