//! Tests of what the official report needs beside the log: names, campaigns, the activity ledger.

mod campaigns;
mod feeds;
mod half_year;
mod ledger;
mod names;
mod tables;
