//! Tests of audio.

mod device;
mod engine;
mod feed;
mod follow;
mod live;
mod mixer;
mod output;
mod proof;
mod recorder;
mod resample;
mod timemap;
