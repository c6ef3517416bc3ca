//! Tests of station.
