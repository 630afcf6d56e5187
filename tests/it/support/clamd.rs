//! ClamAV's real daemon for a test, with one signature of our own in place of its great database.

use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use super::PATIENCE;

/// What the signature finds.
pub const MALICIOUS: &[u8] = b"zerodesk-own-malicious-signature";
/// The name under which it is found; the daemon marks signatures that are not ClamAV's own.
pub const FOUND: &str = "ZeroDesk.Test.Signature.UNOFFICIAL";

/// A running daemon; ended when dropped.
pub struct Clamd {
    process: Child,
}

fn program() -> PathBuf {
    let found = ["/usr/sbin/clamd", "/usr/local/sbin/clamd", "/usr/bin/clamd"].map(PathBuf::from);
    found.into_iter().find(|path| path.is_file()).expect("clamd is missing; run script/bootstrap test")
}

impl Clamd {
    /// Starts it in a folder, on the socket `clamd.sock` there, and on a TCP port where one is given.
    pub fn start(folder: &Path, port: Option<u16>) -> Self {
        let signatures = folder.join("signatures");
        std::fs::create_dir_all(&signatures).unwrap();
        let hex: String = MALICIOUS.iter().map(|byte| format!("{byte:02x}")).collect();
        std::fs::write(signatures.join("own.ndb"), format!("ZeroDesk.Test.Signature:0:*:{hex}\n")).unwrap();
        let socket = folder.join("clamd.sock");
        let tcp = port.map_or(String::new(), |port| format!("TCPSocket {port}\nTCPAddr 127.0.0.1\n"));
        let config = folder.join("clamd.conf");
        let text = format!(
            "Foreground yes\nDatabaseDirectory {}\nLocalSocket {}\nFixStaleSocket yes\n{tcp}",
            signatures.display(),
            socket.display()
        );
        std::fs::write(&config, text).unwrap();
        let mut process = Command::new(program())
            .arg(format!("--config-file={}", config.display()))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let end = Instant::now() + PATIENCE;
        while UnixStream::connect(&socket).is_err() {
            assert!(Instant::now() < end && process.try_wait().unwrap().is_none(), "clamd did not start");
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        Self { process }
    }
}

impl Drop for Clamd {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
