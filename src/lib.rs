//! Loa runs a town's loudspeaker radio station: it plays the right clip on the right loudspeakers at the right moment,
//! writes down what was really heard, and turns that log into the official report.
//!
//! The rooms of the house, and who may enter which (checked by `tests/tidy.rs`):
//!
//! | room | what it is | may use |
//! | --- | --- | --- |
//! | [`domain`] | every rule; pure: no async, IO, clocks or randomness | nothing |
//! | [`clock`] | the only file that reads the clocks | domain |
//! | [`trust`] | whom this machine trusts when it asks others over TLS | nothing |
//! | [`config`] | TOML, environment and flags become a checked `Config` | domain |
//! | [`program`] | runs programs of the office's choice, bounded in time and in what they write | nothing |
//! | [`amplifier`] | switches amplifiers, and guards that a crash leaves none on | domain, clock, program, trust |
//! | [`audio`] | decoders, rings, the mix, the outputs | domain, trust |
//! | [`library`] | import: decode, measure, digest, store | domain, audio (its decoder), program |
//! | [`store`] | SQLite: the as-run log and everything the operator saved | domain |
//! | [`export`] | a report, a log or a plan becomes text, CSV, JSON, iCalendar | domain |
//! | [`station`] | the running daemon: drives [`domain::station::Station`] and performs its effects | domain, audio, amplifier, store, library, clock, config |
//! | [`rehearsal`] | drives the very same station on a virtual clock with virtual outputs | domain, store, config |
//! | [`desk`] | what a person may ask, each told who asks; checks rights, calls the rule, writes the audit row | domain, store, library, export, config, clock, rehearsal, program, trust, station's handle, amplifier |
//! | [`http`] | the web console's API and its page; no rules | domain, desk, config, clock, export, station's handle |
//! | [`cli`] | arguments and terminal output; no rules | everything |

pub mod amplifier;
pub mod audio;
pub mod cli;
pub mod clock;
pub mod config;
pub mod desk;
pub mod domain;
pub mod export;
pub mod http;
pub mod library;
pub mod program;
pub mod rehearsal;
pub mod station;
pub mod store;
pub mod trust;
