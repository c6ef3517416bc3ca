//! The sound of a clip, to be listened to and looked at in a browser.

use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom};
use std::ops::Range;

use axum::body::{Body as HttpBody, Bytes};
use axum::extract::State;
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, IF_NONE_MATCH, IF_RANGE, RANGE,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::stream::unfold;
use serde::{Deserialize, Serialize};
use tokio::task::spawn_blocking;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::Caller;
use super::clips::found;
use super::extract::{Asked, At, Body};
use super::problem::Problem;
use super::{App, Failures};
use crate::desk::Sound;

/// Bytes handed over at once; no more of a recording is ever in memory.
const PIECE_BYTES: u64 = 64 * 1024;
/// Columns of a picture that nobody asked for in other width.
const COLUMNS_USUAL: usize = 1_000;
/// The widest picture.
const COLUMNS_MAX: usize = 20_000;

/// How wide a picture shall be.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Width {
    /// At most so many columns, 1 to 20000; 1000 if not given.
    #[param(minimum = 1, maximum = 20000)]
    columns: Option<usize>,
}

/// The picture of a recording: lowest and highest sample of each column, full scale at 127.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct Waveform {
    /// Playing time in seconds.
    duration_s: f64,
    /// Columns in a second.
    columns_per_s: f64,
    /// Lowest samples.
    low: Vec<i8>,
    /// Highest samples.
    high: Vec<i8>,
}

/// The sound of a clip. Parts are had with `Range`. What browsers cannot play (AIFF, ALAC, CAF, Ogg) comes as WAV.
#[utoipa::path(get, path = "/clips/{id}/audio", tag = "clips", params(("id" = u32, Path, description = "Its number")), responses(
    (status = OK, description = "The recording", content((Vec<u8> = "audio/mpeg"), (Vec<u8> = "audio/mp4"), (Vec<u8> = "audio/aac"), (Vec<u8> = "audio/flac"), (Vec<u8> = "audio/wav"))),
    (status = PARTIAL_CONTENT, description = "A part of it", content((Vec<u8> = "audio/mpeg"), (Vec<u8> = "audio/mp4"), (Vec<u8> = "audio/aac"), (Vec<u8> = "audio/flac"), (Vec<u8> = "audio/wav"))),
    Failures,
))]
async fn clip_audio(
    State(app): State<App>,
    _caller: Caller,
    At(id): At<u32>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let clip = found(&app, id).await?;
    let (sound, tag) = (app.desk.sound(&clip)?, format!("\"{}\"", clip.audio.digest));
    if header(&headers, &IF_NONE_MATCH).is_some_and(|known| known == tag || known == "*") {
        return Ok(tagged(StatusCode::NOT_MODIFIED.into_response(), &tag));
    }
    let (media_type, bytes) = match &sound {
        Sound::Stored { path, media_type } => {
            let file = std::fs::metadata(path).map_err(|error| unreadable(&error))?;
            (*media_type, file.len())
        }
        Sound::Decoded(view) => ("audio/wav", view.bytes()),
    };
    let same = header(&headers, &IF_RANGE).is_none_or(|known| known == tag);
    let wanted = header(&headers, &RANGE).filter(|_| same).map_or(Wanted::Whole, |range| part(range, bytes));
    let (status, range) = match wanted {
        Wanted::Whole => (StatusCode::OK, 0..bytes),
        Wanted::Part(range) => (StatusCode::PARTIAL_CONTENT, range),
        Wanted::Beyond => {
            let mut response = StatusCode::RANGE_NOT_SATISFIABLE.into_response();
            put(&mut response, CONTENT_RANGE, &format!("bytes */{bytes}"));
            return Ok(tagged(response, &tag));
        }
    };
    let from = range.start;
    let reader =
        spawn_blocking(move || open(&sound, from)).await.map_err(|error| unreadable(&io::Error::other(error)))?;
    let body = stream(reader.map_err(|error| unreadable(&error))?, range.end - range.start);
    let mut response = (status, body).into_response();
    put(&mut response, CONTENT_TYPE, media_type);
    put(&mut response, CONTENT_LENGTH, &(range.end - range.start).to_string());
    put(&mut response, ACCEPT_RANGES, "bytes");
    if status == StatusCode::PARTIAL_CONTENT {
        put(&mut response, CONTENT_RANGE, &format!("bytes {}-{}/{bytes}", range.start, range.end - 1));
    }
    Ok(tagged(response, &tag))
}

