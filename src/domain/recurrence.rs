//! Cron text and the civil times it names.
