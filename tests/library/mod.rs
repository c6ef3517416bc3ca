//! Tests of library.

mod decode;
