//! The command line, as the real program.

mod backup;
mod contract;
mod day;
mod household;
mod mistakes;
mod pages;
mod reload;
mod socket;
mod tiers;
