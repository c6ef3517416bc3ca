//! Files as they go in and out: never whole in memory, bounded, and on the way out for keeping, not for showing.

use std::fs::File;
use std::io::{Read, Write as _};
use std::time::Duration;

use axum::body::{Body as HttpBody, BodyDataStream, Bytes as Piece};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt as _;
use futures_util::stream::try_unfold;
use tempfile::NamedTempFile;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::App;
use super::problem::Problem;
use crate::desk::{DeskError, ErrorKind, Excerpt};

/// Bytes sent or written at once.
const PIECE_BYTES: usize = 256 * 1024;
/// The most bytes of a file that is too large which are read before it is refused.
const POURED_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Longest silence of whoever sends a file; then it is over.
const SILENCE_MAX: Duration = Duration::from_secs(30);

/// Takes a file in that has at most `most` bytes; it goes when it is dropped.
pub(super) async fn receive(
    app: &App,
    headers: &HeaderMap,
    body: HttpBody,
    most: u64,
) -> Result<NamedTempFile, Problem> {
    let declared = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    let mut stream = body.into_data_stream();
    if declared.is_some_and(|declared| declared > most) {
        pour_away(&mut stream).await;
        return Err(too_large(most));
    }
    let mut file = app.desk.incoming_file(declared.unwrap_or(most))?;
    let (mut piece, mut bytes) = (Vec::new(), 0_u64);
    loop {
        let next = timeout(SILENCE_MAX, stream.next()).await;
        let next = next.map_err(|_| broken(&format!("nothing came for {} s", SILENCE_MAX.as_secs())))?;
        let over = next.is_none();
        if let Some(next) = next {
            let next = next.map_err(|error| broken(&error.to_string()))?;
            bytes += next.len() as u64;
            if bytes > most {
                pour_away(&mut stream).await;
                return Err(too_large(most));
            }
            piece.extend_from_slice(&next);
        }
        if over || piece.len() >= PIECE_BYTES {
            (file, piece) = written(file, piece).await?;
        }
        if over {
            return Ok(file);
        }
    }
}

/// Reads on for a while, so that whoever sends too much hears that instead of a line that is cut.
async fn pour_away(stream: &mut BodyDataStream) {
    let mut bytes = 0;
    while bytes < POURED_BYTES_MAX
        && let Ok(Some(Ok(next))) = timeout(SILENCE_MAX, stream.next()).await
    {
        bytes += next.len();
    }
}

async fn written(mut file: NamedTempFile, mut piece: Vec<u8>) -> Result<(NamedTempFile, Vec<u8>), Problem> {
    let put = spawn_blocking(move || {
        file.write_all(&piece)?;
        piece.clear();
        Ok::<_, std::io::Error>((file, piece))
    });
    let put = put.await.map_err(std::io::Error::other).and_then(|put| put);
    put.map_err(|error| {
        let failed = DeskError::new(ErrorKind::Failed, "the file cannot be written here; is there room on the disk?");
        DeskError { causes: vec![error.to_string()], ..failed }.into()
    })
}

fn too_large(most: u64) -> Problem {
    let detail = format!("the file is larger than {most} bytes");
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail).value("bytes_max", most)
}

fn broken(why: &str) -> Problem {
    let problem = Problem::new(StatusCode::BAD_REQUEST, "body_broke_off", "the file broke off; send it again");
    Problem { causes: vec![why.to_owned()], ..problem }
}

/// A file to be kept by a browser, never opened in its page. `kept` goes when it is sent or the browser goes away.
pub(super) fn send<K: Send + 'static>(file: File, bytes: u64, media: &'static str, name: &str, kept: K) -> Response {
    let headers = [
        (CONTENT_TYPE, media.to_owned()),
        (CONTENT_LENGTH, bytes.to_string()),
        (CONTENT_DISPOSITION, attachment(name)),
        (CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox".to_owned()),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, HttpBody::from_stream(pieces(kept, file))).into_response()
}

/// Sound of the recordings, made while it is sent.
pub(super) fn sound(excerpt: Excerpt) -> Response {
    let headers = [
        (CONTENT_TYPE, "audio/wav".to_owned()),
        (CONTENT_LENGTH, excerpt.length_bytes().to_string()),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, HttpBody::from_stream(pieces((), excerpt))).into_response()
}

/// What is read, a piece at a time.
fn pieces<K: Send + 'static>(
    kept: K,
    file: impl Read + Send + 'static,
) -> impl futures_util::Stream<Item = std::io::Result<Piece>> {
    try_unfold((kept, file), |(kept, mut file)| async move {
        let read = spawn_blocking(move || {
            let mut piece = vec![0; PIECE_BYTES];
            let bytes = file.read(&mut piece)?;
            piece.truncate(bytes);
            Ok::<_, std::io::Error>((piece, file))
        });
        let (piece, file) = read.await.map_err(std::io::Error::other)??;
        Ok((!piece.is_empty()).then(|| (Piece::from(piece), (kept, file))))
    })
}

/// As RFC 6266 writes it: a name for every browser, and the real one for those that understand it.
fn attachment(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let ascii: String =
        name.chars().map(|letter| if letter.is_ascii() && plain(letter as u8) { letter } else { '_' }).collect();
    let mut real = String::new();
    for byte in name.bytes() {
        if plain(byte) { real.push(char::from(byte)) } else { real.push_str(&format!("%{byte:02X}")) }
    }
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{real}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_of_a_file_breaks_out_of_its_header() {
        let said = attachment("biên bản\r\n\"x\";.pdf");
        assert_eq!(
            said,
            "attachment; filename=\"bi_n_b_n___x__.pdf\"; filename*=UTF-8''bi%C3%AAn%20b%E1%BA%A3n%0D%0A%22x%22%3B.pdf"
        );
    }
}
