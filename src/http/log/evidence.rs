//! What one row of the log rests on, and what a person corrects in it.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::ETAG;
use axum::response::{IntoResponse, Response};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::mention::MentionsOf;
use super::row::{LogItem, Remark};
use crate::clock;
use crate::desk::{Corrections, EvidenceSheet, Link, RecordedZone, Recording, Request, Response as Done};
use crate::domain::clip::frames_to_duration;
use crate::domain::log::Record;
use crate::domain::proof::{Doubt, Finding, Proof};
use crate::domain::relay::{Account, Part};
use crate::domain::slot::OccurrenceId;
use crate::domain::words::{self, Language};
use crate::http::caller::Caller;
use crate::http::extract::{Asked, At, Body};
use crate::http::problem::Problem;
use crate::http::tag::{IfMatch, tag_of};
use crate::http::words::{instant, word};
use crate::http::{App, Failures, file};

/// A row with everything that it rests on.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct Evidence {
    /// As the log shows it.
    row: LogItem,
    /// What was measured; none for a broadcast of which nothing was heard.
    heard: Option<HeardOf>,
    /// Every record it rests on, in the order of the log.
    records: Vec<LogRecord>,
    /// What was said about it later.
    corrections: Vec<Remark>,
    /// Of a relay: what persons heard inside it.
    mentions: Option<MentionsOf>,
    /// Whether it can be heard again.
    recording: RecordingOf,
    /// Whether it can be brought into the library: a relay that is over, of which there is a recording.
    keepable: bool,
}

/// What was measured of an airing.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct HeardOf {
    /// Distinct frames heard.
    frames: u64,
    /// Frames of the whole element.
    frames_total: u64,
    /// Rate of both, in Hz.
    sample_rate: u32,
    /// While it is on air: frames of the open stretch as last noted in the journal.
    journal_frames: Option<u64>,
    /// Integrated loudness, in LUFS; none if it was too quiet or too short.
    loudness_lufs: Option<f64>,
    /// Silence inside it.
    silent_ms: u64,
    /// What each zone was given.
    zones: Vec<Zone>,
    /// BLAKE3 of the audio file that was played; none for sound that is no clip.
    digest: Option<String>,
    /// Of a relay: what it carried.
    relay: Option<RelayOf>,
    /// What the return feeds of the zones say of it; empty where there is none.
    proofs: Vec<ProofOf>,
}

/// What the return feed of a zone says of a stretch.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct ProofOf {
    /// Which zone.
    zone: String,
    /// Which stretch, counted from 1.
    part: u32,
    /// heard, not_heard or unsure.
    verdict: String,
    /// Why nothing can be said, as the log names it: too_short, too_quiet, not_captured or unclear.
    doubt: Option<String>,
    /// Why, in Vietnamese.
    doubt_vi: Option<&'static str>,
    /// Why, in English.
    doubt_en: Option<&'static str>,
    /// What the return feed said.
    error: Option<String>,
    /// So much later than it was sent it came back.
    delay_ms: Option<i64>,
    /// So much louder than it was sent it came back, in dB.
    level_db: Option<f64>,
    /// How alike: 1 is the same, below 0.2 may be chance.
    likeness: f64,
    /// How much was sent.
    sent_ms: u64,
    /// How much of that could be compared.
    compared_ms: u64,
}

impl ProofOf {
    fn of(proof: &Proof) -> Self {
        let doubt = match &proof.finding {
            Finding::Unsure(doubt) => Some(doubt),
            Finding::Heard { .. } | Finding::NotHeard => None,
        };
        Self {
            zone: proof.zone.0.clone(),
            part: proof.part.part,
            verdict: word(&proof.finding.verdict()),
            doubt: doubt.map(word),
            doubt_vi: doubt.map(|doubt| words::doubt(doubt, Language::Vi)),
            doubt_en: doubt.map(|doubt| words::doubt(doubt, Language::En)),
            error: match doubt {
                Some(Doubt::NotCaptured { error }) => Some(error.clone()),
                _ => None,
            },
            delay_ms: match proof.finding {
                Finding::Heard { delay_ms } => Some(delay_ms),
                Finding::NotHeard | Finding::Unsure(_) => None,
            },
            level_db: proof.level_db,
            likeness: proof.likeness,
            sent_ms: proof.sent_ms,
            compared_ms: proof.compared_ms,
        }
    }
}

/// What a relay carried.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct RelayOf {
    /// Every source that was heard, in the order of the chain.
    sources: Vec<RelayPart>,
    /// The other station's programme.
    carried_ms: u64,
    /// A recording that filled in for it.
    standby_ms: u64,
    /// Of both: too quiet to be heard.
    silent_ms: u64,
    /// Nothing came.
    lost_ms: u64,
    /// Connections made anew.
    reconnects: u32,
    /// Times that a later source had to step in.
    falls: u32,
}

