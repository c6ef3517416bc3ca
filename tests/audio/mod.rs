//! Tests of audio.

mod device;
mod engine;
mod feed;
mod mixer;
mod output;
mod proof;
mod resample;
mod timemap;
