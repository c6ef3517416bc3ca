//! Bad input gets a clear error, and nothing is lost.

mod audio_files;
mod database;
