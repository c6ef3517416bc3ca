//! Tests of schedule: recurrence, calendar, occurrences, rundowns, permitted hours, conflicts.

mod build;

mod calendar;
mod choose;
mod conflict;
mod forecast;
mod occurrences;
mod permitted;
mod recurrence;
mod recurrence_errors;
mod recurrence_words;
