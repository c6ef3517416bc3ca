//! Tests of library.

mod analyse;
mod content;
mod decode;
mod ebu;
mod import;
mod listening;
mod staging;
mod uploads;
