//! Tests of audio.

mod device;
mod engine;
mod mixer;
mod resample;
mod timemap;
