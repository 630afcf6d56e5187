//! One owner for each cluster: an advisory lock that the kernel drops with its process, however that ends.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};

use super::error::{ClusterError, io};

/// Held for as long as the cluster is owned. The file stays when the lock goes: removing it would let two
/// hold "the" lock.
#[derive(Debug)]
pub(super) struct OwnerLock {
    _file: Flock<File>,
}

impl OwnerLock {
    /// Takes the lock of the cluster folder `dir`, which is the file `dir` + `.lock`, without waiting.
    pub(super) fn take(dir: &Path) -> Result<Self, ClusterError> {
        let path = lock_path(dir);
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .map_err(io("can't open", &path))?;
        match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
            Ok(mut file) => {
                // Only for the message to the one that comes second.
                file.set_len(0)
                    .and_then(|()| writeln!(file, "{}", std::process::id()))
                    .map_err(io("can't write", &path))?;
                Ok(Self { _file: file })
            }
            Err((mut file, Errno::EWOULDBLOCK)) => {
                let mut text = String::new();
                let pid = file.read_to_string(&mut text).ok().and_then(|_| text.trim().parse().ok());
                Err(ClusterError::Locked { dir: dir.to_owned(), pid })
            }
            Err((_, errno)) => Err(io("can't lock", &path)(errno.into())),
        }
    }
}

fn lock_path(dir: &Path) -> PathBuf {
    let mut path = dir.as_os_str().to_owned();
    path.push(".lock");
    path.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_refused_with_the_pid_of_the_first() {
        let base = tempfile::tempdir().unwrap();
        let dir = base.path().join("postgres");
        let first = OwnerLock::take(&dir).unwrap();
        let text = OwnerLock::take(&dir).unwrap_err().to_string();
        assert!(text.contains(&dir.display().to_string()), "{text}");
        assert!(text.contains(&format!("process {}", std::process::id())), "{text}");
        drop(first);
        OwnerLock::take(&dir).unwrap();
    }
}
