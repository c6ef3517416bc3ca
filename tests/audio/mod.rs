//! Tests of audio.

mod device;
mod engine;
mod feed;
mod figures;
mod mixer;
mod output;
mod resample;
mod timemap;
