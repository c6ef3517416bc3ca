//! Tests of audio.

mod device;
mod engine;
mod mixer;
mod output;
mod resample;
mod timemap;
