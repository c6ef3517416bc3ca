//! A report, a log or a plan becomes text, CSV, JSON, iCalendar. No queries, no clock.
