//! Texts read aloud: how they will be read, how that sounds, and as a clip.

use axum::body::Body as HttpBody;
use axum::extract::State;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response as HttpResponse};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use tokio::task::spawn_blocking;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::Caller;
use super::clip_body::Clip;
use super::clips::found;
use super::extract::Body;
use super::problem::Problem;
use super::tag::Tagged;
use super::{App, Failures};
use crate::desk::{ClipDraft, DeskError, ErrorKind, Response, SpeechText, read_aloud};
use crate::domain::clip::{Genre, Source};
use crate::domain::time::Days;

/// A text to be read aloud.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SpeechAsked {
    /// As it is written; at most `speech.characters_max` characters.
    #[schema(max_length = 100_000)]
    text: String,
    /// BCP 47 tag; the station's if none. Vietnamese is put into words, English is read as it stands.
    language: Option<String>,
    /// The synthesiser's own name of a voice; the configured one of the language if none.
    #[schema(max_length = 60)]
    voice: Option<String>,
}

/// How a text will be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
struct SpeechReading {
    /// In the words that are said.
    text: String,
    /// Abbreviations that are in no table and are spelled.
    unknown: Vec<String>,
    /// Characters of the text as written.
    characters: usize,
    /// The most that are taken.
    characters_max: usize,
}

/// A text that becomes a clip of the town's own. What is null is empty.
#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewSpeech {
    /// What is read; kept beside the clip.
    #[schema(max_length = 100_000)]
    text: String,
    /// The synthesiser's own name of a voice; the configured one of the language if none.
    #[schema(max_length = 60)]
    voice: Option<String>,
    /// As spoken of in the log and the report.
    title: String,
    /// Thể loại.
    #[schema(value_type = String)]
    genre: Genre,
    /// Primary topic code; the topic for everything else if none.
    topic: Option<String>,
    /// Further topic codes, at most three.
    #[serde(default)]
    secondary: Vec<String>,
    /// Campaign code.
    campaign: Option<String>,
    /// Người biên tập.
    author: Option<String>,
    /// BCP 47 tag; the station's if none.
    language: Option<String>,
    /// First day on which it may air.
    valid_from: Option<NaiveDate>,
    /// Last day on which it may air.
    valid_to: Option<NaiveDate>,
    /// Whether it stays a draft until its editor hands it in; else it waits for a leader at once.
    #[serde(default)]
    draft: bool,
}

impl SpeechAsked {
    fn text(self) -> SpeechText {
        SpeechText { text: self.text, language: given(self.language), voice: given(self.voice) }
    }
}

impl NewSpeech {
    fn parts(self) -> (SpeechText, ClipDraft) {
        let language = given(self.language);
        let draft = ClipDraft {
            title: self.title,
            genre: self.genre,
            topic: given(self.topic),
            secondary: self.secondary,
            campaign: given(self.campaign),
            author: given(self.author),
            language: language.clone(),
            source: Source::Own,
            valid: Days { from: self.valid_from, to: self.valid_to },
            script: None,
            approver: None,
            unfinished: self.draft,
        };
        (SpeechText { text: self.text, language, voice: given(self.voice) }, draft)
    }
}

/// A form sends an empty field where nothing is said.
fn given(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

/// How a text will be read: numbers, dates, document numbers and abbreviations in words.
#[utoipa::path(post, path = "/speech/reading", tag = "clips", request_body = SpeechAsked, responses((status = OK, body = SpeechReading), Failures))]
async fn read_speech(
    State(app): State<App>,
    _caller: Caller,
    Body(asked): Body<SpeechAsked>,
) -> Result<Body<SpeechReading>, Problem> {
    let characters = asked.text.trim().chars().count();
    let config = app.desk.config();
    let reading = read_aloud(config, &asked.text())?;
    let characters_max = config.speech.characters_max;
    Ok(Body(SpeechReading { text: reading.text, unknown: reading.unknown, characters, characters_max }))
}

/// How the beginning of a text sounds, at most 1,500 characters of its reading. Nothing is kept.
#[utoipa::path(post, path = "/speech/audio", tag = "clips", request_body = SpeechAsked, responses(
    (status = OK, description = "The recording", content((Vec<u8> = "audio/wav"))),
    Failures,
))]
async fn hear_speech(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<SpeechAsked>,
) -> Result<HttpResponse, Problem> {
    let spoken = app.desk.try_speech(&caller.who, asked.text()).await?;
    let read = spawn_blocking(move || std::fs::read(spoken.path())).await;
    let failed = |error: String| {
        let told = DeskError::new(ErrorKind::Failed, "the recording cannot be read; try again");
        Problem::from(DeskError { causes: vec![error], ..told })
    };
    let bytes = read.map_err(|error| failed(error.to_string()))?.map_err(|error| failed(error.to_string()))?;
    let head = [(CONTENT_TYPE, "audio/wav".to_owned()), (CONTENT_LENGTH, bytes.len().to_string())];
    Ok((head, HttpBody::from(bytes)).into_response())
}

/// Has a text read aloud and makes a clip of it, which waits for a leader like any other. The text is kept beside it.
#[utoipa::path(post, path = "/clips/speech", tag = "clips", request_body = NewSpeech, responses((status = CREATED, body = Clip), Failures))]
async fn speak_clip(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Body(new): Body<NewSpeech>,
) -> Result<(StatusCode, Tagged<Clip>), Problem> {
    let (text, draft) = new.parts();
    match app.desk.speak_clip(&caller.who, text, draft).await? {
        Response::Clip { clip, .. } => {
            let clip = found(&app, clip.id.0).await?;
            Ok((StatusCode::CREATED, Tagged::new(Clip::of(&app.desk, &clip), &headers)))
        }
        _ => Err(Problem::unexpected()),
    }
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read_speech)).routes(routes!(hear_speech)).routes(routes!(speak_clip))
}
