//! The programs that are measured, as processes.

use std::ffi::OsStr;
use std::process::Command;

/// A command whose process is told to end when this thread ends, even by a signal, so that none is left behind.
pub(crate) fn bound(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "TERM", "--"]).arg(program);
    command
}
