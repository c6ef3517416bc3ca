//! Tests of bad_input.

mod database;