/// What one source of a relay gave.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct RelayPart {
    /// Which.
    source: String,
    /// For how long.
    ms: u64,
}

impl RelayOf {
    fn of(account: &Account) -> Self {
        let part = |part: &Part| RelayPart { source: part.source.clone(), ms: part.ms };
        Self {
            sources: account.sources.iter().map(part).collect(),
            carried_ms: account.carried_ms,
            standby_ms: account.standby_ms,
            silent_ms: account.silent_ms,
            lost_ms: account.lost_ms,
            reconnects: account.reconnects,
            falls: account.falls,
        }
    }
}

/// What one zone was given.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct Zone {
    /// Which.
    zone: String,
    /// Frames handed to its device and played.
    frames: u64,
    /// Frames of silence because the decoder was late.
    underrun_frames: u64,
}

/// A record in its place in the chain.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct LogRecord {
    /// Its number.
    seq: u64,
    /// When it was written.
    #[schema(format = DateTime)]
    at: String,
    /// rundown, intent, end, proof, closed, correction, mention or withdrawal.
    record: String,
    /// Its hash, in hexadecimal.
    hash: String,
    /// The hash before it; none before the first record.
    before: Option<String>,
    /// The hash after it; none after the newest.
    after: Option<String>,
    /// Word for word, as the hash covers it.
    #[schema(value_type = Object)]
    body: Value,
}

/// Whether the programme of a row can be heard again.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct RecordingOf {
    /// off (the station does not record), nothing_heard, not_found or found.
    state: &'static str,
    /// What each zone was sent, where it was recorded.
    zones: Vec<RecordedIn>,
}

/// What one zone was sent, or a relay as it came.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct RecordedIn {
    /// Which; none for a relay as it came.
    zone: Option<String>,
    /// One file after the other.
    pieces: Vec<PieceOf>,
}

/// A stretch of one file.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct PieceOf {
    /// Its name.
    file: String,
    /// The first frame, counted from the beginning of the file.
    frame: u64,
    /// How many.
    frames: u64,
    /// The same from the beginning of the file, in time.
    offset_ms: u64,
    /// How long.
    length_ms: u64,
}

/// Which stretch.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Stretch {
    /// From the start of the airing on.
    #[serde(default)]
    from_ms: u64,
    /// No longer than this; left out: to the end of the airing.
    length_ms: Option<u64>,
    /// As it was sent to this zone; left out: the first that has a recording.
    zone: Option<String>,
}

/// What a person corrects about an airing. What is left out stays.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct Correct {
    /// Why.
    why: String,
    /// The title is this.
    title: Option<String>,
    /// The primary topic is this.
    topic: Option<String>,
    /// The campaign is this; empty for none.
    campaign: Option<String>,
    /// The author is this; empty for none.
    author: Option<String>,
    /// It counts, or it does not, whatever the rule says.
    counted: Option<bool>,
    /// A remark.
    note: Option<String>,
}

/// What became of a correction.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct Corrected {
    /// Numbers of the records that were added to the log.
    records: Vec<u64>,
}

impl Evidence {
    fn of(sheet: &EvidenceSheet, zone: Tz) -> Self {
        let evidence = &sheet.evidence;
        let delivered = evidence.airing.deliveries.iter().map(|delivery| Zone {
            zone: delivery.zone.0.clone(),
            frames: delivery.frames,
            underrun_frames: delivery.underrun_frames,
        });
        let row = &evidence.row;
        Self {
            heard: Some(HeardOf {
                frames: row.frames_heard,
                frames_total: row.frames_total,
                sample_rate: row.sample_rate,
                journal_frames: evidence.journal_frames,
                loudness_lufs: evidence.airing.level.loudness_lufs,
                silent_ms: evidence.airing.level.silent_ms,
                zones: delivered.collect(),
                digest: evidence.airing.clip().map(|clip| clip.digest.to_string()),
                relay: evidence.airing.relay.as_ref().map(RelayOf::of),
                proofs: evidence.airing.proofs.iter().map(ProofOf::of).collect(),
            }),
            row: LogItem::of(&sheet.row, zone),
            records: sheet.links.iter().map(|link| LogRecord::of(link, zone)).collect(),
            corrections: sheet
                .corrections
                .iter()
                .map(|(at, correction)| Remark::of(instant(*at, zone), correction))
                .collect(),
            mentions: MentionsOf::of(&evidence.airing),
            recording: RecordingOf::of(&sheet.recording),
            keepable: sheet.keepable,
        }
    }
}

