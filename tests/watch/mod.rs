//! Alarms: the list by itself, and the real program that watches over itself and sends out what it sees.

mod levels;
mod list;
mod sending;
mod station;
mod store;
