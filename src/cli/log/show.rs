//! `loa log show`

use clap::Args;
use serde_json::json;

use crate::cli::context::Context;
use crate::cli::{Exit, Outcome};
use crate::domain::log::{Mention, Mentioned, Record, place};
use crate::domain::proof::{Doubt, Finding, Proof};
use crate::domain::relay::Account;
use crate::domain::words::{Language, airing_outcome, doubt, end_reason, kind, verdict};
use crate::store::{AiringEvidence, Sealed};

/// Show an airing and everything it rests on: its records in the log, each with its hash
#[derive(Debug, Args)]
pub(super) struct Show {
    /// Its identifier, or the number in the first column of `loa log`
    airing: String,
}

impl Show {
    pub(super) async fn perform(self, context: &Context) -> Outcome {
        let desk = context.look().await?;
        let evidence = desk.evidence(&self.airing).await?;
        if context.json {
            context.document(&json!({
                "airing_id": evidence.row.id,
                "row": evidence.row,
                "zones": evidence.airing.deliveries,
                "level": evidence.airing.level,
                "clip": evidence.airing.clip(),
                "relay": evidence.airing.relay,
                "proofs": evidence.airing.proofs,
                "mentions": evidence.airing.mentions.iter().collect::<Vec<_>>(),
                "records": evidence.records.iter().map(record).collect::<Vec<_>>(),
                "rundown": evidence.rundown.as_ref().map(record),
                "closed": evidence.closed.as_ref().map(record),
                "journal_frames": evidence.journal_frames,
            }))?;
        } else {
            context.print(&described(&evidence, context))?;
        }
        Ok(Exit::Done)
    }
}

/// A record word for word as the hash covers it: its times are those of the chain, in UTC.
fn record(sealed: &Sealed) -> serde_json::Value {
    json!({ "entry": sealed.entry, "hash": sealed.hash })
}

fn described(evidence: &AiringEvidence, context: &Context) -> String {
    let row = &evidence.row;
    let clip = evidence.airing.clip();
    let none = || "-".to_owned();
    let outcome = airing_outcome(row.outcome, Language::En);
    let reason = row.reason.as_ref().map(|reason| format!(", {}", end_reason(reason, Language::En)));
    let lines = [
        ("airing", row.id.to_string()),
        ("title", row.title.clone()),
        ("kind", kind(row.kind, Language::En).to_owned()),
        ("item", row.item.map_or_else(none, |item| item.to_string())),
        ("topic", row.topic.clone()),
        ("campaign", row.campaign.clone().unwrap_or_else(none)),
        ("author", clip.and_then(|clip| clip.author.clone()).unwrap_or_else(none)),
        ("approver", clip.and_then(|clip| clip.approver.clone()).unwrap_or_else(none)),
        ("occurrence", row.occurrence.as_ref().map_or_else(|| "by hand".to_owned(), ToString::to_string)),
        ("planned", context.rfc3339(row.planned_start)),
        ("start", row.start.map_or_else(none, |at| context.rfc3339(at))),
        ("end", row.end.map_or_else(none, |at| context.rfc3339(at))),
        (
            "heard",
            format!(
                "{} of {} frames at {} Hz ({:.2} %)",
                row.frames_heard,
                row.frames_total,
                row.sample_rate,
                100.0 * row.fraction()
            ),
        ),
        ("outcome", format!("{outcome}{}", reason.unwrap_or_default())),
        ("counted", if row.counted { "yes" } else { "no" }.to_owned()),
        ("digest", clip.map_or_else(none, |clip| clip.digest.to_string())),
    ];
    let mut text: String =
        lines.iter().map(|(name, value)| format!("{name:<10}  {}\n", value.replace(char::is_control, " "))).collect();
    for delivery in &evidence.airing.deliveries {
        text.push_str(&format!(
            "zone        {}: {} frames, {} of them silence because the decoder was late\n",
            delivery.zone, delivery.frames, delivery.underrun_frames
        ));
    }
    if let Some(loudness) = evidence.airing.level.loudness_lufs {
        text.push_str(&format!("level       {loudness:.1} LUFS, {} ms silent\n", evidence.airing.level.silent_ms));
    }
    evidence.airing.relay.iter().for_each(|relay| text.push_str(&carried(relay)));
    evidence.airing.proofs.iter().for_each(|proof| text.push_str(&proven(proof)));
    evidence.airing.mentions.iter().for_each(|mentioned| text.push_str(&heard_inside(mentioned)));
    text.push_str("\nrests on\n");
    let around = evidence.rundown.iter().chain(&evidence.records).chain(&evidence.closed);
    let mut sealed: Vec<&Sealed> = around.collect();
    sealed.sort_by_key(|sealed| sealed.entry.seq);
    for sealed in sealed {
        let (entry, hash) = (&sealed.entry, sealed.hash.to_string());
        let what = name(&entry.record);
        text.push_str(&format!("{:>8}  {}  {what:<10}  {}\n", entry.seq, context.rfc3339(entry.at), &hash[..16]));
    }
    text
}

