//! SQLite: the as-run log and everything the operator saved.
