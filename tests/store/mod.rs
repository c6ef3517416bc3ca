//! Tests of the store, in the order a station meets it.

mod story;
