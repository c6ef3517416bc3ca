//! Tests of what the official report needs beside the log: names, campaigns, the activity ledger, drafts, the account of every
//! occurrence, sealed bundles.

mod bundle;
mod campaigns;
mod delivery;
mod drafts;
mod feeds;
mod fetching;
mod half_year;
mod ledger;
mod names;
mod past;
mod reconciliation;
mod sums;
mod tables;
