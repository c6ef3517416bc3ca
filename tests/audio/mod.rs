//! Tests of audio.

mod engine;
mod mixer;
