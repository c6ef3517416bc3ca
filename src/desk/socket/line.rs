//! Lines of JSON on a stream, none longer than a message may be.

use std::io;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

use super::MESSAGE_BYTES_MAX;

/// Reads a message; none when the other side has closed.
pub(super) async fn read<T: DeserializeOwned>(
    from: &mut (impl AsyncBufRead + Unpin),
    wait_max: Duration,
) -> io::Result<Option<T>> {
    let line = timeout(wait_max, read_line(from)).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
    line.map(|line| serde_json::from_slice(&line).map_err(io::Error::from)).transpose()
}

/// Writes a message.
pub(super) async fn write(
    to: &mut (impl AsyncWrite + Unpin),
    message: &impl Serialize,
    wait_max: Duration,
) -> io::Result<()> {
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    if line.len() > MESSAGE_BYTES_MAX {
        return Err(too_long());
    }
    let written = timeout(wait_max, async {
        to.write_all(&line).await?;
        to.flush().await
    });
    written.await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
}

async fn read_line(from: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    loop {
        let ready = from.fill_buf().await?;
        if ready.is_empty() {
            return match line.is_empty() {
                true => Ok(None),
                false => Err(io::ErrorKind::UnexpectedEof.into()),
            };
        }
        let end = ready.iter().position(|byte| *byte == b'\n');
        let taken = end.map_or(ready.len(), |end| end + 1);
        line.extend_from_slice(&ready[..end.unwrap_or(taken)]);
        from.consume(taken);
        if line.len() > MESSAGE_BYTES_MAX {
            return Err(too_long());
        }
        if end.is_some() {
            return Ok(Some(line));
        }
    }
}

fn too_long() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("a message is longer than {MESSAGE_BYTES_MAX} bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOON: Duration = Duration::from_secs(5);

    fn block_on<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
    }

    #[test]
    fn messages_come_out_as_they_went_in_and_half_a_message_is_none() {
        block_on(async {
            let mut bytes = Vec::new();
            write(&mut bytes, &"một", SOON).await.unwrap();
            write(&mut bytes, &"hai", SOON).await.unwrap();
            bytes.extend_from_slice(b"\"b");
            let mut from = bytes.as_slice();
            assert_eq!(read::<String>(&mut from, SOON).await.unwrap().unwrap(), "một");
            assert_eq!(read::<String>(&mut from, SOON).await.unwrap().unwrap(), "hai");
            assert_eq!(read::<String>(&mut from, SOON).await.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        });
    }

    #[test]
    fn a_message_without_end_is_given_up() {
        block_on(async {
            let endless = vec![b'x'; MESSAGE_BYTES_MAX + 2];
            let error = read::<String>(&mut endless.as_slice(), SOON).await.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidData);
        });
    }
}
