//! The program itself, as a process of its own that can be killed.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// A running `zerodesk serve` on a test's database; killed when dropped.
pub struct Program {
    child: Child,
    pub url: String,
    _folder: tempfile::TempDir,
}

impl Program {
    /// Starts it on a port, 0 for a free one, with further settings of the environment.
    pub fn start(database: &str, port: u16, settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_zerodesk"))
            .arg("serve")
            .current_dir(folder.path())
            .env("DATABASE_URL", database)
            .env("ZERODESK_DATA_DIR", folder.path())
            .env("ZERODESK_SERVER__PORT", port.to_string())
            .env("ZERODESK_LOG_FILTER", "error")
            .envs(settings.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
        let url = loop {
            let line = said.next().expect("the program ended").unwrap();
            if let Some((_, url)) = line.split_once(" serves ") {
                break url.trim_end_matches('/').to_owned();
            }
        };
        Self { child, url, _folder: folder }
    }

    /// Memory that it holds, in KiB.
    pub fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }

    /// The environment that it began with, `name=value` each.
    pub fn environment(&self) -> Vec<String> {
        let all = std::fs::read_to_string(format!("/proc/{}/environ", self.child.id())).unwrap();
        all.split_terminator('\0').map(str::to_owned).collect()
    }

    /// Kills it with SIGKILL.
    pub fn kill(self) {
        drop(self);
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}