/// The picture of a clip's sound.
#[utoipa::path(get, path = "/clips/{id}/waveform", tag = "clips", params(("id" = u32, Path, description = "Its number"), Width), responses((status = OK, body = Waveform), Failures))]
async fn clip_waveform(
    State(app): State<App>,
    _caller: Caller,
    At(id): At<u32>,
    Asked(width): Asked<Width>,
) -> Result<Body<Waveform>, Problem> {
    let clip = found(&app, id).await?;
    let columns = width.columns.unwrap_or(COLUMNS_USUAL).clamp(1, COLUMNS_MAX);
    let (picture, columns_per_s) = app.desk.waveform(&clip, columns)?;
    Ok(Body(Waveform {
        duration_s: clip.audio.duration().as_millis() as f64 / 1_000.0,
        columns_per_s,
        low: picture.columns.iter().map(|column| column.low).collect(),
        high: picture.columns.iter().map(|column| column.high).collect(),
    }))
}

type Reader = Box<dyn Read + Send>;

fn open(sound: &Sound, from: u64) -> io::Result<Reader> {
    match sound {
        Sound::Stored { path, .. } => {
            let mut file = File::open(path)?;
            file.seek(SeekFrom::Start(from))?;
            Ok(Box::new(file))
        }
        Sound::Decoded(view) => Ok(Box::new(view.read_from(from).map_err(io::Error::other)?)),
    }
}

/// Reads a piece whenever the other side has taken the one before. A listener who stops costs nothing.
fn stream(reader: Reader, bytes: u64) -> HttpBody {
    HttpBody::from_stream(unfold((reader, bytes), |(mut reader, left)| async move {
        if left == 0 {
            return None;
        }
        let read = spawn_blocking(move || {
            let mut piece = Vec::new();
            let read = reader.by_ref().take(PIECE_BYTES.min(left)).read_to_end(&mut piece);
            read.map(|_| (reader, piece))
        });
        match read.await.unwrap_or_else(|error| Err(io::Error::other(error))) {
            // Shorter than its length says: the other side must see that something is missing.
            Ok((_, piece)) if piece.is_empty() => {
                let nothing: Reader = Box::new(io::empty());
                Some((Err(io::Error::from(io::ErrorKind::UnexpectedEof)), (nothing, 0)))
            }
            Ok((reader, piece)) => {
                let left = left.saturating_sub(piece.len() as u64);
                Some((Ok(Bytes::from(piece)), (reader, left)))
            }
            Err(error) => {
                let nothing: Reader = Box::new(io::empty());
                Some((Err(error), (nothing, 0)))
            }
        }
    }))
}

/// What of a file is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Wanted {
    Whole,
    Part(Range<u64>),
    /// It begins behind the end.
    Beyond,
}

/// Reads a `Range` header (RFC 9110, 14.2). Several parts at once, or another unit, may be ignored, and are.
fn part(header: &str, bytes: u64) -> Wanted {
    let Some((first, last)) = header.strip_prefix("bytes=").and_then(|range| range.split_once('-')) else {
        return Wanted::Whole;
    };
    let number = |text: &str| text.trim().parse::<u64>().ok();
    match (number(first), number(last), first.trim().is_empty(), last.trim().is_empty()) {
        (Some(first), _, _, true) if first < bytes => Wanted::Part(first..bytes),
        (Some(first), Some(last), ..) if first <= last && first < bytes => {
            Wanted::Part(first..bytes.min(last.saturating_add(1)))
        }
        (None, Some(tail), true, _) if tail > 0 && bytes > 0 => Wanted::Part(bytes.saturating_sub(tail)..bytes),
        (Some(first), Some(last), ..) if first > last => Wanted::Whole,
        (Some(_), _, _, true) | (Some(_), Some(_), ..) | (None, Some(_), true, _) => Wanted::Beyond,
        _ => Wanted::Whole,
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &axum::http::HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn put(response: &mut Response, name: axum::http::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// The bytes of a digest never change; which digest a clip has may.
fn tagged(mut response: Response, tag: &str) -> Response {
    put(&mut response, ETAG, tag);
    put(&mut response, CACHE_CONTROL, "private, no-cache");
    response
}

fn unreadable(error: &io::Error) -> Problem {
    let mut problem =
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "audio_unreadable", "the recording cannot be read")
            .hint("`loa clip scan` says which recordings are damaged");
    problem.causes.push(error.to_string());
    problem
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(clip_audio)).routes(routes!(clip_waveform))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        assert_eq!(part("bytes=0-0", 10), Wanted::Part(0..1));
        assert_eq!(part("bytes=5-", 10), Wanted::Part(5..10));
        assert_eq!(part("bytes=5-500", 10), Wanted::Part(5..10));
        assert_eq!(part("bytes=-3", 10), Wanted::Part(7..10));
        assert_eq!(part("bytes=-30", 10), Wanted::Part(0..10));
        for beyond in ["bytes=10-", "bytes=10-20", "bytes=-0"] {
            assert_eq!(part(beyond, 10), Wanted::Beyond, "{beyond}");
        }
        for odd in ["bytes=3-1", "bytes=0-1,3-4", "lines=1-2", "bytes=", "bytes=-", "bytes=x-y"] {
            assert_eq!(part(odd, 10), Wanted::Whole, "{odd}");
        }
    }
}
