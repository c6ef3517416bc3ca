//! The only file that reads the clocks.
