//! Tests of audio.

mod device;
mod engine;
mod figures;
mod mixer;
mod output;
mod resample;
mod timemap;