impl LogRecord {
    fn of(link: &Link, zone: Tz) -> Self {
        let entry = &link.sealed.entry;
        Self {
            seq: entry.seq,
            at: instant(entry.at, zone),
            record: name(&entry.record).to_owned(),
            hash: link.sealed.hash.to_string(),
            before: link.before.map(|hash| hash.to_string()),
            after: link.after.map(|hash| hash.to_string()),
            body: serde_json::to_value(&entry.record).unwrap_or_default(),
        }
    }
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

impl RecordingOf {
    fn of(recording: &Recording) -> Self {
        let none = |state| Self { state, zones: Vec::new() };
        match recording {
            Recording::Off => none("off"),
            Recording::NothingHeard => none("nothing_heard"),
            Recording::NotFound => none("not_found"),
            Recording::Found(zones) => Self { state: "found", zones: zones.iter().map(RecordedIn::of).collect() },
        }
    }
}

impl RecordedIn {
    fn of(recorded: &RecordedZone) -> Self {
        let pieces = recorded.pieces.iter().map(|piece| PieceOf {
            file: piece.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
            frame: piece.frame,
            frames: piece.frames,
            offset_ms: milliseconds(frames_to_duration(piece.frame, piece.rate_hz)),
            length_ms: milliseconds(frames_to_duration(piece.frames, piece.rate_hz)),
        });
        Self { zone: recorded.zone.as_ref().map(|zone| zone.0.clone()), pieces: pieces.collect() }
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// An airing, and everything it rests on. Its ETag is that of its row.
#[utoipa::path(get, path = "/log/airings/{id}", tag = "log", params(("id" = String, Path, description = "The airing's identifier, or the number of one of its records")), responses((status = OK, body = Evidence), Failures))]
async fn airing_evidence(State(app): State<App>, _caller: Caller, At(id): At<String>) -> Result<Response, Problem> {
    let zone = app.desk.store().settings().zone;
    let evidence = Evidence::of(&app.desk.evidence_sheet(&id).await?, zone);
    Ok(([(ETAG, tag_of(&evidence.row))], Body(evidence)).into_response())
}

/// A broadcast of which nothing was heard, and what says so.
#[utoipa::path(get, path = "/log/occurrences/{id}", tag = "log", params(("id" = String, Path, description = "The broadcast's identifier")), responses((status = OK, body = Evidence), Failures))]
async fn occurrence_evidence(
    State(app): State<App>,
    _caller: Caller,
    At(id): At<OccurrenceId>,
) -> Result<Body<Evidence>, Problem> {
    let zone = app.desk.store().settings().zone;
    let (row, links) = app.desk.ending_sheet(&id).await?;
    Ok(Body(Evidence {
        row: LogItem::of(&row, zone),
        heard: None,
        records: links.iter().map(|link| LogRecord::of(link, zone)).collect(),
        corrections: Vec::new(),
        mentions: None,
        recording: RecordingOf::of(&Recording::NothingHeard),
        keepable: false,
    }))
}

/// Sound of an airing out of the recording of the programme: exactly what was sent out, to the frame.
#[utoipa::path(get, path = "/log/airings/{id}/recording", tag = "log", params(("id" = String, Path, description = "The airing's identifier, or the number of one of its records"), Stretch), responses((status = OK, description = "A WAV file", content_type = "audio/wav", body = Vec<u8>), Failures))]
async fn airing_recording(
    State(app): State<App>,
    _caller: Caller,
    At(id): At<String>,
    Asked(stretch): Asked<Stretch>,
) -> Result<Response, Problem> {
    let (from, length) = (Duration::from_millis(stretch.from_ms), stretch.length_ms.map(Duration::from_millis));
    let excerpt = app.desk.recorded(&id, stretch.zone.as_deref(), from, length).await?;
    Ok(file::sound(excerpt))
}

/// Corrects what was said about an airing: adds records to the log, changes none.
#[utoipa::path(post, path = "/log/airings/{id}/corrections", tag = "log", request_body = Correct, params(("id" = String, Path, description = "The airing's identifier")), responses((status = CREATED, body = Corrected), Failures))]
async fn correct_airing(
    State(app): State<App>,
    caller: Caller,
    if_match: IfMatch,
    At(id): At<String>,
    Body(correct): Body<Correct>,
) -> Result<Response, Problem> {
    let zone = app.desk.store().settings().zone;
    if_match.check(&LogItem::of(&app.desk.evidence_sheet(&id).await?.row, zone))?;
    let Correct { why, title, topic, campaign, author, counted, note } = correct;
    let asked = Corrections { airing: id, why, title, topic, campaign, author, counted, note };
    match app.desk.handle(&caller.who, Request::Correct(asked), clock::now()).await? {
        Done::Corrected { records } => Ok((StatusCode::CREATED, Body(Corrected { records })).into_response()),
        _ => Err(Problem::unexpected()),
    }
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(airing_evidence))
        .routes(routes!(occurrence_evidence))
        .routes(routes!(airing_recording))
        .routes(routes!(correct_airing))
}
