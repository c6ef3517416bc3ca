//! `loa log correct`

use clap::{Args, ValueEnum};
use serde_json::json;

use crate::cli::context::Context;
use crate::cli::error::unexpected;
use crate::cli::{Exit, Outcome};
use crate::desk::{Corrections, Request, Response};

/// Correct what was said about an airing: adds records to the log, changes none
#[derive(Debug, Args)]
pub(super) struct Correct {
    /// Its identifier, or the number in the first column of `loa log`
    airing: String,
    /// The title
    #[arg(long)]
    title: Option<String>,
    /// The primary topic code
    #[arg(long, value_name = "CODE")]
    topic: Option<String>,
    /// The campaign code; "" for none
    #[arg(long, value_name = "CODE")]
    campaign: Option<String>,
    /// The author; "" for none
    #[arg(long, value_name = "NAME")]
    author: Option<String>,
    /// Whether it counts, against what the rule says
    #[arg(long)]
    counted: Option<YesNo>,
    /// A remark
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// Why it is corrected
    #[arg(long, value_name = "TEXT", required = true)]
    why: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum YesNo {
    Yes,
    No,
}

impl Correct {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        let corrections = Corrections {
            airing: self.airing,
            why: self.why,
            title: self.title,
            topic: self.topic,
            campaign: self.campaign,
            author: self.author,
            counted: self.counted.map(|counted| counted == YesNo::Yes),
            note: self.note,
        };
        match context.ask(Request::Correct(corrections)).await? {
            Response::Corrected { records } => {
                if context.json {
                    context.document(&json!({ "records": records }))?;
                }
                let numbers: Vec<String> = records.iter().map(u64::to_string).collect();
                context.say(&format!("corrected by record {}", numbers.join(", ")))?;
                Ok(Exit::Done)
            }
            other => Err(unexpected(&other)),
        }
    }
}
