//! Arguments and terminal output; no rules.
