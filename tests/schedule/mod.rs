//! Tests of schedule: recurrence, calendar, occurrences, rundowns, permitted hours, conflicts.

mod build;

mod calendar;
mod calendar_feed;
mod choose;
mod conflict;
mod forecast;
mod occurrences;
mod once;
mod pattern;
mod permitted;
mod queue;
mod recurrence;
mod recurrence_errors;
mod recurrence_words;
mod rehearsal;
mod ties;
mod town;
mod trial;
