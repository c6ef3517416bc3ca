//! Thousands of station weeks with drift, steps, daylight saving, power cuts, lost outputs, bad clips and people, from
//! seeds. A failure prints its seed; `LOA_SIM_SEED=n cargo test sim` replays it, `LOA_SIM_SEEDS=n` sets how many are run.

mod alarms;
mod amplifier;
mod book;
mod check;
mod clock;
mod ledger;
mod model;
mod relays;
mod reload;
mod scenario;
pub(crate) mod weeks;
