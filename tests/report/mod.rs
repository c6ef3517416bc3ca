//! Tests of report: the periods, the counts, the sentences, and what the documents say.

mod documents;
mod figures;
mod fold;
mod log;
mod period;
mod plan;
mod sentence;
mod speed;
mod topics;
