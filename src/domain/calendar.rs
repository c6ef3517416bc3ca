//! Public holidays and the lunar calendar.
