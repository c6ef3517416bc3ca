//! The very station on a virtual clock with virtual outputs: what would sound, with the faults that a scenario names.
//!
//! `loa simulate` writes what happens into a database of its own, marked simulated; the tests run thousands of weeks in
//! memory. Both drive [`crate::domain::station::Station`], the same type that the daemon drives.

mod ahead;
mod air;
mod book;
mod engine;
mod fault;
mod listener;
mod pending;
mod scenario;
mod shelf;
mod simulate;
mod switch;
mod time;
mod world;

pub use ahead::{Rehearsal, Rehearsed, RehearsedElement, Town, rehearse};
pub use air::Outage;
pub use book::Book;
pub use engine::{Sounded, VirtualEngine};
pub use fault::Fault;
pub use scenario::{Scenario, ScenarioClips, ScenarioError, ScenarioFault, ScenarioSlot, What};
pub use simulate::{SimulateError, Summary, simulate};
pub use switch::{BrokenSwitch, VirtualSwitch, VirtualSwitches};
pub use time::VirtualTime;
pub use world::{Shelf, Stuck, World};
