//! Tests of library.

mod analyse;
mod decode;
mod ebu;
