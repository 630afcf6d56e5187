//! The language of ClamAV's daemon: one file a connection, sent in pieces (`INSTREAM`), so that the daemon needs no right to our files.

use std::fmt::Display;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncSeekExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};

/// Bytes of a file that are sent at a time.
const CHUNK: usize = 64 * 1024;
/// Longest answer that is read.
const MOST_ANSWER: u64 = 4096;

/// Where the daemon listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A Unix socket.
    Unix(PathBuf),
    /// A host and a port.
    Tcp(String),
}

/// What the daemon says of a file.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub enum Verdict {
    /// Nothing was found.
    Clean,
    /// The name of what was found.
    Found(String),
}

/// Why the daemon said nothing of a file.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// It can't be reached, or broke off.
    #[error("ClamAV can't be reached: {0}")]
    Away(io::Error),
    /// It took too long.
    #[error("ClamAV did not answer in {0} s")]
    Slow(u64),
    /// It refused this file.
    #[error("ClamAV refused the file: {0}")]
    Refused(String),
    /// The file could not be read.
    #[error("the file could not be read: {0}")]
    Unreadable(String),
}

impl ScanError {
    /// Whether other files would fare the same now.
    pub fn is_of_all(&self) -> bool {
        matches!(self, Self::Away(_) | Self::Slow(_))
    }
}

/// Asks for a verdict on a file.
///
/// # Errors
/// When there is none within the limit.
pub async fn scan<E: Display>(
    address: &Address,
    limit: Duration,
    file: impl Stream<Item = Result<Bytes, E>>,
) -> Result<Verdict, ScanError> {
    let asked = async {
        match address {
            Address::Unix(path) => ask(UnixStream::connect(path).await.map_err(ScanError::Away)?, file).await,
            Address::Tcp(place) => ask(TcpStream::connect(place).await.map_err(ScanError::Away)?, file).await,
        }
    };
    tokio::time::timeout(limit, asked).await.map_err(|_| ScanError::Slow(limit.as_secs()))?
}

/// A file of the disk from its beginning, in pieces.
pub fn chunks(file: std::fs::File) -> impl Stream<Item = io::Result<Bytes>> {
    let begin = (tokio::fs::File::from_std(file), false);
    futures_util::stream::try_unfold(begin, |(mut file, begun)| async move {
        if !begun {
            file.rewind().await?;
        }
        let mut piece = vec![0; CHUNK];
        let read = file.read(&mut piece).await?;
        piece.truncate(read);
        Ok((read > 0).then(|| (Bytes::from(piece), (file, true))))
    })
}

async fn ask<E: Display>(
    mut daemon: impl AsyncRead + AsyncWrite + Unpin,
    file: impl Stream<Item = Result<Bytes, E>>,
) -> Result<Verdict, ScanError> {
    let mut file = std::pin::pin!(file);
    daemon.write_all(b"zINSTREAM\0").await.map_err(ScanError::Away)?;
    let mut cut = false;
    while let Some(bytes) = file.next().await {
        let bytes = bytes.map_err(|error| ScanError::Unreadable(error.to_string()))?;
        for piece in bytes.chunks(CHUNK) {
            let length = u32::try_from(piece.len()).unwrap_or(u32::MAX).to_be_bytes();
            let sent = async {
                daemon.write_all(&length).await?;
                daemon.write_all(piece).await
            };
            if sent.await.is_err() {
                // It says why before it hangs up, such as for a file that is too great for it.
                cut = true;
                break;
            }
        }
        if cut {
            break;
        }
    }
    if !cut {
        let end = async {
            daemon.write_all(&0_u32.to_be_bytes()).await?;
            daemon.flush().await
        };
        end.await.map_err(ScanError::Away)?;
    }
    let mut answer = Vec::new();
    daemon.take(MOST_ANSWER).read_to_end(&mut answer).await.map_err(ScanError::Away)?;
    verdict(&String::from_utf8_lossy(&answer))
}

/// `stream: OK`, `stream: NAME FOUND`, or what went wrong with ` ERROR` at its end.
fn verdict(answer: &str) -> Result<Verdict, ScanError> {
    let answer = answer.trim_end_matches(['\0', '\n']);
    let said = answer.strip_prefix("stream: ").unwrap_or(answer);
    if said == "OK" {
        Ok(Verdict::Clean)
    } else if let Some(name) = said.strip_suffix(" FOUND") {
        Ok(Verdict::Found(name.to_owned()))
    } else if said.is_empty() {
        Err(ScanError::Away(io::Error::from(io::ErrorKind::UnexpectedEof)))
    } else {
        Err(ScanError::Refused(said.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_understood_and_nothing_else_is_clean() {
        assert_eq!(verdict("stream: OK\0").unwrap(), Verdict::Clean);
        assert_eq!(verdict("stream: Own.Test FOUND\0").unwrap(), Verdict::Found("Own.Test".to_owned()));
        for other in [
            "",
            "stream: ",
            "OK?",
            "INSTREAM size limit exceeded. ERROR",
            "stream: not OK",
            "UNKNOWN COMMAND",
        ] {
            assert!(verdict(other).is_err(), "{other}");
        }
    }
}
