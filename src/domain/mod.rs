//! Every rule of the station, pure: told the time, returns decisions. No async, no IO, no clocks, no randomness.
//!
//! Words are used as the design fixes them: a *clip* is an audio item of the library, a *slot* a recurring window, an
//! *occurrence* one dated instance of a slot, a *rundown* its ordered elements, an *airing* one element on air once.

pub mod account;
pub mod airing;
pub mod alarm;
pub mod amplifier;
pub mod backup;
pub mod calendar;
pub mod campaign;
pub mod clip;
pub mod document;
pub mod ensemble;
pub mod intake;
pub mod ledger;
pub mod log;
pub mod loudness;
pub mod microphone;
pub mod office;
pub mod plan;
pub mod proof;
pub mod queue;
pub mod recurrence;
pub mod relay;
pub mod report;
pub mod retention;
pub mod rundown;
pub mod slot;
pub mod sound;
pub mod speech;
pub mod station;
pub mod text;
pub mod time;
pub mod topic;
pub mod words;
