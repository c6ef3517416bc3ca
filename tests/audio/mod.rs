//! Tests of audio.

mod device;
mod engine;
mod figures;
mod mixer;
mod resample;
mod timemap;
