//! How the C library gives memory back.

use std::os::unix::process::CommandExt;
use std::process::Command;

/// The variable by which glibc is told, before the program begins.
const VARIABLE: &str = "MALLOC_MMAP_THRESHOLD_";
/// Blocks from so many bytes on are given back as soon as they are freed.
const THRESHOLD: &str = "1048576";

/// Makes glibc give large blocks back to the system when they are freed. Left to itself it raises its threshold with every large block
/// that it sees, up to 32 MiB, and keeps what was freed below that: a server grew with every list. glibc reads the setting at the start of a
/// process only, so the program starts itself once more, in the same process, with it. Does nothing where the variable is set already, or
/// with another C library; where the start fails, the program goes on without it.
pub fn give_back_large_blocks() {
    if !cfg!(target_env = "gnu") || std::env::var_os(VARIABLE).is_some() {
        return;
    }
    let Ok(program) = std::env::current_exe() else { return };
    let mut arguments = std::env::args_os();
    let mut command = Command::new(program);
    if let Some(name) = arguments.next() {
        command.arg0(name);
    }
    // Returns only where it failed.
    let _ = command.args(arguments).env(VARIABLE, THRESHOLD).exec();
}
