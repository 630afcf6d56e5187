//! Limits that the operating system sets to this process.

use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// Raises the limit of open files to the highest that the process may set for itself; a socket takes one each. Usual soft limits
/// (1,024) are kept low for programs that use `select`, which this one does not. Gives the limit that holds then.
///
/// # Errors
/// When the limit can be neither read nor set.
pub fn raise_open_file_limit() -> nix::Result<u64> {
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE)?;
    if soft < hard {
        setrlimit(Resource::RLIMIT_NOFILE, hard, hard)?;
    }
    Ok(hard)
}
