//! Tests of bad_input.

mod audio_files;
