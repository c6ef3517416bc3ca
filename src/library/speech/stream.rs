//! A WAV that came through a pipe. Who writes one does not know yet how long it will be, and puts a placeholder where its
//! length belongs; now that all of it is here, the length is put there.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

/// The most chunks that are looked at for the one that holds the sound.
const CHUNKS_MAX: usize = 32;

/// Puts the true lengths into the head of a WAV. What is no WAV stays as it is; the decoder says what is wrong with it.
pub(super) fn say_length(path: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new().read(true).write(true).open(path)?;
    let bytes = file.metadata()?.len();
    let Some(data) = data_at(&mut file, bytes)? else { return Ok(()) };
    let Ok(whole) = u32::try_from(bytes) else { return Ok(()) };
    let sound = u32::try_from(bytes - data).unwrap_or(whole);
    for (at, length) in [(4, whole.saturating_sub(8)), (data - 4, sound)] {
        file.seek(SeekFrom::Start(at))?;
        file.write_all(&length.to_le_bytes())?;
    }
    file.flush()
}

/// Where the sound begins.
fn data_at(file: &mut File, bytes: u64) -> io::Result<Option<u64>> {
    let mut head = [0; 12];
    if bytes < 12 || file.read_exact(&mut head).is_err() || &head[..4] != b"RIFF" || &head[8..] != b"WAVE" {
        return Ok(None);
    }
    let mut at = 12_u64;
    for _ in 0..CHUNKS_MAX {
        let mut chunk = [0; 8];
        if at + 8 > bytes {
            return Ok(None);
        }
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(&mut chunk)?;
        let [a, b, c, d, length @ ..] = chunk;
        if [a, b, c, d] == *b"data" {
            return Ok(Some(at + 8));
        }
        let length = u64::from(u32::from_le_bytes(length));
        at += 8 + length + length % 2;
    }
    Ok(None)
}