/// What a relay carried.
fn carried(relay: &Account) -> String {
    let sources = relay.sources.iter().map(|part| format!("source      {}: {} s\n", part.source, part.ms / 1000));
    let sums = format!(
        "relay       {} s carried, {} s from what stands by, {} s silent, {} s lost; {} reconnections, {} falls\n",
        relay.carried_ms / 1000,
        relay.standby_ms / 1000,
        relay.silent_ms / 1000,
        relay.lost_ms / 1000,
        relay.reconnects,
        relay.falls
    );
    sources.chain([sums]).collect()
}

/// What the return feed of a zone says.
fn proven(proof: &Proof) -> String {
    let mut line = format!("proof       {}: {}", proof.zone, verdict(proof.finding.verdict(), Language::En));
    match &proof.finding {
        Finding::Heard { delay_ms } => line.push_str(&format!(" after {delay_ms} ms")),
        Finding::NotHeard => {}
        Finding::Unsure(why) => {
            line.push_str(&format!(", {}", doubt(why, Language::En)));
            if let Doubt::NotCaptured { error } = why {
                line.push_str(&format!(" ({})", error.replace(char::is_control, " ")));
            }
        }
    }
    if let Some(level_db) = proof.level_db {
        line.push_str(&format!(", {level_db:+.1} dB"));
    }
    let (compared, sent) = (proof.compared_ms / 1_000, proof.sent_ms / 1_000);
    line.push_str(&format!(", likeness {:.2}, {compared} of {sent} s compared\n", proof.likeness));
    line
}

/// What a person heard inside a relay.
fn heard_inside(Mentioned { mention, withdrawn }: &Mentioned) -> String {
    let length = mention.length_ms.map_or_else(String::new, |ms| format!(" for {}", place(ms)));
    let author = mention.author.as_ref().map_or_else(String::new, |author| format!(", {author}"));
    let taken = withdrawn.as_ref().map_or_else(String::new, |of| format!("; withdrawn by {}: {}", of.by, of.why));
    let Mention { item, title, topic, by, .. } = mention;
    let said =
        format!("{item}. at {}{length}: {title} ({topic}{author}), heard by {by}{taken}", place(mention.offset_ms));
    format!("item        {}\n", said.replace(char::is_control, " "))
}

const fn name(record: &Record) -> &'static str {
    match record {
        Record::Rundown(_) => "rundown",
        Record::Intent(_) => "intent",
        Record::End(_) => "end",
        Record::Closed(_) => "closed",
        Record::Proof(_) => "proof",
        Record::Correction(_) => "correction",
        Record::Mention(_) => "mention",
        Record::Withdrawal(_) => "withdrawal",
        Record::Incident(_) => "incident",
    }
}
