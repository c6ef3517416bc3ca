//! The command line, as the real program.

mod contract;
mod day;
mod household;
mod mistakes;
mod pages;
mod socket;
