//! Tests of audio.

mod engine;
mod mixer;
mod resample;
mod timemap;
