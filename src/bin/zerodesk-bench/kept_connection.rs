//! Requests over a connection that is kept, as a browser's are.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;
use zerodesk::cli::CliError;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A connection to a server.
pub(crate) struct KeptConnection {
    stream: BufReader<TcpStream>,
    address: SocketAddr,
}

impl KeptConnection {
    /// Opens one.
    pub(crate) fn open(address: SocketAddr) -> Result<Self, CliError> {
        let stream = TcpStream::connect(address).map_err(CliError::io("a connection"))?;
        stream.set_nodelay(true).map_err(CliError::io("a connection"))?;
        stream.set_read_timeout(Some(PATIENCE)).map_err(CliError::io("a connection"))?;
        Ok(Self { stream: BufReader::new(stream), address })
    }

    /// Asks for a path with the access token of somebody; the status of the answer, whose body is read.
    pub(crate) fn get(&mut self, path: &str, token: &str) -> Result<u16, CliError> {
        self.read(path, Some(token))
    }

    /// The same, where no token is named as nobody in particular.
    pub(crate) fn read(&mut self, path: &str, token: Option<&str>) -> Result<u16, CliError> {
        let authorization =
            token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
        self.send(&format!("GET {path} HTTP/1.1\r\nHost: {}\r\n{authorization}\r\n", self.address))
    }

    /// Sends JSON to a path with the access token of somebody; the status of the answer, whose body is read.
    pub(crate) fn post(&mut self, path: &str, token: &str, body: &str) -> Result<u16, CliError> {
        self.send(&format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        ))
    }

    fn send(&mut self, request: &str) -> Result<u16, CliError> {
        let io = |error| CliError::io("an answer of the server")(error);
        self.stream.get_mut().write_all(request.as_bytes()).map_err(io)?;
        let (mut status, mut length, mut line) = (0, 0, String::new());
        loop {
            line.clear();
            self.stream.read_line(&mut line).map_err(io)?;
            let text = line.trim_end().to_ascii_lowercase();
            if let Some(code) = text.strip_prefix("http/1.1 ") {
                status = code.split(' ').next().and_then(|code| code.parse().ok()).unwrap_or(0);
            } else if let Some(bytes) = text.strip_prefix("content-length: ") {
                length = bytes.parse().unwrap_or(0);
            } else if text.is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).map_err(io)?;
        Ok(status)
    }
}
