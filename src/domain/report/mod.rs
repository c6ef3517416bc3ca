//! Airings become the counts of the official report.
