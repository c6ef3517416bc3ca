//! What airs when: slots become occurrences, occurrences become rundowns, and a slot that cannot keep its word is
//! refused.
//!
//! Everything here is a pure function of what is saved and of the window asked about. Nothing is generated ahead or
//! remembered: asked twice the plan says the same, and a window cut in two gives the two halves of its plan.

mod choose;
mod conflict;
mod forecast;
mod occurrences;
mod permitted;
mod volume;

pub use choose::{LEFT_OUT_MAX, Request, choose};
pub use conflict::{
    DATES_MAX, Dates, HORIZON_DAYS, LENGTH_MAX, Names, Proposal, SlotProblem, Surroundings, validate_slot,
};
pub use forecast::{Forecast, ForecastRequest, forecast};
pub use occurrences::{NEXT_DAYS_MAX, Occurrence, Schedule, Skipped, occurrences};
pub use permitted::{HoursError, HoursRange, PermittedHours, RANGES_MAX};
pub use volume::{VOLUME_MIN_DB, VolumeError, VolumeHours};
